import type { Card } from '../cards/card.ts';
import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { Clock, Timers } from '../domain/time.ts';
import type { LiveRecord, LiveStore } from '../store/live-store.ts';
import type { Log } from '../telemetry/log.ts';
import { type Destination, destinationKey, type MessageId, parseDestination } from './messenger.ts';
import type { Outbox } from './outbox.ts';

export interface LiveOptions {
  readonly outbox: Outbox;
  readonly store: LiveStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly settings: DeliverySettings;
  readonly log: Log;
  /** What stands in place of an answer whose process died while it worked. */
  readonly interrupted: Card;
}

/** What an answer belongs to. `requestId` is stable over the platform's retries: one request, one message. */
export interface LiveRequest {
  readonly requestId: string;
  readonly dest: Destination;
  /** The root of the thread it was asked in. */
  readonly thread?: MessageId;
}

/** An answer that grows: one message, edited in place. */
export interface LiveAnswer {
  /** Shows how far it is. May be called often: stale steps are left out. */
  show(card: Card): Promise<void>;
  /** The answer itself, or why there is none; nothing comes after it. */
  finish(card: Card): Promise<void>;
}

/** Answers in progress. None is left half done: who dies at work has it ended by the next process that looks. */
export interface Live {
  open(request: LiveRequest): LiveAnswer;
  /** Ends the answers of dead processes, from now on and now. */
  start(): void;
  stop(): void;
}

/** Revisions: steps count from 1, an interruption beats every step, and the answer beats an interruption. */
const INTERRUPTED_REV = 1_000_000_000;
const FINISHED_REV = 2_000_000_000;
const MOST_ABANDONED = 100;

/** Answers in progress over an outbox. */
export function makeLive(options: LiveOptions): Live {
  let callOff: () => void = () => undefined;
  let stopped = true;
  const look = async (): Promise<void> => {
    await endAbandoned(options).catch((error: unknown) => {
      options.log.warn({ err: error }, 'abandoned answers could not be ended');
    });
    if (!stopped) callOff = options.timers.after(options.settings.leaseMs, () => void look());
  };
  return {
    open: (request) => new StoredAnswer(options, request),
    start() {
      if (!stopped) return;
      stopped = false;
      void look();
    },
    stop() {
      stopped = true;
      callOff();
    },
  };
}

async function endAbandoned({ outbox, store, clock, interrupted }: LiveOptions): Promise<void> {
  for (const { value } of await store.abandoned(clock.now(), MOST_ABANDONED)) {
    const dest = parseDestination(value.dest);
    if (dest) await outbox.want([liveMessage(dest, value.key, INTERRUPTED_REV, interrupted, value.thread)]);
    await store.remove(value.requestId);
  }
}

class StoredAnswer implements LiveAnswer {
  readonly #o: LiveOptions;
  readonly #request: LiveRequest;
  readonly #key: string;
  #rev = 0;
  #version = 0;
  #finished = false;
  #callOff: () => void = () => undefined;

  constructor(options: LiveOptions, request: LiveRequest) {
    this.#o = options;
    this.#request = request;
    this.#key = `live/${request.requestId}`;
  }

  async show(card: Card): Promise<void> {
    if (this.#finished) return;
    this.#rev += 1;
    const rev = this.#rev;
    if (rev === 1) {
      await this.#prolong();
      this.#keepProlonging();
    }
    await this.#want(rev, card);
  }

  async finish(card: Card): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    this.#callOff();
    await this.#want(FINISHED_REV, card);
    if (this.#rev > 0) await this.#o.store.remove(this.#request.requestId);
  }

  #want(rev: number, card: Card): Promise<void> {
    const { dest, thread } = this.#request;
    return this.#o.outbox.want([liveMessage(dest, this.#key, rev, card, thread)]);
  }

  /** Says that somebody still works on it, as long as this process lives. */
  async #prolong(): Promise<void> {
    const { store, clock, settings } = this.#o;
    const { requestId, dest, thread } = this.#request;
    const untilMs = clock.now() + 2 * settings.leaseMs;
    const record: LiveRecord = { requestId, dest: destinationKey(dest), key: this.#key, thread, untilMs };
    if (await store.save(this.#version, record)) this.#version += 1;
  }

  /** Again and again, whatever becomes of one of them. */
  #keepProlonging(): void {
    if (this.#finished) return;
    const { timers, settings, log } = this.#o;
    this.#callOff = timers.after(settings.leaseMs / 2, () => {
      this.#keepProlonging();
      this.#prolong().catch((error: unknown) => {
        const { requestId } = this.#request;
        log.warn({ err: error, requestId }, 'an answer in progress could not be prolonged');
      });
    });
  }
}

function liveMessage(
  dest: Destination,
  key: string,
  rev: number,
  card: Card,
  thread: MessageId | undefined,
): Parameters<Outbox['want']>[0][number] {
  const place = thread === undefined ? {} : { thread };
  return { dest, key, rev, card, urgency: 'ack', unordered: true, ...place };
}
