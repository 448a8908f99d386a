import { beforeEach, describe, expect, test } from 'vitest';
import type { IncidentsOptions } from '../../src/incidents/incidents.ts';
import type { IncidentStore } from '../../src/store/incident-store.ts';
import { OLIVIA, RAVI } from './entries.ts';
import { ACCOUNT, action, call, raw, taskStop, understood } from './events.ts';
import { type IncidentWorld, openWorld, SLACK } from './world.ts';

const ID = 'production/eu-west-1/core/web#1';
const WEB = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' } as const;

let world: IncidentWorld;
let want: IncidentsOptions['want'];

beforeEach(() => {
  world = openWorld({ want: async (messages) => want?.(messages) });
  want = async (messages) => void world.wanted.push(...messages);
});

const impaired = (at = '09:00:00') => action('SERVICE_TASK_START_IMPAIRED', { at, type: 'WARN' });
const steady = (at = '09:05:00') => action('SERVICE_STEADY_STATE', { at, type: 'INFO' });
const keys = () => [...new Set(world.wanted.map(({ dest, key }) => `${dest.platform} ${key.split('#')[1]}`))];
const of = (service: string, owner = ACCOUNT, at = '09:00:00') =>
  raw({
    account: owner,
    time: `2026-11-20T${at}Z`,
    resources: [`arn:aws:ecs:eu-west-1:${owner}:service/core/${service}`],
    detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_START_IMPAIRED' },
  });

test('the first failure gets a number, an id of its service, and an alert in every channel', async () => {
  await world.absorb(impaired());
  expect(await world.incidents.open()).toMatchObject([{ id: ID, number: 1, target: WEB }]);
  expect(keys()).toEqual(['slack 1/root', 'teams 1/root']);
});

test('a story is a reply for each fact in Slack, and one reply that grows in Teams', async () => {
  await world.absorb(
    impaired(),
    taskStop({}, '09:00:10'),
    action('SERVICE_TASK_PLACEMENT_FAILURE', { at: '09:00:20' }),
  );
  const facts = new Set(world.wanted.filter(({ key }) => key.includes('/fact/')).map(({ key }) => key));
  const stories = new Set(world.wanted.filter(({ key }) => key.endsWith('/story')).map(({ key }) => key));
  expect(stories.size).toBe(1);
  // The stop, the second failure, and the first one: it no longer stands in the root.
  expect(facts.size).toBe(3);
  for (const { parent } of world.wanted.filter(({ key }) => !key.endsWith('/root')))
    expect(parent).toBe(`inc/${ID}/root`);
});

test('a critical alert goes before the rest, an acknowledgement next', async () => {
  await world.absorb(action('SERVICE_DEPLOYMENT_FAILED'));
  expect(world.wanted[0]?.urgency).toBe('critical');
  world.wanted.length = 0;
  await world.incidents.act(ID, { kind: 'ack' }, OLIVIA);
  await world.incidents.idle();
  expect(world.wanted.find(({ key }) => key.endsWith('/root'))?.urgency).toBe('ack');
});

test('what the patterns exclude raises nothing, what is in no account keeps the account’s number', async () => {
  await world.absorb(of('tmp-1'));
  expect(await world.incidents.open()).toEqual([]);
  await world.absorb(of('web', '999988887777'));
  expect(await world.incidents.open()).toMatchObject([
    { target: { account: '999988887777', service: 'web' } },
  ]);
});

test('an account whose number is learnt late has its name from then on', async () => {
  const late = world.replica({ accounts: () => [] });
  await late.absorb([understood(impaired())]);
  expect(await late.open()).toMatchObject([{ target: { account: ACCOUNT } }]);
  await world.absorb(impaired('09:01:00'));
  expect((await world.incidents.open())[0]?.target.account).toBe('production');
});

