import type { Collector, CollectorOptions } from '../collector/collector.ts';
import { Spending, type SpendingStore } from '../collector/spending.ts';
import { DEFAULT_WATCH, makeWatch, type WatchSettings } from '../collector/watch.ts';
import type { Config } from '../config.ts';
import type { Platform } from './platform.ts';

/** How much is read and what it may cost, from the settings. */
export interface Reading {
  readonly spending: Spending;
  readonly settings: WatchSettings;
  readonly collectorOptions: Pick<CollectorOptions, 'slowdown' | 'logGroupPattern'>;
  readonly watch: (collector: Collector) => () => Promise<void>;
}

/** The ledger hears of every call from now on. */
export function wireReading(config: Config, platform: Platform, store?: SpendingStore): Reading {
  const { logGroupPattern, refreshMinutes, unwatchedMinutes, dollarsPerDay } = config.file.collector ?? {};
  const { clock, log, systemClock } = platform;
  const spending = new Spending({
    clock: systemClock,
    budgetDollars: dollarsPerDay ?? DEFAULT_WATCH.dollarsPerDay,
    ...(store ? { store } : {}),
  });
  platform.onAwsCall((call) => spending.record(call.dollars));
  const settings = {
    refreshMinutes: refreshMinutes ?? DEFAULT_WATCH.refreshMinutes,
    unwatchedMinutes: unwatchedMinutes ?? DEFAULT_WATCH.unwatchedMinutes,
  };
  return {
    spending,
    settings,
    collectorOptions: {
      slowdown: () => spending.report().slowdown,
      ...(logGroupPattern === undefined ? {} : { logGroupPattern }),
    },
    watch: (collector) =>
      makeWatch({
        ...settings,
        collector,
        spending,
        clock,
        log,
      }),
  };
}
