import { z } from 'zod';
import type { Mute } from '../domain/route.ts';
import { settingKey, settingsPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

/** What people have muted. */
export interface MuteStore {
  /** Those that have not ended, by the machine's clock. */
  list(): Promise<readonly Mute[]>;
  /** Writing the same mute again changes nothing; a mute with the same id is replaced. */
  put(mute: Mute): Promise<void>;
  /** No effect when it is gone already. */
  remove(id: string): Promise<void>;
}

/** So many that nobody reaches it by hand. */
const MOST_MUTES = 2000;

const muteSchema = z.object({
  id: z.string(),
  on: z.string(),
  fromMs: z.number(),
  untilMs: z.number(),
  by: z.object({
    platform: z.enum(['slack', 'teams', 'cli']),
    id: z.string(),
    tenant: z.string(),
    name: z.string(),
  }),
  why: z.string().exactOptional(),
});

/**
 * Mutes in the table. They are removed when they have ended.
 * @param aheadMs how far the domain's clock is ahead of the machine's: a simulated fleet may play at another date,
 * and the table removes by real time.
 */
export function makeMuteStore(table: Table, aheadMs: () => number = () => 0): MuteStore {
  return {
    async list() {
      const items = await table.query({ pk: settingsPartition('mute'), limit: MOST_MUTES });
      return items.flatMap(toMute);
    },
    async put(mute) {
      await table.put({
        ...settingKey('mute', mute.id),
        body: JSON.stringify(mute),
        expiresAt: Math.ceil((mute.untilMs - aheadMs()) / 1000),
      });
    },
    async remove(id) {
      await table.delete(settingKey('mute', id));
    },
  };
}

/** One that means nothing any more must not take the others along. */
function toMute({ body }: Item): readonly Mute[] {
  const parsed = muteSchema.safeParse(typeof body === 'string' ? JSON.parse(body) : undefined);
  return parsed.success ? [parsed.data] : [];
}
