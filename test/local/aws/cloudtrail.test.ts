import {
  DescribeServicesCommand,
  ECSClient,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { ACCOUNT, handWorld, NOW } from './hand-world.ts';
import { type Loopback, refusal, startLoopback } from './loopback.ts';

interface Told {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function queued({ asHub, aws }: Loopback): Promise<Told[]> {
  const sqs = new SQSClient({ ...asHub, useQueueUrlAsEndpoint: false });
  const QueueUrl = aws.queueUrl;
  const told: Told[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) return told;
    for (const { Body, ReceiptHandle } of Messages) {
      // What the loopback put there itself.
      told.push(JSON.parse(Body ?? '') as Told);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

/** A session of somebody whom the role names. */
async function asPerson({ aws, asHub }: Loopback) {
  const { Credentials } = await new STSClient(asHub).send(
    new AssumeRoleCommand({
      RoleArn: aws.roleArnFor(ACCOUNT),
      RoleSessionName: 'deckhand-w1',
      ExternalId: aws.externalId,
      SourceIdentity: 'slack-U012AB3CD',
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return {
    ...asHub,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
}

test('a call that changes something is told with who made it and with what', async () => {
  const loopback = await startLoopback(handWorld());
  const ecs = new ECSClient(await asPerson(loopback));
  await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['service-00'] }));
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'service-00', desiredCount: 5 }));
  const [event, ...others] = await queued(loopback);
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    version: '0',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.ecs',
    account: ACCOUNT,
    region: 'eu-west-1',
    time: `${new Date(NOW).toISOString().slice(0, 19)}Z`,
    detail: {
      eventSource: 'ecs.amazonaws.com',
      eventName: 'UpdateService',
      awsRegion: 'eu-west-1',
      readOnly: false,
      requestParameters: { cluster: 'prod', service: 'service-00', desiredCount: 5 },
      userAgent: expect.stringContaining('aws-sdk-js'),
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deckhand-spoke/deckhand-w1`,
        accountId: ACCOUNT,
        sessionContext: {
          sessionIssuer: { type: 'Role', userName: 'deckhand-spoke' },
          sourceIdentity: 'slack-U012AB3CD',
        },
      },
    },
  });
  expect(event?.detail).not.toHaveProperty('errorCode');
  expect(event?.detail['responseElements']).toMatchObject({ service: { serviceName: 'service-00' } });
});

test('a refused call is told with the error, and without an answer', async () => {
  const world = handWorld();
  Object.assign(world.accounts[0] ?? {}, { deny: ['ecs:StopTask'] });
  const loopback = await startLoopback(world);
  const ecs = new ECSClient(await loopback.asSpoke());
  await refusal(ecs.send(new StopTaskCommand({ cluster: 'prod', task: 'a00', reason: 'why not' })));
  const [event] = await queued(loopback);
  expect(event?.detail).toMatchObject({
    eventName: 'StopTask',
    errorCode: 'AccessDenied',
    errorMessage: expect.stringContaining('not authorized to perform: ecs:StopTask'),
    responseElements: null,
  });
  expect(event?.detail['userIdentity']).not.toHaveProperty('sessionContext.sourceIdentity');
});

test('a person with keys of their own is an IAM user', async () => {
  const loopback = await startLoopback(handWorld());
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
  const ecs = new ECSClient({ ...loopback.asHub, credentials });
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'service-00', desiredCount: 2 }));
  const [event] = await queued(loopback);
  expect(event?.detail['userIdentity']).toMatchObject({ type: 'IAMUser', userName: 'local-visitor' });
});

test('nothing is told of a region that passes no events on', async () => {
  const loopback = await startLoopback({ ...handWorld(), isSilent: () => true });
  const ecs = new ECSClient(await loopback.asSpoke());
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'service-00', desiredCount: 2 }));
  expect(await queued(loopback)).toEqual([]);
});
