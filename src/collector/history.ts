import type { AwsApi } from '../aws/api.ts';
import { sentenceFor } from '../domain/errors.ts';
import {
  type MissingPart,
  type Series,
  type ServiceInventory,
  type ServiceMetrics,
  serviceKey,
} from '../domain/fleet.ts';
import type { Clock } from '../domain/time.ts';
import type { SeriesStore } from '../store/series-store.ts';
import type { Log } from '../telemetry/log.ts';
import { InFlight } from './cache.ts';
import { allSourcesOf } from './metric-sources.ts';
import { readMetrics } from './metrics.ts';
import { Failures } from './missing.ts';
import { loadBalancerSources, serviceMetrics } from './service-metrics.ts';

/** A service's last week, hour by hour. */
export interface ServiceHistory {
  /** Series of whole hours; counts are per hour. */
  readonly metrics: ServiceMetrics;
  /** The end of the last hour in it; undefined when nothing could ever be read. */
  readonly untilMs: number | undefined;
  readonly missing: readonly MissingPart[];
}

export interface HistoryOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Keeps what was read over restarts and for other replicas. */
  readonly store?: SeriesStore | undefined;
}

const HOUR_MS = 60 * 60 * 1000;
const KEPT_MS = 7 * 24 * HOUR_MS;
/** CloudWatch may still add to the hour before the last one that was read. */
const READ_AGAIN_MS = HOUR_MS;
/** A week of one service takes about 100 KB of memory. */
const MOST_IN_MEMORY = 200;

interface Kept {
  readonly untilMs: number;
  readonly metrics: ServiceMetrics;
}

/**
 * The hourly series of the last seven days, read when somebody asks, and then only the hours that have ended since:
 * one call of at most 14 queries a service and hour.
 */
export class Histories {
  readonly #options: HistoryOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new InFlight<ServiceHistory>();

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Never rejects: what could not be read is in `missing`, and what was known comes as it is. */
  read(api: AwsApi, service: ServiceInventory): Promise<ServiceHistory> {
    const key = serviceKey(service.ref);
    return this.#reading.run(key, () => this.#read(api, service, key));
  }

  async #read(api: AwsApi, service: ServiceInventory, key: string): Promise<ServiceHistory> {
    const endMs = Math.floor(this.#options.clock.now() / HOUR_MS) * HOUR_MS;
    const oldestMs = endMs - KEPT_MS;
    const known = this.#kept.get(key) ?? (await this.#load(key, endMs));
    if (known && known.untilMs === endMs) return { ...known, missing: [] };
    const startMs = Math.max(oldestMs, known ? known.untilMs - READ_AGAIN_MS : oldestMs);
    const { account, region } = service.ref;
    const failures = new Failures(account, region);
    const sources = [
      ...allSourcesOf(service.ref, service.targetGroups),
      ...loadBalancerSources(service.targetGroups),
    ];
    const readings = await readMetrics(api, sources, { startMs, endMs, periodMs: HOUR_MS }, failures);
    const missing = failures.list();
    if (sources.some((source) => readings.failed(source))) {
      return { metrics: known?.metrics ?? {}, untilMs: known?.untilMs, missing };
    }
    const read = serviceMetrics(service, readings, endMs, HOUR_MS);
    const merged = { untilMs: endMs, metrics: merge(known?.metrics ?? {}, read, oldestMs) };
    this.#remember(key, merged);
    await this.#attempt('a week of metrics could not be kept', () =>
      this.#options.store?.save(key, JSON.stringify(merged)),
    );
    return { ...merged, missing };
  }

  async #load(key: string, endMs: number): Promise<Kept | undefined> {
    const text = await this.#attempt('a kept week of metrics could not be read', () =>
      this.#options.store?.load(key),
    );
    if (text === undefined) return undefined;
    // Written by this class.
    const kept = JSON.parse(text) as Kept;
    if (kept.untilMs > endMs) return undefined;
    this.#remember(key, kept);
    return kept;
  }

  #remember(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MOST_IN_MEMORY && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** The table saves calls; without it they are made. */
  async #attempt<T>(message: string, work: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#options.log.warn({ err: error, why: sentenceFor(error).message }, message);
      return undefined;
    }
  }
}

/** The known series with the newer points in their places, without what is older than a week. */
function merge(known: ServiceMetrics, read: ServiceMetrics, oldestMs: number): ServiceMetrics {
  // Both are maps from names of metrics to their series.
  const [before, after] = [known, read] as Readonly<Record<string, Series>>[];
  const names = new Set([...Object.keys(known), ...Object.keys(read)]);
  const merged = [...names].flatMap((name) => {
    const points = new Map([...(before?.[name]?.points ?? []), ...(after?.[name]?.points ?? [])].map(pair));
    const kept = [...points].filter(([atMs]) => atMs >= oldestMs).sort(([a], [b]) => a - b);
    if (kept.length === 0) return [];
    return [[name, { periodMs: HOUR_MS, points: kept.map(([atMs, value]) => ({ atMs, value })) }] as const];
  });
  return Object.fromEntries(merged);
}

function pair({ atMs, value }: Series['points'][number]): readonly [number, number] {
  return [atMs, value];
}
