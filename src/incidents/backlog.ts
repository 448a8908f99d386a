import type { Clock } from '../domain/time.ts';

/**
 * How far the events have been taken in. Whoever concludes something from an event that did not come must know that it
 * does not simply wait in the queue.
 */
export interface Backlog {
  /**
   * The queue has answered. `oldestAgeMs`: how long ago the oldest message among them was sent, of those that came for
   * the first time; absent when there are none.
   */
  received(oldestAgeMs?: number): void;
  /** The queue did not answer. */
  failed(): void;
  /** Since when nothing old has waited; undefined while old messages come, and while none can come at all. */
  caughtUpSinceMs(): number | undefined;
}

/** What has waited longer waited for us. */
const OLD_MS = 60_000;
/** A queue that was not asked for so long tells nothing; a long poll takes 20 seconds. */
const UNASKED_MS = 60_000;

/** Counts from the first answer of the queue. */
export function makeBacklog(clock: Clock): Backlog {
  let sinceMs: number | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  const isAsked = () => clock.now() - askedMs <= UNASKED_MS;
  return {
    received(oldestAgeMs = 0) {
      if (oldestAgeMs > OLD_MS) sinceMs = undefined;
      else if (sinceMs === undefined || !isAsked()) sinceMs = clock.now();
      askedMs = clock.now();
    },
    failed() {
      sinceMs = undefined;
    },
    caughtUpSinceMs: () => (isAsked() ? sinceMs : undefined),
  };
}
