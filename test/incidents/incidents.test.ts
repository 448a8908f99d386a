import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { type Incidents, makeIncidents } from '../../src/incidents/incidents.ts';
import type { WantedMessage } from '../../src/messaging/messenger.ts';
import { makeIncidentStore } from '../../src/store/incident-store.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { ACCOUNT, action, type RawEvent, raw, taskStop, understood } from './events.ts';

const slack = { platform: 'slack', tenant: '-', channel: 'C1' } as const;
const teams = { platform: 'teams', tenant: '-', channel: '19:x' } as const;
const olivia = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;
const ravi = { platform: 'teams', id: 'aad-2', tenant: 'T', name: 'Ravi' } as const;
const account: AccountConfig = {
  name: 'production',
  id: ACCOUNT,
  regions: ['eu-west-1'],
  auth: { kind: 'default' },
  include: [],
  exclude: ['core/tmp-*'],
};

let clock: { nowMs: number };
let wanted: WantedMessage[];
let want: (messages: readonly WantedMessage[]) => Promise<void>;
let look: () => Promise<readonly string[]>;
let incidents: Incidents;
let lines: readonly string[];

beforeEach(() => {
  clock = { nowMs: Date.parse('2026-11-20T09:00:30Z') };
  wanted = [];
  want = async (messages) => void wanted.push(...messages);
  look = async () => [];
  const kept = keepLog();
  lines = kept.lines;
  const table = makeMemoryTable({ now: () => clock.nowMs });
  incidents = makeIncidents({
    store: makeIncidentStore(table),
    want: (messages) => want(messages),
    destinations: () => [slack, teams],
    accounts: [account],
    clock: { now: () => clock.nowMs },
    log: kept.log,
    look: () => look(),
  });
});

const absorb = async (...events: readonly RawEvent[]) => {
  for (const event of events) await incidents.absorb(understood(event));
};
const impaired = (at = '09:00:00') => action('SERVICE_TASK_START_IMPAIRED', { at, type: 'WARN' });
const steady = (at = '09:05:00') => action('SERVICE_STEADY_STATE', { at, type: 'INFO' });
const keys = () => wanted.map(({ dest, key, rev }) => `${dest.platform} ${key.split('#')[1]} r${rev}`);

test('the first failure gets a number, an id of its service, and an alert in every channel', async () => {
  await absorb(impaired());
  expect(await incidents.open()).toMatchObject([
    { id: 'production/eu-west-1/core/web#1', number: 1, target: { account: 'production', service: 'web' } },
  ]);
  expect(keys()).toEqual(['slack 1/root r1', 'teams 1/root r1']);
});

test('a story is a reply for each fact in Slack, and one reply that grows in Teams', async () => {
  await absorb(impaired(), taskStop({ version: 1 }, '09:00:10'), taskStop({ version: 2 }, '09:00:20'));
  const last = wanted.filter(({ rev, dest }) => rev === 3 || (dest.platform === 'slack' && rev === 1));
  const facts = new Set(last.filter(({ key }) => key.includes('/fact/')).map(({ key }) => key));
  const stories = new Set(last.filter(({ key }) => key.endsWith('/story')).map(({ key }) => key));
  expect([facts.size, stories.size]).toEqual([2, 1]);
  for (const { parent } of wanted.filter(({ key }) => !key.endsWith('/root')))
    expect(parent).toBe('inc/production/eu-west-1/core/web#1/root');
});

test('a critical alert goes before the rest, an acknowledgement next', async () => {
  await absorb(action('SERVICE_DEPLOYMENT_FAILED'));
  expect(wanted[0]?.urgency).toBe('critical');
  wanted.length = 0;
  await incidents.acknowledge('production/eu-west-1/core/web#1', olivia);
  expect(wanted.find(({ key }) => key.endsWith('/root'))?.urgency).toBe('ack');
});

test('what the patterns exclude raises nothing, what is in no account keeps the account’s number', async () => {
  const of = (service: string, owner = ACCOUNT) =>
    raw({
      account: owner,
      resources: [`arn:aws:ecs:eu-west-1:${owner}:service/core/${service}`],
      detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_PLACEMENT_FAILURE' },
    });
  await absorb(of('tmp-1'));
  expect(await incidents.open()).toEqual([]);
  await absorb(of('web', '999988887777'));
  expect(await incidents.open()).toMatchObject([{ target: { account: '999988887777', service: 'web' } }]);
});

