import { sentenceFor } from '../domain/errors.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';
import type { Collector } from './collector.ts';
import type { Spending } from './spending.ts';

export interface WatchSettings {
  /** How old the metrics of a service become that somebody watches. */
  readonly refreshMinutes: number;
  /** The same for a service that nobody watches. */
  readonly unwatchedMinutes: number;
}

export interface WatchOptions extends WatchSettings {
  readonly collector: Pick<Collector, 'refresh'>;
  readonly spending: Spending;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export const DEFAULT_WATCH: WatchSettings & { readonly dollarsPerDay: number } = {
  refreshMinutes: 5,
  unwatchedMinutes: 60,
  dollarsPerDay: 5,
};

const MINUTE_MS = 60_000;

/**
 * The regular reading: every run reads what has become too old, watched services sooner than others, all of them
 * later when the day's budget would not last. Run it every minute.
 */
export function makeWatch(options: WatchOptions): () => Promise<void> {
  const { collector, spending, clock, log } = options;
  let told: string | undefined;
  return async () => {
    await spending.share().catch((error: unknown) => {
      log.warn({ err: error, why: sentenceFor(error).message }, 'what reading costs could not be shared');
    });
    const { slowdown, notice } = spending.report();
    if ((notice === undefined) !== (told === undefined))
      log.warn({ notice: notice ?? 'as configured again' }, 'budget');
    told = notice;
    const nowMs = clock.now();
    const dueBefore = (minutes: number) => nowMs - minutes * MINUTE_MS * slowdown;
    await collector.refresh({
      isDue: ({ isWatched, metricsAtMs }) =>
        metricsAtMs === undefined
          ? slowdown !== Number.POSITIVE_INFINITY
          : metricsAtMs <= dueBefore(isWatched ? options.refreshMinutes : options.unwatchedMinutes),
    });
  };
}
