import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeAliveStore } from '../../src/store/alive-store.ts';
import { makeFallbackStore } from '../../src/store/fallback-store.ts';
import { makeHeartbeatStore } from '../../src/store/heartbeat-store.ts';
import { makeTable, type Table } from '../../src/store/table.ts';
import { startTestStore, type TestStore } from './dynalite.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
let server: TestStore;
let table: Table;
beforeAll(async () => {
  server = await startTestStore();
});
afterAll(() => server.close());
beforeEach(async () => {
  table = makeTable({ ...(await server.fresh()), clock: { now: () => NOW } });
});

describe('the notice of an incident', () => {
  it('is claimed by one of many, and by nobody once it is sent', async () => {
    const store = makeFallbackStore(table);
    const at = { nowMs: NOW, untilMs: NOW + 1_000 };
    const claims = await Promise.all([1, 2, 3, 4].map(() => store.claim('a#1', at)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    await store.sent('a#1', NOW);
    expect(await store.claim('a#1', { nowMs: NOW + 2_000, untilMs: NOW + 3_000 })).toBe(false);
    await store.release('a#1');
    expect(await store.claim('a#1', { nowMs: NOW + 2_000, untilMs: NOW + 3_000 })).toBe(false);
  });

  it('can be claimed again when it was released, or when its claimer is silent for too long', async () => {
    const store = makeFallbackStore(table);
    expect(await store.claim('a#1', { nowMs: NOW, untilMs: NOW + 1_000 })).toBe(true);
    await store.release('a#1');
    expect(await store.claim('a#1', { nowMs: NOW, untilMs: NOW + 1_000 })).toBe(true);
    const late = { nowMs: NOW + 1_000, untilMs: NOW + 2_000 };
    const claims = await Promise.all([1, 2, 3].map(() => store.claim('a#1', late)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
});

it('signs of life are kept by account and region, and a write that lost is told', async () => {
  const store = makeHeartbeatStore(table);
  const record = { accountId: '111122223333', region: 'eu-west-1', recent: [1, 2] };
  expect(await store.save(0, record, NOW)).toBe(true);
  expect(await store.save(0, record, NOW)).toBe(false);
  expect(await store.save(0, { ...record, region: 'us-east-1' }, NOW)).toBe(true);
  const silent = { sinceMs: 2, noticedAtMs: 3 };
  expect(await store.save(1, { ...record, silent }, NOW)).toBe(true);
  expect(await store.get(record)).toEqual({ value: { ...record, silent }, version: 2 });
  expect((await store.all()).map(({ value }) => value.region)).toEqual(['eu-west-1', 'us-east-1']);
});

it('the sign of life of all processes is one record', async () => {
  const store = makeAliveStore(table);
  expect(await store.get()).toBeUndefined();
  expect(await store.save(0, { atMs: 1 })).toBe(true);
  expect(await store.save(0, { atMs: 2 })).toBe(false);
  expect(await store.save(1, { atMs: 3, gap: { fromMs: 1, toMs: 3 } })).toBe(true);
  expect((await store.get())?.value).toEqual({ atMs: 3, gap: { fromMs: 1, toMs: 3 } });
});
