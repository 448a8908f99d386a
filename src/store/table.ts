import { setTimeout as pauseFor } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Throttled, Unreachable } from '../domain/errors.ts';
import type { Clock } from '../domain/time.ts';
import { fromAttributes, toAttributes, type Value } from './attributes.ts';
import { type Change, type Condition, conditionOf, Expression } from './expression.ts';
import { INDEX_NAMES, type Key } from './keys.ts';

export type { Change, Condition } from './expression.ts';

/** An item: its key, at most two index entries, its end (`expiresAt`, seconds since 1970) and anything else. */
export interface Item extends Key {
  readonly g1pk?: string;
  readonly g1sk?: string;
  readonly g2pk?: string;
  readonly g2sk?: string;
  readonly expiresAt?: number;
  readonly [attribute: string]: Value | undefined;
}

export interface Range {
  readonly index?: 'g1' | 'g2';
  readonly pk: string;
  /** Sort keys that begin with this. */
  readonly prefix?: string;
  /** Sort keys up to this one, itself included. Not together with `prefix`. */
  readonly upTo?: string;
  readonly newestFirst?: boolean;
  /** At most so many items; all pages are read until then. */
  readonly limit: number;
}

/**
 * The table: single-item conditional writes and queries. An item past its `expiresAt` is as good as absent. Reads of
 * the table itself are consistent, reads of an index may lag.
 *
 * Every function throws `Throttled` when the table stays busy and `Unreachable` when it does not answer; a write
 * that threw may or may not have happened.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Writes the whole item. False: the condition does not hold and nothing was written. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Changes some attributes and returns the item after it; creates it when absent. `undefined`: condition failed. */
  update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined>;
  delete(key: Key, condition?: Condition): Promise<boolean>;
  query(range: Range): Promise<readonly Item[]>;
}

export interface TableOptions {
  /** With a request time-out of its own: a call without an answer must end. */
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** The machine's clock, not a simulated one: DynamoDB itself removes expired items. */
  readonly clock: Clock;
  readonly random?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** The table over a DynamoDB client. */
export function makeTable({ client, tableName, clock, random, pause }: TableOptions): Table {
  const base = { TableName: tableName };
  const nowSeconds = (): number => Math.floor(clock.now() / 1000);
  const alive = (item: Item | undefined): item is Item =>
    item !== undefined && (item.expiresAt === undefined || item.expiresAt > nowSeconds());
  const call = <T>(send: () => Promise<T>): Promise<T> =>
    patiently(send, random ?? Math.random, pause ?? pauseFor);

  async function get(key: Key): Promise<Item | undefined> {
    const answer = await call(() =>
      client.send(new GetItemCommand({ ...base, Key: keyOf(key), ConsistentRead: true })),
    );
    const item = answer.Item && toItem(answer.Item);
    return alive(item) ? item : undefined;
  }

  async function put(item: Item, condition?: Condition): Promise<boolean> {
    const expression = new Expression();
    const when = conditionOf(expression, condition, nowSeconds());
    const input = { ...base, Item: toAttributes(item), ...expression.input(), ...when };
    return (await call(() => unlessRefused(client.send(new PutItemCommand(input))))) !== undefined;
  }

  async function update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const expression = new Expression();
    const input = {
      ...base,
      Key: keyOf(key),
      UpdateExpression: expression.update(change),
      ...conditionOf(expression, condition, nowSeconds()),
      ...expression.input(),
      ReturnValues: 'ALL_NEW' as const,
    };
    const answer = await call(() => unlessRefused(client.send(new UpdateItemCommand(input))));
    return answer?.Attributes && toItem(answer.Attributes);
  }

  async function remove(key: Key, condition?: Condition): Promise<boolean> {
    const expression = new Expression();
    const when = conditionOf(expression, condition, nowSeconds());
    const input = { ...base, Key: keyOf(key), ...when, ...expression.input() };
    return (await call(() => unlessRefused(client.send(new DeleteItemCommand(input))))) !== undefined;
  }

  async function query(range: Range): Promise<readonly Item[]> {
    const found: Item[] = [];
    let from: QueryCommandInput['ExclusiveStartKey'];
    do {
      const input = { ...base, ...queryInput(range), Limit: range.limit, ExclusiveStartKey: from };
      const page = await call(() => client.send(new QueryCommand(input)));
      found.push(...(page.Items ?? []).map(toItem).filter(alive));
      from = page.LastEvaluatedKey;
    } while (from && found.length < range.limit);
    return found.slice(0, range.limit);
  }

  return { get, put, update, delete: remove, query };
}

function keyOf(key: Key): ReturnType<typeof toAttributes> {
  return toAttributes({ pk: key.pk, sk: key.sk });
}

function toItem(attributes: Parameters<typeof fromAttributes>[0]): Item {
  // Every item of the table has its key; DynamoDB refuses others.
  return fromAttributes(attributes) as Item;
}

function queryInput(range: Range): Partial<QueryCommandInput> {
  const prefix = range.index ?? '';
  const expression = new Expression();
  const parts = [`${expression.name(`${prefix}pk`)} = ${expression.value(range.pk)}`];
  const sk = `${prefix}sk`;
  if (range.prefix !== undefined) {
    parts.push(`begins_with(${expression.name(sk)}, ${expression.value(range.prefix)})`);
  } else if (range.upTo !== undefined) {
    parts.push(`${expression.name(sk)} <= ${expression.value(range.upTo)}`);
  }
  return {
    KeyConditionExpression: parts.join(' AND '),
    ...expression.input(),
    ScanIndexForward: range.newestFirst !== true,
    ...(range.index ? { IndexName: INDEX_NAMES[range.index] } : { ConsistentRead: true }),
  };
}

async function unlessRefused<T>(sending: Promise<T>): Promise<T | undefined> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const BUSY = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
]);
const BUSY_TRIES = 6;
const BUSY_PAUSE_MS = 50;

/** Waits a random time, twice as long each time, while the table is busy; the client has retried before that. */
async function patiently<T>(
  send: () => Promise<T>,
  random: () => number,
  pause: (ms: number) => Promise<unknown>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const busy = error instanceof Error && BUSY.has(error.name);
      if (!busy || attempt === BUSY_TRIES) throw translate(error, busy);
      await pause(random() * BUSY_PAUSE_MS * 2 ** attempt);
    }
  }
}

function translate(error: unknown, busy: boolean): unknown {
  if (busy) return new Throttled('My store is busy; please try again in a moment.', { cause: error });
  const answered = error instanceof DynamoDBServiceException && (error.$metadata.httpStatusCode ?? 500) < 500;
  if (answered || error instanceof TypeError) return error;
  return new Unreachable('My store does not answer; please try again in a moment.', { cause: error });
}
