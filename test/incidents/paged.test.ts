import { afterEach, expect, it } from 'vitest';
import type { Route } from '../../src/domain/route.ts';
import { REMINDER_DEFAULTS } from '../../src/domain/route.ts';
import { readPagerDuty } from '../../src/http/hook-events.ts';
import { makePager } from '../../src/incidents/pages.ts';
import { incidentOfPageKey } from '../../src/incidents/pages-pagerduty.ts';
import { makeReminders } from '../../src/incidents/reminders.ts';
import { makeRouteBook, type RouteBook } from '../../src/messaging/route-book.ts';
import { makeMuteStore } from '../../src/store/mute-store.ts';
import { makePageStore } from '../../src/store/page-store.ts';
import { keepLog } from '../kept-log.ts';
import { MINUTE, type Outside, olivia, openOutside } from './escalation-world.ts';
import { deployment } from './events.ts';
import { openWorld, SLACK } from './world.ts';

let outside: Outside | undefined;
afterEach(async () => {
  await outside?.close();
  outside = undefined;
});

const ROUTES: Route[] = [
  {
    match: '*',
    severity: 'info',
    to: 'slack:C1',
    escalate: [{ afterMinutes: 15, pagerDuty: { keyEnv: 'PAGERDUTY_KEY' } }],
  },
];

/** Incidents as the bot has them, with routes, mutes, reminders and a PagerDuty. */
async function open() {
  outside = await openOutside();
  const duty = outside;
  let book: RouteBook | undefined;
  const world = openWorld({
    destinations: async (target, severity) => (await book?.plan({ target, severity })) ?? { now: [] },
  });
  const now = () => world.clock.nowMs;
  const mutes = makeMuteStore(world.table);
  const { log } = keepLog();
  book = makeRouteBook({
    configured: ROUTES,
    maintenance: [],
    reminders: REMINDER_DEFAULTS,
    defaults: [SLACK],
    routes: undefined,
    mutes,
    clock: { now },
    systemNow: now,
    log,
  });
  const routes = book;
  const reminders = makeReminders({
    incidents: world.incidents,
    plan: (about) => routes.plan(about),
    want: async (messages) => void world.wanted.push(...messages),
    pages: makePageStore(world.table, now),
    pager: makePager({
      variable: () => 'r0ut1ngk3y',
      pagerDutyUrl: duty.url,
      systemNow: now,
    }),
    onGiveUp: async () => undefined,
    clock: { now },
    systemNow: now,
    log,
  });
  const pass = async (minutes: number) => {
    for (let step = 0; step < minutes * 4; step += 1) {
      world.clock.nowMs += MINUTE / 4;
      await world.incidents.attend();
      await world.incidents.idle();
      await reminders.run();
    }
  };
  const keys = () => [...new Set(world.wanted.map(({ key }) => key.slice(key.indexOf('#') + 3)))];
  return {
    world,
    duty,
    mutes,
    pass,
    keys,
    actions: () => duty.received.map(({ json }) => json['event_action']),
  };
}

it('an incident is reminded of, called out, taken in PagerDuty and over in both places', async () => {
  const { world, duty, pass, keys, actions } = await open();
  await world.absorb(deployment('SERVICE_DEPLOYMENT_FAILED', '09:00:00', 'ERROR'));
  await pass(16);
  expect(keys()).toEqual(['root', 'remind/1', 'escalate/1']);
  expect(actions()).toEqual(['trigger']);

  const read = readPagerDuty(
    Buffer.from(
      JSON.stringify({
        event: {
          id: 'E1',
          event_type: 'incident.acknowledged',
          occurred_at: '2026-11-20T09:17:00Z',
          agent: { id: 'P1', type: 'user_reference', summary: 'Jane' },
          data: { incident_key: duty.received[0]?.json['dedup_key'] },
        },
      }),
    ),
  );
  if (typeof read === 'string') throw new Error(read);
  const found = incidentOfPageKey(read.key, await world.incidents.open());
  expect((await world.incidents.act(found?.id ?? '', read.deed, read.person)).outcome).toBe('done');
  await pass(30);
  expect(keys().filter((key) => /remind|escalate/.test(key))).toEqual(['remind/1', 'escalate/1']);
  expect((await world.incidents.open())[0]?.acknowledged?.by.name).toBe('Jane (PagerDuty)');

  await world.absorb(deployment('SERVICE_DEPLOYMENT_COMPLETED', '09:50:00'));
  await pass(1);
  expect(actions()).toEqual(['trigger', 'acknowledge', 'resolve']);
});

it('an incident that is given back calls again', async () => {
  const { world, pass, keys } = await open();
  await world.absorb(deployment('SERVICE_DEPLOYMENT_FAILED', '09:00:00', 'ERROR'));
  await pass(5);
  const [one] = await world.incidents.open();
  await world.incidents.act(one?.id ?? '', { kind: 'ack' }, olivia);
  await pass(30);
  await world.incidents.act(one?.id ?? '', { kind: 'release' }, olivia);
  await pass(9);
  expect(keys().filter((key) => /remind/.test(key))).toEqual([]);
  await pass(2);
  expect(keys().filter((key) => /remind/.test(key))).toEqual(['remind/1-2']);
});

it('what begins while it is muted is told when the mute ends, and reminded of from then on', async () => {
  const { world, mutes, pass, keys } = await open();
  const { nowMs } = world.clock;
  await mutes.put({ id: 'm', on: '*/*/*', fromMs: nowMs, untilMs: nowMs + 20 * MINUTE, by: olivia });
  await world.absorb(deployment('SERVICE_DEPLOYMENT_FAILED', '09:00:00', 'ERROR'));
  expect(await world.incidents.open()).toHaveLength(1);
  await pass(19);
  expect(keys()).toEqual([]);
  await pass(2);
  expect(keys()).toEqual(['root']);
  await pass(8);
  expect(keys()).toEqual(['root']);
  await pass(3);
  expect(keys()).toEqual(['root', 'remind/1']);
});

it('an incident that flaps is called out, and again each time that it comes back', async () => {
  const { world, duty, pass, keys, actions } = await open();
  const ended = (at: string) => world.absorb(deployment('SERVICE_DEPLOYMENT_COMPLETED', at));
  const failed = (at: string) => world.absorb(deployment('SERVICE_DEPLOYMENT_FAILED', at, 'ERROR'));
  await failed('09:00:00');
  await pass(8);
  await ended('09:08:00');
  await pass(4);
  await failed('09:12:00');
  await pass(4);
  expect(keys().filter((key) => /remind|escalate/.test(key))).toEqual(['remind/1', 'escalate/1']);
  await ended('09:16:00');
  await pass(4);
  await failed('09:20:00');
  await pass(1);
  expect(actions()).toEqual(['trigger', 'resolve', 'trigger']);
  expect(new Set(duty.received.map(({ json }) => json['dedup_key'])).size).toBe(2);
});
