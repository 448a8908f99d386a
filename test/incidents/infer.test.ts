import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment, FleetSnapshot, ServiceSnapshot } from '../../src/domain/fleet.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { type InferSettings, inferFrom, type Observed } from '../../src/incidents/infer.ts';
import { deployment, event, group, MINUTE, NOW, service, whole } from '../assess/make.ts';

const settings: InferSettings = {
  silenceMs: 5 * MINUTE,
  stuckMs: 30 * MINUTE,
  thresholds: DEFAULT_THRESHOLDS,
};
const HOUR = 60 * MINUTE;

/** A service as it was read so many minutes after {@link NOW}. */
type Reading = readonly [minute: number, change: Partial<ServiceSnapshot>];

/** The names of what each look concludes, one look per reading, made when it was read. */
function conclude(readings: readonly Reading[], open: readonly Incident[] = [], lateMs = 0) {
  let observed: Observed = new Map();
  return readings.map(([minute, change]) => {
    const atMs = NOW + minute * MINUTE;
    const services = [service({ inventoryAtMs: atMs, ...change })];
    const snapshot: FleetSnapshot = { atMs, services, missing: [] };
    const result = inferFrom({ snapshot, open }, observed, settings, atMs + lateMs);
    observed = result.observed;
    return result.events;
  });
}
const names = (...parameters: Parameters<typeof conclude>) =>
  conclude(...parameters).map((events) => events.map(({ name }) => name.replace('DECKHAND_', '')));

const steadyLongAgo = event(2 * HOUR, 'has reached a steady state.');
const startedLongAgo = event(3 * HOUR, 'has started 1 tasks: (task a).');
const short: Partial<ServiceSnapshot> = { running: 3, events: [steadyLongAgo, startedLongAgo] };

function incident(change: Partial<Incident> = {}): Incident {
  return {
    id: 'production/eu-west-1/core/checkout-api#7',
    number: 7,
    target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'checkout-api' },
    severity: 'high',
    cause: 'SERVICE_TASK_START_IMPAIRED',
    title: 'Tasks cannot start reliably',
    state: 'open',
    openedAtMs: NOW - 10 * MINUTE,
    lastSeenAtMs: NOW - MINUTE,
    count: 1,
    facts: [],
    version: 1,
    ...change,
  };
}

describe('tasks that are missing without an event', () => {
  it('are told once they have been missing for five minutes of readings', () => {
    expect(
      names([
        [0, short],
        [3, short],
        [6, short],
      ]),
    ).toEqual([[], [], ['TASKS_MISSING']]);
  });

  it('are told at the first look where the service was never steady since its last progress', () => {
    const change = {
      running: 1,
      events: [event(12 * MINUTE, 'has started 1 tasks: (task a).'), steadyLongAgo],
    };
    expect(names([[0, change]])).toEqual([['TASKS_MISSING']]);
    expect(conclude([[0, change]])[0]?.[0]).toMatchObject({ atMs: NOW, sinceMs: NOW - 12 * MINUTE });
  });

  it('are not told where a task came back between the readings', () => {
    expect(
      names([
        [0, short],
        [3, { events: short.events ?? [] }],
        [6, short],
      ]),
    ).toEqual([[], [], []]);
  });

  it('are not told while ECS starts others', () => {
    const started = {
      ...short,
      events: [event(-4 * MINUTE, 'has started 1 tasks: (task b).'), steadyLongAgo],
    };
    expect(
      names([
        [0, short],
        [5, started],
        [6, started],
      ]),
    ).toEqual([[], [], []]);
  });

  it('are not told during a deployment that progresses', () => {
    const rolling = {
      running: 3,
      events: [event(8 * MINUTE, 'has started 1 tasks: (task b).')],
      deployments: [
        deployment({ rolloutState: 'IN_PROGRESS', createdAtMs: NOW - 9 * MINUTE, updatedAtMs: undefined }),
      ],
    };
    expect(
      names([
        [0, rolling],
        [1, rolling],
      ]),
    ).toEqual([[], []]);
  });

  it.each<[string, Partial<ServiceSnapshot>]>([
    ['is wanted at zero', { running: 0, desired: 0 }],
    ['is being taken away', { status: 'DRAINING' }],
  ])('are not told of a service that %s', (_, change) => {
    expect(
      names([
        [0, { ...short, ...change }],
        [10, { ...short, ...change }],
      ]),
    ).toEqual([[], []]);
  });

  it('are not told from a reading that is old: it tells what was', () => {
    expect(
      names(
        [
          [0, short],
          [6, short],
        ],
        [],
        11 * MINUTE,
      ),
    ).toEqual([[], []]);
    expect(
      names(
        [
          [0, short],
          [6, short],
        ],
        [],
        9 * MINUTE,
      ),
    ).toEqual([[], ['TASKS_MISSING']]);
  });

  it('are not told by looking at one reading again and again', () => {
    const again: Reading = [6, { ...short, inventoryAtMs: NOW }];
    expect(names([[0, short], again, again])).toEqual([[], [], []]);
  });

  it('are no news where an incident about its tasks is open, and are where an alarm alone is', () => {
    const readings: Reading[] = [
      [0, short],
      [6, short],
    ];
    expect(names(readings, [incident()])[1]).toEqual([]);
    expect(names(readings, [incident({ cause: 'CLOUDWATCH_ALARM' })])[1]).toEqual(['TASKS_MISSING']);
  });

  it('are one event for every replica, whenever it looked, and another once tasks were started since', () => {
    const first = conclude([
      [0, short],
      [6, short],
    ])[1]?.[0];
    const second = conclude([
      [2, short],
      [11, short],
    ])[1]?.[0];
    const later = {
      running: 3,
      events: [event(-20 * MINUTE, 'has started 1 tasks: (task b).'), steadyLongAgo],
    };
    const third = conclude([[40, later]])[0]?.[0];
    expect(first?.id).toBe(second?.id);
    expect(first?.fingerprint).toBe(second?.fingerprint);
    expect(third?.name).toBe(first?.name);
    expect(third?.id).not.toBe(first?.id);
  });

  it('name the account by the id in the ARN, as events of ECS do', () => {
    expect(
      conclude([
        [0, short],
        [6, short],
      ])[1]?.[0],
    ).toMatchObject({
      source: 'deckhand',
      level: 'error',
      accountId: '111122223333',
      cluster: 'core',
      service: 'checkout-api',
      atMs: NOW + 6 * MINUTE,
      sinceMs: NOW,
      reason: '3 of 4 tasks running, and nothing has progressed for 6 min',
    });
  });
});

