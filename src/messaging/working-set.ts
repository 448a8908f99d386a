import type { Clock } from '../domain/time.ts';
import type { OutboxRecord, OutboxStore } from '../store/outbox-store.ts';
import type { Versioned } from '../store/versioned.ts';
import { laneOf, rankOf } from './delivery.ts';
import type { MessageId } from './messenger.ts';

/** The root of a thread is not out yet. */
export const NOT_YET = Symbol('not yet');

type Stored = Versioned<OutboxRecord>;

/**
 * The undone messages of a channel as its sender knows them. It may be behind the table: every write is conditioned
 * on the version that is known here, and who loses reads again.
 */
export class WorkingSet {
  readonly #store: OutboxStore;
  readonly #dest: string;
  readonly #clock: Clock;
  readonly #recheckMs: number;
  readonly #messages = new Map<string, Stored>();
  readonly #threads = new Map<string, { readonly id: MessageId | undefined; readonly atMs: number }>();

  constructor(store: OutboxStore, dest: string, clock: Clock, recheckMs: number) {
    this.#store = store;
    this.#dest = dest;
    this.#clock = clock;
    this.#recheckMs = recheckMs;
  }

  get size(): number {
    return this.#messages.size;
  }

  get(key: string): Stored | undefined {
    return this.#messages.get(key);
  }

  /** Takes a message in unless a newer version of it is known; done ones go. */
  put(message: Stored): void {
    const { key } = message.value;
    const known = this.#messages.get(key);
    if (known && known.version > message.version) return;
    this.#threads.set(key, { id: message.value.have?.id, atMs: this.#clock.now() });
    if (rankOf(message.value) === undefined) this.#messages.delete(key);
    else this.#messages.set(key, message);
  }

  merge(messages: readonly Stored[]): void {
    for (const message of messages) this.put(message);
  }

  /** Reads a message again after somebody else wrote it. */
  async reread(key: string): Promise<Stored | undefined> {
    const stored = await this.#store.get(this.#dest, key);
    if (stored) this.put(stored);
    else this.#messages.delete(key);
    return stored;
  }

  /** Most urgent first, then in the order in which they were wanted. */
  inOrder(): readonly Stored[] {
    return [...this.#messages.values()].sort(
      (a, b) => (rankOf(a.value) ?? 10) - (rankOf(b.value) ?? 10) || a.value.order - b.value.order,
    );
  }

  /** Per lane the key of the message that is to be posted next. */
  laneHeads(): ReadonlyMap<string, string> {
    const heads = new Map<string, OutboxRecord>();
    for (const { value } of this.#messages.values()) {
      const lane = laneOf(value);
      if (lane === undefined) continue;
      const head = heads.get(lane);
      if (!head || value.order < head.order) heads.set(lane, value);
    }
    return new Map([...heads].map(([lane, { key }]) => [lane, key]));
  }

  /** The root that the message is a reply to; `undefined` for a message of the channel itself. */
  async threadOf(record: OutboxRecord): Promise<MessageId | undefined | typeof NOT_YET> {
    if (record.parent === undefined) return record.thread;
    const parent = this.#messages.get(record.parent);
    if (parent) return parent.value.have?.id ?? NOT_YET;
    const known = this.#threads.get(record.parent);
    if (known && (known.id !== undefined || this.#clock.now() - known.atMs < this.#recheckMs)) {
      return known.id ?? NOT_YET;
    }
    const stored = await this.reread(record.parent);
    if (!stored) this.#threads.set(record.parent, { id: undefined, atMs: this.#clock.now() });
    return stored?.value.have?.id ?? NOT_YET;
  }
}
