import { Throttled, Unreachable } from '../domain/errors.ts';
import type { IncidentEvent } from './incident-event.ts';

export interface PatienceOptions {
  readonly absorb: (event: IncidentEvent) => Promise<void>;
  /** An event has to wait; told once of each. */
  readonly onLate: (event: IncidentEvent, error: unknown) => void;
  readonly wait: (ms: number) => Promise<void>;
  /** The machine's clock. */
  readonly systemNow: () => number;
}

/** Takes events in and does not give up at once. */
export interface Patience {
  /** Resolves when the event's effect is durable. @throws what kept it from becoming so */
  absorb(event: IncidentEvent): Promise<void>;
  /** From now on whatever fails fails at once. */
  stop(): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** So long an event is kept in hand; then it goes back to the queue. */
const LONGEST_MS = 5 * 60_000;

/**
 * While the table is throttled or does not answer, an event is kept and tried again. Given back it would come at once
 * and each time count: a queue moves what it has delivered a few times to its dead-letter queue, and an outage of a minute
 * would put good events there.
 */
export function makePatience({ absorb, onLate, wait, systemNow }: PatienceOptions): Patience {
  let isStopped = false;
  return {
    async absorb(event) {
      const endMs = systemNow() + LONGEST_MS;
      let isLate = false;
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        try {
          await absorb(event);
          return;
        } catch (error) {
          const mayPass = error instanceof Throttled || error instanceof Unreachable;
          if (!mayPass || isStopped || systemNow() >= endMs) throw error;
          if (!isLate) onLate(event, error);
          isLate = true;
        }
        await wait(pauseMs);
      }
    },
    stop() {
      isStopped = true;
    },
  };
}
