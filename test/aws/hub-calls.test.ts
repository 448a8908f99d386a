import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeNoticeBoard, noticeSubject } from '../../src/aws/notices.ts';
import { makeOwnMetrics, OWN_NAMESPACE, type OwnMetric } from '../../src/aws/own-metrics.ts';
import { BadRequest, Denied, NotFound } from '../../src/domain/errors.ts';
import { type OverLoopback, overLoopback, REGION } from './over-loopback.ts';

const MINUTE = 60_000;

/** A topic whose messages arrive in a queue. */
async function topicWithReader() {
  const sns = new SNSClient({ region: REGION });
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'deckhand-fallback' }));
  const sqs = new SQSClient({ region: REGION });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'mailbox' }));
  const Endpoint = `arn:aws:sqs:${REGION}:000000000000:mailbox`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  return {
    TopicArn,
    read: async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      return Messages.map(({ Body }): unknown => JSON.parse(Body ?? ''));
    },
  };
}

const rows = ({ aws }: OverLoopback, service: string) =>
  aws.meter
    .report()
    .rows.filter((row) => row.service === service)
    .map(({ operation, outcome, calls }) => `${operation} ${outcome} ${calls}`);

describe('a notice', () => {
  it('reaches whoever has subscribed to the topic, and is counted on both sides', async () => {
    const loopback = await overLoopback({});
    const { TopicArn, read } = await topicWithReader();
    const board = makeNoticeBoard(TopicArn, loopback.hub);
    await board.publish({
      subject: 'shop → prod: Bestellung fehlgeschlagen – für alle',
      text: 'web hat 0 von 4 Tasks – seit 02:10',
    });
    expect(await read()).toMatchObject([
      {
        Subject: 'shop -> prod: Bestellung fehlgeschlagen - fur alle',
        Message: 'web hat 0 von 4 Tasks – seit 02:10',
      },
    ]);
    expect(loopback.calls).toMatchObject([{ action: 'sns:Publish', outcome: 'ok', region: REGION }]);
    expect(rows(loopback, 'sns')).toEqual(['CreateTopic ok 1', 'Subscribe ok 1', 'Publish ok 1']);
    board.close();
  });

  it('to a topic that is gone, or in a name that SNS does not know, is refused with the reason', async () => {
    const { hub } = await overLoopback({});
    const gone = makeNoticeBoard(`arn:aws:sns:${REGION}:000000000000:none`, hub);
    await expect(gone.publish({ subject: 'a', text: 'b' })).rejects.toThrow(NotFound);
    const { TopicArn } = await topicWithReader();
    const credentials = async () => ({ accessKeyId: 'AKIAUNKNOWNUNKNOWN00', secretAccessKey: 'x' });
    const stranger = makeNoticeBoard(TopicArn, {
      ...hub,
      clientSettings: { ...hub.clientSettings, credentials },
    });
    await expect(stranger.publish({ subject: 'a', text: 'b' })).rejects.toThrow(Denied);
  });

  it('is refused by SNS with a subject of two lines or of 100 characters', async () => {
    await overLoopback({});
    const { TopicArn } = await topicWithReader();
    const publish = (Subject: string) =>
      new SNSClient({ region: REGION }).send(new PublishCommand({ TopicArn, Subject, Message: 'x' }));
    await expect(publish('a\nb')).rejects.toThrow('Invalid parameter: Subject');
    await expect(publish('a'.repeat(100))).rejects.toThrow('Invalid parameter: Subject');
    await expect(publish('a'.repeat(99))).resolves.toBeDefined();
  });
});

describe('the subject of a notice', () => {
  it('is its parts, in one line of less than 100 ASCII characters that begins with a mark', () => {
    expect(noticeSubject(['shop', 'production', 'Deployment failed'])).toBe(
      'shop | production | Deployment failed',
    );
    expect(noticeSubject(['', ' '])).toBe('Deckhand');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { maxLength: 4 }), (parts) => {
        expect(noticeSubject(parts)).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      }),
    );
  });

  it('says that it was cut', () => {
    expect(noticeSubject(['x'.repeat(200)])).toBe(`${'x'.repeat(96)}...`);
  });
});

describe('own metrics', () => {
  const metric = (n: number, atMs: number): OwnMetric => ({
    name: 'ECSServiceErrorEventsCount',
    dimensions: { ClusterName: 'core', ServiceName: `svc-${n}` },
    value: n,
    unit: 'Count',
    atMs,
  });

  it('go out a thousand a call, and CloudWatch has them', async () => {
    const loopback = await overLoopback({});
    const atMs = Math.floor(loopback.now() / MINUTE) * MINUTE - 2 * MINUTE;
    const own = makeOwnMetrics(loopback.hub);
    await own.put(Array.from({ length: 2300 }, (_, n) => metric(n, atMs)));
    own.close();
    expect(rows(loopback, 'cloudwatch')).toEqual(['PutMetricData ok 3']);
    expect(loopback.calls.map(({ action, dollars }) => [action, dollars > 0])).toEqual(
      Array.from({ length: 3 }, () => ['cloudwatch:PutMetricData', true]),
    );
    const cloudwatch = new CloudWatchClient({ region: REGION });
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: OWN_NAMESPACE }));
    expect(Metrics).toHaveLength(500);
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(atMs - 5 * MINUTE),
        EndTime: new Date(atMs + 5 * MINUTE),
        MetricDataQueries: [
          {
            Id: 'q',
            MetricStat: {
              Metric: {
                Namespace: OWN_NAMESPACE,
                MetricName: 'ECSServiceErrorEventsCount',
                Dimensions: [
                  { Name: 'ClusterName', Value: 'core' },
                  { Name: 'ServiceName', Value: 'svc-2299' },
                ],
              },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      }),
    );
    expect(MetricDataResults?.[0]?.Values).toEqual([2299]);
  });

  it('are none without a call', async () => {
    const { hub, calls } = await overLoopback({});
    await makeOwnMetrics(hub).put([]);
    expect(calls).toEqual([]);
  });

  it('are refused in a namespace of AWS, and from three weeks ago', async () => {
    const { hub, now } = await overLoopback({});
    await expect(makeOwnMetrics(hub, 'AWS/ECS').put([metric(1, now())])).rejects.toThrow(BadRequest);
    await expect(makeOwnMetrics(hub).put([metric(1, now() - 21 * 24 * 60 * MINUTE)])).rejects.toThrow(
      BadRequest,
    );
  });
});
