import { BadRequest, Denied, sentenceFor } from '../domain/errors.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';

/** One failure that was taken in, after it was stored. */
export interface Failure {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
  /** Now, where it is not said. */
  readonly atMs?: number;
}

/** One number for CloudWatch. */
export interface FailureCount {
  readonly name: 'ECSServiceErrorEventsCount';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: 'Count';
  /** The beginning of its minute. */
  readonly atMs: number;
}

export interface FailureMetricOptions {
  /** Sends at most {@link COUNTS_A_CALL}. @throws DeckhandError */
  readonly put: (counts: readonly FailureCount[]) => Promise<void>;
  /** That of the events. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * How many failures of which service there were, in `Deckhand/ECS`, by {ClusterName} and by {ClusterName, ServiceName}:
 * people hang alarms and dashboards of their own on it. Kept in memory until it is sent; it is no record.
 */
export interface FailureMetric {
  /** Never rejects and never waits. */
  onFailures(failures: readonly Failure[]): void;
  /** Sends what has come together; run it once a minute, and at the end. Never rejects. */
  flush(): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const COUNTS_A_CALL = 1000;
const MINUTE_MS = 60_000;
/** CloudWatch refuses the whole call for one time that is two weeks back or two hours ahead. */
const OLDEST_MS = 14 * 24 * 60 * MINUTE_MS - MINUTE_MS;
const AHEAD_MS = 2 * 60 * MINUTE_MS - MINUTE_MS;
/** As much as waits while CloudWatch does not answer; then the oldest goes. */
const MOST_WAITING = 20_000;

/** Counts by minute, so that what is sent late still stands where it belongs. */
export function makeFailureMetric({ put, clock, log }: FailureMetricOptions): FailureMetric {
  let waiting = new Map<string, FailureCount>();
  let sending = Promise.resolve();

  function add(count: FailureCount): void {
    const key = JSON.stringify([count.atMs, count.dimensions]);
    const before = waiting.get(key);
    waiting.set(key, before === undefined ? count : { ...before, value: before.value + count.value });
    if (waiting.size <= MOST_WAITING) return;
    const [oldest] = waiting.keys();
    if (oldest !== undefined) waiting.delete(oldest);
  }

  async function sendAll(counts: readonly FailureCount[]): Promise<void> {
    for (let at = 0; at < counts.length; at += COUNTS_A_CALL) {
      try {
        await put(counts.slice(at, at + COUNTS_A_CALL));
      } catch (error) {
        const dropped = error instanceof Denied || error instanceof BadRequest;
        log.warn(
          { err: error, why: sentenceFor(error).message, counts: counts.length - at },
          dropped ? 'failure counts could not be published and are dropped' : 'failure counts wait',
        );
        // With the same times again. Of a call that got no answer some may then count twice.
        if (!dropped) for (const count of counts.slice(at)) add(count);
        return;
      }
    }
  }

  async function sendWaiting(): Promise<void> {
    const nowMs = clock.now();
    const counts = [...waiting.values()].filter(
      ({ atMs }) => nowMs - atMs <= OLDEST_MS && atMs - nowMs <= AHEAD_MS,
    );
    waiting = new Map();
    await sendAll(counts);
  }

  return {
    onFailures(failures) {
      for (const failure of failures) for (const count of countsOf(failure, clock.now())) add(count);
    },

    flush() {
      sending = sending.then(sendWaiting);
      return sending;
    },
  };
}

function countsOf({ cluster, service, atMs }: Failure, nowMs: number): FailureCount[] {
  if (cluster === undefined) return [];
  const minuteMs = Math.floor((atMs ?? nowMs) / MINUTE_MS) * MINUTE_MS;
  const count = { name: 'ECSServiceErrorEventsCount', value: 1, unit: 'Count', atMs: minuteMs } as const;
  const ofCluster = { ...count, dimensions: { ClusterName: cluster } };
  if (service === undefined) return [ofCluster];
  return [ofCluster, { ...count, dimensions: { ClusterName: cluster, ServiceName: service } }];
}
