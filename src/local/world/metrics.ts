import { type MetricSource, metricSources, type SeriesOf } from './metric-sources.ts';
import type { MetricQuery } from './model.ts';
import { type Point, pointsOf } from './statistics.ts';

export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What CloudWatch knows: the services' own metrics, and what has been put. */
export class Metrics {
  readonly #sources = new Map<string, MetricSource>();
  readonly #put = new Map<string, { readonly source: MetricSource; readonly points: Point[] }>();

  constructor(services: readonly SeriesOf[]) {
    for (const source of metricSources(services)) this.#sources.set(keyOf(source), source);
  }

  /** Ascending points up to `nowMs`; none when there is no such metric or no data. */
  query(query: MetricQuery, nowMs: number): readonly Point[] {
    const key = keyOf(query);
    const source = this.#sources.get(key) ?? this.#put.get(key)?.source;
    return source ? pointsOf(source, query, nowMs) : [];
  }

  list(accountId: string, region: string): MetricName[] {
    const put = [...this.#put.values()].map(({ source }) => source);
    return [...this.#sources.values(), ...put]
      .filter((source) => source.accountId === accountId && source.region === region)
      .map(({ namespace, metric, dimensions }) => ({ namespace, metric, dimensions }));
  }

  put(
    name: MetricName & { readonly accountId: string; readonly region: string },
    value: number,
    atMs: number,
  ): void {
    const key = keyOf(name);
    const known = this.#put.get(key) ?? { source: putSource(name, key, this.#put), points: [] };
    known.points.push({ atMs, value });
    this.#put.set(key, known);
  }
}

/** A minute of a metric that was put holds the average of what was put in it. */
function putSource(
  name: MetricName & { readonly accountId: string; readonly region: string },
  key: string,
  put: ReadonlyMap<string, { readonly points: readonly Point[] }>,
): MetricSource {
  const inMinute = (atMs: number) =>
    (put.get(key)?.points ?? []).filter((point) => point.atMs >= atMs && point.atMs < atMs + 60_000);
  return {
    ...name,
    kind: 'level',
    skipsZero: false,
    minute: (atMs) => {
      const points = inMinute(atMs);
      if (points.length === 0) return undefined;
      return { value: points.reduce((sum, point) => sum + point.value, 0) / points.length, noise: 0 };
    },
    samples: (atMs) => inMinute(atMs).length,
  };
}

function keyOf(name: MetricName & { readonly accountId: string; readonly region: string }): string {
  const dimensions = Object.entries(name.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name.accountId, name.region, name.namespace, name.metric, dimensions]);
}
