import type { MetricSource } from './metric-sources.ts';
import type { MetricQuery } from './model.ts';
import type { Sample } from './series.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A period is looked at in at most this many places. */
const LOOKS = 60;
/** How single measurements lie around the average of a minute, in units of the noise. */
const SCATTER = [-1, -0.7, -0.45, -0.25, -0.1, 0.1, 0.25, 0.45, 0.7, 1] as const;

export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/**
 * The points of a query as CloudWatch gives them: aligned to the period, `[start, end)`, only periods that are over.
 * One-minute points are kept for 15 days, five-minute points for 63, hourly ones for 455.
 */
export function pointsOf(source: MetricSource, query: MetricQuery, nowMs: number): Point[] {
  return periods(query, nowMs, (atMs, periodMs) => periodValue(source, query.stat, atMs, periodMs));
}

/** The same for values that have been put one by one. */
export function pointsOfValues(put: readonly Point[], query: MetricQuery, nowMs: number): Point[] {
  return periods(query, nowMs, (atMs, periodMs) => {
    const values = put
      .filter((one) => one.atMs >= atMs && one.atMs < atMs + periodMs)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : statisticOf(values, query.stat);
  });
}

function periods(
  { periodMs, stat, startMs, endMs }: MetricQuery,
  nowMs: number,
  valueAt: (atMs: number, periodMs: number) => number | undefined,
): Point[] {
  if (!(periodMs >= 1000) || !isStat(stat)) return [];
  const step = Math.max(periodMs, MINUTE_MS);
  const firstMs = Math.max(align(startMs, step), align(nowMs - keptMs(step), step) + step);
  const points: Point[] = [];
  for (let atMs = firstMs; atMs < endMs && atMs + step <= nowMs; atMs += step) {
    const value = valueAt(atMs, step);
    if (value !== undefined) points.push({ atMs, value });
  }
  return points;
}

function statisticOf(values: readonly number[], stat: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (stat === 'SampleCount') return values.length;
  if (stat === 'Sum') return sum;
  return stat === 'Average'
    ? sum / values.length
    : spreadOf(
        values.toSorted((a, b) => a - b),
        stat,
      );
}

function align(atMs: number, periodMs: number): number {
  return Math.floor(atMs / periodMs) * periodMs;
}

function keptMs(periodMs: number): number {
  if (periodMs < 5 * MINUTE_MS) return 15 * DAY_MS;
  return periodMs < 60 * MINUTE_MS ? 63 * DAY_MS : 455 * DAY_MS;
}

function periodValue(source: MetricSource, stat: string, atMs: number, periodMs: number): number | undefined {
  const stepMs = Math.max(MINUTE_MS, Math.ceil(periodMs / LOOKS / MINUTE_MS) * MINUTE_MS);
  const minutes: { readonly sample: Sample; readonly samples: number }[] = [];
  let total = 0;
  for (let at = atMs; at < atMs + periodMs; at += stepMs) {
    const sample = source.minute(at);
    if (!sample) continue;
    minutes.push({ sample, samples: source.samples(at) });
    total += sample.value;
  }
  if (minutes.length === 0 || (source.skipsZero && total === 0)) return undefined;
  return statistic(source, stat, minutes, stepMs / MINUTE_MS);
}

function statistic(
  source: MetricSource,
  stat: string,
  minutes: readonly { readonly sample: Sample; readonly samples: number }[],
  minutesEach: number,
): number {
  const sampleCount = minutes.reduce((sum, { samples }) => sum + samples, 0) * minutesEach;
  const values = minutes.map(({ sample }) => sample.value);
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  switch (stat) {
    case 'Average':
      return average;
    case 'Sum':
      return source.kind === 'count'
        ? Math.round(average * values.length * minutesEach)
        : average * sampleCount;
    case 'SampleCount':
      return sampleCount;
    default:
      return spreadOf(scattered(source, minutes), stat);
  }
}

/** Single measurements: what maximum, minimum and percentiles are taken of. Counts of hosts do not scatter. */
function scattered(
  source: MetricSource,
  minutes: readonly { readonly sample: Sample; readonly samples: number }[],
): number[] {
  const ceiling = source.namespace === 'AWS/ECS' ? 100 : Number.POSITIVE_INFINITY;
  return minutes
    .flatMap(({ sample }) =>
      sample.noise === 0
        ? [sample.value]
        : SCATTER.map((distance) => Math.min(ceiling, Math.max(0, sample.value + distance * sample.noise))),
    )
    .sort((a, b) => a - b);
}

/** `Minimum`, `Maximum`, `p99.9`. */
function spreadOf(sorted: readonly number[], stat: string): number {
  if (stat === 'Minimum') return quantile(sorted, 0);
  return stat === 'Maximum' ? quantile(sorted, 1) : quantile(sorted, Number(stat.slice(1)) / 100);
}

function quantile(sorted: readonly number[], part: number): number {
  const at = Math.min(1, Math.max(0, part)) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

function isStat(stat: string): boolean {
  return /^(Average|Sum|SampleCount|Minimum|Maximum|p\d{1,2}(\.\d+)?|p100)$/.test(stat);
}
