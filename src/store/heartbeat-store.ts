import { z } from 'zod';
import { SPOKES, spokeKey, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

const spokeSchema = z.object({
  /** The 12-digit id. */
  accountId: z.string(),
  region: z.string(),
  /** When its newest signs of life were sent, oldest first. */
  recent: z.array(z.number()),
  /** It counts as silent: since which sign of life (0: none ever came), and when that was noticed. */
  silent: z.object({ sinceMs: z.number(), noticedAtMs: z.number() }).optional(),
});

/** One account and region that sends signs of life. */
export type SpokeRecord = Readonly<z.infer<typeof spokeSchema>>;

/** When each account and region was last heard of. */
export interface HeartbeatStore {
  get(spoke: Pick<SpokeRecord, 'accountId' | 'region'>): Promise<Versioned<SpokeRecord> | undefined>;
  /** `seen` 0 creates. False: somebody else wrote first. */
  save(seen: number, record: SpokeRecord, nowMs: number): Promise<boolean>;
  all(): Promise<readonly Versioned<SpokeRecord>[]>;
}

const MOST_SPOKES = 1_000;

/** The signs of life in the table: one partition, one item per account and region. */
export function makeHeartbeatStore(table: Table): HeartbeatStore {
  const records = makeVersionedRecords<SpokeRecord>(table, (value) => spokeSchema.parse(value));
  const keyOf = ({ accountId, region }: Pick<SpokeRecord, 'accountId' | 'region'>) =>
    spokeKey(`${accountId}/${region}`);
  return {
    get: (spoke) => records.get(keyOf(spoke)),
    save: (seen, record, nowMs) =>
      records.replace(keyOf(record), seen, record, { expiresAtMs: nowMs + TTL_MS.spoke }),
    async all() {
      const items = await table.query({ pk: SPOKES, limit: MOST_SPOKES });
      return items.flatMap((item) => records.tryItem(item) ?? []);
    },
  };
}
