import { createHash } from 'node:crypto';
import type { IncidentTarget } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { Mute } from '../domain/route.ts';
import type { Clock } from '../domain/time.ts';
import type { RouteBook } from '../messaging/route-book.ts';
import { placeCovers } from '../messaging/routes.ts';
import type { MuteStore } from '../store/mute-store.ts';

export interface MutesOptions {
  readonly store: Pick<MuteStore, 'list' | 'put' | 'remove'>;
  readonly book: Pick<RouteBook, 'forget'>;
  /** The domain's clock. */
  readonly clock: Clock;
}

/** Mutes by hand. Those of the configuration (`maintenance`) end by themselves and cannot be taken away. */
export interface Mutes {
  /** Of one place there is one mute: another one takes its place, longer or shorter. */
  mute(on: string, untilMs: number, by: Person, why?: string): Promise<Mute>;
  /** Ends the mute of exactly this place. @returns it, or undefined when there was none. */
  unmute(on: string): Promise<Mute | undefined>;
  /** Puts back one that was replaced or ended, for Undo. */
  restore(mute: Mute): Promise<void>;
  /** Those that have not ended, the one that ends first before the others. */
  list(): Promise<readonly Mute[]>;
  /** Those that hold this place back at the moment: its own and those of its cluster or account. */
  holding(target: Omit<IncidentTarget, 'region'>): Promise<readonly Mute[]>;
}

/** Mutes over the store. */
export function makeMutes({ store, book, clock }: MutesOptions): Mutes {
  const list = async () => {
    const nowMs = clock.now();
    const found = await store.list();
    return found.filter(({ untilMs }) => untilMs > nowMs).toSorted((a, b) => a.untilMs - b.untilMs);
  };
  const put = async (mute: Mute) => {
    await store.put(mute);
    book.forget();
  };
  return {
    list,
    restore: put,
    async mute(on, untilMs, by, why) {
      const about = why === undefined ? {} : { why };
      const mute: Mute = { id: muteId(on), on, fromMs: clock.now(), untilMs, by, ...about };
      await put(mute);
      return mute;
    },
    async unmute(on) {
      const found = (await list()).find((mute) => mute.on === on);
      if (found === undefined) return undefined;
      await store.remove(found.id);
      book.forget();
      return found;
    },
    holding: async (target) => (await list()).filter((mute) => placeCovers(mute.on, target)),
  };
}

/** The place that a mute of this is on: `production/shop/orders-api`; parts that are not named mean all of them. */
export function placeToMute({ account, cluster, service }: Omit<IncidentTarget, 'region'>): string {
  if (service !== undefined) return [account, cluster ?? '*', service].join('/');
  return cluster === undefined ? account : [account, cluster].join('/');
}

/** Comes from the place, so that muting it twice at the same moment leaves one mute. */
function muteId(on: string): string {
  return `m${createHash('sha256').update(on).digest('hex').slice(0, 10)}`;
}
