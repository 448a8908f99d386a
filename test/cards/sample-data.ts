import type { ServiceSnapshot, TaskDefinition } from '../../src/domain/fleet.ts';
import type { Findings, Incident, StopEvidence } from '../../src/domain/incident.ts';
import type { Person } from '../../src/domain/person.ts';

export const NOW = Date.parse('2026-11-20T09:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const OLIVIA: Person = { platform: 'slack', id: 'U012AB3CD', tenant: 'T1', name: 'Olivia Ng' };
export const RAVI: Person = { platform: 'teams', id: '29:1a2b', tenant: 'tn', name: 'Ravi Rao' };

/** The new revision's process ends at once. */
export const START_FAILURE: StopEvidence = {
  taskId: '9f8e7d6c5b4a39281706f5e4d3c2b1a0',
  atMs: NOW - 3 * MINUTE,
  stopCode: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  revision: 42,
  containers: [
    {
      name: 'app',
      exitCode: 1,
      lastLines: [
        'Listening on 8080',
        'Error: connect ECONNREFUSED 10.0.3.9:5432',
        '    at TCPConnectWrap.afterConnect [as oncomplete] <@U012AB3CD>',
        'FATAL config: DATABASE_URL is not set',
        '',
      ],
    },
    { name: 'envoy', exitCode: 143 },
  ],
};

export const OOM_STOP: StopEvidence = {
  taskId: '1a2b3c4d5e6f708192a3b4c5d6e7f809',
  atMs: NOW - 2 * MINUTE,
  stopCode: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  revision: 42,
  containers: [
    { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
  ],
};

/** Everything that a look at AWS can add. */
export const FINDINGS = {
  atMs: NOW - 30_000,
  tasks: { running: 2, desired: 4, stillSinceMs: NOW - 9 * MINUTE },
  health: ['no healthy target in checkout (2 unhealthy)', 'CPU 97 %'],
  suggestedCount: 6,
  deployment: {
    atMs: NOW - 12 * MINUTE,
    state: 'FAILED',
    from: {
      revision: 41,
      images: [
        '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/checkout:1.41.0',
        'public.ecr.aws/envoy:v1.31',
      ],
    },
    to: {
      revision: 42,
      images: [
        '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/checkout:1.42.0',
        'public.ecr.aws/envoy:v1.31',
      ],
    },
  },
  targets: { healthy: 1, unhealthy: 2, why: 'Health checks failed with these codes: [503]' },
  stops: [
    START_FAILURE,
    { ...START_FAILURE, taskId: '77aa', atMs: NOW - 5 * MINUTE },
    { ...START_FAILURE, taskId: '66bb', atMs: NOW - 7 * MINUTE },
    { ...START_FAILURE, taskId: '55cc', atMs: NOW - 8 * MINUTE },
  ],
  trend: {
    title: 'CPU',
    unit: '%',
    points: [35, 34, 36, 41, 72, 97, 96].map((value, n) => ({ atMs: NOW - (6 - n) * 30 * MINUTE, value })),
  },
  runbookUrl: 'https://wiki.example/checkout',
} as const satisfies Findings;

const ARN = 'arn:aws:ecs:us-east-1:111122223333';

export const TASK: TaskDefinition = {
  family: 'checkout-api',
  revision: 42,
  cpuUnits: 512,
  memoryMiB: 1024,
  arch: 'X86_64',
  containers: [
    {
      name: 'app',
      image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:4f2a9c1',
      essential: true,
      cpuUnits: 384,
      memoryMiB: 768,
      logGroup: '/ecs/checkout-api',
    },
    {
      name: 'envoy',
      image: 'public.ecr.aws/envoy:v1.31',
      essential: false,
      cpuUnits: 128,
      memoryMiB: 256,
      logGroup: undefined,
    },
  ],
};

/** A service in the middle of a deployment that fails. */
export function service(): ServiceSnapshot {
  const series = (value: number) => ({ periodMs: 5 * MINUTE, points: [{ atMs: NOW - 5 * MINUTE, value }] });
  return {
    ref: { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: 'checkout-api' },
    arn: `${ARN}:service/prod-core/checkout-api`,
    status: 'ACTIVE',
    launchType: 'FARGATE',
    capacityProviders: [],
    strategy: 'REPLICA',
    controller: 'ECS',
    platformVersion: '1.4.0',
    taskDefinition: `${ARN}:task-definition/checkout-api:42`,
    desired: 4,
    running: 3,
    pending: 1,
    createdAtMs: NOW - 200 * DAY,
    deployments: [
      deployment('old', 41, 'ACTIVE', {
        running: 2,
        desired: 2,
        rolloutState: 'COMPLETED',
        createdAtMs: NOW - 30 * DAY,
      }),
      deployment('new', 42, 'PRIMARY', {
        running: 1,
        desired: 4,
        pending: 1,
        failedTasks: 3,
        rolloutState: 'IN_PROGRESS',
        rolloutReason: 'ECS deployment ecs-svc/42 in progress.',
        createdAtMs: NOW - 22 * MINUTE,
      }),
    ],
    events: [
      {
        id: 'e1',
        atMs: NOW - 17 * MINUTE,
        message: '(service checkout-api) is unable to consistently start tasks successfully.',
      },
      {
        id: 'e2',
        atMs: NOW - 21 * MINUTE,
        message: '(service checkout-api) has started 2 tasks: (task 9f).',
      },
    ],
    targetGroups: [
      {
        arn: 'arn:tg',
        name: 'checkout-api',
        loadBalancer: 'app/edge/1',
        dimension: 'targetgroup/checkout-api/1',
        kind: 'application',
        healthCheckPath: '/health',
      },
    ],
    tags: {
      team: 'payments',
      runbook: 'https://wiki.example/checkout',
      'aws:cloudformation:stack-name': 'x',
    },
    metrics: {
      cpuPercent: series(91.4),
      memoryPercent: series(62),
      responseTimeMs: series(1240),
      http5xx: series(130),
      healthyHosts: series(2),
      unhealthyHosts: series(1),
    },
    inventoryAtMs: NOW - 40_000,
    metricsAtMs: NOW - 2 * MINUTE,
  };
}

export function incident(over: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    number: 12,
    target: { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: 'checkout-api' },
    severity: 'critical',
    cause: 'SERVICE_DEPLOYMENT_FAILED',
    title: 'deployment failed',
    state: 'open',
    openedAtMs: NOW - 9 * MINUTE,
    lastSeenAtMs: NOW - 2 * MINUTE,
    count: 3,
    reason: 'ECS deployment circuit breaker: tasks failed to start.',
    facts: [],
    version: 1,
    ...over,
  };
}

function deployment(
  id: string,
  revision: number,
  status: 'PRIMARY' | 'ACTIVE',
  over: Partial<ServiceSnapshot['deployments'][number]>,
): ServiceSnapshot['deployments'][number] {
  return {
    id: `ecs-svc/${id}`,
    status,
    taskDefinition: `${ARN}:task-definition/checkout-api:${revision}`,
    desired: 0,
    running: 0,
    pending: 0,
    failedTasks: 0,
    rolloutState: undefined,
    rolloutReason: undefined,
    createdAtMs: undefined,
    updatedAtMs: undefined,
    ...over,
  };
}
