/** `capacity` calls at once, refilled evenly at `perSecond`. */
export interface BucketRate {
  readonly capacity: number;
  readonly perSecond: number;
}

/** A throttle that vendors describe as "N per period with a burst". Time comes in, in milliseconds. */
export class TokenBucket {
  private readonly rate: BucketRate;
  private tokens: number;
  private refilledAtMs: number;

  constructor(rate: BucketRate, nowMs: number) {
    this.rate = rate;
    this.tokens = rate.capacity;
    this.refilledAtMs = nowMs;
  }

  /** How long until a call would be let through; 0 when it would be now. Takes nothing. */
  waitMs(nowMs: number): number {
    this.refill(nowMs);
    // A hair below one is one: refilling in fractions loses the last bit of it.
    return this.tokens > 1 - 1e-9 ? 0 : ((1 - this.tokens) / this.rate.perSecond) * 1000;
  }

  /** Takes one call out; the caller asked {@link waitMs} before. */
  take(nowMs: number): void {
    this.refill(nowMs);
    this.tokens -= 1;
  }

  private refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.refilledAtMs);
    this.tokens = Math.min(this.rate.capacity, this.tokens + (elapsedMs / 1000) * this.rate.perSecond);
    this.refilledAtMs = nowMs;
  }
}
