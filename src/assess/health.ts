import type { Health, LoadBalancer, MissingPart, ServiceSnapshot } from '../domain/fleet.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { formatDuration } from '../domain/time.ts';
import { loadBalancer5xxOf } from './load-balancer.ts';
import { hasRecentData, newestCount, recentAverage, recentCount } from './metric-window.ts';
import { explainNoData, type UnknownWhy } from './no-data.ts';
import { shortfallOf } from './shortfall.ts';

/** Which rule spoke. */
export type HealthRule =
  | 'running_below_desired'
  | 'no_healthy_target'
  | 'unhealthy_targets'
  | 'http_5xx'
  | 'load_balancer_5xx'
  | 'cpu'
  | 'memory'
  | 'response_time'
  | 'no_data';

export interface HealthReason {
  readonly rule: HealthRule;
  readonly health: Exclude<Health, 'good'>;
  /** A sentence for people, with numbers and units. */
  readonly text: string;
}

export interface HealthContext {
  /** The moment of judgement, for ages. Metrics and missing tasks are judged as of when they were read. */
  readonly nowMs: number;
  readonly thresholds: Thresholds;
  /** Those of the same snapshot: their own 5XX, and who shares them. */
  readonly loadBalancers: readonly LoadBalancer[];
  /** Those of the same snapshot: they say why metrics are absent. */
  readonly missing: readonly MissingPart[];
}

export interface HealthAssessment {
  readonly health: Health;
  /** Worst first; empty for a good service. */
  readonly reasons: readonly HealthReason[];
  /** Worth telling, but no judgement of this service: a deployment on its way, 5XX of a shared load balancer. */
  readonly facts: readonly string[];
  /** Set when there is no data to judge by, whatever else is known. */
  readonly unknownWhy?: UnknownWhy;
}

/**
 * Judges one service by the health rules: CPU, memory and response time by the average of the last three 5-minute
 * points, 5XX by five minutes, targets by the newest count, missing tasks by how long nothing progressed. 4XX never
 * count. A service of which nothing runs by its own desired count is `unknown`: it is neither well nor ill.
 */
export function assessHealth(service: ServiceSnapshot, context: HealthContext): HealthAssessment {
  if (service.desired === 0 && service.running === 0) return withoutData(service, context, []);
  const atMs = service.metricsAtMs ?? context.nowMs;
  const shared = loadBalancer5xxOf(service, context.loadBalancers, atMs);
  const reasons = [
    ...taskReasons(service, context),
    ...targetReasons(service, atMs),
    ...errorReasons(service, context.thresholds, atMs),
    ...loadReasons(service, context.thresholds, atMs),
    ...shared
      .filter(({ own, count }) => own && count > context.thresholds.http5xxCritical)
      .map(({ name, count }) => loadBalancerReason(name, count, context.thresholds)),
  ];
  const facts = [...deploymentFacts(service, context), ...sharedFacts(shared, context.thresholds)];
  if (!hasData(service, atMs)) return { ...withoutData(service, context, reasons), facts };
  return { health: worst(reasons), reasons: worstFirst(reasons), facts };
}

/** From best to worst: what a fleet is sorted by, reversed. */
const RANK: Readonly<Record<Health, number>> = { good: 0, unknown: 1, warning: 2, critical: 3 };

/** Compares two healths, the worse one first. */
export function byWorstHealth(a: Health, b: Health): number {
  return RANK[b] - RANK[a];
}

function worst(reasons: readonly HealthReason[]): Health {
  return worstFirst(reasons)[0]?.health ?? 'good';
}

function worstFirst(reasons: readonly HealthReason[]): readonly HealthReason[] {
  return reasons.toSorted((a, b) => byWorstHealth(a.health, b.health));
}

/** Tasks that are missing for too long are critical, with or without metrics. */
function withoutData(
  service: ServiceSnapshot,
  context: HealthContext,
  known: readonly HealthReason[],
): HealthAssessment {
  const { why, text } = explainNoData(service, context.missing, context.nowMs);
  const reasons = worstFirst([...known, { rule: 'no_data', health: 'unknown', text }]);
  return { health: worst(reasons), reasons, facts: [], unknownWhy: why };
}

function hasData({ metrics }: ServiceSnapshot, atMs: number): boolean {
  const averaged = [metrics.cpuPercent, metrics.memoryPercent, metrics.responseTimeMs];
  const counted = [metrics.requests, metrics.http5xx, metrics.healthyHosts, metrics.unhealthyHosts];
  return (
    averaged.some((series) => recentAverage(series, atMs) !== undefined) ||
    counted.some((series) => hasRecentData(series, atMs))
  );
}