describe('a deployment that gets nowhere', () => {
  const rollout = (change: Partial<Deployment> = {}): Deployment =>
    deployment({
      id: 'ecs-svc/2',
      rolloutState: 'IN_PROGRESS',
      createdAtMs: NOW,
      updatedAtMs: NOW,
      running: 1,
      ...change,
    });
  const old = deployment({ status: 'ACTIVE' });
  /** All old tasks still run, so none is missing. */
  const rolling = (change: Partial<Deployment> = {}, more: Partial<ServiceSnapshot> = {}) => ({
    deployments: [rollout(change), old],
    ...more,
  });

  it('is told after half an hour without progress', () => {
    expect(
      names([
        [29, rolling()],
        [30, rolling()],
      ]),
    ).toEqual([[], ['DEPLOYMENT_STUCK']]);
    expect(conclude([[30, rolling()]])[0]?.[0]).toMatchObject({
      atMs: NOW + 30 * MINUTE,
      sinceMs: NOW,
    });
  });

  it('is told although tasks are started all the time, when they never become more', () => {
    const trying = (minute: number): Reading => [
      minute,
      rolling({}, { events: [event(-minute * MINUTE, 'has started 1 tasks: (task x).')] }),
    ];
    expect(names([1, 10, 20, 31].map(trying))).toEqual([[], [], [], ['DEPLOYMENT_STUCK']]);
  });

  it('is not told while its tasks become more, however slowly', () => {
    const readings = [1, 2, 3, 4].map(
      (running): Reading => [
        running * 20,
        rolling({ running }, { events: [event(-running * 20 * MINUTE, 'has started 1 tasks: (task x).')] }),
      ],
    );
    expect(names(readings).flat()).toEqual([]);
  });

  it('is not told while all of its new tasks run and it bakes, and is where the load balancer refuses them', () => {
    const full = rolling({ running: 4 });
    expect(names([[120, full]])).toEqual([[]]);
    const refused = {
      ...full,
      targetGroups: [group('web')],
      metrics: { ...service().metrics, unhealthyHosts: whole(1, 1, 1), healthyHosts: whole(3, 3, 3) },
      metricsAtMs: NOW,
    };
    expect(names([[31, refused]])).toEqual([['DEPLOYMENT_STUCK']]);
  });

  it('is told early where so many tasks failed that a circuit breaker would have ended it', () => {
    const failing = rolling({ failedTasks: 4 });
    expect(
      names([
        [2, failing],
        [4, failing],
        [7, failing],
      ]),
    ).toEqual([[], [], ['DEPLOYMENT_STUCK']]);
    const few = rolling({ failedTasks: 2 });
    expect(
      names([
        [2, few],
        [4, few],
        [8, few],
      ]).flat(),
    ).toEqual([]);
  });

  it('is not told while a hook waits for somebody', () => {
    const waits = incident({ hook: { id: 'h', deploymentArn: 'arn' }, cause: 'HOOK_AWAITING_ACTION' });
    expect(names([[40, rolling()]], [waits])).toEqual([[]]);
  });

  it('is one event per deployment, and another for the next one', () => {
    const id = (change: Partial<Deployment>, minute: number) =>
      conclude([[minute, rolling(change)]])[0]?.[0]?.id;
    expect(id({}, 35)).toBe(id({}, 90));
    expect(id({}, 35)).not.toBe(id({ id: 'ecs-svc/3' }, 35));
  });
});

