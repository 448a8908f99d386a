import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type AlertConsumer, makeAlertConsumer } from '../../src/incidents/consumer.ts';
import type { Canary, IncidentEvent } from '../../src/incidents/incident-event.ts';
import { type Aws, makeAws } from '../../src/local/aws/index.ts';
import { openServer } from '../../src/local/server.ts';
import { keepLog } from '../kept-log.ts';
import { NO_ROUTES } from '../local/chat-world.ts';
import { action, raw } from './events.ts';

/** The consumer with a real SQS client over the loopback queue, which gives up on a message after three receives. */
let aws: Aws;
let server: Awaited<ReturnType<typeof openServer>>;
let sqs: SQSClient;
let consumer: AlertConsumer;
let absorbed: IncidentEvent[];
let absorb: (event: IncidentEvent) => Promise<void>;
let lines: readonly string[];
let canaries: Canary[];
let poison: string[];

beforeAll(async () => {
  let url = '';
  server = await openServer(0, () => ({ ...NO_ROUTES, aws }));
  url = server.url;
  aws = await makeAws({ world: undefined, dataDir: undefined, baseUrl: () => url });
  sqs = new SQSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    useQueueUrlAsEndpoint: false,
  });
});
afterAll(async () => {
  sqs.destroy();
  await server.close();
  await aws.close();
});

beforeEach(async () => {
  absorbed = [];
  canaries = [];
  poison = [];
  absorb = async (event) => void absorbed.push(event);
  await sqs.send(new PurgeQueueCommand({ QueueUrl: aws.queueUrl }));
  await sqs.send(new PurgeQueueCommand({ QueueUrl: deadLetters() }));
  const kept = keepLog();
  lines = kept.lines;
  consumer = makeAlertConsumer({
    queueUrl: aws.queueUrl,
    sqs,
    absorb: (event) => absorb(event),
    canary: async (canary) => void canaries.push(canary),
    onPoison: (_messageId, why) => void poison.push(why),
    systemNow: () => Date.now(),
    log: kept.log,
  });
});
afterEach(() => consumer.stop());

const deadLetters = () => `${aws.queueUrl}-dlq`;

async function put(...bodies: readonly (object | string)[]): Promise<void> {
  await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: aws.queueUrl,
      Entries: bodies.map((body, index) => ({
        Id: String(index),
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
      })),
    }),
  );
}

async function countOf(queueUrl: string): Promise<{ readonly visible: number; readonly hidden: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes?.['ApproximateNumberOfMessages']),
    hidden: Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']),
  };
}
const names = () => absorbed.map((event) => event.name);
const eventually = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });

test('events are absorbed, and then deleted', async () => {
  await put(action('FIRST'), action('SECOND'), action('THIRD'));
  consumer.start();
  await eventually(() => expect(names().toSorted()).toEqual(['FIRST', 'SECOND', 'THIRD']));
  await eventually(async () => expect(await countOf(aws.queueUrl)).toEqual({ visible: 0, hidden: 0 }));
});

test('while receives come back full, others help: the events of several are taken in together', async () => {
  let release = () => {};
  const together = new Promise<void>((resolve) => {
    release = resolve;
  });
  absorb = async (event) => {
    absorbed.push(event);
    // One receive gives ten at most; nobody goes on before there are 25.
    if (absorbed.length === 25) release();
    await together;
  };
  for (let batch = 0; batch < 4; batch += 1) {
    await put(...Array.from({ length: 10 }, (_, at) => action(`EVENT_${batch}${at}`)));
  }
  consumer.start();
  await eventually(() => expect(new Set(names()).size).toBe(40));
  await eventually(async () => expect(await countOf(aws.queueUrl)).toEqual({ visible: 0, hidden: 0 }));
});

test('a sign of life is no event', async () => {
  await put(raw({ source: 'deckhand.canary', 'detail-type': 'Deckhand Canary' }));
  consumer.start();
  await eventually(() =>
    expect(canaries).toMatchObject([{ accountId: '111122223333', region: 'eu-west-1' }]),
  );
  await eventually(async () => expect(await countOf(aws.queueUrl)).toEqual({ visible: 0, hidden: 0 }));
  expect(absorbed).toEqual([]);
});

test('a message that cannot be read ends in the dead-letter queue while the others go on', async () => {
  await put('not json', action('FIRST'), '{"half":', action('SECOND', { at: '09:00:02' }));
  consumer.start();
  await eventually(async () => expect((await countOf(deadLetters())).visible).toBe(2));
  expect(names().toSorted()).toEqual(['FIRST', 'SECOND']);
  expect(new Set(poison).size).toBeGreaterThan(0);
  expect(await countOf(aws.queueUrl)).toEqual({ visible: 0, hidden: 0 });
  expect(lines.join('')).not.toContain('not json');
});

