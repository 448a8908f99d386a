import { z } from 'zod';
import { auditKey, auditPartition, G1, G2, TTL_MS } from './keys.ts';
import type { Item, Table } from './table.ts';

const entrySchema = z.object({
  /** Sorts by time; both parts of one write share it. */
  id: z.string(),
  part: z.union([z.literal(1), z.literal(2)]),
  atMs: z.number(),
  /** `slack:U012AB3CD` */
  who: z.string(),
  name: z.string(),
  /** `slack/-/C1`: where it was asked. */
  place: z.string().optional(),
  /** `scale`, `ack`, `grants add` … */
  action: z.string(),
  /** `account/region/cluster/service`, else what it was about in words. */
  target: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** What the person had been shown. */
  evidence: z.array(z.string()).optional(),
  approvedBy: z.string().optional(),
  /** `asked` is an intent; the others are outcomes. */
  result: z.enum(['asked', 'done', 'not_done', 'failed', 'unsure', 'refused']),
  why: z.string().optional(),
});

/** One line of the record of who did what. */
export type AuditEntry = Readonly<z.infer<typeof entrySchema>>;

/** Append-only: an entry that is there already stays as it is. */
export interface AuditStore {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  ofService(service: string, limit: number): Promise<readonly AuditEntry[]>;
  ofPerson(person: string, limit: number): Promise<readonly AuditEntry[]>;
  /** One day (UTC, `2026-11-20`), newest first. */
  ofDay(day: string, limit: number): Promise<readonly AuditEntry[]>;
}

/** The audit in the table. */
export function makeAuditStore(table: Table, systemNow: () => number): AuditStore {
  const read = async (range: Parameters<Table['query']>[0]) => (await table.query(range)).map(toEntry);
  return {
    async append(entry) {
      const day = new Date(entry.atMs).toISOString().slice(0, 10);
      const sort = `${entry.id}#${entry.part}`;
      await table.put(
        {
          // Both parts of a write lie together, in the day on which it began.
          ...auditKey(entry.id.slice(0, 10) || day, entry.id, entry.part),
          g1pk: G1.auditOfService(entry.target),
          g1sk: sort,
          g2pk: G2.auditOfPerson(entry.who),
          g2sk: sort,
          body: JSON.stringify(entry),
          expiresAt: Math.ceil((systemNow() + TTL_MS.audit) / 1000),
        },
        'absent',
      );
    },
    ofService: (service, limit) =>
      read({ index: 'g1', pk: G1.auditOfService(service), newestFirst: true, limit }),
    ofPerson: (person, limit) =>
      read({ index: 'g2', pk: G2.auditOfPerson(person), newestFirst: true, limit }),
    ofDay: (day, limit) => read({ pk: auditPartition(day), newestFirst: true, limit }),
  };
}

/** An audit id: the moment, so that they sort, and what makes it the only one. */
export function auditId(atMs: number, unique: string): string {
  return `${new Date(atMs).toISOString()}#${unique}`;
}

function toEntry({ body }: Item): AuditEntry {
  return entrySchema.parse(JSON.parse(typeof body === 'string' ? body : ''));
}
