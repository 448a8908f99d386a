import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { Clock, Timers } from '../domain/time.ts';
import type { ChannelRecord, ChannelStore } from '../store/channel-store.ts';
import type { OutboxRecord, OutboxStore } from '../store/outbox-store.ts';
import type { Versioned } from '../store/versioned.ts';
import type { Log } from '../telemetry/log.ts';
import { Attempts } from './attempts.ts';
import { type Action, laneOf, nextStep, rankOf } from './delivery.ts';
import { type Destination, destinationKey, type MessageId, type Messenger } from './messenger.ts';
import { ChannelPace, limitOf, type SharedPace } from './pacing.ts';
import { NOT_YET, WorkingSet } from './working-set.ts';

/** What every channel of an outbox uses. */
export interface ChannelOptions {
  readonly outbox: OutboxStore;
  readonly channels: ChannelStore;
  readonly messenger: Messenger;
  readonly sharedPace: SharedPace;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly settings: DeliverySettings;
  readonly log: Log;
  /** Names this process among the replicas. */
  readonly owner: string;
  readonly onParked: (parked: Parked) => void;
}

/** A message (`key`) or a whole channel that is refused for good until somebody does something. */
export interface Parked {
  readonly dest: Destination;
  readonly key?: string;
  /** A sentence for people. */
  readonly why: string;
}

/** The longest that an index is taken to lag behind: so long after an announcement the channel is looked at again. */
const INDEX_LAG_MS = 30_000;
/** For so long after an announcement the index is read again with every look: what was announced may not be in it. */
const RELOAD_MS = 5_000;
/** How often a channel is looked at in which nothing moves (all parked): keeps it on the list of what waits. */
const STILL_MS = 3_600_000;
/** Messages looked at together; the rest when these run out. */
const LOADED = 1_000;

type Stored = Versioned<OutboxRecord>;

/**
 * The sender of one channel in this process. While it holds the channel's lease it alone sends there: in order,
 * within the pace, a few requests at a time. It ends by itself when nothing is left to do soon.
 */
export class Channel {
  readonly #o: ChannelOptions;
  readonly #dest: Destination;
  readonly #key: string;
  readonly #set: WorkingSet;
  readonly #attempts: Attempts;
  readonly #inFlight = new Map<string, Promise<void>>();
  #held: ChannelRecord | undefined;
  #hint: ChannelRecord | undefined;
  #pace = new ChannelPace({}, undefined);
  #running: Promise<void> | undefined;
  /** It is to start again by itself. */
  #waiting = false;
  /** Something changed since the loop last looked: a kick, the end of a request. */
  #kicked = false;
  #stopping = false;
  #refreshAtMs = 0;
  #atMost = LOADED;
  /** There are more undone messages than were loaded. */
  #more = false;
  /** The announcements that the set takes account of; `#held` may know of later ones. */
  #loadedMarks = 0;
  #wake: () => void = () => undefined;
  #callOff: () => void = () => undefined;

