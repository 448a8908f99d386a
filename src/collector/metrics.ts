import type { AwsApi, MetricQuery, MetricRequest } from '../aws/api.ts';
import { type MetricSource, packSources } from './metric-sources.ts';
import type { Failures } from './missing.ts';
import { forEachLimited } from './paging.ts';

export const PERIOD_MS = 5 * 60 * 1000;
const LOOK_BACK_MS = 60 * 60 * 1000;
const ACTION = 'cloudwatch:GetMetricData';

/** Points by time: the raw material of a series. Times are starts of periods. */
export type Points = ReadonlyMap<number, number>;

/** What CloudWatch answered, by source and statistic. */
export interface MetricReadings {
  /** Undefined when there is no data, or when it could not be read: {@link failed} tells. */
  points(source: MetricSource | undefined, stat: string): Points | undefined;
  /** Whether the call for this source failed, so that nothing is known of it. */
  failed(source: MetricSource): boolean;
}

/** The last hour in periods of five minutes; the newest period is still running. */
export function lastHour(nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const periodStartMs = Math.floor(nowMs / PERIOD_MS) * PERIOD_MS;
  return { startMs: periodStartMs - LOOK_BACK_MS, endMs: nowMs > periodStartMs ? nowMs : nowMs + 1000 };
}

/** Which periods are read. */
export interface MetricWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly periodMs: number;
}

/**
 * Reads the last hour of all sources, or another window, in as few calls as possible.
 * @param onCall hears how many of how many calls are done.
 */
export async function readMetrics(
  api: AwsApi,
  sources: readonly MetricSource[],
  at: number | MetricWindow,
  failures: Failures,
  onCall: (done: number, total: number) => void = () => undefined,
): Promise<MetricReadings> {
  const calls = packSources(sources);
  const window = typeof at === 'number' ? { ...lastHour(at), periodMs: PERIOD_MS } : at;
  const points = new Map<string, Points>();
  const failed = new Set<string>();
  let done = 0;
  await forEachLimited(calls, 6, async (call) => {
    const answer = failures.hopeless(ACTION)
      ? undefined
      : await failures.attempt(ACTION, () => readCall(api, call, window, failures));
    if (answer) for (const [key, value] of answer) points.set(key, value);
    else for (const source of call) failed.add(source.key);
    done += 1;
    onCall(done, calls.length);
  });
  return {
    points: (source, stat) => (source ? points.get(readingKey(source, stat)) : undefined),
    failed: (source) => failed.has(source.key),
  };
}

/**
 * One call with all of its pages. Points of one series may be spread over pages, or come twice; a series that is
 * partial has more on the next page, unless there is none.
 */
async function readCall(
  api: AwsApi,
  sources: readonly MetricSource[],
  { startMs, endMs, periodMs }: MetricWindow,
  failures: Failures,
): Promise<ReadonlyMap<string, Points>> {
  const wanted = sources.flatMap((source) => source.stats.map((stat) => ({ source, stat })));
  const queries = wanted.map(({ source, stat }, n) => toQuery(source, stat, n));
  const request: MetricRequest = { queries, periodSeconds: periodMs / 1000, startMs, endMs };
  const merged = new Map<string, Map<number, number>>();
  const incomplete = new Set<string>();
  await eachPage(api, request, ({ id, status, timesMs, values }, isLastPage) => {
    const series = merged.get(id) ?? new Map<number, number>();
    for (const [at, atMs] of timesMs.entries()) series.set(atMs, values[at] ?? 0);
    if (series.size > 0) merged.set(id, series);
    if (status === 'failed' || (status === 'partial' && isLastPage)) incomplete.add(id);
    else incomplete.delete(id);
  });
  if (incomplete.size > 0) {
    failures.incomplete(
      ACTION,
      `CloudWatch gave only part of the data for ${incomplete.size} of its series.`,
    );
  }
  return new Map(
    wanted.flatMap(({ source, stat }, n) => {
      const series = merged.get(`q${n}`);
      return series ? [[readingKey(source, stat), series] as const] : [];
    }),
  );
}

type Result = Awaited<ReturnType<AwsApi['getMetricData']>>['results'][number];

async function eachPage(
  api: AwsApi,
  request: MetricRequest,
  onResult: (result: Result, isLastPage: boolean) => void,
): Promise<void> {
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const answer = await api.getMetricData(next === undefined ? request : { ...request, next });
    next = answer.next || undefined;
    for (const result of answer.results) onResult(result, next === undefined);
    if (next !== undefined && seen.has(next)) break;
    if (next !== undefined) seen.add(next);
  } while (next !== undefined);
}

function toQuery({ namespace, metric, dimensions }: MetricSource, stat: string, n: number): MetricQuery {
  return { id: `q${n}`, namespace, metric, dimensions, stat };
}

function readingKey(source: MetricSource, stat: string): string {
  return `${stat} ${source.key}`;
}
