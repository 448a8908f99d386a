import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeAws } from '../../../src/local/aws/index.ts';
import { handWorld } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A client that knows of the loopback only what the environment tells every SDK. */
function fromEnvironment(endpoint: string): SQSClient {
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_REGION', 'ap-southeast-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return new SQSClient({});
}

describe('the queue', () => {
  test('round trip with AWS_ENDPOINT_URL alone, in any region, by the QueueUrl that comes back', async () => {
    const { aws, endpoint } = await startLoopback(handWorld());
    const sqs = fromEnvironment(endpoint);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'deckhand-alerts' }));
    expect(QueueUrl).toBe(`${endpoint}/000000000000/deckhand-alerts`);
    expect(QueueUrl).toBe(aws.queueUrl);
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls?.toSorted()).toEqual([aws.queueUrl, `${aws.queueUrl}-dlq`]);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    expect(message?.Body).toBe('hello');
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'RedrivePolicy'],
      }),
    );
    expect(Attributes?.['ApproximateNumberOfMessages']).toBe('0');
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toMatchObject({ maxReceiveCount: 3 });
  });

  test('an event put on the bus is the whole body of a message', async () => {
    const { aws, asHub } = await startLoopback(undefined);
    const event = { version: '0', 'detail-type': 'ECS Task State Change', detail: { lastStatus: 'STOPPED' } };
    await aws.putEvent(event);
    const { Messages } = await new SQSClient(asHub).send(
      new ReceiveMessageCommand({ QueueUrl: aws.queueUrl }),
    );
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toEqual(event);
  });

  test('what was received three times and never deleted ends in the dead-letter queue', async () => {
    const { aws, asHub } = await startLoopback(handWorld());
    const sqs = new SQSClient(asHub);
    const QueueUrl = aws.queueUrl;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
    for (let i = 0; i < 3; i += 1) {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      expect(message?.Body).toBe('poison');
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    }
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
    const dead = await sqs.send(new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}-dlq` }));
    expect(dead.Messages?.[0]?.Body).toBe('poison');
  });

  test('a long poll whose client went away does not swallow the next message', async () => {
    const { aws, asHub, nextClose } = await startLoopback(handWorld());
    const sqs = new SQSClient(asHub);
    const QueueUrl = aws.queueUrl;
    const abort = new AbortController();
    const poll = refusal(
      sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: abort.signal }),
    );
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    const closed = nextClose();
    abort.abort();
    await poll;
    await closed;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'for the living' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    expect(Messages?.[0]?.Body).toBe('for the living');
  });

  test('a queue that is not there is named so', async () => {
    const { asHub } = await startLoopback(handWorld());
    const error = await refusal(new SQSClient(asHub).send(new GetQueueUrlCommand({ QueueName: 'nope' })));
    expect(error.name).toBe('QueueDoesNotExist');
  });
});

describe('the store', () => {
  test('creates a table, puts on a condition, and queries', async () => {
    const { aws, asHub } = await startLoopback(undefined);
    const dynamodb = new DynamoDBClient(asHub);
    const TableName = aws.tableName;
    await createTable(dynamodb, TableName);
    const put = () =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'SVC#a' }, sk: { S: 'INC' }, n: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    await put();
    expect((await refusal(put())).name).toBe('ConditionalCheckFailedException');
    const { Items } = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'SVC#a' } },
      }),
    );
    expect(Items).toEqual([{ pk: { S: 'SVC#a' }, sk: { S: 'INC' }, n: { N: '1' } }]);
    expect(aws.meter.report().rows.find((row) => row.operation === 'Query')).toMatchObject({
      service: 'dynamodb',
      calls: 1,
    });
  });

  test('on disk it outlives the process', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'deckhand-store-'));
    const key = { pk: { S: 'a' }, sk: { S: 'b' } };
    const before = await startLoopback(undefined, { dataDir });
    const dynamodb = new DynamoDBClient(before.asHub);
    await createTable(dynamodb, 'deckhand');
    await dynamodb.send(
      new PutItemCommand({ TableName: 'deckhand', Item: { ...key, kept: { BOOL: true } } }),
    );
    await before.aws.close();
    const after = await startLoopback(undefined, { dataDir });
    const { Item } = await new DynamoDBClient(after.asHub).send(
      new GetItemCommand({ TableName: 'deckhand', Key: key }),
    );
    expect(Item).toMatchObject({ kept: { BOOL: true } });
    await after.aws.close();
    await rm(dataDir, { recursive: true });
  });
});

test('without a fleet, reading one is refused by name', async () => {
  const { asHub } = await startLoopback(undefined);
  const error = await refusal(new ECSClient(asHub).send(new ListClustersCommand({})));
  expect(error.message).toContain('does not serve that service');
});

test('only what is signed or goes to a queue is for AWS', async () => {
  const aws = await makeAws({ world: undefined, dataDir: undefined, baseUrl: () => '' });
  const handles = (url: string, headers: Record<string, string> = {}) =>
    aws.handles({ url, headers } as unknown as Parameters<typeof aws.handles>[0]);
  expect(handles('/', { authorization: 'AWS4-HMAC-SHA256 Credential=…' })).toBe(true);
  expect(handles('/000000000000/deckhand-alerts')).toBe(true);
  expect(handles('/?X-Amz-Signature=abc')).toBe(true);
  expect(handles('/page/state')).toBe(false);
  expect(handles('/api/chat.postMessage', { authorization: 'Bearer xoxb-1' })).toBe(false);
  await aws.close();
});

async function createTable(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  let status: string | undefined;
  while (status !== 'ACTIVE') {
    status = (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
  }
}
