import { beforeEach, describe, expect, test } from 'vitest';
import type { GroupMember, Incident } from '../../src/domain/incident.ts';
import { clustersOf, GROUP_DEFAULTS, makeGroups } from '../../src/incidents/groups.ts';
import { makeGroupStore } from '../../src/store/group-store.ts';
import { OLIVIA, START_MS } from './entries.ts';
import { ACCOUNT, raw, understood } from './events.ts';
import { type IncidentWorld, openWorld, SLACK } from './world.ts';

const noRoom = (service: string, at = '09:00:00', cluster = 'core') =>
  raw({
    time: `2026-11-20T${at}Z`,
    resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/${cluster}/${service}`],
    detail: {
      eventType: 'ERROR',
      eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
      createdAt: `2026-11-20T${at}.5Z`,
      reason: 'RESOURCE:MEMORY',
    },
  });
const steady = (service: string, at: string) =>
  raw({
    time: `2026-11-20T${at}Z`,
    resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/${service}`],
    detail: { eventType: 'INFO', eventName: 'SERVICE_STEADY_STATE', createdAt: `2026-11-20T${at}.5Z` },
  });

let world: IncidentWorld;
beforeEach(() => {
  world = openWorld();
});

const byService = async (): Promise<Record<string, Incident | undefined>> => {
  const all = await Promise.all([1, 2, 3, 4, 5].map((number) => world.incidents.byNumber(number)));
  return Object.fromEntries(all.flatMap((one) => (one === undefined ? [] : [[one.target.service, one]])));
};

describe('three services that fail for one reason within five minutes', () => {
  beforeEach(() => world.absorb(noRoom('api'), noRoom('web', '09:01:00'), noRoom('jobs', '09:04:00')));

  test('become one incident, the first, that lists them', async () => {
    const open = await world.incidents.open();
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({ target: { service: 'api' }, number: 1, count: 3 });
    expect(open[0]?.members?.map(({ target }) => target.service)).toEqual(['api', 'web', 'jobs']);
  });

  test('the later ones are edited to be part of it and closed', async () => {
    const { web, jobs } = await byService();
    for (const one of [web, jobs])
      expect(one).toMatchObject({
        state: 'resolved',
        merged: { number: 1, into: 'production/eu-west-1/core/api#1' },
      });
    const roots = world.wanted.filter(({ key }) => key.endsWith('web#2/root'));
    expect(roots.at(-1)?.card.title).toContain('#1');
  });

  test('each fact of the group is told once, in the thread of the first', () => {
    const facts = world.wanted.filter(
      ({ key, dest }) => dest.platform === 'slack' && key.includes('/fact/member-'),
    );
    expect(new Set(facts.map(({ key }) => key)).size).toBe(2);
    for (const { parent } of facts) expect(parent).toBe('inc/production/eu-west-1/core/api#1/root');
  });

  test('a fourth one joins, and its events count there', async () => {
    await world.absorb(noRoom('cart', '09:12:00'), noRoom('cart', '09:13:00'), noRoom('web', '09:14:00'));
    const [only, second] = await world.incidents.open();
    expect(second).toBeUndefined();
    expect(only).toMatchObject({ count: 6 });
    expect(only?.members).toHaveLength(4);
  });

  test('is open for as long as any of them fails', async () => {
    await world.absorb(steady('api', '09:10:00'), steady('web', '09:10:01'));
    expect(await world.incidents.open()).toMatchObject([{ number: 1, state: 'open' }]);
    await world.absorb(steady('jobs', '09:11:00'));
    expect(await world.incidents.open()).toEqual([]);
  });

  test('is taken by whoever takes one of them', async () => {
    const { web } = await byService();
    expect(await world.incidents.act(web?.id ?? '', { kind: 'ack' }, OLIVIA)).toMatchObject({
      outcome: 'done',
      incident: { number: 1, acknowledged: { by: OLIVIA } },
    });
  });

  test('is what stands for each of its services', async () => {
    const target = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
    expect(await world.incidents.ofService(target)).toMatchObject({ number: 1 });
  });

  test('is over for good: a service that fails again later has an incident of its own', async () => {
    await world.absorb(steady('api', '09:10:00'), steady('web', '09:10:00'), steady('jobs', '09:10:00'));
    await world.absorb(noRoom('web', '11:00:00'));
    expect(await world.incidents.open()).toMatchObject([{ target: { service: 'web' }, number: 4 }]);
  });
});

