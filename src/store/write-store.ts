import { z } from 'zod';
import type { WriteRecord } from '../domain/write.ts';
import { G2, serviceLockKey, sortable, TTL_MS, writeKey } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

/** Writes from their proposal to their end. */
export interface WriteStore {
  get(id: string): Promise<Versioned<WriteRecord> | undefined>;
  /**
   * `seen` 0 creates. False: somebody else wrote first. `workUntilMs`: the moment from which any process may go on
   * with it; absent: there is nothing to go on with.
   */
  save(seen: number, record: WriteRecord, workUntilMs?: number): Promise<boolean>;
  /** Those whose worker is over its time. */
  abandoned(byMs: number, limit: number): Promise<readonly Versioned<WriteRecord>[]>;
  /** One change of a service at a time. False: another one is under way. */
  lock(service: string, owner: string, untilMs: number): Promise<boolean>;
  unlock(service: string, owner: string): Promise<void>;
}

/** What older versions may have written is told apart by these; the rest was ours when it was written. */
const recordSchema = z.looseObject({
  id: z.string(),
  order: z.looseObject({
    kind: z.enum([
      'scale',
      'redeploy',
      'rollback',
      'stop',
      'hook',
      'grant_add',
      'grant_remove',
      'route_add',
      'route_remove',
    ]),
  }),
  state: z.enum(['proposed', 'approving', 'claimed', 'calling', 'called', 'finished', 'done', 'closed']),
  proposedAtMs: z.number(),
  proposedBy: z.looseObject({ platform: z.string(), id: z.string() }),
});

/** Writes in the table. Moments here are the machine's: leases and removal are real time. */
export function makeWriteStore(table: Table, systemNow: () => number): WriteStore {
  // The schema names what tells versions apart; the type is what this version writes.
  const records = makeVersionedRecords<WriteRecord>(
    table,
    (value) => recordSchema.parse(value) as unknown as WriteRecord,
  );
  return {
    get: (id) => records.get(writeKey(id)),
    save: (seen, record, workUntilMs) =>
      records.replace(writeKey(record.id), seen, record, {
        ...(workUntilMs === undefined ? {} : { index: { g2pk: G2.writes, g2sk: sortable(workUntilMs) } }),
        expiresAtMs: systemNow() + TTL_MS.write,
      }),
    async abandoned(byMs, limit) {
      const items = await table.query({ index: 'g2', pk: G2.writes, upTo: sortable(byMs), limit });
      return items.map((item) => records.fromItem(item));
    },
    lock: (service, owner, untilMs) =>
      table.put({ ...serviceLockKey(service), owner, expiresAt: Math.ceil(untilMs / 1000) }, 'absent'),
    async unlock(service, owner) {
      await table.delete(serviceLockKey(service), { owner });
    },
  };
}
