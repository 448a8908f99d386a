import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceRef } from '../../src/domain/fleet.ts';
import type { StopEvidence } from '../../src/domain/incident.ts';
import { type EvidenceStore, makeEvidenceStore, type NewStop } from '../../src/store/evidence-store.ts';
import { makeTable, type Table } from '../../src/store/table.ts';
import { startTestStore, type TestStore } from './dynalite.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const DAY = 24 * 60 * 60_000;
const clock = { nowMs: NOW, now: () => clock.nowMs };

let services = 0;

/** A service of its own for each test. */
function newRef(change: Partial<ServiceRef> = {}): ServiceRef {
  services += 1;
  return {
    account: 'production',
    region: 'eu-west-1',
    cluster: 'core',
    service: `web-${services}`,
    ...change,
  };
}

function stopped(ref: ServiceRef, change: Partial<StopEvidence> = {}, version = 5): NewStop {
  const containers = [{ name: 'app', exitCode: 1 }, { name: 'proxy' }];
  return {
    ref,
    taskDefinition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7',
    stop: { taskId: 'task1', atMs: NOW, stopCode: 'EssentialContainerExited', containers, ...change },
    version,
  };
}

describe('kept stops', () => {
  let server: TestStore;
  let table: Table;
  let store: EvidenceStore;
  beforeAll(async () => {
    server = await startTestStore();
    table = makeTable({ ...server, clock });
    store = makeEvidenceStore(table, clock.now);
  });
  afterAll(() => server.close());

  const all = async (ref: ServiceRef, sinceMs = 0) =>
    (await store.ofService(ref, { sinceMs, limit: 50 })).stops;

  it('come back newest first, from a moment on, with what was said of them', async () => {
    const ref = newRef();
    for (const [taskId, atMs] of [
      ['old', NOW - 3 * DAY],
      ['new', NOW],
      ['between', NOW - DAY],
    ] as const) {
      await store.keep(stopped(ref, { taskId, atMs, reason: 'it <ended>', revision: 7 }), undefined);
    }
    expect((await all(ref)).map(({ taskId }) => taskId)).toEqual(['new', 'between', 'old']);
    expect((await all(ref, NOW - DAY)).map(({ taskId }) => taskId)).toEqual(['new', 'between']);
    expect((await all(ref))[0]).toMatchObject({ reason: 'it <ended>', revision: 7, atMs: NOW });
    expect(await store.ofService(ref, { sinceMs: 0, limit: 2 })).toMatchObject({ isCut: true });
  });

  it('are kept once, however often an event comes', async () => {
    const ref = newRef();
    expect(await store.keep(stopped(ref), undefined)).toBe(true);
    expect(await store.keep(stopped(ref), undefined)).toBe(false);
    expect(await all(ref)).toHaveLength(1);
  });

  it('are completed by a later version and not undone by an earlier one, and keep their lines', async () => {
    const ref = newRef();
    const complete = {
      containers: [
        { name: 'app', exitCode: 137 },
        { name: 'proxy', exitCode: 0 },
      ],
    };
    await store.keep(stopped(ref, {}, 5), NOW);
    await store.addLines(stopped(ref), { app: ['last words'] }, 1);
    await store.keep(stopped(ref, complete, 6), undefined);
    await store.keep(stopped(ref, {}, 4), undefined);
    expect((await all(ref))[0]?.containers).toEqual([
      { name: 'app', exitCode: 137, lastLines: ['last words'] },
      { name: 'proxy', exitCode: 0 },
    ]);
  });

  it('are one stop when two versions of a task tell different moments', async () => {
    const ref = newRef();
    await store.keep(
      stopped(ref, { atMs: NOW + 4000, containers: [{ name: 'app', exitCode: 9 }] }, 6),
      undefined,
    );
    await store.keep(stopped(ref, { atMs: NOW }, 5), undefined);
    const stops = await all(ref);
    expect(stops).toHaveLength(1);
    expect(stops[0]).toMatchObject({
      atMs: NOW,
      containers: [{ name: 'app', exitCode: 9 }, { name: 'proxy' }],
    });
  });

  it('never lose lines to a look that found none', async () => {
    const ref = newRef();
    await store.keep(stopped(ref), NOW);
    await store.addLines(stopped(ref), { app: ['one', 'two'] }, 1, NOW);
    await store.addLines(stopped(ref), {}, 2);
    expect((await all(ref))[0]?.containers[0]?.lastLines).toEqual(['one', 'two']);
  });

  it('wait for their lines until somebody has looked, and one process alone takes each', async () => {
    const other = makeEvidenceStore(table, clock.now, 'another-fleet');
    const ref = newRef();
    const mine = async (byMs: number) =>
      (await store.waiting(byMs, 100)).filter(({ ref: { service } }) => service === ref.service);
    await store.keep(stopped(ref), NOW + 60_000);
    expect(await mine(NOW + 59_999)).toEqual([]);
    const [waiting] = await mine(NOW + 60_000);
    expect(waiting).toMatchObject({
      ref,
      looks: 0,
      lines: {},
      dueMs: NOW + 60_000,
      stop: { taskId: 'task1' },
    });
    expect(await other.waiting(NOW + DAY, 100)).toEqual([]);
    if (waiting === undefined) throw new Error('nothing waits');
    expect(await store.claim(waiting, NOW + 120_000)).toBe(true);
    expect(await store.claim(waiting, NOW + 120_000)).toBe(false);
    await store.addLines(stopped(ref), { app: ['x'] }, 1, NOW + 140_000);
    expect((await mine(NOW + 140_000))[0]).toMatchObject({ looks: 1, lines: { app: ['x'] } });
    await store.addLines(stopped(ref), {}, 2);
    expect(await mine(NOW + DAY)).toEqual([]);
  });

  it('are found by account, cluster and day without reading anything else', async () => {
    const [here, there] = [newRef({ account: 'acme' }), newRef({ account: 'acme', cluster: 'edge' })];
    const long = newRef({ account: 'acme' });
    await store.keep(stopped(here), undefined);
    await store.keep(stopped(here, { taskId: 'second', atMs: NOW - DAY }), undefined);
    await store.keep(stopped(there), undefined);
    await store.keep(stopped(long, { atMs: NOW - 9 * DAY }), undefined);
    const within = { sinceMs: NOW - DAY, untilMs: NOW };
    expect(await store.servicesWithStops({ account: 'acme' }, within)).toEqual([here, there]);
    expect(await store.servicesWithStops({ account: 'acme', cluster: 'edge' }, within)).toEqual([there]);
    expect(await store.servicesWithStops({ account: 'acm' }, within)).toEqual([]);
    const longer = { sinceMs: NOW - 9 * DAY, untilMs: NOW };
    expect(await store.servicesWithStops({ account: 'acme' }, longer)).toContainEqual(long);
  });

  it('are gone after thirty days, and do not come back half', async () => {
    const ref = newRef();
    await store.keep(stopped(ref), NOW);
    clock.nowMs = NOW + 30 * DAY + 1000;
    try {
      expect(await all(ref)).toEqual([]);
      await store.addLines(stopped(newRef()), { app: ['late'] }, 1);
      expect(await all(ref)).toEqual([]);
    } finally {
      clock.nowMs = NOW;
    }
  });
});
