import { type MetricSource, metricSources, type SeriesOf } from './metric-sources.ts';
import type { MetricQuery } from './model.ts';
import { type Point, pointsOf, pointsOfValues } from './statistics.ts';

export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A metric's name with the account and region that has it. */
interface PlacedName extends MetricName {
  readonly accountId: string;
  readonly region: string;
}

/** What CloudWatch knows: the services' own metrics, and what has been put. */
export class Metrics {
  readonly #sources = new Map<string, MetricSource>();
  readonly #put = new Map<string, { readonly name: PlacedName; readonly points: Point[] }>();

  constructor(services: readonly SeriesOf[]) {
    for (const source of metricSources(services)) this.#sources.set(keyOf(source), source);
  }

  /** Ascending points up to `nowMs`; none when there is no such metric or no data. */
  query(query: MetricQuery, nowMs: number): readonly Point[] {
    const key = keyOf(query);
    const source = this.#sources.get(key);
    if (source) return pointsOf(source, query, nowMs);
    return pointsOfValues(this.#put.get(key)?.points ?? [], query, nowMs);
  }

  list(accountId: string, region: string): MetricName[] {
    const put = [...this.#put.values()].map(({ name }) => name);
    return [...this.#sources.values(), ...put]
      .filter((name) => name.accountId === accountId && name.region === region)
      .map(({ namespace, metric, dimensions }) => ({ namespace, metric, dimensions }));
  }

  put(name: PlacedName, value: number, atMs: number): void {
    const key = keyOf(name);
    const known = this.#put.get(key) ?? { name, points: [] };
    known.points.push({ atMs, value });
    this.#put.set(key, known);
  }
}

function keyOf(name: PlacedName): string {
  const dimensions = Object.entries(name.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name.accountId, name.region, name.namespace, name.metric, dimensions]);
}
