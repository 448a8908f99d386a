import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InventoryStore, makeInventoryStore } from '../../src/store/inventory-store.ts';
import { makeTable, type Table } from '../../src/store/table.ts';
import { startTestStore, type TestStore } from './dynalite.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const clock = { nowMs: NOW, now: () => clock.nowMs };
const PLACE = 'production/eu-west-1';

describe('a kept inventory', () => {
  let server: TestStore;
  let table: Table;
  let store: InventoryStore;
  beforeAll(async () => {
    server = await startTestStore();
    table = makeTable({ ...server, clock });
    store = makeInventoryStore(table, clock.now);
  });
  afterAll(() => server.close());

  it('comes back line by line, in pieces that DynamoDB takes, and only when it is news', async () => {
    const lines = Array.from({ length: 400 }, (_, n) =>
      JSON.stringify([n, randomBytes(1500).toString('base64')]),
    );
    const generation = await store.save(PLACE, lines, NOW);
    const pieces = await table.query({ pk: `INV#${PLACE}`, prefix: 'GEN#', limit: 100 });
    expect(pieces.length).toBeGreaterThan(1);
    for (const { data } of pieces) expect((data as Uint8Array).length).toBeLessThanOrEqual(300 * 1024);
    expect(await store.load(PLACE)).toEqual({ generation, atMs: NOW, lines });
    expect(await store.load(PLACE, generation)).toBeUndefined();
  });

  it('is never replaced by an older one', async () => {
    expect(await store.save('older/eu-west-1', ['new'], NOW + 1000)).toBeDefined();
    expect(await store.save('older/eu-west-1', ['old'], NOW)).toBeUndefined();
    expect((await store.load('older/eu-west-1'))?.lines).toEqual(['new']);
  });

  it('is as good as none when a piece of it is gone', async () => {
    await store.save('torn/eu-west-1', ['whole'], NOW);
    const [piece] = await table.query({ pk: 'INV#torn/eu-west-1', prefix: 'GEN#', limit: 1 });
    if (!piece) throw new Error('a piece was written');
    await table.delete({ pk: piece.pk, sk: piece.sk });
    expect(await store.load('torn/eu-west-1')).toBeUndefined();
  });

  it('is gone after a day; a task definition stays', async () => {
    await store.save('aging/eu-west-1', ['line'], NOW);
    await store.keepTaskDefinition('arn:aws:ecs:x:1:task-definition/a:1', '{}');
    clock.nowMs = NOW + 25 * 3_600_000;
    expect(await store.load('aging/eu-west-1')).toBeUndefined();
    expect(await store.taskDefinition('arn:aws:ecs:x:1:task-definition/a:1')).toBe('{}');
    clock.nowMs = NOW;
  });

  it('of another fleet with the same names is not taken for this one', async () => {
    const [one, other] = ['a', 'b'].map((fleet) => makeInventoryStore(table, clock.now, fleet));
    await one?.save(PLACE, ['of a'], NOW);
    await one?.markChanged(PLACE, { service: 'core/api', atMs: NOW });
    await one?.keepTaskDefinition('arn:x:1', '{}');
    expect((await one?.load(PLACE))?.lines).toEqual(['of a']);
    expect(await other?.load(PLACE)).toBeUndefined();
    expect(await other?.changes(PLACE)).toEqual([]);
    expect(await other?.taskDefinition('arn:x:1')).toBeUndefined();
  });

  it('has marks of what changed since, and a mark that was renewed meanwhile is not removed', async () => {
    const change = { service: 'core/api', atMs: NOW };
    await store.markChanged(PLACE, change);
    expect(await store.changes(PLACE)).toEqual([change]);
    await store.markChanged(PLACE, { ...change, atMs: NOW + 5 });
    await store.forgetChanges(PLACE, [change]);
    expect(await store.changes(PLACE)).toEqual([{ ...change, atMs: NOW + 5 }]);
    await store.forgetChanges(PLACE, [{ ...change, atMs: NOW + 5 }]);
    expect(await store.changes(PLACE)).toEqual([]);
  });
});