test('two services are two incidents, whatever comes at the same time', async () => {
  const of = (service: string) =>
    raw({
      resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/${service}`],
      detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_PLACEMENT_FAILURE', service },
    });
  await Promise.all(['a', 'b', 'c', 'a', 'b'].map((service) => incidents.absorb(understood(of(service)))));
  const open = await incidents.open();
  expect(new Set(open.map(({ target }) => target.service))).toEqual(new Set(['a', 'b', 'c']));
  expect(open).toHaveLength(3);
  expect(new Set(open.map(({ number }) => number)).size).toBe(3);
});

describe('a closed incident', () => {
  beforeEach(() => absorb(impaired(), steady()));

  test('is no longer open, and found by its number, its id and its day', async () => {
    clock.nowMs = Date.parse('2026-11-21T08:00:00Z');
    expect(await incidents.open()).toEqual([]);
    const closed = { number: 1, state: 'resolved' };
    expect(await incidents.byNumber(1)).toMatchObject(closed);
    expect(await incidents.byId('production/eu-west-1/core/web#1')).toMatchObject(closed);
    expect(await incidents.recentlyClosed()).toMatchObject([closed]);
    expect(
      await incidents.ofService({
        ...account,
        account: 'production',
        region: 'eu-west-1',
        cluster: 'core',
        service: 'web',
      }),
    ).toBeUndefined();
  });

  test('cannot be taken; the next one of its service can', async () => {
    expect((await incidents.acknowledge('production/eu-west-1/core/web#1', olivia)).outcome).toBe('resolved');
    await absorb(impaired('10:00:00'));
    expect((await incidents.acknowledge('production/eu-west-1/core/web#1', olivia)).outcome).toBe('resolved');
    expect((await incidents.acknowledge('production/eu-west-1/core/web#2', olivia)).outcome).toBe('done');
    expect((await incidents.acknowledge('production/eu-west-1/core/web#9', olivia)).outcome).toBe('gone');
  });

  test('is not listed twice when it is open again', async () => {
    await absorb(impaired('09:20:00'));
    expect(await incidents.open()).toMatchObject([{ number: 1, state: 'open' }]);
  });
});

test('two people who click at once: one has it, the other is told who', async () => {
  await absorb(impaired());
  const id = 'production/eu-west-1/core/web#1';
  const outcomes = await Promise.all([incidents.acknowledge(id, olivia), incidents.acknowledge(id, ravi)]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'taken']);
  const [open] = await incidents.open();
  expect(open?.state).toBe('acknowledged');
  expect(outcomes.find(({ outcome }) => outcome === 'taken')).toMatchObject({
    incident: { acknowledged: { by: open?.acknowledged?.by } },
  });
});

describe('a crash before the messages are handed on', () => {
  test('leaves a mark that the sweep finds, once', async () => {
    want = () => Promise.reject(new Error('killed'));
    await expect(absorb(impaired())).rejects.toThrow('killed');
    want = async (messages) => void wanted.push(...messages);
    await incidents.sweep();
    expect(keys()).toEqual(['slack 1/root r1', 'teams 1/root r1']);
    await incidents.sweep();
    expect(wanted).toHaveLength(2);
  });

  test('is mended by the redelivery of its event as well, without a second incident', async () => {
    const event = impaired();
    want = () => Promise.reject(new Error('killed'));
    await expect(absorb(event)).rejects.toThrow('killed');
    want = async (messages) => void wanted.push(...messages);
    await absorb(event);
    await incidents.sweep();
    expect(new Set(keys())).toEqual(new Set(['slack 1/root r1', 'teams 1/root r1']));
    expect(await incidents.open()).toHaveLength(1);
  });
});

describe('a look at the service', () => {
  test('comes after the alert and never holds it up', async () => {
    let see = (_sentences: readonly string[]) => {};
    look = () =>
      new Promise((resolve) => {
        see = resolve;
      });
    await absorb(impaired());
    expect(wanted).toHaveLength(2);
    see(['1 of 4 tasks running', 'memory 97 %']);
    await vi.waitFor(() => expect(wanted.some(({ key }) => key.includes('/fact/look-1'))).toBe(true));
    expect((await incidents.open())[0]?.facts).toMatchObject([
      { text: 'What I see now', detail: '1 of 4 tasks running; memory 97 %' },
    ]);
  });

  test('that fails is logged and harms nothing', async () => {
    look = () => Promise.reject(new Error('throttled'));
    await absorb(impaired());
    await vi.waitFor(() => expect(lines.join('')).toContain('throttled'));
    expect(await incidents.open()).toHaveLength(1);
  });

  test('that throws at once harms nothing either', async () => {
    look = () => {
      throw new Error('no collector');
    };
    await absorb(impaired());
    await vi.waitFor(() => expect(lines.join('')).toContain('no collector'));
  });

  test('is taken once for each incident', async () => {
    let looks = 0;
    look = async () => {
      looks += 1;
      return [];
    };
    await absorb(impaired(), action('SERVICE_DEPLOYMENT_FAILED', { at: '09:01:00' }), steady());
    expect(looks).toBe(1);
  });
});
