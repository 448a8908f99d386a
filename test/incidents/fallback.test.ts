import { beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { makeFallback } from '../../src/incidents/fallback.ts';
import type { DeliveryState } from '../../src/messaging/delivery-state.ts';
import { makeFallbackStore } from '../../src/store/fallback-store.ts';
import { keepLog } from '../kept-log.ts';
import { slackChannel, teamsChannel } from '../messaging/world.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 2);
const SLACK = slackChannel('C1');
const TEAMS = teamsChannel('19:alerts');

let nowMs: number;
let states: Partial<Record<'slack' | 'teams', DeliveryState>>;
let open: Incident[];
let published: { readonly subject: string; readonly text: string }[];
let table: ReturnType<typeof makeMemoryTable>;
let isBroken: boolean;
let muted: string[];
beforeEach(() => {
  nowMs = START;
  states = {};
  open = [incident()];
  published = [];
  isBroken = false;
  muted = [];
  table = makeMemoryTable({ now: () => nowMs });
});

function incident(change: Partial<Incident> = {}): Incident {
  return {
    id: 'production/eu-west-1/core/web#7',
    number: 7,
    target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' },
    severity: 'critical',
    cause: 'SERVICE_DEPLOYMENT_FAILED',
    title: 'Deployment failed',
    state: 'open',
    openedAtMs: START,
    lastSeenAtMs: START,
    count: 1,
    facts: [],
    version: 1,
    ...change,
  };
}

const boot = () =>
  makeFallback({
    open: async () => open,
    destinations: async ({ service = '' }) => ({ now: muted.includes(service) ? [] : [SLACK, TEAMS] }),
    rootKey: (id) => `inc/${id}/root`,
    delivery: async (dest, key) => {
      expect(key).toMatch(/^inc\/.+\/root$/);
      return states[dest.platform] ?? { state: 'unwanted' };
    },
    publish: async (notice) => {
      if (isBroken) throw new Error('no answer');
      published.push(notice);
    },
    text: ({ number }) => `#${number}`,
    store: makeFallbackStore(table),
    fallbackMs: 5 * MINUTE,
    project: 'shop',
    environment: 'production',
    clock: { now: () => nowMs },
    log: keepLog().log,
  });
const waiting: DeliveryState = { state: 'waiting', wantedAtMs: START };

describe('a grave incident', () => {
  it('is told past chat once no channel took it for five minutes, and once only', async () => {
    states = { slack: waiting, teams: { state: 'parked', wantedAtMs: START, why: 'gone' } };
    nowMs += 5 * MINUTE - 1;
    await boot()();
    expect(published).toEqual([]);
    nowMs += 1;
    const run = boot();
    await Promise.all([run(), boot()()]);
    await run();
    nowMs += 60 * MINUTE;
    await boot()();
    expect(published).toEqual([{ subject: 'shop production Deployment failed', text: '#7' }]);
  });

  it('is told at once in a channel that has refused everything for five minutes already', async () => {
    states = { slack: { ...waiting, pausedSinceMs: START - 5 * MINUTE } };
    await boot()();
    expect(published).toHaveLength(1);
  });

  it.each<[string, typeof states]>([
    ['one channel has it', { slack: { state: 'sent' }, teams: waiting }],
    ['quiet hours or a mute hold it back', {}],
    [
      'one channel was given it only now',
      { slack: waiting, teams: { state: 'waiting', wantedAtMs: START + 3 * MINUTE } },
    ],
  ])('is not where %s', async (_, given) => {
    states = given;
    nowMs += 6 * MINUTE;
    await boot()();
    expect(published).toEqual([]);
  });

  it('of a group whose first service is muted is told past chat while another one fails', async () => {
    const { target, ...first } = incident();
    const other = {
      target: { ...target, service: 'basket' },
      incident: 'x',
      number: 8,
      atMs: START,
      count: 1,
    };
    states = { slack: waiting };
    nowMs += 6 * MINUTE;
    muted = ['web'];
    open = [{ ...first, target, members: [{ ...other, isOver: true }] }];
    await boot()();
    expect(published).toEqual([]);
    open = [{ ...first, target, members: [{ ...other, isOver: false }] }];
    await boot()();
    expect(published).toHaveLength(1);
  });

  it('is told again by the next run where the topic did not take it', async () => {
    states = { slack: waiting };
    nowMs += 6 * MINUTE;
    const run = boot();
    isBroken = true;
    await run();
    isBroken = false;
    await run();
    expect(published).toHaveLength(1);
  });

  it('is told by another process where one died before the notice', async () => {
    states = { slack: waiting };
    nowMs += 6 * MINUTE;
    await makeFallbackStore(table).claim(incident().id, { nowMs, untilMs: nowMs + MINUTE });
    await boot()();
    expect(published).toEqual([]);
    nowMs += MINUTE;
    await boot()();
    expect(published).toHaveLength(1);
  });
});

it.each<[string, Partial<Incident>]>([
  ['of medium severity', { severity: 'medium' }],
  ['that somebody has', { state: 'acknowledged' }],
  ['that is a test', { isTest: true }],
  ['that is told as part of another', { merged: { into: 'x', number: 1 } }],
])('an incident %s is not told past chat', async (_, change) => {
  open = [incident(change)];
  states = { slack: waiting };
  nowMs += 6 * MINUTE;
  await boot()();
  expect(published).toEqual([]);
});
