import { assessHealth, type HealthAssessment, type HealthContext } from '../../src/assess/health.ts';
import type { Deployment, Series, ServiceSnapshot } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';

export const NOW = Date.UTC(2026, 10, 20, 9, 2);
export const MINUTE = 60_000;
const PERIOD = 5 * MINUTE;
/** The start of the period that is still running at {@link NOW}. */
const RUNNING = Math.floor(NOW / PERIOD) * PERIOD;

/** Values of whole periods, oldest first, the last one just before the running period. */
export function whole(...values: readonly (number | undefined)[]): Series {
  return seriesUntil(RUNNING - PERIOD, values);
}

/** As {@link whole}, but the last value is of the period that is still running. */
export function running(...values: readonly (number | undefined)[]): Series {
  return seriesUntil(RUNNING, values);
}

function seriesUntil(lastMs: number, values: readonly (number | undefined)[]): Series {
  const points = values.flatMap((value, n) =>
    value === undefined ? [] : [{ atMs: lastMs - (values.length - 1 - n) * PERIOD, value }],
  );
  return { periodMs: PERIOD, points };
}

/** A service that is well, with what the test changes. */
export function service(change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    ref: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'checkout-api' },
    arn: 'arn:aws:ecs:eu-west-1:111122223333:service/core/checkout-api',
    status: 'ACTIVE',
    launchType: 'FARGATE',
    capacityProviders: [],
    strategy: 'REPLICA',
    controller: 'ECS',
    platformVersion: undefined,
    taskDefinition: 'checkout:1',
    desired: 4,
    running: 4,
    pending: 0,
    createdAtMs: NOW - 90 * 24 * 60 * MINUTE,
    deployments: [deployment()],
    events: [],
    targetGroups: [],
    tags: {},
    metrics: { cpuPercent: whole(30, 30, 30), memoryPercent: whole(40, 40, 40) },
    inventoryAtMs: NOW,
    metricsAtMs: NOW,
    ...change,
  };
}

/** The PRIMARY deployment, completed an hour ago. */
export function deployment(change: Partial<Deployment> = {}): Deployment {
  return {
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    taskDefinition: 'checkout:1',
    desired: 4,
    running: 4,
    pending: 0,
    failedTasks: 0,
    rolloutState: 'COMPLETED',
    rolloutReason: undefined,
    createdAtMs: NOW - 60 * MINUTE,
    updatedAtMs: NOW - 60 * MINUTE,
    ...change,
  };
}

export function event(agoMs: number, message: string) {
  return { id: `e${agoMs}`, atMs: NOW - agoMs, message: `(service checkout-api) ${message}` };
}

export function group(name: string, loadBalancer = 'app/edge/50dc') {
  return {
    arn: `arn:x:targetgroup/${name}/1`,
    name,
    loadBalancer,
    dimension: `targetgroup/${name}/1`,
    kind: 'application' as const,
    healthCheckPath: '/health',
  };
}

export function judge(subject: ServiceSnapshot, change: Partial<HealthContext> = {}): HealthAssessment {
  return assessHealth(subject, {
    nowMs: NOW,
    thresholds: DEFAULT_THRESHOLDS,
    loadBalancers: [],
    missing: [],
    ...change,
  });
}

export function texts(assessment: HealthAssessment): readonly string[] {
  return assessment.reasons.map((reason) => reason.text);
}
