import { type Collector, type CollectorOptions, makeCollector } from '../collector/collector.ts';
import { Spending } from '../collector/spending.ts';
import { DEFAULT_WATCH, makeWatch, type WatchSettings } from '../collector/watch.ts';
import type { Config } from '../config.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { makeInventoryStore } from '../store/inventory-store.ts';
import { makeSeriesStore } from '../store/series-store.ts';
import { makeSpendingStore } from '../store/spending-store.ts';
import type { Table } from '../store/table.ts';
import type { Platform } from './platform.ts';

/** What reads the fleet, how often it does so by itself, and what that costs. */
export interface Reading {
  readonly collector: Collector;
  readonly spending: Spending;
  readonly settings: WatchSettings;
  /** The regular reading; to be run every minute. */
  readonly watch: () => Promise<void>;
}

export interface ReadingParts {
  readonly config: Config;
  readonly platform: Platform;
  readonly accounts: readonly AccountConfig[];
  /** Where the inventory outlives the process; undefined where nothing keeps anything. */
  readonly table: Table | undefined;
  readonly onCache?: (hits: number, misses: number) => void;
}

/** The collector and its ledger, which hears of every call from now on. */
export function wireReading({ config, platform, accounts, table, onCache }: ReadingParts): Reading {
  const {
    logGroupPattern,
    dollarsPerDay = DEFAULT_WATCH.dollarsPerDay,
    ...given
  } = config.file.collector ?? {};
  const { aws, clock, log, systemClock, wait } = platform;
  const systemNow = () => systemClock.now();
  const spending = new Spending({
    clock: systemClock,
    budgetDollars: dollarsPerDay,
    ...(table ? { store: makeSpendingStore(table, systemNow) } : {}),
  });
  platform.onAwsCall((call) => spending.record(call.dollars));
  const collector = makeCollector({
    accounts,
    api: (account, region) => aws.api(account, region),
    clock,
    log,
    wait,
    slowdown: () => spending.report().slowdown,
    ...(logGroupPattern === undefined ? {} : { logGroupPattern }),
    ...(onCache ? { onCache } : {}),
    ...(table ? { keep: keepIn(table, config, platform) } : {}),
  });
  const settings = {
    refreshMinutes: given.refreshMinutes ?? DEFAULT_WATCH.refreshMinutes,
    unwatchedMinutes: given.unwatchedMinutes ?? DEFAULT_WATCH.unwatchedMinutes,
  };
  return {
    collector,
    spending,
    settings,
    watch: makeWatch({ ...settings, collector, spending, clock, log }),
  };
}

/** A simulated fleet that begins anew is another one: what was kept of the last must not be taken for it. */
function keepIn(
  table: Table,
  { variable }: Config,
  { systemClock, wait }: Platform,
): NonNullable<CollectorOptions['keep']> {
  const systemNow = () => systemClock.now();
  const fleet = variable('DECKHAND_FLEET_ID') ?? '';
  return {
    store: makeInventoryStore(table, systemNow, fleet),
    series: makeSeriesStore(table, systemNow, fleet),
    wait,
  };
}