test('an event of another service is deleted without effect', async () => {
  await put(raw({ source: 'aws.s3' }));
  consumer.start();
  await eventually(async () => expect(await countOf(aws.queueUrl)).toEqual({ visible: 0, hidden: 0 }));
  expect(absorbed).toEqual([]);
  expect((await countOf(deadLetters())).visible).toBe(0);
});

test('an event whose effect cannot be stored stays, and the others of its batch do not wait for it', async () => {
  absorb = async (event) => {
    if (event.name === 'UNLUCKY') throw new Error('no table');
    absorbed.push(event);
  };
  await put(action('UNLUCKY', { at: '09:00:01' }), action('LUCKY', { at: '09:00:02' }));
  consumer.start();
  await eventually(() => expect(names()).toEqual(['LUCKY']));
  await eventually(async () => expect(await countOf(aws.queueUrl)).toEqual({ visible: 0, hidden: 1 }));
});

test('a queue without a dead-letter queue does not keep the bot busy with one poison message', async () => {
  await sqs.send(new CreateQueueCommand({ QueueName: 'plain' }));
  const QueueUrl = aws.queueUrl.replace(/[^/]+$/, 'plain');
  const kept = keepLog();
  const plain = makeAlertConsumer({
    queueUrl: QueueUrl,
    sqs,
    absorb: (event) => absorb(event),
    systemNow: () => Date.now(),
    log: kept.log,
  });
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'poison' }] }));
  plain.start();
  await eventually(() => expect(kept.lines.length).toBeGreaterThanOrEqual(11));
  await eventually(async () => expect(await countOf(QueueUrl)).toEqual({ visible: 0, hidden: 1 }));
  expect(kept.lines).toHaveLength(11);
  await plain.stop();
});

test('a queue that does not say how often it gave a message does not keep the bot busy with one either', async () => {
  await sqs.send(new CreateQueueCommand({ QueueName: 'silent' }));
  const QueueUrl = aws.queueUrl.replace(/[^/]+$/, 'silent');
  const silent = new SQSClient({
    endpoint: new URL(aws.queueUrl).origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    useQueueUrlAsEndpoint: false,
  });
  silent.middlewareStack.add(
    (next) => async (call) => {
      const answer = await next(call);
      for (const message of 'Messages' in answer.output ? (answer.output.Messages ?? []) : [])
        delete message.Attributes;
      return answer;
    },
    { step: 'initialize' },
  );
  const kept = keepLog();
  const plain = makeAlertConsumer({
    queueUrl: QueueUrl,
    sqs: silent,
    absorb: (event) => absorb(event),
    systemNow: () => Date.now(),
    log: kept.log,
  });
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'poison' }] }));
  plain.start();
  await eventually(async () => expect(await countOf(QueueUrl)).toEqual({ visible: 0, hidden: 1 }));
  await put(action('FIRST'));
  consumer.start();
  await eventually(() => expect(names()).toEqual(['FIRST']));
  // It may have come back once meanwhile; given back at once it would have come dozens of times.
  expect(kept.lines.length).toBeLessThan(4);
  await plain.stop();
  silent.destroy();
});

test('stopping ends a long poll at once, leaves no complaint, and twice is fine', async () => {
  consumer.start();
  await put(action('FIRST'));
  await eventually(() => expect(names()).toEqual(['FIRST']));
  await consumer.stop();
  await consumer.stop();
  await put(action('SECOND'));
  expect(await countOf(aws.queueUrl)).toEqual({ visible: 1, hidden: 0 });
  expect(lines).toEqual([]);
});

test('a queue that refuses us is asked now and then, and people hear of it', async () => {
  vi.useFakeTimers();
  try {
    let asked = 0;
    const refusing = {
      send: async () => {
        asked += 1;
        throw new Error('no');
      },
    };
    const heard: unknown[] = [];
    const refused = makeAlertConsumer({
      queueUrl: aws.queueUrl,
      // The consumer needs nothing of the client but that it sends.
      sqs: refusing as unknown as SQSClient,
      absorb: async () => undefined,
      onUnanswered: (error) => void heard.push(error),
      systemNow: () => Date.now(),
      log: keepLog().log,
    });
    refused.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(20);
    // One lost answer alone is no trouble.
    expect(heard).toHaveLength(asked - 1);
    void refused.stop();
  } finally {
    vi.useRealTimers();
  }
});
