import { z } from 'zod';
import { G2, liveKey, sortable, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

const liveRecordSchema = z.object({
  requestId: z.string(),
  dest: z.string(),
  /** The key of its message in the outbox. */
  key: z.string(),
  thread: z.string().optional(),
  /** Its worker is given up when it did not prolong this. */
  untilMs: z.number(),
});

/** An answer that somebody is working on. It goes when the answer is complete. */
export type LiveRecord = Readonly<z.infer<typeof liveRecordSchema>>;

/** The answers in progress, so that a restart can end those whose worker is gone. */
export interface LiveStore {
  /** Version 0 creates. False: somebody else wrote first. */
  save(seen: number, record: LiveRecord): Promise<boolean>;
  remove(requestId: string): Promise<void>;
  /** Those whose worker did not prolong them by then. */
  abandoned(byMs: number, limit: number): Promise<readonly Versioned<LiveRecord>[]>;
}

/** The answers in progress, in the table. */
export function makeLiveStore(table: Table): LiveStore {
  const records = makeVersionedRecords<LiveRecord>(table, (value) => liveRecordSchema.parse(value));
  return {
    save: (seen, record) =>
      records.replace(liveKey(record.requestId), seen, record, {
        index: { g2pk: G2.live, g2sk: sortable(record.untilMs) },
        expiresAtMs: record.untilMs + TTL_MS.live,
      }),

    async remove(requestId) {
      await table.delete(liveKey(requestId));
    },

    async abandoned(byMs, limit) {
      const items = await table.query({ index: 'g2', pk: G2.live, upTo: sortable(byMs), limit });
      return items.map((item) => records.fromItem(item));
    },
  };
}
