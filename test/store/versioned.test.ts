import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTable, type Table } from '../../src/store/table.ts';
import { makeVersionedRecords } from '../../src/store/versioned.ts';
import { startTestStore, type TestStore } from './dynalite.ts';

let store: TestStore;
let table: Table;
beforeAll(async () => {
  store = await startTestStore();
  table = makeTable({ ...store, clock: { now: () => Date.parse('2026-11-20T09:00:00Z') } });
});
afterAll(() => store.close());

const KEY = { pk: 'SVC#a', sk: 'INC' };

test('a record whose JSON is longer than an item may be is kept whole and read again', async () => {
  const records = makeVersionedRecords<readonly string[]>(table, (value) => value as readonly string[]);
  const long = Array.from(
    { length: 3000 },
    (_, at) => `service-${at} fails: ${'no room for a task. '.repeat(15)}`,
  );
  expect(JSON.stringify(long).length).toBeGreaterThan(400 * 1024);

  expect(await records.replace(KEY, 0, long, { index: { g2pk: 'DIRTY', g2sk: 'a' } })).toBe(true);

  expect(await records.get(KEY)).toEqual({ value: long, version: 1 });
  const [listed] = await table.query({ index: 'g2', pk: 'DIRTY', limit: 10 });
  expect(listed && records.fromItem(listed).value).toEqual(long);
});
