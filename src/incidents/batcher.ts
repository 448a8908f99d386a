import type { Timers } from '../domain/time.ts';
import type { IncidentEvent } from './incident-event.ts';
import type { Absorbed } from './incidents.ts';

export interface BatcherOptions {
  readonly absorb: (events: readonly IncidentEvent[]) => Promise<readonly Absorbed[]>;
  readonly timers: Timers;
  /** A batch is taken in when it holds so many events … */
  readonly most: number;
  /** … or when its first event has waited so long. */
  readonly longestMs: number;
}

export const BATCH_DEFAULTS = { most: 200, longestMs: 50 } as const;

/** Collects the events of several pollers, so that a storm on one service costs a write for many of them. */
export interface Batcher {
  /** Resolves when the event's effect is durable. @throws what kept it from becoming so */
  add(event: IncidentEvent): Promise<void>;
}

interface Waiting {
  readonly event: IncidentEvent;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** A batcher in front of incidents. */
export function makeBatcher({ absorb, timers, most, longestMs }: BatcherOptions): Batcher {
  let waiting: Waiting[] = [];
  let callOff: () => void = () => undefined;

  const takeIn = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const results = await absorb(batch.map(({ event }) => event));
      batch.forEach(({ done, failed }, at) => {
        const result = results[at];
        if (result?.done === false) failed(result.error);
        else done();
      });
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  };
  const flush = (): void => {
    callOff();
    const batch = waiting;
    waiting = [];
    void takeIn(batch);
  };

  return {
    add: (event) =>
      new Promise((done, failed) => {
        waiting.push({ event, done, failed });
        if (waiting.length >= most) flush();
        else if (waiting.length === 1) callOff = timers.after(longestMs, flush);
      }),
  };
}
