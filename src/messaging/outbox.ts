import { type DeliverySettings, deliveryProblem } from '../domain/delivery-settings.ts';
import { BadRequest } from '../domain/errors.ts';
import type { Clock, Timers } from '../domain/time.ts';
import type { ChannelRecord, ChannelStore } from '../store/channel-store.ts';
import type { OutboxRecord, OutboxStore } from '../store/outbox-store.ts';
import type { Versioned } from '../store/versioned.ts';
import type { Log } from '../telemetry/log.ts';
import { Channel, type Parked } from './channel.ts';
import { rankOf, resumed, wanted } from './delivery.ts';
import { KnownWants } from './known-wants.ts';
import {
  type Destination,
  destinationKey,
  type MessageId,
  type Messenger,
  parseDestination,
  type WantedMessage,
} from './messenger.ts';
import { makeOneAtATime } from './one-at-a-time.ts';
import { SharedPace } from './pacing.ts';

export interface OutboxOptions {
  readonly store: { readonly outbox: OutboxStore; readonly channels: ChannelStore };
  /** Messages for a platform without messenger wait. */
  readonly messengers: readonly Messenger[];
  /** The machine's clock: it is compared with the platforms' times. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly settings: DeliverySettings;
  readonly log: Log;
  /** Names this process; two processes never have the same. */
  readonly owner: string;
  /** A message or a channel is refused for good; told once, for a note in the ops channel. */
  readonly onParked?: (parked: Parked) => void;
}

/** What waits in one channel, and why. */
export interface Waiting {
  readonly dest: Destination;
  /** Messages and edits that are not out yet, parked ones not counted. */
  readonly waiting: number;
  readonly parked: number;
  readonly oldestAtMs: number;
  /** A sentence of the platform's or ours; absent when it is just under way. */
  readonly why?: string;
  /** The channel refuses us; it is tried again then. */
  readonly pausedUntilMs?: number;
}

/** The one door through which messages leave. Loses nothing, doubles nothing; the machine is in `delivery.ts`. */
export interface Outbox {
  /** When it resolves the messages are durable and their delivery has begun. Wanting one twice changes nothing. */
  want(messages: readonly WantedMessage[]): Promise<void>;
  /** Looks for work of others from now on: after a restart, from another replica. */
  start(): void;
  /** Begins nothing new and resolves when what was under way is written down. */
  stop(): Promise<void>;
  /** All channels in which something waits. */
  waiting(): Promise<readonly Waiting[]>;
  /** Ends a pause and gives parked messages another chance. */
  resume(dest: Destination): Promise<void>;
  /** The message's id on the platform; `undefined` as long as it is not out. */
  delivered(dest: Destination, key: string): Promise<MessageId | undefined>;
  /** The key of the message with this id, if it is one of ours. */
  keyOf(dest: Destination, id: MessageId): Promise<string | undefined>;
  /**
   * Somebody touched the message `id`, which carries `key`. Where it is an extra copy it is deleted, and the answer is
   * the id of the one that stays; else `undefined`.
   */
  touched(dest: Destination, key: string, id: MessageId): Promise<MessageId | undefined>;
}

type Stored = Versioned<OutboxRecord>;

const MOST_CHANNELS = 1_000;
const MOST_MESSAGES = 10_000;
/** Writes of one call at the same time. */
const WRITES_AT_ONCE = 16;
const WRITE_TRIES = 50;

/**
 * The outbox of this process.
 * @throws BadRequest when the settings contradict each other
 */
export function makeOutbox(options: OutboxOptions): Outbox {
  const problem = deliveryProblem(options.settings);
  if (problem !== undefined) throw new BadRequest(`delivery: ${problem}.`);
  return new StoredOutbox(options);
}

class StoredOutbox implements Outbox {
  readonly #o: OutboxOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #sharedPace: SharedPace;
  readonly #known = new KnownWants();
  readonly #write: (id: string, input: WriteInput) => Promise<Stored>;
  readonly #mark: (dest: string, input: undefined) => Promise<ChannelRecord>;
  #lastOrder = 0;
  #stopped = false;
  #callOffPoll: () => void = () => undefined;

