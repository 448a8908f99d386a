import type { Dimension } from '@aws-sdk/client-cloudwatch';
import { Fault } from '../faults.ts';
import type { Ctx } from '../service.ts';

/** A point of a series. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** What to read; times in milliseconds, the period in seconds as CloudWatch counts it. */
export interface SeriesQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly Dimension[];
  readonly stat: string;
  readonly periodSeconds: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Reads one series, ascending. Throws a validation error for a statistic or period that CloudWatch refuses. */
export function readSeries(query: SeriesQuery, ctx: Ctx): readonly Point[] {
  checkStat(query.stat);
  checkPeriod(query.periodSeconds);
  return ctx.world.metric({
    accountId: ctx.accountId,
    region: ctx.region,
    namespace: query.namespace,
    metric: query.metric,
    dimensions: dimensionMap(query.dimensions),
    stat: query.stat,
    periodMs: query.periodSeconds * 1000,
    startMs: query.startMs,
    endMs: query.endMs,
  });
}

/** Dimensions as the world keeps them. */
export function dimensionMap(dimensions: readonly Dimension[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? '']));
}

/** The unit in which AWS publishes a metric. */
export function unitOf(metric: string): 'Percent' | 'Seconds' | 'Count' {
  if (metric.endsWith('Utilization')) return 'Percent';
  return metric.endsWith('ResponseTime') ? 'Seconds' : 'Count';
}

/** Statistics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
function checkStat(stat: string): void {
  if (['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'].includes(stat)) return;
  const percentile = /^p(\d{1,2}(?:\.\d+)?)$/.exec(stat)?.[1];
  if (percentile === undefined) {
    throw new Fault(
      'validation',
      `The value ${stat} for parameter Stat is not supported: use Average, Minimum, Maximum, Sum, SampleCount or a percentile such as p95.`,
    );
  }
}

/** Periods: 1, 5, 10, 20, 30 seconds or a multiple of 60 (MetricStat, API reference). */
function checkPeriod(seconds: number): void {
  if ([1, 5, 10, 20, 30].includes(seconds)) return;
  if (seconds > 0 && seconds % 60 === 0) return;
  throw new Fault(
    'validation',
    `The value ${seconds} for parameter Period is invalid: it must be 1, 5, 10, 20, 30 or a multiple of 60.`,
  );
}