test('an event whose old ARN names no cluster belongs to the only service of that name', async () => {
  const told = { cluster: 'core', service: 'web' };
  const knowing = world.replica({
    findPlace: (_account, _region, by) => ('service' in by && by.service === 'web' ? told : undefined),
  });
  const old = (service: string) =>
    understood(
      raw({
        resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/${service}`],
        detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_PLACEMENT_FAILURE' },
      }),
    );
  await knowing.absorb([old('web'), old('elsewhere')]);
  const targets = (await knowing.open()).map(({ target }) => [target.cluster, target.service]);
  expect(targets).toContainEqual(['core', 'web']);
  expect(targets).toContainEqual([undefined, 'elsewhere']);
});

test('a batch costs one write for each service, whatever is in it', async () => {
  let saves = 0;
  const counted = openWorld();
  const store = {
    ...counted.store,
    save: (...saved: Parameters<typeof counted.store.save>) => {
      saves += 1;
      return counted.store.save(...saved);
    },
  };
  const incidents = counted.replica({ store });
  const events = ['a', 'b', 'c'].flatMap((service) =>
    Array.from({ length: 20 }, (_, at) => understood(of(service, ACCOUNT, `09:00:${10 + at}`))),
  );
  await incidents.absorb(events);
  expect(saves).toBe(3);
  expect((await incidents.open()).map(({ count }) => count)).toEqual([20, 20, 20]);
});

test('one service that cannot be written does not keep the others from being done', async () => {
  const store = {
    ...world.store,
    save: (...saved: Parameters<typeof world.store.save>) =>
      saved[0].endsWith('/b') ? Promise.reject(new Error('throttled')) : world.store.save(...saved),
  };
  const incidents = world.replica({ store });
  const results = await incidents.absorb(['a', 'b', 'c'].map((service) => understood(of(service))));
  expect(results.map(({ done }) => done)).toEqual([true, false, true]);
});

test('counts alone wait for the next refresh, what people wait for does not', async () => {
  await world.absorb(impaired());
  world.wanted.length = 0;
  await world.incidents.absorb([understood(impaired('09:00:10'))]);
  await Promise.resolve();
  expect(world.wanted).toEqual([]);
  await world.incidents.refresh();
  expect(keys()).toContain('slack 1/root');
});

test('trouble that is over before anybody could be told is told as over', async () => {
  await world.incidents.absorb([understood(impaired()), understood(steady())]);
  await world.incidents.idle();
  expect(world.wanted.find(({ key }) => key.endsWith('/root'))?.card.title).toContain('Resolved');
});

describe('a closed incident', () => {
  beforeEach(() => world.absorb(impaired(), steady()));

  test('is no longer open, and found by its number, its id and its day', async () => {
    world.clock.nowMs = Date.parse('2026-11-21T08:00:00Z');
    expect(await world.incidents.open()).toEqual([]);
    const closed = { number: 1, state: 'resolved' };
    expect(await world.incidents.byNumber(1)).toMatchObject(closed);
    expect(await world.incidents.byId(ID)).toMatchObject(closed);
    expect(await world.incidents.recentlyClosed()).toMatchObject([closed]);
    expect(await world.incidents.ofService(WEB)).toBeUndefined();
  });

  test('cannot be taken; the next one of its service can', async () => {
    expect((await world.incidents.act(ID, { kind: 'ack' }, OLIVIA)).outcome).toBe('resolved');
    await world.absorb(impaired('10:00:00'));
    expect((await world.incidents.act(ID, { kind: 'ack' }, OLIVIA)).outcome).toBe('resolved');
    const second = ID.replace('#1', '#2');
    expect((await world.incidents.act(second, { kind: 'ack' }, OLIVIA)).outcome).toBe('done');
    expect((await world.incidents.act(ID.replace('#1', '#9'), { kind: 'ack' }, OLIVIA)).outcome).toBe('gone');
  });

  test('is not listed twice when it is open again', async () => {
    await world.absorb(impaired('09:20:00'));
    expect(await world.incidents.open()).toMatchObject([{ number: 1, state: 'open' }]);
  });

  test('is found for a year after its service has forgotten it', async () => {
    world.clock.nowMs += 3 * 24 * 3_600_000;
    await world.absorb(
      raw({
        time: '2026-11-23T09:00:00Z',
        detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_START_IMPAIRED' },
      }),
    );
    expect(await world.incidents.byNumber(1)).toMatchObject({ number: 1, state: 'resolved' });
    expect(await world.incidents.byId(ID)).toMatchObject({ number: 1 });
  });
});

test('two people who click at once: one has it, the other is told who', async () => {
  await world.absorb(impaired());
  const outcomes = await Promise.all([
    world.incidents.act(ID, { kind: 'ack' }, OLIVIA),
    world.replica().act(ID, { kind: 'ack' }, RAVI),
  ]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'taken']);
  const [open] = await world.incidents.open();
  expect(outcomes.find(({ outcome }) => outcome === 'taken')).toMatchObject({
    incident: { acknowledged: { by: open?.acknowledged?.by } },
  });
});

test('deeds of one moment count in the order in which they were done', async () => {
  await world.absorb(impaired());
  const act = (kind: 'ack' | 'release' | 'resolve' | 'reopen') => world.incidents.act(ID, { kind }, OLIVIA);
  await act('ack');
  await act('release');
  await world.incidents.act(ID, { kind: 'assign', to: RAVI }, OLIVIA);
  await act('resolve');
  await act('reopen');
  expect(await world.incidents.byId(ID)).toMatchObject({ state: 'acknowledged', acknowledged: { by: RAVI } });
});

describe('a crash before the messages are handed on', () => {
  const killed = () => Promise.reject(new Error('killed'));
  const alive = async (messages: Parameters<NonNullable<typeof want>>[0]) =>
    void world.wanted.push(...messages);

  test('leaves a mark that the sweep finds, once', async () => {
    want = killed;
    await world.absorb(impaired());
    want = alive;
    await world.replica().sweep();
    expect(keys()).toEqual(['slack 1/root', 'teams 1/root']);
    world.wanted.length = 0;
    await world.replica().sweep();
    expect(world.wanted).toEqual([]);
  });

  test('is mended by the sweep although the event comes again', async () => {
    const event = impaired();
    want = killed;
    await world.absorb(event);
    want = alive;
    await world.replica().absorb([understood(event)]);
    await world.replica().sweep();
    expect(keys()).toEqual(['slack 1/root', 'teams 1/root']);
    expect(await world.incidents.open()).toMatchObject([{ count: 1 }]);
  });

  test('does not hide other incidents behind one that cannot be read', async () => {
    await world.absorb(impaired(), of('api'));
    await world.table.update({ pk: `SVC#${ID.slice(0, -2)}`, sk: 'INC' }, { set: { body: '{"v":"?"}' } });
    expect(await world.replica().open()).toMatchObject([{ target: { service: 'api' } }]);
  });
});

describe('quiet hours and mutes', () => {
  let heldUntilMs: number | undefined;
  let mutedUntilMs: number | undefined;
  beforeEach(() => {
    mutedUntilMs = undefined;
    heldUntilMs = Date.parse('2026-11-20T10:00:00Z');
    world = openWorld({
      destinations: async () => ({
        ...(heldUntilMs === undefined ? { now: [SLACK] } : { now: [], heldUntilMs }),
        ...(mutedUntilMs === undefined ? {} : { mutedUntilMs }),
      }),
    });
  });

  test('hold the message, never the record', async () => {
    await world.absorb(impaired());
    await world.incidents.attend();
    expect(world.wanted).toEqual([]);
    expect(await world.incidents.open()).toHaveLength(1);
  });

  test('end, and what is still open is told then', async () => {
    await world.absorb(impaired());
    heldUntilMs = undefined;
    await world.incidents.attend();
    await world.incidents.idle();
    expect(keys()).toEqual(['slack 1/root']);
  });

  test('stand in the message while they hold what was told before', async () => {
    heldUntilMs = undefined;
    await world.absorb(impaired());
    mutedUntilMs = Date.parse('2026-11-20T10:00:00Z');
    await world.incidents.attend();
    await world.incidents.idle();
    expect((await world.incidents.open())[0]).toMatchObject({ mutedUntilMs });
    const root = world.wanted.filter(({ key }) => key.endsWith('/root')).at(-1);
    expect(JSON.stringify(root?.card)).toContain('uted');
    world.wanted.length = 0;
    await world.incidents.attend();
    await world.incidents.idle();
    expect(world.wanted).toEqual([]);
  });

  test('say nothing of what was over before they ended', async () => {
    await world.absorb(impaired(), steady());
    heldUntilMs = undefined;
    await world.incidents.attend();
    await world.incidents.idle();
    expect(world.wanted).toEqual([]);
  });

  test('say nothing of what was over before they ended when the service fails again later', async () => {
    await world.absorb(impaired('08:00:00'), steady('08:05:00'));
    heldUntilMs = undefined;
    await world.absorb(impaired('09:00:00'));
    await world.incidents.idle();
    expect(keys()).toEqual(['slack 2/root']);
  });

  test('do not stop the edits of what stands already', async () => {
    heldUntilMs = undefined;
    await world.absorb(impaired());
    heldUntilMs = Date.parse('2026-11-20T10:00:00Z');
    world.wanted.length = 0;
    await world.absorb(steady());
    expect(keys()).toContain('slack 1/root');
  });
});

test('events of long ago that were folded up are known when they come again', async () => {
  const events = Array.from({ length: 1200 }, (_, at) => {
    const time = new Date(Date.parse('2026-11-20T01:00:00Z') + at * 1000).toISOString();
    return understood(
      raw({
        time,
        detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_START_IMPAIRED', createdAt: time },
      }),
    );
  });
  await world.incidents.absorb(events);
  expect((await world.incidents.open())[0]?.count).toBe(1200);
  await world.replica().absorb(events.slice(0, 300));
  expect((await world.incidents.open())[0]?.count).toBe(1200);
});

test('failures are counted once, at their own time, and a test alert is none', async () => {
  const counted: unknown[] = [];
  const own = openWorld({ onFailures: (failures) => void counted.push(...failures) });
  const failure = impaired('08:10:00');
  await own.absorb(failure, failure, { ...impaired('08:11:00'), source: 'deckhand.test' });
  expect(counted).toEqual([
    {
      account: 'production',
      region: 'eu-west-1',
      cluster: 'core',
      service: 'web',
      atMs: Date.parse('2026-11-20T08:10:00Z'),
    },
  ]);
});

test('a late event is not taken for one that was there, whoever writes in between', async () => {
  let refusals = 0;
  const refusing: Pick<IncidentStore, 'save'> = {
    save: (...args) =>
      refusals > 0 && (refusals -= 1) >= 0 ? Promise.resolve(false) : world.store.save(...args),
  };
  const { incidents } = openWorld({ store: { ...world.store, ...refusing }, want: async () => undefined });
  const at = (second: number) => {
    const time = new Date(Date.parse('2026-11-20T01:00:00Z') + second * 1000).toISOString();
    return understood(
      raw({
        time,
        detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_START_IMPAIRED', createdAt: time },
      }),
    );
  };
  const many = (from: number, count: number) => Array.from({ length: count }, (_, n) => at(from + n));
  await incidents.absorb(many(0, 1500));
  await incidents.absorb(many(1500, 10));
  refusals = 1;
  await incidents.absorb([at(0.5), ...many(1510, 600)]);
  expect((await incidents.open())[0]?.count).toBe(1500 + 10 + 1 + 600);
});

test('the incident of a service that somebody deletes is over, and a refused call ends nothing', async () => {
  await world.absorb(impaired(), call('DeleteService', { errorCode: 'AccessDenied' }, '09:01:00'));
  expect(await world.incidents.open()).toHaveLength(1);
  await world.absorb(call('DeleteService', {}, '09:02:00'));
  expect(await world.incidents.open()).toEqual([]);
  expect((await world.incidents.byNumber(1))?.resolved?.how).toBe('Service deleted');
});