describe('a service that is well again while its incident is open', () => {
  const well = {};
  const open = [incident()];

  it('is told after two readings that are five minutes apart', () => {
    expect(
      names(
        [
          [0, well],
          [2, well],
          [5, well],
        ],
        open,
      ),
    ).toEqual([[], [], ['HEALTHY_AGAIN']]);
  });

  it('is told five minutes after the last trouble where its tasks were there all the time', () => {
    const trouble = [incident({ lastSeenAtMs: NOW + 3 * MINUTE })];
    expect(
      names(
        [
          [0, well],
          [7, well],
          [8, well],
        ],
        trouble,
      ),
    ).toEqual([[], [], ['HEALTHY_AGAIN']]);
  });

  it('is told where one reading is vouched for by events since', () => {
    const vouched = { inventoryAtMs: NOW, inventoryTrueAtMs: NOW + 6 * MINUTE };
    expect(
      names(
        [
          [0, well],
          [6, vouched],
        ],
        open,
      ),
    ).toEqual([[], ['HEALTHY_AGAIN']]);
  });

  it('is not told from readings that are old', () => {
    const readings: Reading[] = [
      [0, well],
      [5, well],
    ];
    expect(names(readings, open, 11 * MINUTE)).toEqual([[], []]);
  });

  it('is told of each member of a group that still fails', () => {
    const other = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'other' };
    const own = incident().target;
    const member = { incident: 'x', number: 8, atMs: NOW, count: 1, isOver: false };
    const groupOf = (isOver: boolean) =>
      incident({
        target: other,
        members: [
          { ...member, target: other },
          { ...member, target: own, isOver },
        ],
      });
    const readings: Reading[] = [
      [0, well],
      [5, well],
    ];
    expect(names(readings, [groupOf(false)])[1]).toEqual(['HEALTHY_AGAIN']);
    expect(names(readings, [groupOf(true)])[1]).toEqual([]);
  });

  it.each<[string, Partial<ServiceSnapshot>, Partial<Incident>]>([
    ['a task was started since', { events: [event(-3 * MINUTE, 'has started 1 tasks: (task x).')] }, {}],
    ['trouble was seen since', {}, { lastSeenAtMs: NOW + 3 * MINUTE }],
    ['its deployment failed', { deployments: [deployment({ rolloutState: 'FAILED' })] }, {}],
    ['a deployment is on its way', { deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] }, {}],
    [
      'no target is healthy',
      { targetGroups: [group('web')], metrics: { healthyHosts: whole(0, 0, 0) }, metricsAtMs: NOW },
      {},
    ],
    ['an alarm is what is wrong', {}, { cause: 'CLOUDWATCH_ALARM' }],
    ['ECS is throttled', {}, { cause: 'ECS_OPERATION_THROTTLED' }],
    ['it is another service', {}, { target: { ...incident().target, service: 'cart' } }],
  ])('is not told where %s', (_, change, ofIncident) => {
    expect(
      names(
        [
          [0, change],
          [5, change],
        ],
        [incident(ofIncident)],
      ).flat(),
    ).toEqual([]);
  });

  it('is one event per incident and trouble', () => {
    const id = (change: Partial<Incident>) =>
      conclude(
        [
          [0, well],
          [5, well],
        ],
        [incident(change)],
      )[1]?.[0]?.id;
    expect(id({})).toBe(id({ title: 'Edited', version: 9 }));
    expect(id({})).not.toBe(id({ lastSeenAtMs: NOW - 2 * MINUTE }));
  });
});

it('a service that is well never brings an event, in whatever order and at whatever age it is read', () => {
  const reading = fc.record({
    minute: fc.integer({ min: 0, max: 600 }),
    ageMinutes: fc.integer({ min: 0, max: 600 }),
    desired: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 12 }), (readings) => {
      let observed: Observed = new Map();
      for (const { minute, ageMinutes, desired } of readings) {
        const atMs = NOW + minute * MINUTE;
        const read = service({ desired, running: desired, inventoryAtMs: atMs - ageMinutes * MINUTE });
        const look = { snapshot: { atMs, services: [read], missing: [] }, open: [] };
        const result = inferFrom(look, observed, settings, atMs);
        expect(result.events).toEqual([]);
        observed = result.observed;
      }
    }),
  );
});
