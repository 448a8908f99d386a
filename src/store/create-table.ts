import { setTimeout as pauseFor } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { BadRequest, Denied, NotFound, Unreachable } from '../domain/errors.ts';
import { INDEX_NAMES } from './keys.ts';
import type { Table } from './table.ts';

export interface EnsureTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly pause?: (ms: number) => Promise<unknown>;
}

const LOOKS = 600;
const LOOK_EVERY_MS = 100;

/**
 * Makes sure that the table is there and ready: for local use and tests; on AWS it is part of the stack. Where the
 * store knows no time to live (the embedded one), expired items stay until they are filtered on read.
 * @throws Unreachable when the table does not become ready within a minute.
 */
export async function ensureTable({ client, tableName, pause }: EnsureTableOptions): Promise<void> {
  if ((await statusOf(client, tableName)) === undefined) await create(client, tableName);
  for (let look = 1; (await statusOf(client, tableName)) !== 'ACTIVE'; look += 1) {
    if (look === LOOKS) throw new Unreachable(`The table ${tableName} did not become ready within a minute.`);
    await (pause ?? pauseFor)(LOOK_EVERY_MS);
  }
  await expireBy(client, tableName, 'expiresAt');
}

async function statusOf(client: DynamoDBClient, tableName: string): Promise<string | undefined> {
  try {
    const answer = await client.send(new DescribeTableCommand({ TableName: tableName }));
    return answer.Table?.TableStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    // Who may not look may still read and write; whether the table is there, the first read tells.
    if (isDenied(error)) return 'ACTIVE';
    throw error;
  }
}

async function create(client: DynamoDBClient, tableName: string): Promise<void> {
  const keys = ['pk', 'sk', 'g1pk', 'g1sk', 'g2pk', 'g2sk'];
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
        KeySchema: keySchema('pk', 'sk'),
        GlobalSecondaryIndexes: (['g1', 'g2'] as const).map((index) => ({
          IndexName: INDEX_NAMES[index],
          KeySchema: keySchema(`${index}pk`, `${index}sk`),
          Projection: { ProjectionType: 'ALL' },
        })),
      }),
    );
  } catch (error) {
    // Another process was faster.
    if (error instanceof ResourceInUseException) return;
    if (!isDenied(error)) throw error;
    throw new Denied(
      `The table ${tableName} does not exist and I may not create it: create it, or allow dynamodb:CreateTable.`,
      {
        cause: error,
      },
    );
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && error.name === 'AccessDeniedException';
}

function keySchema(hash: string, range: string): { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[] {
  return [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
}

/**
 * Set already, an operation that the embedded store does not know, or no right to it: expired items are filtered on
 * read all the same.
 */
const TOLERATED = new Set([
  'ValidationException',
  'UnknownOperationException',
  'ResourceInUseException',
  'AccessDeniedException',
]);

async function expireBy(client: DynamoDBClient, tableName: string, attribute: string): Promise<void> {
  try {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: tableName,
        TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && TOLERATED.has(error.name))) throw error;
  }
}

/**
 * Reads one item, so that what is wrong with the table is known before it is needed.
 * @throws NotFound, Denied or BadRequest with what to do; Throttled or Unreachable when it does not answer.
 */
export async function checkTable(table: Pick<Table, 'get'>, tableName: string): Promise<void> {
  try {
    await table.get({ pk: 'READY', sk: 'READY' });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    const cause = { cause: error };
    if (name === 'ResourceNotFoundException') {
      throw new NotFound(
        `The table ${tableName} does not exist in this account and region: create it, or name another in DYNAMODB_TABLE.`,
        cause,
      );
    }
    if (name === 'AccessDeniedException') {
      throw new Denied(
        `I may not read the table ${tableName}: allow dynamodb:GetItem, Query, PutItem, UpdateItem and DeleteItem on it and its indexes.`,
        cause,
      );
    }
    if (name === 'ValidationException') {
      throw new BadRequest(
        `The table ${tableName} has other keys than pk and sk: name a table made for Deckhand in DYNAMODB_TABLE.`,
        cause,
      );
    }
    throw error;
  }
}
