/**
 * What a bot may do in one thread: at most `max` within `windowMs`.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit#per-bot-per-thread-limit
 */
export const TEAMS_RATES: readonly { readonly windowMs: number; readonly max: number }[] = [
  { windowMs: 1_000, max: 7 },
  { windowMs: 2_000, max: 8 },
  { windowMs: 30_000, max: 60 },
  { windowMs: 3_600_000, max: 1_800 },
];

/** Sliding windows per thread. */
export class ThreadLimits {
  private readonly nowMs: () => number;
  private readonly rates: typeof TEAMS_RATES;
  private readonly taken = new Map<string, number[]>();

  constructor(nowMs: () => number, rates: typeof TEAMS_RATES = TEAMS_RATES) {
    this.nowMs = nowMs;
    this.rates = rates;
  }

  /** Counts one call in a thread; answers the whole seconds to wait when it is one too many, which is not counted. */
  retryAfterSeconds(thread: string): number | undefined {
    const now = this.nowMs();
    const longest = Math.max(0, ...this.rates.map((rate) => rate.windowMs));
    const times = (this.taken.get(thread) ?? []).filter((at) => at > now - longest);
    const waitsMs = this.rates.map(({ windowMs, max }) => {
      const within = times.filter((at) => at > now - windowMs);
      const oldest = within.at(-max);
      return oldest === undefined ? 0 : oldest + windowMs - now;
    });
    const waitMs = Math.max(0, ...waitsMs);
    if (waitMs === 0) times.push(now);
    this.taken.set(thread, times);
    return waitMs === 0 ? undefined : Math.max(1, Math.ceil(waitMs / 1000));
  }
}
