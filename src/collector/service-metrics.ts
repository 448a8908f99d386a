import type { LoadBalancer, Series, ServiceInventory, ServiceMetrics } from '../domain/fleet.ts';
import {
  hostSources,
  loadBalancerSource,
  type MetricSource,
  requestSources,
  serviceSources,
} from './metric-sources.ts';
import { type MetricReadings, PERIOD_MS, type Points } from './metrics.ts';

/** For how many periods a host count stands in for a group that has not reported yet, when groups are added up. */
const CARRIED_PERIODS = 2;

/** Turns readings into a service's series; several target groups become one. */
export function serviceMetrics(
  { ref, targetGroups }: Pick<ServiceInventory, 'ref' | 'targetGroups'>,
  readings: MetricReadings,
  nowMs: number,
  periodMs: number = PERIOD_MS,
): ServiceMetrics {
  const { cpu, memory } = serviceSources(ref);
  const hosts = targetGroups.flatMap((group) => hostSources(group) ?? []);
  const requests = targetGroups.flatMap((group) => requestSources(group) ?? []);
  const all = (sources: readonly MetricSource[], stat: string) =>
    sources.flatMap((source) => readings.points(source, stat) ?? []);
  const counted = (name: 'requests' | 'http2xx' | 'http3xx' | 'http4xx' | 'http5xx') =>
    sum(
      all(
        requests.map((source) => source[name]),
        'Sum',
      ),
    );
  const responseTimes = requests.map((source) => source.responseTime);
  const [answered, http4xx, http5xx] = [counted('requests'), counted('http4xx'), counted('http5xx')];
  return withoutGaps(periodMs, {
    cpuPercent: readings.points(cpu, 'Average'),
    memoryPercent: readings.points(memory, 'Average'),
    runningTasks: tasksFrom(readings.points(cpu, 'SampleCount'), nowMs, periodMs),
    requests: answered,
    responseTimeMs: inMs(weightedResponseTime(requests, readings)),
    responseTimeMaxMs: inMs(greatest(all(responseTimes, 'Maximum'))),
    responseTimeP99Ms: inMs(greatest(all(responseTimes, 'p99'))),
    http2xx: counted('http2xx'),
    http3xx: counted('http3xx'),
    http4xx,
    http5xx,
    errorPercent: percentOf([http4xx, http5xx], answered),
    http5xxPercent: percentOf([http5xx], answered),
    elb5xx: sum(all(loadBalancerSources(targetGroups), 'Sum')),
    healthyHosts: sumCarried(
      all(
        hosts.map((source) => source.healthy),
        'Minimum',
      ),
      periodMs,
    ),
    unhealthyHosts: sumCarried(
      all(
        hosts.map((source) => source.unhealthy),
        'Maximum',
      ),
      periodMs,
    ),
  });
}

/** The sources of the distinct application load balancers behind target groups. */
export function loadBalancerSources(targetGroups: ServiceInventory['targetGroups']): readonly MetricSource[] {
  const names = new Set(targetGroups.flatMap((group) => group.loadBalancer ?? []));
  return [...names].flatMap((name) => loadBalancerSource(name) ?? []);
}

/** A load balancer with its own 5XX and what is known of every target group on it. */
export function loadBalancerFacts(
  place: Pick<LoadBalancer, 'account' | 'region' | 'dimension'>,
  groups: ServiceInventory['targetGroups'],
  readings: MetricReadings,
): LoadBalancer {
  const elb5xx = toSeries(readings.points(loadBalancerSource(place.dimension), 'Sum'));
  return {
    ...place,
    targetGroups: groups.map((group) => {
      const unhealthyHosts = toSeries(readings.points(hostSources(group)?.unhealthy, 'Maximum'));
      return { dimension: group.dimension, ...(unhealthyHosts ? { unhealthyHosts } : {}) };
    }),
    ...(elb5xx ? { elb5xx } : {}),
  };
}

type RequestSources = NonNullable<ReturnType<typeof requestSources>>;

