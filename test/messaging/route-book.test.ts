import { expect, it } from 'vitest';
import { REMINDER_DEFAULTS, type Route } from '../../src/domain/route.ts';
import { makeRouteBook } from '../../src/messaging/route-book.ts';
import { makeMuteStore } from '../../src/store/mute-store.ts';
import { makeRouteStore } from '../../src/store/route-store.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const START = Date.parse('2026-11-20T09:00:00Z');
const file: Route = { id: 'file-1', match: '*', severity: 'high', to: 'slack:CFILE' };
const about = {
  target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' },
  severity: 'high',
} as const;

function open() {
  const clock = { nowMs: START };
  const now = () => clock.nowMs;
  const table = makeMemoryTable({ now });
  const routes = makeRouteStore(table);
  const mutes = makeMuteStore(table);
  const { log, lines } = keepLog();
  const trouble = { isDown: false, reads: 0 };
  const read = async <T>(list: () => Promise<readonly T[]>) => {
    trouble.reads += 1;
    if (trouble.isDown) throw new Error('no table');
    return list();
  };
  const book = makeRouteBook({
    configured: [file],
    maintenance: [],
    reminders: REMINDER_DEFAULTS,
    defaults: [],
    routes: { list: () => read(() => routes.list()) },
    mutes: { list: () => read(() => mutes.list()) },
    clock: { now },
    systemNow: now,
    log,
  });
  const channels = async () => (await book.plan(about)).now.map(({ channel }) => channel);
  return { clock, table, routes, mutes, book, trouble, lines, channels };
}

const mute = {
  id: 'm1',
  on: '*',
  fromMs: START,
  untilMs: START + 60_000,
  by: { platform: 'slack', id: 'U1', tenant: 'T', name: 'Olivia' },
} as const;

it('a route made in chat holds within five seconds, beside those of the file', async () => {
  const { clock, routes, channels, book } = open();
  expect(await channels()).toEqual(['CFILE']);
  await routes.put({ id: 'r1', match: 'production/core/web', severity: 'medium', to: 'slack:CCHAT' });
  expect(await channels()).toEqual(['CFILE']);
  clock.nowMs += 5000;
  expect(await channels()).toEqual(['CFILE', 'CCHAT']);
  await routes.remove('r1');
  book.forget();
  expect(await channels()).toEqual(['CFILE']);
});

it('a mute holds, ends by itself and leaves the table', async () => {
  const { clock, mutes, channels } = open();
  await mutes.put(mute);
  expect(await channels()).toEqual([]);
  clock.nowMs += 60_000;
  expect(await channels()).toEqual(['CFILE']);
  expect(await mutes.list()).toEqual([]);
});

it('without its table goes on with what was known, and with the file alone when nothing was', async () => {
  const { clock, routes, channels, trouble, lines } = open();
  trouble.isDown = true;
  expect(await channels()).toEqual(['CFILE']);
  trouble.isDown = false;
  await routes.put({ id: 'r1', match: '*', severity: 'medium', to: 'slack:CCHAT' });
  clock.nowMs += 5000;
  expect(await channels()).toEqual(['CFILE', 'CCHAT']);
  trouble.isDown = true;
  clock.nowMs += 5000;
  expect(await channels()).toEqual(['CFILE', 'CCHAT']);
  expect(lines.some((line) => line.includes('cannot be read'))).toBe(true);
});

it('many who ask at once share one reading', async () => {
  const { channels, trouble } = open();
  await Promise.all(Array.from({ length: 50 }, channels));
  expect(trouble.reads).toBe(2);
});

it('a route that means nothing any more does not take the others along', async () => {
  const { table, routes, channels } = open();
  await routes.put({ id: 'r1', match: '*', severity: 'medium', to: 'slack:CCHAT' });
  await table.put({ pk: 'CFG#route', sk: 'r0', body: JSON.stringify({ id: 'r0', to: 'carrier pigeon' }) });
  expect(await channels()).toEqual(['CFILE', 'CCHAT']);
});

it('a mute of a fleet that plays at another date ends by that date', async () => {
  const { table } = open();
  const aheadMs = 3 * 86_400_000;
  const mutes = makeMuteStore(table, () => aheadMs);
  await mutes.put({ ...mute, fromMs: START + aheadMs, untilMs: START + aheadMs + 60_000 });
  const [item] = [...table.items.values()];
  expect(item?.expiresAt).toBe((START + 60_000) / 1000);
});