  constructor(dest: Destination, options: ChannelOptions) {
    this.#o = options;
    this.#dest = dest;
    this.#key = destinationKey(dest);
    this.#set = new WorkingSet(options.outbox, this.#key, options.clock, options.settings.pollMs);
    this.#attempts = new Attempts({
      ...options,
      dest,
      set: this.#set,
      paused: (why) => this.#pauseFor(why),
      worked: () => this.#endPause(),
      hold: (action, record, untilMs) => this.#pace.holdUntil(this.#limit(action, record), untilMs),
    });
  }

  /** Nothing is going on or planned: the channel can be forgotten. One that is not would come back beside a new one. */
  get idle(): boolean {
    return this.#running === undefined && !this.#waiting;
  }

  /** The message as this process knows it, if it is at hand. */
  peek(key: string): Stored | undefined {
    return this.#set.get(key);
  }

  /** There may be something to do. `marked` is the channel as just read. */
  kick(messages: readonly Stored[], marked?: ChannelRecord): void {
    for (const message of messages) this.#set.put(message);
    if (marked) this.#hint = marked;
    this.#kicked = true;
    this.#wake();
    if (!this.#running && !this.#stopping) this.#start();
  }

  /** Starts nothing more, waits for what is under way and gives the lease back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#callOff();
    this.#wake();
    await this.#running;
  }

  #start(): void {
    this.#running = this.#stay();
  }

  async #stay(): Promise<void> {
    const againInMs = await this.#run();
    this.#running = undefined;
    if (this.#stopping) return;
    if (againInMs !== undefined) this.#startLater(againInMs);
    else if (this.#kicked) this.#start();
  }

  #startLater(ms: number): void {
    this.#callOff();
    this.#waiting = true;
    this.#callOff = this.#o.timers.after(ms, () => {
      this.#waiting = false;
      if (!this.#running && !this.#stopping) this.#start();
    });
  }

  /** One stay as the owner of the channel. Returns in how many milliseconds to try again, if at all. */
  async #run(): Promise<number | undefined> {
    this.#callOff();
    this.#waiting = false;
    try {
      const othersUntilMs = await this.#acquire();
      if (othersUntilMs !== undefined) return this.#untilFree(othersUntilMs);
      await this.#work();
      return undefined;
    } catch (error) {
      this.#o.log.warn({ err: error, dest: this.#key }, 'a channel of the outbox stopped and starts again');
      return this.#o.settings.pollMs;
    } finally {
      await Promise.all(this.#inFlight.values());
      this.#held = undefined;
    }
  }

  #untilFree(othersUntilMs: number): number {
    const { clock, settings } = this.#o;
    return Math.max(1, Math.min(othersUntilMs - clock.now(), settings.pollMs / 4));
  }

  /** Becomes the owner; else returns until when somebody else is. */
  async #acquire(): Promise<number | undefined> {
    const { channels, clock, settings, owner } = this.#o;
    this.#kicked = false;
    const seen = this.#hint ?? (await channels.get(this.#key));
    this.#hint = undefined;
    if (!seen) return undefined;
    const now = clock.now();
    if (seen.owner !== undefined && seen.owner !== owner && seen.leaseUntilMs > now) return seen.leaseUntilMs;
    const held = await channels.acquire(seen, owner, now + settings.leaseMs);
    if (!held) return now + settings.pollMs / 4;
    if (seen.owner !== owner) {
      const lastStartMs = seen.owner === undefined ? undefined : seen.leaseUntilMs - settings.clientTimeoutMs;
      this.#pace = new ChannelPace(held.pace, lastStartMs);
    }
    this.#held = held;
    this.#atMost = LOADED;
    await this.#load();
    return undefined;
  }

  async #load(): Promise<void> {
    this.#refreshAtMs = this.#o.clock.now() + this.#o.settings.pollMs;
    this.#loadedMarks = this.#held?.marks ?? 0;
    const due = await this.#o.outbox.due(this.#key, this.#atMost);
    this.#more = due.length >= this.#atMost;
    this.#set.merge(due);
  }

  /** Loads what stands behind the messages at hand once these run out, or once none of them can move. */
  async #loadMore(wakeMs: number): Promise<boolean> {
    const { clock, settings } = this.#o;
    if (!this.#more || this.#stopping) return false;
    const stuck = this.#inFlight.size === 0 && wakeMs - clock.now() > settings.pollMs;
    if (!stuck && this.#set.size >= LOADED / 2) return false;
    if (stuck) this.#atMost *= 2;
    await this.#load();
    return true;
  }

  async #work(): Promise<void> {
    const { clock, settings } = this.#o;
    while (this.#held) {
      this.#kicked = false;
      if (this.#stopping) await Promise.all(this.#inFlight.values());
      const wakeMs = this.#stopping ? Infinity : await this.#launchWhatCan();
      if (await this.#loadMore(wakeMs)) continue;
      const quiet = this.#inFlight.size === 0 && wakeMs - clock.now() > 2 * settings.pollMs;
      if (quiet && !this.#kicked && (await this.#release(wakeMs))) return;
      if (!this.#kicked) await this.#sleepUntil(Math.min(wakeMs, this.#refreshAtMs));
      if (this.#held && clock.now() >= this.#refreshAtMs) await this.#refresh();
    }
  }

  /** Starts every request that may start now. Returns when the next one may. */
  async #launchWhatCan(): Promise<number> {
    const { clock, settings } = this.#o;
    const paused = this.#held?.paused;
    if (paused && paused.untilMs > clock.now()) return paused.untilMs;
    const most = paused ? 1 : settings.parallel;
    const heads = this.#set.laneHeads();
    let wakeMs = Infinity;
    for (const stored of this.#set.inOrder()) {
      if (this.#inFlight.size >= mostFor(stored.value, most) || !this.#held || this.#stopping) break;
      const lane = laneOf(stored.value);
      const waits = lane !== undefined && heads.get(lane) !== stored.value.key;
      if (waits || this.#inFlight.has(stored.value.key)) continue;
      const readyMs = await this.#launchIfReady(stored);
      wakeMs = Math.min(wakeMs, readyMs);
    }
    return wakeMs;
  }

  /** Returns when it may start; Infinity when it was started or something else has to happen first. */
  async #launchIfReady(stored: Stored): Promise<number> {
    const { clock, settings } = this.#o;
    const record = stored.value;
    const step = nextStep(record, settings);
    if (!step) return Infinity;
    if (step.atMs > clock.now()) return step.atMs;
    const thread = await this.#set.threadOf(record);
    if (thread === NOT_YET) return Infinity;
    const readyMs = await this.#takePace(step.action, record);
    if (readyMs > clock.now()) return readyMs;
    if (!(await this.#leaseOutlivesRequest())) return Infinity;
    this.#launch(stored, step.action, thread);
    return Infinity;
  }

  #launch(stored: Stored, action: Action, thread: MessageId | undefined): void {
    this.#inFlight.set(stored.value.key, this.#attempt(stored, action, thread));
  }

  async #attempt(stored: Stored, action: Action, thread: MessageId | undefined): Promise<void> {
    const { key } = stored.value;
    try {
      const made = await this.#attempts.make(stored, action, thread);
      if (!made) this.#pace.giveBack(this.#limit(action, stored.value));
    } catch (error) {
      this.#o.log.warn({ err: error, dest: this.#key, key }, 'the outcome of a request was not written down');
    }
    this.#inFlight.delete(key);
    this.#kicked = true;
    this.#wake();
  }

  #limit(action: Action, record: OutboxRecord): ReturnType<typeof limitOf> {
    return limitOf(this.#dest, action, record, this.#o.settings);
  }

  async #takePace(action: Action, record: OutboxRecord): Promise<number> {
    const { clock, sharedPace } = this.#o;
    const limit = this.#limit(action, record);
    const readyMs = this.#pace.readyAtMs(limit);
    if (readyMs > clock.now()) return readyMs;
    if (this.#dest.platform === 'slack' && action === 'edit') {
      const sharedMs = await sharedPace.take(this.#dest, record.urgency === 'ack', clock.now());
      if (sharedMs > clock.now()) return sharedMs;
    }
    this.#pace.take(limit, clock.now());
    return 0;
  }

  /** A request must end before the channel may become somebody else's. */
  async #leaseOutlivesRequest(): Promise<boolean> {
    const { channels, clock, settings } = this.#o;
    if (!this.#held) return false;
    const now = clock.now();
    if (this.#held.leaseUntilMs - now > settings.clientTimeoutMs) return true;
    this.#held = await channels.renew(this.#held, now + settings.leaseMs, this.#pace.toStore(now));
    return this.#held !== undefined;
  }

  /** Gives the channel back unless work was announced meanwhile. */
  async #release(wakeMs: number): Promise<boolean> {
    if (!this.#held) return true;
    const { channels, clock } = this.#o;
    const now = clock.now();
    const released = await channels.release(
      this.#held,
      this.#nextLookMs(wakeMs, now),
      this.#pace.toStore(now),
    );
    if (!released) await this.#refresh();
    return released;
  }

  #nextLookMs(wakeMs: number, nowMs: number): number | undefined {
    if (this.#stopping) return this.#set.size > 0 || this.#more ? nowMs : undefined;
    const lagMs = (this.#held?.markedAtMs ?? 0) + INDEX_LAG_MS;
    const looks = [
      wakeMs,
      lagMs > nowMs ? lagMs : Infinity,
      this.#set.size > 0 ? nowMs + STILL_MS : Infinity,
    ];
    const next = Math.min(...looks);
    return next === Infinity ? undefined : next;
  }

  /** Sees what others did: announced work, ended a pause, took the channel. */
  async #refresh(): Promise<void> {
    const { channels, clock, settings } = this.#o;
    this.#refreshAtMs = clock.now() + settings.pollMs;
    const now = await channels.get(this.#key);
    if (!this.#held || now?.epoch !== this.#held.epoch) {
      this.#held = undefined;
      return;
    }
    this.#held = now;
    const mayBeMissing = clock.now() - now.markedAtMs < RELOAD_MS;
    if (mayBeMissing || now.marks !== this.#loadedMarks) await this.#load();
  }

  async #sleepUntil(atMs: number): Promise<void> {
    const { clock, timers } = this.#o;
    await new Promise<void>((resolve) => {
      const cancel = timers.after(Math.max(0, atMs - clock.now()), resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  async #pauseFor(why: string): Promise<void> {
    if (!this.#held) return;
    const { channels, clock, settings, onParked, log } = this.#o;
    const before = this.#held.paused;
    const now = clock.now();
    const tries = (before?.tries ?? 0) + 1;
    const waitMs = Math.min(settings.pauseMaxMs, settings.pauseMs * 2 ** Math.min(tries - 1, 20));
    const paused = { why, sinceMs: before?.sinceMs ?? now, untilMs: now + waitMs, tries };
    this.#held = await channels.pause(this.#held, paused);
    log.warn({ dest: this.#key, why }, 'a channel refuses messages and is paused');
    if (!before) onParked({ dest: this.#dest, why });
  }

  async #endPause(): Promise<void> {
    if (this.#held?.paused) this.#held = await this.#o.channels.pause(this.#held, undefined);
  }
}

/** The last place is kept for what cannot wait behind slow requests: new critical roots, acknowledgements. */
function mostFor(record: OutboxRecord, most: number): number {
  return most === 1 || (rankOf(record) ?? 9) <= 1 ? most : most - 1;
}
