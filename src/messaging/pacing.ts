import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { ChannelStore, Pace } from '../store/channel-store.ts';
import type { OutboxRecord } from '../store/outbox-store.ts';
import type { Action } from './delivery.ts';
import type { Destination } from './messenger.ts';

/** `burst` requests at once, then one more every `everyMs`. */
export interface Bucket {
  readonly everyMs: number;
  readonly burst: number;
}

/** Which limit a request counts towards. Names are per channel. */
export interface Limit extends Bucket {
  readonly name: string;
}

/** The limit of a request within its channel. Slack's edits have one over the whole workspace besides. */
export function limitOf(dest: Destination, action: Action, record: OutboxRecord, s: DeliverySettings): Limit {
  if (action === 'reconcile' || action === 'verify') {
    return { name: 'look', everyMs: s.slackEditEveryMs, burst: s.slackEditBurst };
  }
  if (dest.platform === 'teams') {
    const root = record.parent ?? record.thread ?? (action === 'edit' ? record.key : undefined);
    return {
      name: root === undefined ? 'root' : `thread:${root}`,
      everyMs: s.teamsEveryMs,
      burst: s.teamsBurst,
    };
  }
  if (action === 'post') return { name: 'post', everyMs: s.slackPostEveryMs, burst: 1 };
  return { name: 'edit', everyMs: s.slackEditEveryMs, burst: s.slackEditBurst };
}

/**
 * The pace of one channel. Each bucket is one number, the moment at which it has recovered: that is all that has to
 * travel with the channel's lease to the next owner.
 */
export class ChannelPace {
  readonly #recoveredMs: Map<string, number>;
  /** Buckets that are not known were empty at this moment: their owner died without a word. */
  readonly #emptyAtMs: number | undefined;

  constructor(pace: Pace, emptyAtMs: number | undefined) {
    this.#recoveredMs = new Map(Object.entries(pace));
    this.#emptyAtMs = emptyAtMs;
  }

  /** From when on a request may start. */
  readyAtMs(limit: Limit): number {
    return this.#recovered(limit) - (limit.burst - 1) * limit.everyMs;
  }

  take(limit: Limit, nowMs: number): void {
    this.#recoveredMs.set(limit.name, Math.max(nowMs, this.#recovered(limit)) + limit.everyMs);
  }

  /** The request was not made after all. */
  giveBack(limit: Limit): void {
    this.#recoveredMs.set(limit.name, this.#recovered(limit) - limit.everyMs);
  }

  /** The platform asked for a pause. */
  holdUntil(limit: Limit, untilMs: number): void {
    const held = untilMs + (limit.burst - 1) * limit.everyMs;
    this.#recoveredMs.set(limit.name, Math.max(this.#recovered(limit), held));
  }

  /** What the next owner has to know. */
  toStore(nowMs: number): Pace {
    return Object.fromEntries([...this.#recoveredMs].filter(([, recoveredMs]) => recoveredMs > nowMs));
  }

  #recovered(limit: Limit): number {
    const unknown = this.#emptyAtMs === undefined ? 0 : this.#emptyAtMs + limit.burst * limit.everyMs;
    return this.#recoveredMs.get(limit.name) ?? unknown;
  }
}

/** Tokens of the shared edits that only an edit somebody waits for may take. */
const KEPT_FOR_ACKS = 3;
const SHARED_TRIES = 8;

/** The edits of one Slack workspace, over all channels and replicas. */
export class SharedPace {
  readonly #store: ChannelStore;
  readonly #bucket: Bucket;
  readonly #seen = new Map<string, number>();

  constructor(store: ChannelStore, settings: DeliverySettings) {
    this.#store = store;
    this.#bucket = { everyMs: settings.slackEditEveryMs, burst: settings.slackEditBurst };
  }

  /** Takes one edit. Returns 0 when it may start now, else the moment to ask again. */
  async take(dest: Destination, urgent: boolean, nowMs: number): Promise<number> {
    const { everyMs, burst } = this.#bucket;
    const usable = Math.max(1, urgent ? burst : burst - KEPT_FOR_ACKS);
    for (let attempt = 0; attempt < SHARED_TRIES; attempt += 1) {
      const seen = this.#seen.get(dest.tenant) ?? (await this.#look(dest));
      const readyMs = seen - (usable - 1) * everyMs;
      if (readyMs > nowMs) return readyMs;
      const next = Math.max(nowMs, seen) + everyMs;
      if (await this.#store.setPace(dest.platform, dest.tenant, seen, next)) {
        this.#seen.set(dest.tenant, next);
        return 0;
      }
      this.#seen.delete(dest.tenant);
    }
    return nowMs + everyMs;
  }

  async #look(dest: Destination): Promise<number> {
    const recoveredMs = await this.#store.pace(dest.platform, dest.tenant);
    this.#seen.set(dest.tenant, recoveredMs);
    return recoveredMs;
  }
}