describe('no group', () => {
  test.each([
    ['two services', [noRoom('api'), noRoom('web')]],
    [
      'three services that lack room in clusters of their own',
      [noRoom('api'), noRoom('web', '09:00:10', 'blue'), noRoom('jobs', '09:00:20', 'green')],
    ],
    [
      'three services over a longer time',
      [noRoom('api'), noRoom('web', '09:04:00'), noRoom('jobs', '09:08:00')],
    ],
    ['one service three times', [noRoom('api'), noRoom('api', '09:01:00'), noRoom('api', '09:02:00')]],
  ])('are %s', async (_name, events) => {
    await world.absorb(...events);
    const alone = new Set(events.map(({ resources }) => String(resources)));
    expect((await world.incidents.open()).map(({ members }) => members)).toEqual(
      [...alone].map(() => undefined),
    );
  });
});

test('a crash while the members are told is mended by the sweep', async () => {
  await world.absorb(noRoom('api'), noRoom('web', '09:01:00'));
  let saves = 0;
  const store = {
    ...world.store,
    save: (...saved: Parameters<typeof world.store.save>) => {
      saves += 1;
      // The third service's own record is written; the process ends before the first one knows.
      return saves > 1 ? Promise.reject(new Error('killed')) : world.store.save(...saved);
    },
  };
  const dying = world.replica({ store });
  await dying.absorb([understood(noRoom('jobs', '09:02:00'))]);
  await dying.idle();
  expect(await world.incidents.open()).toHaveLength(3);
  const next = world.replica();
  await next.sweep();
  await next.idle();
  expect(await next.open()).toMatchObject([{ members: [{}, {}, {}] }]);
});

test('a group is a matter of the set of its members, not of their order', () => {
  const member = (service: string, minute: number): GroupMember => ({
    target: { account: 'a', region: 'r', cluster: 'c', service },
    incident: `${service}#1`,
    number: 1,
    atMs: minute * 60_000,
    count: 1,
    isOver: false,
  });
  const names = (...members: readonly GroupMember[]) =>
    clustersOf(members, GROUP_DEFAULTS).map((cluster) =>
      cluster.map(({ target }) => target.service).join(''),
    );
  expect(names(member('a', 0), member('b', 2), member('c', 5), member('d', 30))).toEqual(['abcd']);
  expect(names(member('a', 0), member('b', 2), member('c', 6))).toEqual([]);
  // One service that fails again and again is no group.
  expect(names(member('a', 0), { ...member('a', 1), incident: 'a#2' }, member('b', 2))).toEqual([]);
  // What came long before the others began is not theirs.
  expect(names(member('a', 0), member('b', 20), member('c', 21), member('d', 22))).toEqual(['bcd']);
  expect(
    names(
      member('a', 0),
      member('b', 1),
      member('c', 2),
      member('d', 100),
      member('e', 101),
      member('f', 102),
    ),
  ).toEqual(['abc', 'def']);
});

