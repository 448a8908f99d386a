import { randomUUID } from 'node:crypto';
import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { Clock, Timers } from '../domain/time.ts';
import type { OutboxRecord, OutboxStore } from '../store/outbox-store.ts';
import type { Versioned } from '../store/versioned.ts';
import type { Log } from '../telemetry/log.ts';
import { type Action, type Attempt, claimed, goneFromChannel, rankOf, unclaimed } from './delivery.ts';
import { type Destination, destinationKey, type MessageId, type Messenger } from './messenger.ts';
import { request } from './request.ts';
import { type Note, type Outcome, settle } from './settle.ts';
import type { WorkingSet } from './working-set.ts';

type Stored = Versioned<OutboxRecord>;

export interface AttemptsOptions {
  readonly outbox: OutboxStore;
  readonly messenger: Messenger;
  readonly dest: Destination;
  readonly set: WorkingSet;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly settings: DeliverySettings;
  readonly log: Log;
  readonly onParked: (parked: { dest: Destination; key: string; why: string }) => void;
  /** The channel refuses us. */
  readonly paused: (why: string) => Promise<void>;
  /** The channel took something. */
  readonly worked: () => Promise<void>;
  /** The platform asked for a pause for requests of this kind. */
  readonly hold: (action: Action, record: OutboxRecord, untilMs: number) => void;
}

/** How often a write is tried again when others write the same message. */
const WRITE_TRIES = 20;

/** The attempts to deliver the messages of one channel. */
export class Attempts {
  readonly #o: AttemptsOptions;
  readonly #dest: string;

  constructor(options: AttemptsOptions) {
    this.#o = options;
    this.#dest = destinationKey(options.dest);
  }

  /**
   * Claims the message, makes the request, writes down what became of it. False: somebody else wrote the message
   * first and nothing was sent.
   */
  async make(stored: Stored, action: Action, thread: MessageId | undefined): Promise<boolean> {
    const before = stored.value;
    const mine = await this.#claim(stored, action);
    if (!mine) return false;
    const attempt = { action, epoch: mine.value.epoch, rev: mine.value.want.rev };
    if (mine.value.leaseUntilMs - this.#o.clock.now() <= this.#o.settings.clientTimeoutMs) {
      await this.#write(before.key, mine, (record) => unclaimed(record, before, attempt));
      return false;
    }
    const context = {
      ...this.#o,
      action,
      record: mine.value,
      thread,
      timeoutMs: this.#o.settings.clientTimeoutMs,
    };
    const outcome = await request(
      context,
      (late) =>
        void this.#conclude(attempt, before.key, thread, late).catch((error: unknown) => this.#warn(error)),
    );
    await this.#conclude(attempt, before.key, thread, outcome);
    return true;
  }

  async #claim(stored: Stored, action: Action): Promise<Stored | undefined> {
    const holder = randomUUID();
    const now = this.#o.clock.now();
    const value = claimed(stored.value, action, { nowMs: now, holder, leaseMs: this.#o.settings.leaseMs });
    const saved = await this.#o.outbox.save(stored.version, value, rankOf(value), now);
    const mine = saved ? { value, version: stored.version + 1 } : await this.#o.set.reread(value.key);
    if (mine?.value.holder !== holder) return undefined;
    this.#o.set.put(mine);
    return mine;
  }

  async #conclude(
    attempt: Attempt,
    key: string,
    thread: MessageId | undefined,
    outcome: Outcome,
  ): Promise<void> {
    if (attempt.action === 'post' && outcome.kind === 'answered') {
      await this.#o.outbox
        .nameMessage(this.#dest, outcome.id, key, this.#o.clock.now())
        .catch((error: unknown) => this.#warn(error));
    }
    let note: Note | undefined;
    const known = this.#o.set.get(key);
    const written = await this.#write(key, known, (record) => {
      const settled = settle(record, attempt, outcome, this.#o.clock.now(), this.#o.settings);
      note = settled.note;
      return settled.record;
    });
    if (!written) return;
    if (outcome.kind === 'throttled') this.#o.hold(attempt.action, written, written.dueMs);
    if (outcome.kind === 'answered') await this.#o.worked();
    if (note) await this.#follow(note, written, thread);
  }

  async #follow(note: Note, record: OutboxRecord, thread: MessageId | undefined): Promise<void> {
    switch (note.kind) {
      case 'pause_channel':
        return this.#o.paused(note.why);
      case 'parked':
        this.#o.log.warn(
          { dest: this.#dest, key: record.key, why: note.why },
          'a message is refused and parked',
        );
        return this.#o.onParked({ dest: this.#o.dest, key: record.key, why: note.why });
      case 'parent_gone':
        if (record.parent === undefined || thread === undefined) return;
        await this.#write(
          record.parent,
          undefined,
          (parent) => goneFromChannel(parent, thread, this.#o.clock.now()) ?? parent,
        );
    }
  }

  /** Changes a message whoever else writes it; returns it as written, `undefined` when it does not exist. */
  async #write(
    key: string,
    known: Stored | undefined,
    change: (record: OutboxRecord) => OutboxRecord,
  ): Promise<OutboxRecord | undefined> {
    let stored = known ?? (await this.#o.set.reread(key));
    for (let tried = 0; stored && tried < WRITE_TRIES; tried += 1) {
      const value = change(stored.value);
      if (value === stored.value) return value;
      if (await this.#o.outbox.save(stored.version, value, rankOf(value), this.#o.clock.now())) {
        this.#o.set.put({ value, version: stored.version + 1 });
        return value;
      }
      stored = await this.#o.set.reread(key);
    }
    return undefined;
  }

  #warn(error: unknown): void {
    this.#o.log.warn({ err: error, dest: this.#dest }, 'an answer was not written down');
  }
}
