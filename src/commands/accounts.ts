import { type AccountOverview, accountsCard, accountTestCard } from '../cards/accounts-card.ts';
import type { AccountTest } from '../collector/account-test.ts';
import type { Collector } from '../collector/collector.ts';
import type { RegionStatus } from '../collector/region-types.ts';
import type { Spending } from '../collector/spending.ts';
import type { WatchSettings } from '../collector/watch.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { NotFound } from '../domain/errors.ts';
import type { Clock } from '../domain/time.ts';
import { nearestWord } from '../intent/edit-distance.ts';
import type { Answer, Handler } from './command.ts';

export interface AccountsDeps {
  readonly collector: Collector;
  readonly clock: Clock;
  readonly accounts: readonly AccountConfig[];
  readonly spending: Pick<Spending, 'report' | 'share'>;
  readonly watch: WatchSettings;
  readonly testAccount: (account: AccountConfig) => Promise<AccountTest>;
}

/** `accounts [list]`, `accounts test [NAME]`, `accounts refresh` */
export function makeAccountsCommand(deps: AccountsDeps): Handler {
  return async (intent, asking) => {
    if (intent.action === 'test') return test(deps, intent.text);
    await deps.collector.snapshot({
      fresh: intent.action === 'refresh',
      ...(asking.onProgress === undefined ? {} : { onProgress: asking.onProgress }),
    });
    return list(deps);
  };
}

async function list({ collector, clock, accounts, spending, watch }: AccountsDeps): Promise<Answer> {
  // Without the store the sum is this process's own, which is still an answer.
  await spending.share().catch(() => undefined);
  const status = collector.status();
  const nowMs = clock.now();
  const { todayDollars, dollarsPerDayBudget, notice } = spending.report();
  const overviews = accounts.map((account) =>
    overviewOf(
      account,
      status.filter((each) => each.account === account.name),
      watch,
      nowMs,
    ),
  );
  const card = accountsCard({
    accounts: overviews,
    ...watch,
    todayDollars,
    budgetDollars: dollarsPerDayBudget,
    notice,
  });
  const missing = overviews.flatMap((each) => each.missing);
  return {
    card,
    data: { accounts: overviews, todayDollars, dollarsPerDayBudget, notice },
    verdict: missing.length > 0 ? 'incomplete' : 'ok',
  };
}

function overviewOf(
  account: AccountConfig,
  regions: readonly RegionStatus[],
  watch: WatchSettings,
  nowMs: number,
): AccountOverview {
  const total = (of: (region: RegionStatus) => number) =>
    regions.reduce((sum, region) => sum + of(region), 0);
  return {
    account: account.name,
    regions: account.regions,
    services: total((region) => region.services),
    watched: total((region) => region.watched),
    inventoryAgeMs: ageOf(
      regions.map((region) => region.inventoryAtMs),
      nowMs,
    ),
    metricsAgeMs: ageOf(
      regions.map((region) => region.metricsAtMs),
      nowMs,
    ),
    listening: total((region) => (region.isListening ? 1 : 0)),
    dollarsPerDay: total((region) => dollarsPerDay(region, watch)),
    missing: regions.flatMap((region) => region.missing),
  };
}

const MINUTES_A_DAY = 24 * 60;

/** The price of one reading of a region, as often as its watched and its other services are read. */
function dollarsPerDay(region: RegionStatus, watch: WatchSettings): number {
  if (region.services === 0) return 0;
  const watched = region.watched / region.services;
  const readings = watched / watch.refreshMinutes + (1 - watched) / watch.unwatchedMinutes;
  return region.dollarsPerReading * readings * MINUTES_A_DAY;
}

function ageOf(times: readonly (number | undefined)[], nowMs: number): number | undefined {
  const known = times.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? undefined : Math.max(0, nowMs - Math.min(...known));
}

async function test({ accounts, testAccount }: AccountsDeps, name: string | undefined): Promise<Answer> {
  const wanted = name?.trim() ?? '';
  const chosen = accounts.filter((account) => wanted === '' || isCalled(account, wanted));
  if (chosen.length === 0) throw unknownAccount(wanted, accounts);
  const tests = await Promise.all(chosen.map(testAccount));
  const bad = tests.some((each) =>
    each.actions.some(({ outcome }) => outcome === 'denied' || outcome === 'failed'),
  );
  return { card: accountTestCard(tests), data: { tests }, verdict: bad ? 'incomplete' : 'ok' };
}

function isCalled({ name, id }: AccountConfig, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase() || id === wanted;
}

function unknownAccount(wanted: string, accounts: readonly AccountConfig[]): NotFound {
  const names = accounts.map((account) => account.name);
  const near = nearestWord(wanted, names);
  const instead = near === undefined ? `I watch ${names.join(', ')}.` : `Did you mean ${near}?`;
  return new NotFound(`I watch no account called ${wanted}. ${instead}`);
}
