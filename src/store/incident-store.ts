import { z } from 'zod';
import type { Incident } from '../domain/incident.ts';
import { SEVERITIES } from '../domain/incident.ts';
import { closedIncidentKey, G1, G2, incidentCounterKey, incidentSlotKey, sortable, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

const person = z.object({
  platform: z.enum(['slack', 'teams', 'cli']),
  id: z.string(),
  tenant: z.string(),
  name: z.string(),
});

const incidentSchema = z.object({
  id: z.string(),
  number: z.number(),
  target: z.object({
    account: z.string(),
    region: z.string(),
    cluster: z.string().optional(),
    service: z.string().optional(),
  }),
  severity: z.enum(SEVERITIES),
  cause: z.string(),
  title: z.string(),
  state: z.enum(['open', 'acknowledged', 'resolved']),
  openedAtMs: z.number(),
  lastSeenAtMs: z.number(),
  count: z.number(),
  reason: z.string().optional(),
  facts: z.array(
    z.object({
      key: z.string(),
      atMs: z.number(),
      text: z.string(),
      detail: z.string().optional(),
      kind: z.enum(['worse', 'better', 'neutral']),
    }),
  ),
  acknowledged: z.object({ by: person, atMs: z.number() }).optional(),
  suggestedCount: z.number().optional(),
  resolved: z.object({ atMs: z.number(), how: z.string(), by: person.optional() }).optional(),
  version: z.number(),
});

const recordSchema = z.object({ incident: incidentSchema, seen: z.array(z.string()) });

/** An incident and the hashes of the events that it has absorbed (the last 1,000), newest last. */
export interface IncidentRecord {
  readonly incident: Incident;
  readonly seen: readonly string[];
}

/**
 * Incidents in the table: one slot per service holds the latest, open or not; closed ones are kept by number. A
 * save marks the record dirty until its messages have been handed to the outbox.
 */
export interface IncidentStore {
  current(slot: string): Promise<Versioned<IncidentRecord> | undefined>;
  /** `seenVersion` 0 creates. False: somebody else wrote first. */
  save(slot: string, seenVersion: number, record: IncidentRecord): Promise<boolean>;
  /** Its messages are wanted; no effect when it changed since. */
  markDerived(slot: string, version: number): Promise<void>;
  /** Slots whose messages may not have been handed on. */
  dirty(limit: number): Promise<readonly Versioned<IncidentRecord>[]>;
  open(limit: number): Promise<readonly Incident[]>;
  archive(incident: Incident): Promise<void>;
  closed(number: number): Promise<Incident | undefined>;
  /** Closed on this day (UTC, `2026-11-20`), newest first. */
  closedOn(day: string, limit: number): Promise<readonly Incident[]>;
  nextNumber(): Promise<number>;
}

/** Incidents over the table. */
export function makeIncidentStore(table: Table): IncidentStore {
  const records = makeVersionedRecords<IncidentRecord>(table, parseRecord);
  const archive = makeVersionedRecords<IncidentRecord>(table, parseRecord);
  return {
    current: (slot) => records.get(incidentSlotKey(slot)),
    save: (slot, seenVersion, record) =>
      records.replace(incidentSlotKey(slot), seenVersion, record, {
        index: {
          ...(record.incident.state === 'resolved'
            ? {}
            : { g1pk: G1.openIncidents, g1sk: `${sortable(record.incident.openedAtMs)}#${slot}` }),
          g2pk: G2.dirty,
          g2sk: slot,
        },
        ...(record.incident.state === 'resolved'
          ? {
              expiresAtMs:
                (record.incident.resolved?.atMs ?? record.incident.lastSeenAtMs) + TTL_MS.closedIncident,
            }
          : {}),
      }),
    async markDerived(slot, version) {
      await table.update(incidentSlotKey(slot), { remove: ['g2pk', 'g2sk'] }, { version });
    },
    async dirty(limit) {
      const items = await table.query({ index: 'g2', pk: G2.dirty, limit });
      return items.map((item) => records.fromItem(item));
    },
    async open(limit) {
      const items = await table.query({ index: 'g1', pk: G1.openIncidents, newestFirst: true, limit });
      return items.map((item) => records.fromItem(item).value.incident);
    },
    async archive(incident) {
      const day = new Date(incident.resolved?.atMs ?? incident.lastSeenAtMs).toISOString().slice(0, 10);
      const key = closedIncidentKey(incident.number);
      const existing = await archive.get(key);
      await archive.replace(
        key,
        existing?.version ?? 0,
        { incident, seen: [] },
        {
          index: { g1pk: G1.closedIncidents(day), g1sk: sortable(incident.number) },
          expiresAtMs: (incident.resolved?.atMs ?? incident.lastSeenAtMs) + TTL_MS.closedIncident,
        },
      );
    },
    closed: async (number) => (await archive.get(closedIncidentKey(number)))?.value.incident,
    async closedOn(day, limit) {
      const items = await table.query({ index: 'g1', pk: G1.closedIncidents(day), newestFirst: true, limit });
      return items.map((item) => archive.fromItem(item).value.incident);
    },
    async nextNumber() {
      const item = await table.update(incidentCounterKey(), { add: { last: 1 } });
      return Number(item?.['last'] ?? 1);
    },
  };
}

/** zod's optional members may be `undefined`, the domain's are absent; JSON knows only the latter. */
function parseRecord(value: unknown): IncidentRecord {
  return recordSchema.parse(value) as IncidentRecord;
}
