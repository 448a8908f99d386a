import {
  type GetMetricDataCommandInput,
  type GetMetricDataOutput,
  InvalidNextToken,
  type MetricDataQuery,
  type MetricStat,
} from '@aws-sdk/client-cloudwatch';
import { Fault } from '../faults.ts';
import { readToken, writeToken } from '../pages.ts';
import type { Ctx } from '../service.ts';
import { type Point, readSeries } from './series.ts';

const MAX_DATAPOINTS = 100_800;
const RECENT_MS = 3 * 3_600_000;
const STATISTICS_PER_CHARGE = 5;

/**
 * Many series in one call. Metric math and Metrics Insights are refused by name: the simulated metrics hold no
 * expression engine. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function getMetricData(input: GetMetricDataCommandInput, ctx: Ctx): GetMetricDataOutput {
  const window = windowOf(input);
  const queries = input.MetricDataQueries ?? [];
  checkIds(queries);
  const plans = queries.map((query) => ({ id: query.Id ?? '', query, stat: metricStatOf(query) }));
  spendDatapoints(
    plans.map(({ stat }) => stat),
    window,
    ctx,
  );
  const shown = plans.filter(({ query }) => query.ReturnData !== false);
  const series = shown.map(({ id, query, stat }) => ({
    id,
    label: query.Label ?? stat.Metric?.MetricName ?? id,
    points: ordered(readStat(stat, window, ctx), input.ScanBy),
  }));
  const { NextToken, MaxDatapoints, ...asked } = input;
  const scope = JSON.stringify([ctx.accountId, ctx.region, asked]);
  return cut(series, NextToken, MaxDatapoints ?? MAX_DATAPOINTS, scope);
}

/**
 * Metrics on the bill: each distinct metric once for up to five statistics of it in the same call.
 * Source: https://aws.amazon.com/cloudwatch/pricing/, "APIs".
 */
export function metricsCharged(input: GetMetricDataCommandInput): number {
  const statistics = new Map<string, Set<string>>();
  for (const { MetricStat: stat } of input.MetricDataQueries ?? []) {
    if (stat === undefined) continue;
    const metric = JSON.stringify(stat.Metric);
    statistics.set(metric, (statistics.get(metric) ?? new Set()).add(stat.Stat ?? ''));
  }
  return [...statistics.values()].reduce(
    (sum, each) => sum + Math.ceil(each.size / STATISTICS_PER_CHARGE),
    0,
  );
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

interface Series {
  readonly id: string;
  readonly label: string;
  readonly points: readonly Point[];
}

function windowOf(input: GetMetricDataCommandInput): Window {
  const startMs = input.StartTime?.getTime() ?? Number.NaN;
  const endMs = input.EndTime?.getTime() ?? Number.NaN;
  if (!(startMs < endMs)) {
    throw new Fault('validation', 'The parameter StartTime must be less than the parameter EndTime.');
  }
  return { startMs, endMs };
}

function checkIds(queries: readonly MetricDataQuery[]): void {
  const seen = new Set<string>();
  for (const { Id = '' } of queries) {
    if (!/^[a-z]\w*$/.test(Id)) {
      throw new Fault(
        'validation',
        `The value ${Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (seen.has(Id)) {
      throw new Fault(
        'validation',
        `The values for parameter id in MetricDataQueries must be unique: ${Id}.`,
      );
    }
    seen.add(Id);
  }
}

function metricStatOf(query: MetricDataQuery): MetricStat {
  if (query.Expression !== undefined) {
    throw new Fault(
      'validation',
      `Metric math and Metrics Insights are not simulated by the loopback CloudWatch (query ${query.Id}): ask for MetricStat.`,
    );
  }
  if (query.MetricStat === undefined) {
    throw new Fault('validation', `The query ${query.Id} must have either MetricStat or Expression.`);
  }
  return query.MetricStat;
}

/** Draws the datapoints that the call could return from the account's datapoints a second. */
function spendDatapoints(stats: readonly MetricStat[], window: Window, ctx: Ctx): void {
  const range = window.endMs - window.startMs;
  const most = stats.reduce((sum, stat) => sum + Math.ceil(range / ((stat.Period ?? 60) * 1000)), 0);
  const isRecent = window.startMs >= ctx.world.clock.now() - RECENT_MS;
  ctx.spend(isRecent ? 'datapoints of the last 3 hours' : 'older datapoints', Math.min(most, MAX_DATAPOINTS));
}

function readStat(stat: MetricStat, window: Window, ctx: Ctx): readonly Point[] {
  return readSeries(
    {
      namespace: stat.Metric?.Namespace ?? '',
      metric: stat.Metric?.MetricName ?? '',
      dimensions: stat.Metric?.Dimensions ?? [],
      stat: stat.Stat ?? '',
      periodSeconds: stat.Period ?? 0,
      ...window,
    },
    ctx,
  );
}

/** Newest first unless asked otherwise. */
function ordered(points: readonly Point[], scanBy: GetMetricDataCommandInput['ScanBy']): readonly Point[] {
  return scanBy === 'TimestampAscending' ? points : points.toReversed();
}

/** Fills a page series by series; one that is cut says PartialData and goes on on the next page. */
function cut(
  all: readonly Series[],
  token: string | undefined,
  size: number,
  scope: string,
): GetMetricDataOutput {
  const refuse = () =>
    new InvalidNextToken({ message: 'The next token specified is invalid.', $metadata: {} });
  const from = token === undefined ? { after: '', offset: 0 } : readToken(token, scope, refuse);
  const firstIndex = Math.max(
    0,
    all.findIndex((series) => series.id === from.after),
  );
  const results: NonNullable<GetMetricDataOutput['MetricDataResults']> = [];
  let room = size;
  for (const [index, series] of all.entries()) {
    if (index < firstIndex) continue;
    const start = index === firstIndex ? from.offset : 0;
    if (room === 0 && series.points.length > 0) {
      return {
        MetricDataResults: results,
        NextToken: writeToken({ after: series.id, offset: 0 }, scope),
        Messages: [],
      };
    }
    const points = series.points.slice(start, start + room);
    const isCut = start + points.length < series.points.length;
    room -= points.length;
    results.push({
      Id: series.id,
      Label: series.label,
      Timestamps: points.map((point) => new Date(point.atMs)),
      Values: points.map((point) => point.value),
      StatusCode: isCut ? 'PartialData' : 'Complete',
    });
    if (isCut) {
      const next = writeToken({ after: series.id, offset: start + points.length }, scope);
      return { MetricDataResults: results, NextToken: next, Messages: [] };
    }
  }
  return { MetricDataResults: results, Messages: [] };
}
