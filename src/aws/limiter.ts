import type { Clock } from '../domain/time.ts';

/** Waits. Injected, so that tests play time. */
export type Sleep = (ms: number) => Promise<void>;

/** A token bucket: `burst` at once, then `perSecond`. */
export interface BucketRule {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Keeps the calls of one account and region under AWS's request buckets, so that nobody is throttled and other
 * tools in the account keep their share. First come, first served within a bucket.
 */
export interface Limiter {
  /** Runs `call` when every bucket in `costs` has its tokens and the number of calls in flight allows it. */
  run<T>(costs: Partial<Readonly<Record<Bucket, number>>>, call: () => Promise<T>): Promise<T>;
}

/**
 * The buckets of AWS, at 80 % of the sustained rate and of the burst.
 *
 * ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html (services 100/20,
 * clusters 50/20, tasks 100/20; task definitions and service deployments have the figures of the service reads here). GetMetricData: 50 calls a second
 * and 180,000 datapoints a second for starts within three hours (90,000 for older ones),
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html. Elastic Load Balancing
 * 40/10: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html. Application
 * Auto Scaling publishes no figures; 10 a second is assumed. GetLogEvents: 10 a second in the strictest regions,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html. PutMetricData 500 a second.
 * Publish: 300 messages a second in the strictest regions, https://docs.aws.amazon.com/general/latest/gr/sns.html.
 */
export const BUCKETS = {
  ecsServices: { burst: 80, perSecond: 16 },
  ecsClusters: { burst: 40, perSecond: 16 },
  ecsTaskDefinitions: { burst: 80, perSecond: 16 },
  ecsTasks: { burst: 80, perSecond: 16 },
  ecsDeployments: { burst: 80, perSecond: 16 },
  elbReads: { burst: 32, perSecond: 8 },
  scalingReads: { burst: 10, perSecond: 8 },
  metricCalls: { burst: 40, perSecond: 40 },
  metricDatapoints: { burst: 144_000, perSecond: 144_000 },
  olderMetricDatapoints: { burst: 72_000, perSecond: 72_000 },
  metricWrites: { burst: 400, perSecond: 400 },
  logReads: { burst: 8, perSecond: 8 },
  notices: { burst: 240, perSecond: 240 },
} as const satisfies Readonly<Record<string, BucketRule>>;

export type Bucket = keyof typeof BUCKETS;

export interface LimiterOptions {
  /** The machine's clock, whatever the domain's clock plays: AWS counts real seconds. */
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly buckets?: Readonly<Record<Bucket, BucketRule>>;
  /** Calls in flight at once that share their first bucket; all buckets together stay below the SDK's 50 sockets a client. */
  readonly concurrency?: number;
}

/** One limiter serves one account and region. */
export function makeLimiter(options: LimiterOptions): Limiter {
  const { clock, sleep, buckets = BUCKETS, concurrency = 10 } = options;
  const lanes = new Map<string, Lane>();
  for (const [name, rule] of Object.entries(buckets)) {
    lanes.set(name, { tokens: new TokenBucket(rule, clock), slots: new Slots(concurrency) });
  }
  return {
    async run(costs, call) {
      const needed = Object.entries(costs).flatMap(([name, cost]) => {
        const lane = lanes.get(name);
        return lane ? [{ ...lane, cost }] : [];
      });
      const slots = needed[0]?.slots;
      await slots?.enter();
      try {
        const waitMs = Math.max(0, ...needed.map(({ tokens, cost }) => tokens.take(cost)));
        if (waitMs > 0) await sleep(waitMs);
        return await call();
      } finally {
        slots?.leave();
      }
    },
  };
}

/** The slot comes before the tokens: tokens that wait for a slot would add up to a burst. */
interface Lane {
  readonly tokens: TokenBucket;
  readonly slots: Slots;
}

/** Tokens may be owed: who takes more than there are waits until they have come, and those behind wait longer. */
class TokenBucket {
  readonly #rule: BucketRule;
  readonly #clock: Clock;
  #tokens: number;
  #atMs: number;

  constructor(rule: BucketRule, clock: Clock) {
    this.#rule = rule;
    this.#clock = clock;
    this.#tokens = rule.burst;
    this.#atMs = clock.now();
  }

  /** Takes `cost` tokens (at most the burst) and says how long to wait before using them. */
  take(cost: number): number {
    const nowMs = this.#clock.now();
    const refill = (Math.max(0, nowMs - this.#atMs) / 1000) * this.#rule.perSecond;
    this.#tokens = Math.min(this.#rule.burst, this.#tokens + refill) - Math.min(cost, this.#rule.burst);
    this.#atMs = nowMs;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#rule.perSecond) * 1000);
  }
}

class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
