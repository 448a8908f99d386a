import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import { G2, messageIdKey, outboxKey, sortable, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

const card = z.custom<Card>((value) => typeof value === 'object' && value !== null && 'blocks' in value);

const outboxRecordSchema = z.object({
  /** `slack/<team>/<channel>` or `teams/<tenant>/<conversation>`. */
  dest: z.string(),
  key: z.string(),
  want: z.object({ rev: z.number(), card }),
  /** The message on the platform and the revision it shows. */
  have: z.object({ id: z.string(), rev: z.number() }).optional(),
  state: z.enum(['new', 'sending', 'unsure', 'sent', 'parked']),
  /** Rises by one with every claim; what was claimed under an older one has lost. */
  epoch: z.number(),
  /** A claim holds until then; 0: nobody has it. */
  leaseUntilMs: z.number(),
  /** Names the claim, so that a claimer whose own write met itself recognises it. */
  holder: z.string().optional(),
  /** The start of the latest attempt. */
  triedAtMs: z.number().optional(),
  /** The revision of the latest attempt to post. */
  triedRev: z.number().optional(),
  /** While it is possible that the platform holds more copies than `have`: the first such attempt, its revision. */
  doubt: z.object({ sinceMs: z.number(), rev: z.number() }).optional(),
  /** Copies with a known id that are to be deleted. */
  strays: z.array(z.string()),
  /** Attempts in a row that did not end well. */
  failures: z.number(),
  /** Not before this moment. */
  dueMs: z.number(),
  /** When to look again for copies. */
  verifyAtMs: z.number().optional(),
  /** The key of the message whose thread it belongs to. */
  parent: z.string().optional(),
  /** The id of a root that somebody else posted. */
  thread: z.string().optional(),
  urgency: z.enum(['critical', 'ack']).optional(),
  unordered: z.literal(true).optional(),
  /** Rises with the order in which messages were wanted; about microseconds since 1970. */
  order: z.number(),
  wantedAtMs: z.number(),
  /** The platform refused the full card; the simple form is sent. */
  simple: z.literal(true).optional(),
  /** Why the last attempt did not end well; a sentence for people. */
  why: z.string().optional(),
});

/** A wanted message and how far its delivery is. Absent and `undefined` members mean the same. */
export type OutboxRecord = Readonly<z.infer<typeof outboxRecordSchema>>;

/** Where a record stands among the undone of its channel: 0 goes first. */
export type Rank = 0 | 1 | 2 | 3 | 4 | 8 | 9;

/** The wanted messages, one record each, and the way back from a platform's message id. */
export interface OutboxStore {
  get(dest: string, key: string): Promise<Versioned<OutboxRecord> | undefined>;
  /** Writes the record if nobody wrote after version `seen` (0: there is none). `rank` undefined: nothing left to do. */
  save(seen: number, record: OutboxRecord, rank: Rank | undefined, nowMs: number): Promise<boolean>;
  /** The undone messages of a channel, most urgent first, oldest first, or those of one rank; the index may lag. */
  due(dest: string, limit: number, rank?: Rank): Promise<readonly Versioned<OutboxRecord>[]>;
  /** Remembers that the message with this id is the one with this key. */
  nameMessage(dest: string, id: string, key: string, nowMs: number): Promise<void>;
  keyOfMessage(dest: string, id: string): Promise<string | undefined>;
}

/** The outbox in the table. */
export function makeOutboxStore(table: Table): OutboxStore {
  const records = makeVersionedRecords<OutboxRecord>(table, (value) => outboxRecordSchema.parse(value));
  return {
    get: (dest, key) => records.get(outboxKey(dest, key)),

    save(seen, record, rank, nowMs) {
      const index =
        rank === undefined ? {} : { g2pk: G2.due(record.dest), g2sk: rankKey(rank, record.order) };
      return records.replace(outboxKey(record.dest, record.key), seen, record, {
        index,
        expiresAtMs: nowMs + TTL_MS.outbox,
      });
    },

    async due(dest, limit, rank) {
      const range = { index: 'g2', pk: G2.due(dest), limit } as const;
      const one = rank === undefined ? {} : { prefix: `${rank}#` };
      return (await table.query({ ...range, ...one })).map((item) => records.fromItem(item));
    },

    async nameMessage(dest, id, key, nowMs) {
      const expiresAt = Math.ceil((nowMs + TTL_MS.outbox) / 1000);
      await table.put({ ...messageIdKey(dest, id), key, expiresAt });
    },

    async keyOfMessage(dest, id) {
      const key = (await table.get(messageIdKey(dest, id)))?.key;
      return typeof key === 'string' ? key : undefined;
    },
  };
}

function rankKey(rank: Rank, order: number): string {
  return `${rank}#${sortable(order)}`;
}
