import { type BucketRate, TokenBucket } from '../token-bucket.ts';
import type { Tier } from './method.ts';

/**
 * How often methods may be called: https://docs.slack.dev/apis/web-api/rate-limits. Tiers count per method and
 * workspace; posting counts per channel, about one a second "with short bursts" (here of five).
 */
export const SLACK_RATES: Readonly<Record<Tier, BucketRate>> = {
  tier1: { capacity: 10, perSecond: 1 / 60 },
  tier2: { capacity: 20, perSecond: 20 / 60 },
  tier3: { capacity: 50, perSecond: 50 / 60 },
  tier4: { capacity: 100, perSecond: 100 / 60 },
  special: { capacity: 300, perSecond: 5 },
  posting: { capacity: 5, perSecond: 1 },
};

/** The throttles of one workspace. */
export class RateLimits {
  private readonly nowMs: () => number;
  private readonly rates: Readonly<Record<Tier, BucketRate>>;
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(nowMs: () => number, rates: Readonly<Record<Tier, BucketRate>> = SLACK_RATES) {
    this.nowMs = nowMs;
    this.rates = rates;
  }

  /** Counts one call; answers the whole seconds to wait when it is one too many, which then is not counted. */
  retryAfterSeconds(method: string, tier: Tier, channel: string): number | undefined {
    const key = tier === 'posting' ? `${method} ${channel}` : method;
    const now = this.nowMs();
    const bucket = this.buckets.get(key) ?? new TokenBucket(this.rates[tier], now);
    this.buckets.set(key, bucket);
    const waitMs = bucket.waitMs(now);
    if (waitMs > 0) return Math.max(1, Math.ceil(waitMs / 1000));
    bucket.take(now);
    return undefined;
  }
}