function taskReasons(service: ServiceSnapshot, { thresholds }: HealthContext): HealthReason[] {
  const shortfall = shortfallOf(service, thresholds);
  if (!shortfall?.stuck) return [];
  const since =
    shortfall.sinceMs === undefined
      ? 'since when is unknown'
      : `no progress for ${formatDuration(service.inventoryAtMs - shortfall.sinceMs)}`;
  const text = `${service.running} of ${plural(service.desired, 'task')} running, ${since}`;
  return [{ rule: 'running_below_desired', health: 'critical', text }];
}

function targetReasons(service: ServiceSnapshot, atMs: number): HealthReason[] {
  const healthy = newestCount(service.metrics.healthyHosts, atMs);
  const unhealthy = newestCount(service.metrics.unhealthyHosts, atMs) ?? 0;
  const where = service.targetGroups.map((group) => group.name).join(', ') || 'its target group';
  if (healthy === 0) {
    const detail = unhealthy > 0 ? `${formatNumber(unhealthy)} unhealthy` : 'none registered';
    return [
      { rule: 'no_healthy_target', health: 'critical', text: `no healthy target in ${where} (${detail})` },
    ];
  }
  if (unhealthy <= 0) return [];
  const of = healthy === undefined ? '' : `, ${formatNumber(healthy)} healthy`;
  const text = `${plural(unhealthy, 'unhealthy target')} in ${where}${of}`;
  return [{ rule: 'unhealthy_targets', health: 'warning', text }];
}

function errorReasons(service: ServiceSnapshot, thresholds: Thresholds, atMs: number): HealthReason[] {
  const count = recentCount(service.metrics.http5xx, atMs) ?? 0;
  if (count <= thresholds.http5xxCritical) return [];
  const text = `${plural(count, 'answer')} with 5XX in 5 min (critical above ${thresholds.http5xxCritical})`;
  return [{ rule: 'http_5xx', health: 'critical', text }];
}

function loadBalancerReason(name: string, count: number, thresholds: Thresholds): HealthReason {
  const text = `${plural(count, 'answer')} with 5XX in 5 min by load balancer ${name} itself (critical above ${thresholds.http5xxCritical})`;
  return { rule: 'load_balancer_5xx', health: 'critical', text };
}

function loadReasons({ metrics }: ServiceSnapshot, t: Thresholds, atMs: number): HealthReason[] {
  const percent = (value: number) => `${formatNumber(value)} %`;
  const cpu = { warning: t.cpuWarningPercent, critical: t.cpuCriticalPercent, show: percent };
  const memory = { warning: t.memoryWarningPercent, critical: t.memoryCriticalPercent, show: percent };
  const time = { warning: t.responseTimeWarningMs, critical: t.responseTimeCriticalMs, show: formatMs };
  return [
    ...overThreshold('cpu', 'CPU', recentAverage(metrics.cpuPercent, atMs), cpu),
    ...overThreshold('memory', 'memory', recentAverage(metrics.memoryPercent, atMs), memory),
    ...overThreshold('response_time', 'response time', recentAverage(metrics.responseTimeMs, atMs), time),
  ];
}

interface Limits {
  readonly warning: number;
  readonly critical: number;
  readonly show: (value: number) => string;
}

function overThreshold(
  rule: HealthRule,
  name: string,
  average: ReturnType<typeof recentAverage>,
  { warning, critical, show }: Limits,
): HealthReason[] {
  if (!average) return [];
  const health = atLeast(average.value, critical)
    ? 'critical'
    : atLeast(average.value, warning)
      ? 'warning'
      : undefined;
  if (!health) return [];
  const limit = health === 'critical' ? critical : warning;
  const over = `average of ${formatDuration(average.overMs)}; ${health} at ${show(limit)}`;
  return [{ rule, health, text: `${name} ${show(average.value)} (${over})` }];
}

/** Adding up tenths must not lose a threshold that is met exactly. */
function atLeast(value: number, threshold: number): boolean {
  return value >= threshold - 1e-9;
}

function deploymentFacts(service: ServiceSnapshot, { thresholds }: HealthContext): string[] {
  const shortfall = shortfallOf(service, thresholds);
  if (!shortfall || shortfall.stuck) return [];
  const why = shortfall.deploying ? 'a deployment is progressing' : 'tasks are being started';
  return [`${service.running} of ${plural(service.desired, 'task')} running, ${why}`];
}

function sharedFacts(shared: ReturnType<typeof loadBalancer5xxOf>, thresholds: Thresholds): string[] {
  return shared
    .filter(({ own, count }) => !own && count > thresholds.http5xxCritical)
    .map(
      ({ name, count }) =>
        `load balancer ${name}, shared with others, gave ${plural(count, 'answer')} with 5XX itself in 5 min`,
    );
}

function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** At most one decimal, cut and not rounded, so that 89.96 never reads as 90. */
function formatNumber(value: number): string {
  return String(Math.floor(value * 10 + 1e-6) / 10);
}

function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.floor(ms)} ms` : `${Math.floor(ms / 100 + 1e-6) / 10} s`;
}
