import { z } from 'zod';
import { G2, pagesKey, receivedKey, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

/** What another program has been told of an incident, in this order. */
export const PAGE_EVENTS = ['triggered', 'acknowledged', 'resolved'] as const;
export type PageEvent = (typeof PAGE_EVENTS)[number];

const target = z.union([
  z.object({ kind: z.literal('pagerDuty'), keyEnv: z.string() }),
  z.object({ kind: z.literal('webhook'), url: z.string(), secretEnv: z.string().exactOptional() }),
]);

const page = z.object({
  target,
  /** What the other side knows the incident by. */
  key: z.string(),
  /** The channel whose route asked for it, and which is told when it does not work. */
  dest: z.string(),
  /** The newest event that it took. */
  sent: z.enum(PAGE_EVENTS).exactOptional(),
  /** The event that is being sent, how often that was tried, and when it may be tried again (the machine's clock). */
  trying: z
    .object({
      event: z.enum(PAGE_EVENTS),
      tries: z.number(),
      dueMs: z.number(),
      why: z.string().exactOptional(),
    })
    .exactOptional(),
  /** It may have heard of the incident: some answer was never seen. */
  maybe: z.literal(true).exactOptional(),
  /** The event that could not be handed over. */
  gaveUp: z.enum(PAGE_EVENTS).exactOptional(),
});

const recordSchema = z.object({
  incident: z.string(),
  /** How often the incident was given back or began anew. */
  round: z.number(),
  /** Since when nobody has had it; absent while somebody has it or it is over. */
  waitingSinceMs: z.number().exactOptional(),
  /** It was over at that moment, and nobody had had it since: where it comes again soon, the round goes on. */
  ended: z.object({ sinceMs: z.number(), atMs: z.number() }).exactOptional(),
  /** Channels that were held back by quiet hours or a mute when it was last looked at. */
  held: z.array(z.string()),
  /** Since when channels that were held may be told again. */
  freeSinceMs: z.record(z.string(), z.number()),
  /** Keys of the steps that were taken in this round. */
  done: z.array(z.string()),
  /** The numbers of the steps that were taken in this round, by what they ask for. */
  steps: z.record(z.string(), z.number()).exactOptional(),
  /** Messages in channels of steps, which follow the incident. */
  posts: z.array(z.object({ key: z.string(), dest: z.string() })),
  /** What of the incident those messages show. */
  shown: z.string(),
  pages: z.array(page),
});

/** One call to another program. */
export type Page = z.infer<typeof page>;
export type PageTarget = Page['target'];
/** What has been done about an incident while nobody had it. */
export type PageRecord = z.infer<typeof recordSchema>;

/** What was done about incidents that nobody took, and what came back from other programs. */
export interface PageStore {
  get(incident: string): Promise<Versioned<PageRecord> | undefined>;
  /** `seen` 0 creates. False: somebody else wrote first. `isOver`: nothing is left to do. */
  save(seen: number, record: PageRecord, isOver: boolean): Promise<boolean>;
  /** Those about which something may be left to do. */
  active(limit: number): Promise<readonly Versioned<PageRecord>[]>;
  /** Whether this message from another program has been dealt with. */
  wasReceived(id: string): Promise<boolean>;
  noteReceived(id: string): Promise<void>;
}

/** Page records in the table. */
export function makePageStore(table: Table, systemNow: () => number): PageStore {
  const records = makeVersionedRecords<PageRecord>(table, (value) => recordSchema.parse(value));
  return {
    get: (incident) => records.get(pagesKey(incident)),
    save: (seen, record, isOver) =>
      records.replace(pagesKey(record.incident), seen, record, {
        ...(isOver ? {} : { index: { g2pk: G2.pages, g2sk: record.incident } }),
        expiresAtMs: systemNow() + TTL_MS.pages,
      }),
    async active(limit) {
      const items = await table.query({ index: 'g2', pk: G2.pages, limit });
      return items.flatMap((item) => records.tryItem(item) ?? []);
    },
    wasReceived: async (id) => (await table.get(receivedKey(id))) !== undefined,
    async noteReceived(id) {
      await table.put({
        ...receivedKey(id),
        expiresAt: Math.ceil((systemNow() + TTL_MS.received) / 1000),
      });
    },
  };
}
