import type { Clock } from '../domain/time.ts';

/** Keeps a day's sum for all replicas. `day` is `2026-11-20`. */
export interface SpendingStore {
  /** Adds dollars to a day and answers with the whole of it. */
  add(day: string, dollars: number): Promise<number>;
}

/** What reading costs, and how much slower it must be to stay within the day's budget. */
export interface SpendingReport {
  /** Since midnight UTC, over all replicas as far as is known. */
  readonly todayDollars: number;
  readonly dollarsPerDayBudget: number | undefined;
  /** 1: as configured; 3: a third as often; infinite: only what people ask for is read. */
  readonly slowdown: number;
  /** Says that reading is slowed and why; absent when it is not. */
  readonly notice: string | undefined;
}

export interface SpendingOptions {
  /** The machine's clock: AWS bills real days. */
  readonly clock: Clock;
  readonly budgetDollars: number | undefined;
  readonly store?: SpendingStore;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A cold start in the first minutes of a day says nothing about the rest of it. */
const FIRST_MS = 60 * 60 * 1000;
/** The last part of the budget is left to what people ask for. */
const RESERVE = 0.1;

/** The day's ledger of what AWS charges for reading. */
export class Spending {
  readonly #options: SpendingOptions;
  #day = '';
  #knownDollars = 0;
  #unsharedDollars = 0;

  constructor(options: SpendingOptions) {
    this.#options = options;
  }

  record(dollars: number): void {
    this.#turnPage();
    this.#unsharedDollars += dollars;
  }

  /** Shares what was spent since the last time, and learns what others spent. @throws what the store throws. */
  async share(): Promise<void> {
    this.#turnPage();
    const { store } = this.#options;
    if (!store) return;
    const [day, dollars] = [this.#day, this.#unsharedDollars];
    const total = await store.add(day, dollars);
    if (day !== this.#day) return;
    this.#knownDollars = total;
    this.#unsharedDollars -= dollars;
  }

  report(): SpendingReport {
    this.#turnPage();
    const todayDollars = this.#knownDollars + this.#unsharedDollars;
    const { budgetDollars } = this.#options;
    if (budgetDollars === undefined) {
      return { todayDollars, dollarsPerDayBudget: undefined, slowdown: 1, notice: undefined };
    }
    const sinceMidnightMs = this.#options.clock.now() % DAY_MS;
    const slowdown = slowdownFor(todayDollars, budgetDollars, sinceMidnightMs);
    return {
      todayDollars,
      dollarsPerDayBudget: budgetDollars,
      slowdown,
      notice: slowdown > 1 ? noticeFor(todayDollars, budgetDollars, slowdown) : undefined,
    };
  }

  #turnPage(): void {
    const day = new Date(this.#options.clock.now()).toISOString().slice(0, 10);
    if (day === this.#day) return;
    this.#day = day;
    this.#knownDollars = 0;
    this.#unsharedDollars = 0;
  }
}

/**
 * How many times less often to read so that the budget lasts until midnight UTC: the rate so far, against what may
 * still be spent.
 */
function slowdownFor(spent: number, budget: number, sinceMidnightMs: number): number {
  const usable = budget * (1 - RESERVE) - spent;
  if (usable <= 0) return Number.POSITIVE_INFINITY;
  const rate = spent / Math.max(sinceMidnightMs, FIRST_MS);
  return Math.max(1, (rate * (DAY_MS - sinceMidnightMs)) / usable);
}

function noticeFor(spent: number, budget: number, slowdown: number): string {
  const sums = `$${spent.toFixed(2)} of today’s $${budget.toFixed(2)} for reading metrics are spent`;
  if (slowdown === Number.POSITIVE_INFINITY)
    return `${sums}: until midnight UTC I read only what people ask for.`;
  return `${sums}: I read ${slowdown.toFixed(1)} times less often, so that it lasts until midnight UTC.`;
}
