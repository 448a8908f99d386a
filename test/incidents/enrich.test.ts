import { describe, expect, it } from 'vitest';
import { loadOf } from '../../src/commands/scale.ts';
import { NotFound, Throttled } from '../../src/domain/errors.ts';
import type {
  Deployment,
  Series,
  ServiceMetrics,
  ServiceSnapshot,
  TaskDefinition,
} from '../../src/domain/fleet.ts';
import type { Incident, StopEvidence } from '../../src/domain/incident.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { type EnrichOptions, makeEnrich } from '../../src/incidents/enrich.ts';
import { newestChange, revisionBefore } from '../../src/incidents/enrich-deployment.ts';
import { measuresFor, trendOf } from '../../src/incidents/enrich-trend.ts';
import { keepLog } from '../kept-log.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REF = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
const arn = (revision: number) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${revision}`;

function deployment(revision: number, change: Partial<Deployment> = {}): Deployment {
  return {
    id: `ecs-svc/${revision}`,
    status: 'PRIMARY',
    taskDefinition: arn(revision),
    desired: 2,
    running: 2,
    pending: 0,
    failedTasks: 0,
    rolloutState: 'COMPLETED',
    rolloutReason: undefined,
    createdAtMs: NOW - 2 * HOUR,
    updatedAtMs: NOW - HOUR,
    ...change,
  };
}

function series(...values: readonly number[]): Series {
  const points = values.map((value, n) => ({ atMs: NOW - (values.length - n) * 5 * MINUTE, value }));
  return { periodMs: 5 * MINUTE, points };
}

function service(change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    ref: REF,
    arn: 'arn:aws:ecs:eu-west-1:111122223333:service/core/web',
    status: 'ACTIVE',
    launchType: 'FARGATE',
    capacityProviders: [],
    strategy: 'REPLICA',
    controller: 'ECS',
    platformVersion: '1.4.0',
    taskDefinition: arn(7),
    desired: 2,
    running: 2,
    pending: 0,
    createdAtMs: NOW - 90 * 24 * HOUR,
    deployments: [],
    events: [],
    targetGroups: [],
    tags: {},
    metrics: { cpuPercent: series(20, 20, 20, 20) },
    inventoryAtMs: NOW,
    metricsAtMs: NOW,
    ...change,
  };
}

const GROUP = {
  arn: 'arn:group',
  name: 'web',
  loadBalancer: 'app/edge/50dc',
  dimension: 'targetgroup/web/6d0e',
  kind: 'application' as const,
  healthCheckPath: '/health',
};

const INCIDENT: Incident = {
  id: 'i1',
  number: 1,
  target: REF,
  severity: 'high',
  cause: 'SERVICE_TASK_START_IMPAIRED',
  title: 'Tasks do not stay up',
  state: 'open',
  openedAtMs: NOW,
  lastSeenAtMs: NOW,
  count: 1,
  facts: [],
  version: 1,
};

const definition = (revision: number): TaskDefinition => ({
  family: 'web',
  revision,
  cpuUnits: 256,
  memoryMiB: 512,
  arch: undefined,
  containers: [
    {
      name: 'app',
      image: `web:${revision}`,
      essential: true,
      cpuUnits: undefined,
      memoryMiB: undefined,
      logGroup: undefined,
    },
  ],
});

function world(found: ServiceSnapshot, change: Partial<EnrichOptions> = {}) {
  const calls: string[] = [];
  const { log, lines } = keepLog();
  const options: EnrichOptions = {
    collector: {
      snapshot: async () => ({ atMs: NOW, services: [found], missing: [] }),
      scaling: async () => undefined,
      taskDefinition: async (_place, of) => definition(Number(of.split(':').at(-1))),
      recent: async () => ({ series: {}, missing: [] }),
    },
    thresholds: DEFAULT_THRESHOLDS,
    clock: { now: () => NOW },
    log,
    wait: () => new Promise(() => undefined),
    evidence: undefined,
    targets: async (_place, group) => {
      calls.push(group);
      return [];
    },
    loadOf,
    ...change,
  };
  const look = (incident: Partial<Incident> = {}) => makeEnrich(options)(REF, { ...INCIDENT, ...incident });
  return { look, calls, lines, options };
}

describe('findings', () => {
  it('suggest a count only where the load asks for more, and never for a daemon', async () => {
    const metrics = { cpuPercent: series(95, 95, 95, 95), memoryPercent: series(10, 10, 10, 10) };
    expect(await world(service({ metrics })).look()).toMatchObject({ suggestedCount: 3 });
    expect(await world(service()).look()).not.toHaveProperty('suggestedCount');
    expect(await world(service({ metrics, strategy: 'DAEMON' })).look()).not.toHaveProperty('suggestedCount');
    const { look } = world(service({ metrics }), { defaultMaximum: { times: 1, atLeast: 2 } });
    expect(await look()).not.toHaveProperty('suggestedCount');
  });

  it('ask a load balancer only where something is not healthy', async () => {
    const targetGroups = [GROUP];
    const well = world(
      service({ targetGroups, metrics: { healthyHosts: series(2, 2), unhealthyHosts: series(0, 0) } }),
    );
    expect(await well.look()).not.toHaveProperty('targets');
    expect(well.calls).toEqual([]);
    const ill = world(
      service({ targetGroups, metrics: { healthyHosts: series(1, 1), unhealthyHosts: series(1, 1) } }),
      {
        targets: async () => [
          { state: 'healthy', reason: undefined, description: undefined },
          { state: 'draining', reason: 'Target.DeregistrationInProgress', description: undefined },
          { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
          { state: 'unhealthy', reason: 'Target.ResponseCodeMismatch', description: 'codes: [503]' },
          { state: 'unhealthy', reason: 'Target.ResponseCodeMismatch', description: 'codes: [503]' },
        ],
      },
    );
    expect(await ill.look()).toMatchObject({ targets: { healthy: 1, unhealthy: 3, why: 'codes: [503]' } });
  });

  it('keep every other part when some fail or do not answer', async () => {
    const found = service({ deployments: [deployment(7)], tags: { Runbook: ' https://wiki.example/x ' } });
    const { lines, options } = world(found);
    const findings = await makeEnrich({
      ...options,
      // Comes after all that answers at once.
      wait: () => new Promise((resolve) => void setImmediate(resolve)),
      collector: {
        ...options.collector,
        scaling: () => new Promise<never>(() => undefined),
        taskDefinition: () => Promise.reject(new Throttled('throttled: ecs:DescribeTaskDefinition')),
        recent: () => Promise.reject(new NotFound('gone')),
      },
      evidence: { ofService: () => Promise.reject(new Error('table down')) },
    })(REF, INCIDENT);
    expect(findings).toEqual({
      atMs: NOW,
      tasks: { running: 2, desired: 2 },
      health: [],
      deployment: { atMs: NOW - 2 * HOUR, state: 'COMPLETED', to: { revision: 7, images: [] } },
      trend: { title: 'CPU', unit: '%', points: service().metrics.cpuPercent?.points },
      runbookUrl: 'https://wiki.example/x',
    });
    for (const part of ['a suggested count', 'ecs:DescribeTaskDefinition', 'a trend', 'stopped tasks'])
      expect(lines.join()).toContain(part);
  });

  it.each(['javascript:alert(1)', 'wiki/checkout', 'https://', ''])(
    'take %j for no runbook',
    async (runbook) => {
      expect(await world(service({ tags: { runbook } })).look()).not.toHaveProperty('runbookUrl');
    },
  );

  it('hold the three newest stops with their last line each, of the incident and shortly before', async () => {
    const asked: unknown[] = [];
    const stop: StopEvidence = {
      taskId: 't1',
      atMs: NOW,
      containers: [
        { name: 'app', lastLines: ['one', 'two', '  '] },
        { name: 'proxy', lastLines: [' '] },
      ],
    };
    const { look } = world(service(), {
      evidence: {
        ofService: async (_ref, within) => {
          asked.push(within);
          return { stops: [stop], isCut: false };
        },
      },
    });
    const { stops } = await look();
    expect(asked).toEqual([{ sinceMs: NOW - HOUR, limit: 3 }]);
    expect(stops?.[0]?.containers).toEqual([{ name: 'app', lastLines: ['two'] }, { name: 'proxy' }]);
  });
});

describe('what the newest deployment changed', () => {
  const old = deployment(6, { status: 'ACTIVE', createdAtMs: NOW - 20 * 24 * HOUR });
  const change = (...deployments: readonly Deployment[]) => {
    const found = newestChange(service({ deployments }), NOW);
    return found && { to: found.deployment.taskDefinition, before: found.before };
  };

  it.each([
    ['one under way names what it replaces', [deployment(7, { rolloutState: 'IN_PROGRESS' }), old], [7, 6]],
    [
      'one under way for days is still the change',
      [deployment(7, { rolloutState: 'IN_PROGRESS', createdAtMs: NOW - 3 * 24 * HOUR }), old],
      [7, 6],
    ],
    ['a completed one of today has its predecessor elsewhere', [deployment(7)], [7, undefined]],
    [
      'one that came to rest long ago changed nothing of late',
      [deployment(7, { createdAtMs: NOW - 25 * HOUR })],
      undefined,
    ],
    [
      'a failed one counts before the roll-back of it',
      [
        deployment(6, { createdAtMs: NOW - HOUR, rolloutState: 'IN_PROGRESS' }),
        deployment(7, { status: 'ACTIVE', rolloutState: 'FAILED' }),
      ],
      [7, 6],
    ],
    ['services of other controllers have none', [], undefined],
  ] as const)('%s', (_name, deployments, expected) => {
    const [to, before] = expected ?? [];
    const wanted =
      to === undefined ? undefined : { to: arn(to), before: before === undefined ? undefined : arn(before) };
    expect(change(...deployments)).toEqual(wanted);
  });

  it('is found in the history where ECS shows the old deployment no more', async () => {
    const past = [
      { taskDefinition: arn(7), atMs: NOW - 2 * HOUR },
      { taskDefinition: arn(5), atMs: NOW - 9 * 24 * HOUR },
    ];
    const findings = await world(service({ deployments: [deployment(7)] }), {
      pastDeployments: async () => past,
    }).look();
    expect(findings.deployment).toMatchObject({
      from: { revision: 5, images: ['web:5'] },
      to: { revision: 7 },
    });
    expect(
      revisionBefore({ deployment: deployment(7), before: undefined }, past.slice(0, 1)),
    ).toBeUndefined();
  });
});

describe('the trend that is shown', () => {
  const clues = (change: Partial<Parameters<typeof measuresFor>[0]> = {}) =>
    measuresFor({ incident: INCIDENT, rules: [], stops: [], ...change })[0];

  it('what an alarm watches, whatever else is wrong; else what its health complains of first', () => {
    const alarm = (title: string) => ({ ...INCIDENT, cause: 'CLOUDWATCH_ALARM', title });
    expect(clues({ incident: alarm('Alarm api (MemoryUtilization)'), rules: ['cpu'] })).toBe('memoryPercent');
    expect(clues({ incident: alarm('Alarm api (CPUUtilization)'), rules: ['response_time'] })).toBe(
      'cpuPercent',
    );
    expect(clues({ rules: ['cpu', 'response_time'] })).toBe('cpuPercent');
    expect(clues({ rules: ['response_time', 'cpu'] })).toBe('responseTimeMs');
  });

  it('not memory because no instance has room for a task', () => {
    expect(clues({ incident: { ...INCIDENT, reason: 'RESOURCE:MEMORY' } })).toBe('cpuPercent');
  });
  const killed: StopEvidence = {
    taskId: 't',
    atMs: NOW,
    containers: [{ name: 'a', reason: 'OutOfMemoryError: killed' }],
  };
  const checked: StopEvidence = {
    taskId: 't',
    atMs: NOW,
    reason: 'Task failed ELB health checks in (target-group x)',
    containers: [],
  };

  it.each([
    ['memory for tasks that were killed for it', clues({ stops: [killed] }), 'memoryPercent'],
    ['memory where it is high', clues({ rules: ['memory'] }), 'memoryPercent'],
    ['errors for failing checks of a load balancer', clues({ stops: [checked] }), 'http5xx'],
    ['errors where there are many', clues({ rules: ['http_5xx'] }), 'http5xx'],
    ['response time where it is long', clues({ rules: ['response_time'] }), 'responseTimeMs'],
    [
      'what an alarm is about',
      clues({ incident: { ...INCIDENT, reason: 'web-latency-p99 is in ALARM' } }),
      'responseTimeMs',
    ],
    ['CPU otherwise', clues(), 'cpuPercent'],
  ])('is %s', (_name, measure, expected) => {
    expect(measure).toBe(expected);
  });

  it('is the next best where the best has no data, at most twenty points', () => {
    const metrics: ServiceMetrics = { cpuPercent: series(...Array.from({ length: 40 }, (_, n) => n)) };
    const trend = trendOf(['memoryPercent', 'cpuPercent'], metrics);
    expect(trend).toMatchObject({ title: 'CPU' });
    expect(trend?.points.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n + 20));
    expect(trendOf(['cpuPercent'], { cpuPercent: series(1) })).toBeUndefined();
  });

  it('shows periods without errors as none', () => {
    const points = [NOW - 30 * MINUTE, NOW].map((atMs) => ({ atMs, value: 4 }));
    const trend = trendOf(['http5xx'], { http5xx: { periodMs: 10 * MINUTE, points } });
    expect(trend?.points.map(({ value }) => value)).toEqual([0, 4, 0, 0, 4]);
    expect(trend?.title).toContain('10 min');
  });
});
