import { METRIC_NAMES, type MetricName } from '../scenario/series-schema.ts';
import { hash } from './seeded.ts';
import { makeSeries, type Sample } from './series.ts';
import type { ServiceState } from './service-state.ts';

/** How much of a task's memory depends on its load; the rest it needs in any case. */
const MEMORY_BY_LOAD = 0.4;

/** The metrics of one service as functions of time: the scenario's series, bent by what happened since. */
export interface ServiceSeries {
  has(name: MetricName): boolean;
  /** Undefined where there is no data. */
  at(name: MetricName, atMs: number): Sample | undefined;
  runningAt(atMs: number): number;
  hostsAt(kind: 'healthyHosts' | 'unhealthyHosts', targetGroupArn: string, atMs: number): Sample | undefined;
}

export function makeServiceSeries(state: ServiceState, startMs: number): ServiceSeries {
  const { spec, service } = state;
  const functions = new Map<MetricName, (atMs: number) => Sample | undefined>();
  const raw = (name: MetricName, atMs: number) => functions.get(name)?.(atMs);
  for (const name of METRIC_NAMES) {
    const series = spec.metrics[name];
    if (!series) continue;
    const { of } = series;
    const context = {
      startMs,
      seed: hash(`${state.place.seed}/metrics/${name}`),
      turns: state,
      startsOver: name === 'memoryPercent',
      max: name === 'cpuPercent' || name === 'memoryPercent' ? 100 : Number.POSITIVE_INFINITY,
      ...(of ? { of: (atMs: number) => raw(of, atMs) } : {}),
    };
    functions.set(name, makeSeries(series, context));
  }

  const runningAt = (atMs: number): number => {
    const since = state.running.firstChangeMs;
    if (since !== undefined && atMs >= since) return state.running.at(atMs);
    const told = raw('runningTasks', atMs);
    return told ? Math.round(told.value) : state.running.at(atMs);
  };

  /** Without a task there is nothing to measure; how many there were before the start, only a series can tell. */
  const nothingRuns = (atMs: number) =>
    (atMs >= startMs || functions.has('runningTasks')) && runningAt(atMs) === 0;

  return {
    has: (name) => functions.has(name),
    at: (name, atMs) => {
      if (atMs < service.createdAtMs || nothingRuns(atMs)) return undefined;
      const sample = raw(name, atMs);
      return sample && spread(state, name, sample, runningAt(atMs), atMs);
    },
    runningAt,
    hostsAt: (kind, arn, atMs) => {
      if (atMs < service.createdAtMs) return undefined;
      const histories = state.hosts.get(arn);
      const history = kind === 'healthyHosts' ? histories?.healthy : histories?.unhealthy;
      if (!history) return undefined;
      const since = history.firstChangeMs;
      if (functions.has(kind) && (since === undefined || atMs < since)) {
        const told = raw(kind, atMs);
        return told && { value: Math.round(told.value * shareOf(state, arn)), noise: 0 };
      }
      return { value: history.at(atMs), noise: 0 };
    },
  };
}

/** The load stays the same when a person changes the count, so each task carries its share of it. */
function spread(
  state: ServiceState,
  name: MetricName,
  sample: Sample,
  running: number,
  atMs: number,
): Sample {
  if (!state.spread || atMs < state.spread.atMs || running === 0) return sample;
  const factor = state.spread.tasks / running;
  if (name === 'cpuPercent') return { ...sample, value: Math.min(100, sample.value * factor) };
  if (name === 'memoryPercent') {
    return { ...sample, value: Math.min(100, sample.value * (1 - MEMORY_BY_LOAD + MEMORY_BY_LOAD * factor)) };
  }
  return sample;
}

/** A series of hosts is the service's; of several target groups each has its share by its targets. */
function shareOf(state: ServiceState, arn: string): number {
  const groups = state.service.targetGroups;
  if (groups.length <= 1) return 1;
  const all = groups.reduce((sum, group) => sum + group.targets.length, 0);
  const own = groups.find((group) => group.arn === arn)?.targets.length ?? 0;
  return all === 0 ? 1 / groups.length : own / all;
}
