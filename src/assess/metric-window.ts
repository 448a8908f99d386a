import type { Series } from '../domain/fleet.ts';

const PERIOD_MS = 5 * 60 * 1000;
const AVERAGED_POINTS = 3;
/** A point older than this says nothing about now, even if none came after it. */
const STALE_MS = 30 * 60 * 1000;
const HOSTS_STALE_MS = 15 * 60 * 1000;

/**
 * The average of the last three whole periods. The period that is still running is left out: it is no 5-minute
 * point yet. Gaps are skipped; undefined when nothing recent is there.
 */
export function recentAverage(
  series: Series | undefined,
  atMs: number,
): { readonly value: number; readonly overMs: number } | undefined {
  const recent = (series?.points ?? [])
    .filter((point) => point.atMs + PERIOD_MS <= atMs && point.atMs + PERIOD_MS > atMs - STALE_MS)
    .slice(-AVERAGED_POINTS);
  if (recent.length === 0) return undefined;
  const total = recent.reduce((sum, point) => sum + point.value, 0);
  return { value: total / recent.length, overMs: recent.length * PERIOD_MS };
}

/**
 * The count of the worst five minutes of now: the last whole period, or the running one where it already holds
 * more. CloudWatch leaves out periods in which nothing was counted, so an older point is no count of now.
 */
export function recentCount(series: Series | undefined, atMs: number): number | undefined {
  if (!series || series.points.length === 0) return undefined;
  const sinceMs = Math.floor(atMs / PERIOD_MS) * PERIOD_MS - PERIOD_MS;
  const values = series.points.filter((p) => p.atMs >= sinceMs && p.atMs <= atMs).map((p) => p.value);
  return Math.max(0, ...values);
}

/** The newest host count, the running period included; undefined when nothing recent is there. */
export function newestCount(series: Series | undefined, atMs: number): number | undefined {
  const recent = (series?.points ?? []).filter(
    (p) => p.atMs <= atMs && p.atMs + PERIOD_MS > atMs - HOSTS_STALE_MS,
  );
  return recent.at(-1)?.value;
}

/** Whether a series holds anything recent enough to judge by. */
export function hasRecentData(series: Series | undefined, atMs: number): boolean {
  return (series?.points ?? []).some((p) => p.atMs <= atMs && p.atMs + PERIOD_MS > atMs - STALE_MS);
}
