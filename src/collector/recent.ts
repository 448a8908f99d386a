import type { AwsApi } from '../aws/api.ts';
import type { MissingPart, Series, ServiceInventory, ServiceMetrics } from '../domain/fleet.ts';
import { type MetricSource, requestSources, serviceSources } from './metric-sources.ts';
import { type MetricWindow, readMetrics } from './metrics.ts';
import { Failures } from './missing.ts';
import { serviceMetrics } from './service-metrics.ts';

/** What can be asked for over the last hours. */
export type Measure = 'cpuPercent' | 'memoryPercent' | 'http5xx' | 'responseTimeMs';

/** Some measures of a service over the last three hours, in points of ten minutes. */
export interface RecentMeasures {
  /** Without what has no data or could not be read. Counts are per ten minutes. */
  readonly series: Readonly<Partial<Record<Measure, Series>>>;
  readonly missing: readonly MissingPart[];
}

const PERIOD_MS = 10 * 60_000;
const PERIODS = 18;

/** Reads nothing but what these measures need: one call of a few queries. Never rejects. */
export async function readRecent(
  api: AwsApi,
  service: ServiceInventory,
  measures: readonly Measure[],
  nowMs: number,
): Promise<RecentMeasures> {
  const failures = new Failures(service.ref.account, service.ref.region);
  const sources = measures.flatMap((measure) => sourcesOf(service, measure));
  const readings = await readMetrics(api, sources, lastHours(nowMs), failures);
  const metrics: ServiceMetrics = serviceMetrics(service, readings, nowMs, PERIOD_MS);
  const series = measures.flatMap((measure) => {
    const own = metrics[measure];
    return own === undefined ? [] : [[measure, own] as const];
  });
  return { series: Object.fromEntries(series), missing: failures.list() };
}

/** The newest period is still running: what has just begun is what people look for. */
function lastHours(nowMs: number): MetricWindow {
  const runningMs = Math.floor(nowMs / PERIOD_MS) * PERIOD_MS;
  return {
    startMs: runningMs - PERIODS * PERIOD_MS,
    endMs: Math.max(nowMs, runningMs + 1000),
    periodMs: PERIOD_MS,
  };
}

function sourcesOf({ ref, targetGroups }: ServiceInventory, measure: Measure): readonly MetricSource[] {
  const requests = () => targetGroups.flatMap((group) => requestSources(group) ?? []);
  switch (measure) {
    case 'cpuPercent':
      return [serviceSources(ref).cpu];
    case 'memoryPercent':
      return [serviceSources(ref).memory];
    case 'http5xx':
      return requests().map((source) => source.http5xx);
    case 'responseTimeMs':
      // Weighted by requests where there are several groups.
      return requests().flatMap((source) => [source.responseTime, source.requests]);
  }
}