describe('a service of a group that fails in a graver way', () => {
  const failed = (service: string, at: string) =>
    raw({
      time: `2026-11-20T${at}Z`,
      resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/${service}`],
      detail: {
        eventType: 'ERROR',
        eventName: 'SERVICE_DEPLOYMENT_FAILED',
        deploymentId: `ecs-svc/${service}`,
        updatedAt: `2026-11-20T${at}Z`,
        reason: 'tasks failed to start',
      },
    });
  beforeEach(() => world.absorb(noRoom('api'), noRoom('web', '09:01:00'), noRoom('jobs', '09:04:00')));

  test('makes the incident of the group as grave, and its thread says so', async () => {
    await world.absorb(failed('web', '09:06:00'));
    const [leader] = await world.incidents.open();
    expect(leader).toMatchObject({ target: { service: 'api' }, severity: 'critical' });
    expect(leader?.facts.map(({ text }) => text)).toContain('web: Deployment failed');
  });

  test('until it is well again', async () => {
    await world.absorb(failed('web', '09:06:00'), steady('web', '09:07:00'));
    expect((await world.incidents.open())[0]?.severity).toBe('high');
  });

  test('opens it again where it was closed by hand, and its silence does not', async () => {
    const [leader] = await world.incidents.open();
    world.clock.nowMs = Date.parse('2026-11-20T09:05:00Z');
    await world.incidents.act(leader?.id ?? '', { kind: 'resolve' }, OLIVIA);
    await world.absorb(steady('jobs', '09:05:30'));
    expect(await world.incidents.open()).toEqual([]);
    await world.absorb(failed('web', '09:06:00'));
    expect(await world.incidents.open()).toMatchObject([
      { target: { service: 'api' }, severity: 'critical' },
    ]);
  });
});

test('of a group of hundreds the thread names the first, and the incident lists all', async () => {
  await world.absorb(
    ...Array.from({ length: 60 }, (_, at) => noRoom(`service-${at}`, `09:00:${String(at).padStart(2, '0')}`)),
  );
  const [leader] = await world.incidents.open();
  expect(leader?.members).toHaveLength(60);
  expect(leader?.facts.filter(({ key }) => key.startsWith('member-'))).toHaveLength(30);
});

test('two incidents of one service that turn out to be one are one member of their group', async () => {
  const impaired = (at: string) =>
    raw({
      time: `2026-11-20T${at}Z`,
      resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/web`],
      detail: { eventType: 'WARN', eventName: 'SERVICE_TASK_START_IMPAIRED', createdAt: `2026-11-20T${at}Z` },
    });
  await world.absorb(impaired('08:00:00'), steady('web', '08:01:00'));
  await world.absorb(noRoom('web', '08:40:00'), noRoom('api', '08:41:00'), noRoom('jobs', '08:42:00'));
  expect((await world.incidents.open())[0]?.members).toHaveLength(3);

  await world.absorb(impaired('08:20:00'));

  const open = await world.incidents.open();
  expect(open.map(({ members }) => members?.map(({ target }) => target.service))).toEqual([
    ['web', 'api', 'jobs'],
  ]);
  expect(open[0]).toMatchObject({ number: 1, count: 5 });
});

test('a group is told wherever one that fails would be told, though its first service is muted', async () => {
  const untilMs = Date.parse('2026-11-20T11:00:00Z');
  world = openWorld({
    destinations: async ({ service }) =>
      service === 'api' ? { now: [], heldUntilMs: untilMs, mutedUntilMs: untilMs } : { now: [SLACK] },
  });
  await world.absorb(noRoom('api'), noRoom('web', '09:01:00'), noRoom('jobs', '09:04:00'));
  const [leader] = await world.incidents.open();
  expect(leader).toMatchObject({ target: { service: 'api' }, toldIn: ['slack/-/C1'] });
  expect(leader?.mutedUntilMs).toBeUndefined();
  expect(world.wanted.map(({ key }) => key)).toContain('inc/production/eu-west-1/core/api#1/root');
});

test('what a late replica says of a member does not undo what is known of it', async () => {
  const store = makeGroupStore(world.table, () => world.clock.nowMs);
  const groups = makeGroups({
    store,
    slots: { update: async () => undefined },
    settings: GROUP_DEFAULTS,
    onWritten: () => undefined,
  });
  const member = (version: number, count: number) => ({
    version,
    target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' },
    incident: 'web#1',
    number: 1,
    atMs: START_MS,
    count,
    isOver: false,
  });
  for (const [version, count] of [
    [1, 1],
    [3, 7],
    [2, 4],
  ] as const)
    await groups.join('no room', member(version, count));
  expect((await store.get('no room'))?.value.members).toMatchObject([{ version: 3, count: 7 }]);
});

test('who joins a large group is told to it and to its first, not to everybody', async () => {
  const told: string[] = [];
  const groups = makeGroups({
    store: makeGroupStore(world.table, () => world.clock.nowMs),
    slots: {
      async update(target) {
        told.push(target.service ?? '');
        return undefined;
      },
    },
    settings: GROUP_DEFAULTS,
    onWritten: () => undefined,
  });
  const join = (at: number) =>
    groups.join('no room', {
      version: 1,
      target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: `service-${at}` },
      incident: `incident-${at}`,
      number: at,
      atMs: START_MS + at * 1000,
      count: 1,
      isOver: false,
    });
  for (let at = 0; at < 40; at += 1) await join(at);
  told.length = 0;
  await join(40);
  expect(told).toEqual(['service-0', 'service-40']);
});
