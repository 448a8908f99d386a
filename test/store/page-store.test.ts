import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePageStore, type PageRecord } from '../../src/store/page-store.ts';
import { makeRouteStore } from '../../src/store/route-store.ts';
import { makeTable } from '../../src/store/table.ts';
import { startTestStore, type TestStore } from './dynalite.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const NOW = Date.parse('2026-11-20T09:00:00Z');
const clock = { now: () => NOW };
const record: PageRecord = {
  incident: 'production/eu-west-1/core/web#1',
  round: 0,
  waitingSinceMs: NOW,
  held: ['slack/-/C2'],
  freeSinceMs: { 'slack/-/C1': NOW },
  done: ['remind/1 slack/-/C1'],
  posts: [{ key: 'inc/1/escalate/1', dest: 'slack/-/C2' }],
  shown: '',
  pages: [
    {
      target: { kind: 'pagerDuty', keyEnv: 'PAGERDUTY_KEY' },
      key: 'k',
      dest: 'slack/-/C1',
      trying: { event: 'triggered', tries: 1, dueMs: NOW },
    },
  ],
};

it('what was done about an incident is kept, by one writer at a time, and listed until it is over', async () => {
  const pages = makePageStore(makeTable({ ...store, clock }), clock.now);
  expect(await pages.get(record.incident)).toBeUndefined();
  expect(await pages.save(0, record, false)).toBe(true);
  expect(await pages.save(0, record, false)).toBe(false);
  expect(await pages.active(10)).toEqual([{ value: record, version: 1 }]);
  expect(await pages.save(1, { ...record, round: 1 }, true)).toBe(true);
  expect(await pages.active(10)).toEqual([]);
  expect((await pages.get(record.incident))?.value.round).toBe(1);
});

it('what came from another program is remembered', async () => {
  const pages = makePageStore(makeTable({ ...store, clock }), clock.now);
  expect(await pages.wasReceived('pagerduty/1')).toBe(false);
  await pages.noteReceived('pagerduty/1');
  expect(await pages.wasReceived('pagerduty/1')).toBe(true);
});

it('a route comes back as it was made', async () => {
  const routes = makeRouteStore(makeTable({ ...store, clock }));
  const route = {
    id: 'r1',
    match: '*',
    severity: 'high' as const,
    to: 'slack:C1',
    quiet: { from: '22:00', to: '07:00', zone: 'UTC', days: ['fri' as const], letThrough: 'none' as const },
    remindMinutes: 0,
    escalate: [{ afterMinutes: 5, mention: ['slack:S1'] }],
  };
  await routes.put(route);
  await routes.put(route);
  expect(await routes.list()).toEqual([route]);
  await routes.remove('r1');
  expect(await routes.list()).toEqual([]);
});
