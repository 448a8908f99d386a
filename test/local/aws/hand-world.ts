import type {
  MetricQuery,
  World,
  WorldAccount,
  WorldCluster,
  WorldRegion,
  WorldService,
  WorldTask,
  WorldTaskDefinition,
} from '../../../src/local/world/model.ts';

/** 2026-11-20T09:00:00Z: the fleet's clock, far from the machine's. */
export const NOW = Date.UTC(2026, 10, 20, 9);
export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
const REGION = 'eu-west-1';
const MINUTE = 60_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A small fleet made by hand: `prod` with `services` services of which the first has targets, scaling and logs. */
export function handWorld(options: { services?: number; deny?: string[]; down?: boolean } = {}): World & {
  readonly changes: unknown[];
  readonly throttles: Map<string, number>;
} {
  const names = Array.from(
    { length: options.services ?? 12 },
    (_, i) => `service-${String(i).padStart(2, '0')}`,
  );
  const cluster: WorldCluster = {
    arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`,
    accountId: ACCOUNT,
    region: REGION,
    name: 'prod',
    instances: [
      {
        arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/prod/0123456789abcdef`,
        ec2InstanceId: 'i-0123456789abcdef0',
        cpu: 2048,
        memoryMiB: 4096,
        connected: true,
        zone: 'eu-west-1a',
        status: 'ACTIVE',
      },
    ],
    services: names.map((name, i) => service(name, i)),
  };
  const region: Mutable<WorldRegion> = {
    accountId: ACCOUNT,
    name: REGION,
    down: options.down ?? false,
    clusters: [cluster],
  };
  const accounts: WorldAccount[] = [
    { id: ACCOUNT, name: 'production', deny: options.deny ?? [], regions: [region] },
    { id: OTHER_ACCOUNT, name: 'staging', deny: [], regions: [] },
  ];
  const changes: unknown[] = [];
  const throttles = new Map<string, number>();
  const put: { key: string; value: number; atMs: number }[] = [];
  return {
    changes,
    throttles,
    clock: { now: () => NOW },
    accounts,
    latencyMs: 0,
    region: (id, name) => (id === ACCOUNT && name === REGION ? region : undefined),
    taskDefinition: (reference) => definitionFor(reference, names),
    metric: (query) => series(query, put),
    metrics: () =>
      names.map((name) => ({
        namespace: 'AWS/ECS',
        metric: 'CPUUtilization',
        dimensions: { ClusterName: 'prod', ServiceName: name },
      })),
    putMetric: (...[, , namespace, metric, dimensions, value, atMs]) => {
      put.push({ key: JSON.stringify([namespace, metric, dimensions]), value, atMs });
    },
    logGroups: () => ['/ecs/service-00', '/ecs/service-01'],
    logs: (_account, _region, group, startMs, endMs) =>
      group !== '/ecs/service-00'
        ? []
        : Array.from({ length: 30 }, (_, i) => ({
            id: `event-${i}`,
            atMs: NOW - (30 - i) * MINUTE,
            ingestedAtMs: NOW - (30 - i) * MINUTE + 500,
            stream: `ecs/app/${i % 2}`,
            message: i % 3 === 0 ? `ERROR db: connection refused n=${i}` : `INFO order accepted n=${i}`,
          })).filter((event) => event.atMs >= startMs && event.atMs < endMs),
    updateService: (changed, change) => {
      changes.push({ service: changed.name, ...change });
      if (change.desired !== undefined) changed.desired = change.desired;
    },
    stopTask: (changed, stopped, reason) => {
      changes.push({ service: changed.name, task: stopped.id, reason });
    },
    continueDeployment: (changed, { id }, action) => {
      changes.push({ service: changed.name, deployment: id, action });
    },
    isSilent: () => false,
    throttledUntil: (_account, _region, action) => throttles.get(action),
    onEvent: () => {},
    advance: () => {},
    nextDueMs: () => undefined,
  };
}

/** One point a period: the whole minutes since the epoch of its time, modulo 100, plus 1000 for Maximum. */
function series(query: MetricQuery, put: readonly { key: string; value: number; atMs: number }[]) {
  const key = JSON.stringify([query.namespace, query.metric, query.dimensions]);
  const own = put.filter((each) => each.key === key && each.atMs >= query.startMs && each.atMs < query.endMs);
  if (own.length > 0) return own;
  if (query.namespace !== 'AWS/ECS' || query.accountId !== ACCOUNT) return [];
  const first = Math.ceil(query.startMs / query.periodMs) * query.periodMs;
  const count = Math.max(0, Math.ceil((query.endMs - first) / query.periodMs));
  return Array.from({ length: count }, (_, i) => first + i * query.periodMs).map((atMs) => ({
    atMs,
    value: valueAt(atMs) + (query.stat === 'Maximum' ? 1000 : 0),
  }));
}