function weightedResponseTime(
  groups: readonly RequestSources[],
  readings: MetricReadings,
): Points | undefined {
  const totals = new Map<number, { weighted: number; weight: number }>();
  for (const group of groups) {
    const counts = readings.points(group.requests, 'Sum');
    for (const [atMs, value] of readings.points(group.responseTime, 'Average') ?? []) {
      const weight = counts?.get(atMs) ?? 1;
      const total = totals.get(atMs) ?? { weighted: 0, weight: 0 };
      totals.set(atMs, { weighted: total.weighted + value * weight, weight: total.weight + weight });
    }
  }
  const averaged = [...totals].flatMap(([atMs, { weighted, weight }]) =>
    weight > 0 ? [[atMs, weighted / weight] as const] : [],
  );
  return averaged.length > 0 ? new Map(averaged) : undefined;
}

/** Counts: a group without a point had nothing to count. */
function sum(series: readonly Points[]): Points | undefined {
  return combine(series, (values) => values.reduce((total, value) => total + value, 0));
}

/** Parts of a whole, period by period; a period without requests has no rate. */
function percentOf(parts: readonly (Points | undefined)[], whole: Points | undefined): Points | undefined {
  if (!whole || parts.every((points) => !points)) return undefined;
  const rates = [...whole].flatMap(([atMs, total]) => {
    const count = parts.reduce((subtotal, points) => subtotal + (points?.get(atMs) ?? 0), 0);
    return total > 0 ? [[atMs, Math.min(100, (100 * count) / total)] as const] : [];
  });
  return rates.length > 0 ? new Map(rates) : undefined;
}

function greatest(series: readonly Points[]): Points | undefined {
  return combine(series, (values) => Math.max(...values));
}

function combine(series: readonly Points[], fold: (values: readonly number[]) => number): Points | undefined {
  if (series.length === 0) return undefined;
  const times = new Set(series.flatMap((points) => [...points.keys()]));
  return new Map([...times].map((atMs) => [atMs, fold(series.flatMap((points) => points.get(atMs) ?? []))]));
}

/**
 * Host counts: a group that has not reported for a period yet keeps its last count for a while. Adding it as
 * nothing would show a service without healthy targets that has plenty.
 */
function sumCarried(series: readonly Points[], periodMs: number): Points | undefined {
  if (series.length === 0) return undefined;
  const times = [...new Set(series.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  return new Map(
    times.map((atMs) => [atMs, series.reduce((total, points) => total + carried(points, atMs, periodMs), 0)]),
  );
}

function carried(points: Points, atMs: number, periodMs: number): number {
  for (let back = atMs; back >= atMs - CARRIED_PERIODS * periodMs; back -= periodMs) {
    const value = points.get(back);
    if (value !== undefined) return value;
  }
  return 0;
}

/**
 * ECS sends one CPU sample a task and minute, so samples ÷ minutes are tasks. The running period is left out.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html ("RUNNING task count")
 */
function tasksFrom(samples: Points | undefined, nowMs: number, periodMs: number): Points | undefined {
  if (!samples) return undefined;
  const minutes = periodMs / 60_000;
  const whole = [...samples].filter(([atMs]) => atMs + periodMs <= nowMs);
  return new Map(whole.map(([atMs, count]) => [atMs, count / minutes]));
}

/** CloudWatch gives response times in seconds. */
function inMs(points: Points | undefined): Points | undefined {
  return points && new Map([...points].map(([atMs, seconds]) => [atMs, seconds * 1000]));
}

function withoutGaps(
  periodMs: number,
  points: Readonly<Record<keyof ServiceMetrics, Points | undefined>>,
): ServiceMetrics {
  const series = Object.entries(points).flatMap(([name, each]) => {
    const one = toSeries(each, periodMs);
    return one ? [[name, one] as const] : [];
  });
  return Object.fromEntries(series);
}

function toSeries(points: Points | undefined, periodMs: number = PERIOD_MS): Series | undefined {
  if (!points || points.size === 0) return undefined;
  const sorted = [...points].sort(([a], [b]) => a - b);
  return { periodMs, points: sorted.map(([atMs, value]) => ({ atMs, value })) };
}
