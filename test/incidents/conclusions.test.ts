import { describe, expect, it } from 'vitest';
import type { ServiceSnapshot } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { makeHeartbeat } from '../../src/incidents/heartbeat.ts';
import type { Incidents } from '../../src/incidents/incidents.ts';
import { makeConclude } from '../../src/incidents/inferred-event.ts';
import { makeSilence } from '../../src/incidents/silence.ts';
import { makeHeartbeatStore } from '../../src/store/heartbeat-store.ts';
import { service } from '../assess/make.ts';
import { keepLog } from '../kept-log.ts';
import { ACCOUNT, action } from './events.ts';
import { openWorld, PRODUCTION } from './world.ts';

const MINUTE = 60_000;

/** Two processes that read the same fleet and draw the same conclusions over the same table. */
function twoReplicas(read: (nowMs: number) => Partial<ServiceSnapshot>) {
  const world = openWorld();
  const now = () => world.clock.nowMs;
  const other = world.replica();
  const silence = (incidents: Incidents) =>
    makeSilence({
      known: () => ({
        atMs: now(),
        services: [
          service({
            ref: { account: PRODUCTION.name, region: 'eu-west-1', cluster: 'core', service: 'web' },
            arn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/web`,
            inventoryAtMs: now(),
            ...read(now()),
          }),
        ],
        missing: [],
      }),
      open: () => incidents.open(),
      absorb: makeConclude((events) => incidents.absorb(events)),
      settings: { silenceMs: 5 * MINUTE, stuckMs: 30 * MINUTE, thresholds: DEFAULT_THRESHOLDS },
      clock: { now },
      log: keepLog().log,
    });
  const runs = [silence(world.incidents), silence(other)];
  return {
    ...world,
    async pass(minutes: number) {
      for (let minute = 0; minute < minutes; minute += 1) {
        world.clock.nowMs += MINUTE;
        for (const run of runs) await run();
      }
    },
  };
}

describe('tasks that are missing without an event', () => {
  it('are one incident, counted once, that ends when they are back without an event', async () => {
    const state = { running: 3 };
    const world = twoReplicas(() => state);
    await world.pass(10);
    const open = await world.incidents.open();
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({
      cause: 'DECKHAND_TASKS_MISSING',
      count: 1,
      target: { account: 'production', cluster: 'core', service: 'web' },
    });
    state.running = 4;
    await world.pass(4);
    expect(await world.incidents.open()).toHaveLength(1);
    await world.pass(4);
    expect(await world.incidents.open()).toEqual([]);
    expect(await world.incidents.recentlyClosed()).toMatchObject([
      { number: open[0]?.number, resolved: { how: 'Healthy again' } },
    ]);
  });
});

describe('an incident of ECS whose steady state got lost', () => {
  it('ends once the service is seen to be well', async () => {
    const state = { running: 1 };
    const world = twoReplicas(() => state);
    await world.absorb(action('SERVICE_TASK_START_IMPAIRED', { at: '09:00:20', type: 'WARN' }));
    await world.pass(10);
    expect(await world.incidents.open()).toMatchObject([{ cause: 'SERVICE_TASK_START_IMPAIRED', count: 1 }]);
    state.running = 4;
    await world.pass(8);
    expect(await world.incidents.open()).toEqual([]);
  });
});

it('an account that falls silent is one incident of the account, and its return ends it', async () => {
  const world = openWorld();
  const now = () => world.clock.nowMs;
  const spoke = { accountId: ACCOUNT, region: 'eu-west-1' };
  const heartbeats = [world.incidents, world.replica()].map((incidents) =>
    makeHeartbeat({
      store: makeHeartbeatStore(world.table),
      absorb: makeConclude((events) => incidents.absorb(events)),
      backlog: { caughtUpSinceMs: () => 0 },
      canaryMs: 5 * MINUTE,
      expected: [],
      clock: { now },
      log: keepLog().log,
    }),
  );
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      world.clock.nowMs += MINUTE;
      for (const heartbeat of heartbeats) await heartbeat.check();
    }
  };
  await heartbeats[0]?.seen({ ...spoke, atMs: now() });
  await pass(8);
  expect(await world.incidents.open()).toMatchObject([
    { cause: 'DECKHAND_SPOKE_SILENT', count: 1, target: { account: 'production', region: 'eu-west-1' } },
  ]);
  await heartbeats[1]?.seen({ ...spoke, atMs: now() });
  await pass(1);
  expect(await world.incidents.open()).toEqual([]);
});

it('a conclusion that did not become durable is an error for the one who drew it', async () => {
  const conclude = makeConclude(async () => [{ done: true }, { done: false, error: new Error('away') }]);
  await expect(conclude([])).rejects.toThrow('away');
});
