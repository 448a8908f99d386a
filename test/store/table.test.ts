import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Throttled, Unreachable } from '../../src/domain/errors.ts';
import { ensureTable } from '../../src/store/create-table.ts';
import { makeTable, type Table } from '../../src/store/table.ts';
import { makeVersionedRecords } from '../../src/store/versioned.ts';
import { startTestStore, type TestStore } from './dynalite.ts';
import { makeMemoryTable } from './memory-table.ts';

const clock = { nowMs: Date.UTC(2026, 10, 20, 9), now: () => clock.nowMs };
const seconds = (): number => Math.floor(clock.now() / 1000);
let store: TestStore;

beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

// The simulations rest on the table in memory: it has to behave as the real one.
describe.each(['DynamoDB', 'memory'])('table (%s)', (kind) => {
  let table: Table;
  beforeAll(() => {
    table = kind === 'memory' ? makeMemoryTable(clock) : makeTable({ ...store, clock });
  });

  it('gives back what was put, whatever it holds', async () => {
    const item = {
      pk: 'A',
      sk: '1',
      text: '<!channel> é',
      empty: '',
      zero: 0,
      yes: true,
      none: null,
      list: [1, 'two', [3]],
      map: { deep: { er: -1.5 } },
      bytes: new Uint8Array([1, 2, 255]),
    };
    await table.put(item);
    expect(await table.get({ pk: 'A', sk: '1' })).toEqual(item);
  });

  it('puts once when the item must be absent', async () => {
    expect(await table.put({ pk: 'B', sk: '1', by: 'first' }, 'absent')).toBe(true);
    expect(await table.put({ pk: 'B', sk: '1', by: 'second' }, 'absent')).toBe(false);
    expect((await table.get({ pk: 'B', sk: '1' }))?.by).toBe('first');
  });

  it('takes an expired item for absent, on read, in queries and when it must be absent', async () => {
    await table.put({ pk: 'C', sk: '1', expiresAt: seconds() - 1 });
    await table.put({ pk: 'C', sk: '2', expiresAt: seconds() + 60 });
    expect(await table.get({ pk: 'C', sk: '1' })).toBeUndefined();
    expect((await table.query({ pk: 'C', limit: 9 })).map((i) => i.sk)).toEqual(['2']);
    expect(await table.put({ pk: 'C', sk: '1' }, 'absent')).toBe(true);
    expect(await table.put({ pk: 'C', sk: '2' }, 'absent')).toBe(false);
  });

  it('writes only when the named attributes have these values, or are missing', async () => {
    await table.put({ pk: 'D', sk: '1', version: 3 });
    expect(await table.put({ pk: 'D', sk: '1', version: 4 }, { version: 2 })).toBe(false);
    expect(await table.put({ pk: 'D', sk: '1', version: 4 }, { version: 3, owner: undefined })).toBe(true);
    expect(
      await table.update({ pk: 'D', sk: '1' }, { set: { a: 1 } }, { version: undefined }),
    ).toBeUndefined();
  });

  it('sets, removes and counts in one update, and creates what is not there', async () => {
    const key = { pk: 'E', sk: '1' };
    expect(await table.update(key, { set: { name: 'x', size: 1 }, add: { count: 2 } })).toEqual({
      ...key,
      name: 'x',
      size: 1,
      count: 2,
    });
    expect(await table.update(key, { remove: ['name'], add: { count: -1 } })).toEqual({
      ...key,
      size: 1,
      count: 1,
    });
  });

  it('deletes only under its condition', async () => {
    await table.put({ pk: 'F', sk: '1', owner: 'a' });
    expect(await table.delete({ pk: 'F', sk: '1' }, { owner: 'b' })).toBe(false);
    expect(await table.delete({ pk: 'F', sk: '1' }, { owner: 'a' })).toBe(true);
    expect(await table.get({ pk: 'F', sk: '1' })).toBeUndefined();
  });

  it('queries by prefix, up to a key, newest first, with a limit, and by a sparse index', async () => {
    for (const sk of ['a1', 'a2', 'b1', 'b2']) {
      await table.put({ pk: 'G', sk, ...(sk.endsWith('2') ? { g2pk: 'TWO', g2sk: sk } : {}) });
    }
    const keys = async (range: Parameters<Table['query']>[0]) => (await table.query(range)).map((i) => i.sk);
    expect(await keys({ pk: 'G', prefix: 'a', limit: 9 })).toEqual(['a1', 'a2']);
    expect(await keys({ pk: 'G', upTo: 'a2', limit: 9 })).toEqual(['a1', 'a2']);
    expect(await keys({ pk: 'G', newestFirst: true, limit: 3 })).toEqual(['b2', 'b1', 'a2']);
    expect(await keys({ index: 'g2', pk: 'TWO', limit: 9 })).toEqual(['a2', 'b2']);
  });

  it('lets one of many writers of the same version win', async () => {
    const records = makeVersionedRecords(table, (value) => value as { by: number });
    const key = { pk: 'H', sk: '1' };
    const write = (seen: number) => (by: number) => records.replace(key, seen, { by }, {});
    const created = await Promise.all([1, 2, 3, 4].map(write(0)));
    const changed = await Promise.all([1, 2, 3, 4].map(write(1)));
    expect([created, changed].map((all) => all.filter(Boolean).length)).toEqual([1, 1]);
    expect((await records.get(key))?.version).toBe(2);
  });
});

describe('table', () => {
  it('reads all pages of a long query', async () => {
    const table = makeTable({ ...store, clock });
    const body = 'x'.repeat(200_000);
    for (let n = 10; n < 22; n += 1) await table.put({ pk: 'LONG', sk: String(n), body });
    expect(await table.query({ pk: 'LONG', limit: 100 })).toHaveLength(12);
    expect(await table.query({ pk: 'LONG', limit: 7 })).toHaveLength(7);
  });

  it('is made once, however often it is asked for, with two indexes', async () => {
    await ensureTable(store);
    await ensureTable(store);
    const answer = await store.client.send(new DescribeTableCommand({ TableName: store.tableName }));
    expect(answer.Table?.GlobalSecondaryIndexes?.map((i) => i.IndexName).sort()).toEqual(['by-g1', 'by-g2']);
  });

  it('waits a random, growing time while the table is busy, then says so', async () => {
    const waits: number[] = [];
    const client = failing('ProvisionedThroughputExceededException');
    const pause = async (ms: number) => waits.push(ms);
    const table = makeTable({ client, tableName: 't', clock, random: () => 0.5, pause });
    await expect(table.get({ pk: 'A', sk: '1' })).rejects.toThrow(Throttled);
    expect(waits).toEqual([50, 100, 200, 400, 800]);
  });

  it('says that the store does not answer when it does not', async () => {
    const table = makeTable({ client: failing('ECONNREFUSED'), tableName: 't', clock });
    await expect(table.put({ pk: 'A', sk: '1' })).rejects.toThrow(Unreachable);
  });

  function failing(name: string): DynamoDBClient {
    const client = new DynamoDBClient({ region: 'local', maxAttempts: 1 });
    client.send = async () => {
      throw Object.assign(new Error(name), { name });
    };
    return client;
  }
});