/** What the hand-made CPU series is at a time. */
export function valueAt(atMs: number): number {
  return Math.floor(atMs / MINUTE) % 100;
}

function service(name: string, i: number): WorldService {
  const isFirst = i === 0;
  return {
    arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/prod/${name}`,
    accountId: ACCOUNT,
    region: REGION,
    cluster: 'prod',
    name,
    launchType: 'FARGATE',
    capacityProviders: i === 1 ? { FARGATE_SPOT: 3, FARGATE: 1 } : undefined,
    strategy: i === 2 ? 'DAEMON' : 'REPLICA',
    controller: i === 3 ? 'CODE_DEPLOY' : 'ECS',
    arch: 'X86_64',
    createdAtMs: NOW - 200 * 86_400_000,
    tags: { team: 'payments' },
    scaling: isFirst ? { min: 2, max: 10, cpuTarget: 70 } : undefined,
    circuitBreaker: { enable: true, rollback: true },
    targetGroups: isFirst ? [targetGroup(name)] : [],
    certificate: undefined,
    endpoint: undefined,
    desired: 2,
    running: 2,
    pending: 0,
    deployments: [
      deployment(name, 41, 'COMPLETED'),
      deployment(name, 42, isFirst ? 'IN_PROGRESS' : 'COMPLETED'),
    ],
    events: [{ id: 'event-1', atMs: NOW - MINUTE, message: `(service ${name}) has reached a steady state.` }],
    tasks: [
      task(name, 'a', 41),
      task(name, 'b', 42),
      {
        ...task(name, 'c', 42),
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stoppedAtMs: NOW - 59 * MINUTE,
        stopCode: 'EssentialContainerExited',
      },
      {
        ...task(name, 'd', 42),
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stoppedAtMs: NOW - 61 * MINUTE,
      },
    ],
  };
}

function deployment(name: string, revision: number, state: 'COMPLETED' | 'IN_PROGRESS') {
  const atMs = NOW - (50 - revision) * 3_600_000;
  return {
    id: `ecs-svc/${revision}${name.slice(-2)}`,
    revision,
    taskDefinitionArn: definitionArn(name, revision),
    createdAtMs: atMs,
    updatedAtMs: atMs,
    state,
    reason: '',
    failedTasks: 0,
  };
}

function task(name: string, letter: string, revision: number): WorldTask {
  const id = `${letter}${name.slice(-2)}${'0'.repeat(29)}`;
  return {
    arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/prod/${id}`,
    id,
    revision,
    deploymentId: `ecs-svc/${revision}${name.slice(-2)}`,
    ip: '10.0.1.5',
    containerInstanceArn: undefined,
    capacityProvider: undefined,
    createdAtMs: NOW - 3 * 3_600_000,
    zone: 'eu-west-1a',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    startedAtMs: NOW - 3 * 3_600_000,
    stoppedAtMs: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    version: 3,
    containers: [{ name, lastStatus: 'RUNNING', exitCode: undefined, reason: undefined, health: 'UNKNOWN' }],
  };
}

function targetGroup(name: string): WorldService['targetGroups'][number] {
  const arn = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;
  return {
    arn: `${arn}:targetgroup/${name}/0123456789abcdef`,
    name,
    loadBalancerName: 'edge',
    loadBalancerArn: `${arn}:loadbalancer/app/edge/fedcba9876543210`,
    type: 'application',
    healthCheckPath: '/health',
    targets: [
      { id: '10.0.1.5', port: 8080, state: 'healthy', reason: undefined, description: undefined },
      {
        id: '10.0.1.6',
        port: 8080,
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: 'Health checks failed with these codes: [503]',
      },
    ],
  };
}

function definitionArn(name: string, revision: number): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${name}:${revision}`;
}

function definitionFor(reference: string, names: readonly string[]): WorldTaskDefinition | undefined {
  const [family = '', revision = ''] = reference.slice(reference.lastIndexOf('/') + 1).split(':');
  if (!names.includes(family) || !['41', '42'].includes(revision)) return undefined;
  return {
    arn: definitionArn(family, Number(revision)),
    family,
    revision: Number(revision),
    cpu: 512,
    memoryMiB: 1024,
    arch: 'X86_64',
    registeredAtMs: NOW - 86_400_000,
    launchType: 'FARGATE',
    containers: [
      {
        name: family,
        image: `registry.example/${family}:${revision}`,
        essential: true,
        cpu: 0,
        memoryMiB: 768,
        healthCheck: undefined,
        logGroup: `/ecs/${family}`,
      },
    ],
  };
}