  constructor(options: OutboxOptions) {
    this.#o = options;
    const { channels } = options.store;
    this.#sharedPace = new SharedPace(channels, options.settings);
    this.#write = makeOneAtATime((_, input) => this.#upsert(input), newer);
    this.#mark = makeOneAtATime(
      (dest) => channels.mark(dest, options.clock.now()),
      () => undefined,
    );
  }

  async want(messages: readonly WantedMessage[]): Promise<void> {
    const inputs = messages.map((message) => ({ message, order: this.#nextOrder() }));
    const byDest = new Map<string, WriteInput[]>();
    for (const input of inputs) {
      const key = destinationKey(input.message.dest);
      byDest.set(key, [...(byDest.get(key) ?? []), input]);
    }
    await Promise.all([...byDest].map(([key, list]) => this.#wantInChannel(key, list)));
  }

  /** The channel's own messages first: no alert waits for the many replies of another. */
  async #wantInChannel(dest: string, inputs: readonly WriteInput[]): Promise<void> {
    const news = inputs.filter(({ message }) => !this.#isKnown(dest, message));
    const parents = new Set(news.map(({ message }) => message.parent));
    if (parents.delete(undefined)) {
      const own = news.filter(({ message }) => message.parent === undefined);
      await this.#announce(dest, await inGroups(own, (input) => this.#write(writeId(dest, input), input)));
    }
    if (parents.size === 0) return;
    const threads = [...parents].map((parent) => inputs.filter(({ message }) => message.parent === parent));
    const written = await inGroups(threads, (replies) => this.#writeInOrder(dest, replies));
    await this.#announce(dest, written.flat());
  }

  #isKnown(dest: string, message: WantedMessage): boolean {
    return (this.#known.get(dest, message.key)?.rev ?? -Infinity) >= message.rev;
  }

  /** Each reply after the one before it, whoever wrote that one, and with whatever clock. */
  async #writeInOrder(dest: string, replies: readonly WriteInput[]): Promise<readonly Stored[]> {
    const written: Stored[] = [];
    let after = 0;
    for (const input of replies) {
      const known = this.#isKnown(dest, input.message) ? this.#known.get(dest, input.message.key) : undefined;
      const placed = { ...input, order: Math.max(input.order, after + 1) };
      const stored = known ? undefined : await this.#write(writeId(dest, placed), placed);
      if (stored) written.push(stored);
      after = known?.order ?? stored?.value.order ?? after;
    }
    return written;
  }

  /** Makes what was written known to all senders. Only then it counts as wanted. */
  async #announce(dest: string, written: readonly Stored[]): Promise<void> {
    const undone = written.filter(({ value }) => rankOf(value) !== undefined);
    if (undone.length > 0) this.#kick(dest, undone, await this.#mark(dest, undefined));
    for (const { value } of written) {
      this.#known.set(dest, value.key, { rev: value.want.rev, order: value.order });
    }
  }

  /** Writes the message unless this revision or a newer one is wanted already. */
  async #upsert({ message, order }: WriteInput): Promise<Stored> {
    const { store, clock } = this.#o;
    const dest = destinationKey(message.dest);
    let current = this.#channels.get(dest)?.peek(message.key);
    for (let tried = 0; tried < WRITE_TRIES; tried += 1) {
      const nowMs = clock.now();
      const value = wanted(current?.value, dest, message, { nowMs, order });
      if (!value && current) return current;
      const seen = current?.version ?? 0;
      if (value && (await store.outbox.save(seen, value, rankOf(value), nowMs)))
        return { value, version: seen + 1 };
      current = await store.outbox.get(dest, message.key);
    }
    throw new Error(`The message ${message.key} is written by too many at once.`);
  }

  /** Rises with every call, over restarts too; about microseconds since 1970. */
  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 1, Math.floor(this.#o.clock.now()) * 1_000);
    return this.#lastOrder;
  }

  start(): void {
    this.#stopped = false;
    this.#callOffPoll();
    const poll = async (): Promise<void> => {
      await this.#poll().catch((error: unknown) => {
        this.#o.log.warn({ err: error }, 'the outbox could not look for work');
      });
      if (!this.#stopped)
        this.#callOffPoll = this.#o.timers.after(this.#o.settings.pollMs, () => void poll());
    };
    void poll();
  }

  async #poll(): Promise<void> {
    const { store, clock, owner } = this.#o;
    for (const [key, channel] of this.#channels) if (channel.idle) this.#channels.delete(key);
    const now = clock.now();
    for (const channel of await store.channels.due(now, MOST_CHANNELS)) {
      const others = channel.owner !== undefined && channel.owner !== owner && channel.leaseUntilMs > now;
      if (!others && !this.#stopped) this.#kick(channel.dest, [], undefined);
    }
  }

  #kick(key: string, messages: readonly Stored[], marked: ChannelRecord | undefined): void {
    if (this.#stopped) return;
    const channel = this.#channels.get(key) ?? this.#openChannel(key);
    channel?.kick(messages, marked);
  }

  #openChannel(key: string): Channel | undefined {
    const dest = parseDestination(key);
    const messenger = this.#o.messengers.find(({ platform }) => platform === dest?.platform);
    if (!dest || !messenger) return undefined;
    const { store, clock, timers, settings, log, owner } = this.#o;
    const onParked = this.#o.onParked ?? (() => undefined);
    const own = { clock, timers, settings, log, owner, onParked };
    const channel = new Channel(dest, { ...store, ...own, sharedPace: this.#sharedPace, messenger });
    this.#channels.set(key, channel);
    return channel;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOffPoll();
    await Promise.all([...this.#channels.values()].map((channel) => channel.stop()));
    this.#channels.clear();
  }

  async waiting(): Promise<readonly Waiting[]> {
    const channels = await this.#o.store.channels.busy(MOST_CHANNELS);
    const all = await Promise.all(channels.map((channel) => this.#waitingIn(channel)));
    return all.flatMap((waiting) => waiting ?? []);
  }

  async #waitingIn(channel: ChannelRecord): Promise<Waiting | undefined> {
    const dest = parseDestination(channel.dest);
    const undone = (await this.#o.store.outbox.due(channel.dest, MOST_MESSAGES)).map(({ value }) => value);
    const parked = undone.filter((record) => rankOf(record) === 9);
    const waiting = undone.filter((record) => (rankOf(record) ?? 9) < 8);
    if (!dest || parked.length + waiting.length === 0) return undefined;
    const all = [...waiting, ...parked];
    const why = channel.paused?.why ?? all.find((record) => record.why)?.why;
    return {
      dest,
      waiting: waiting.length,
      parked: parked.length,
      oldestAtMs: Math.min(...all.map((record) => record.wantedAtMs)),
      ...(why === undefined ? {} : { why }),
      ...(channel.paused ? { pausedUntilMs: channel.paused.untilMs } : {}),
    };
  }

  async resume(dest: Destination): Promise<void> {
    const { store, clock } = this.#o;
    const key = destinationKey(dest);
    for (const stored of await store.outbox.due(key, MOST_MESSAGES, 9)) {
      if (stored.value.state !== 'parked') continue;
      const again = resumed(stored.value, clock.now());
      await store.outbox.save(stored.version, again, rankOf(again), clock.now());
    }
    await store.channels.resume(key, clock.now());
    this.#kick(key, [], undefined);
  }

  async delivered(dest: Destination, key: string): Promise<MessageId | undefined> {
    return (await this.#o.store.outbox.get(destinationKey(dest), key))?.value.have?.id;
  }

  keyOf(dest: Destination, id: MessageId): Promise<string | undefined> {
    return this.#o.store.outbox.keyOfMessage(destinationKey(dest), id);
  }

  async touched(dest: Destination, key: string, id: MessageId): Promise<MessageId | undefined> {
    const { store, messengers, log } = this.#o;
    const record = (await store.outbox.get(destinationKey(dest), key))?.value;
    if (!record?.have || record.have.id === id || record.state !== 'sent') return undefined;
    const thread = record.parent === undefined ? record.thread : await this.delivered(dest, record.parent);
    const messenger = messengers.find(({ platform }) => platform === dest.platform);
    await messenger?.delete(dest, id, thread === undefined ? {} : { thread }).catch((error: unknown) => {
      log.warn({ err: error, dest: destinationKey(dest), key }, 'an extra copy could not be deleted');
    });
    return record.have.id;
  }
}

interface WriteInput {
  readonly message: WantedMessage;
  readonly order: number;
}

function writeId(dest: string, { message }: WriteInput): string {
  return `${dest} ${message.key}`;
}

async function inGroups<I, O>(inputs: readonly I[], work: (input: I) => Promise<O>): Promise<readonly O[]> {
  const done: O[] = [];
  for (let from = 0; from < inputs.length; from += WRITES_AT_ONCE) {
    done.push(...(await Promise.all(inputs.slice(from, from + WRITES_AT_ONCE).map(work))));
  }
  return done;
}

/** Of two calls that are written together the newer revision counts, at the place of the first. */
function newer(a: WriteInput, b: WriteInput): WriteInput {
  return { message: b.message.rev > a.message.rev ? b.message : a.message, order: a.order };
}
