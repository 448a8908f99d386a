import { createHash } from 'node:crypto';
import type { Incident } from '../domain/incident.ts';
import type { IncidentRecord } from '../domain/incident-log.ts';
import { packRecord, unpackRecord } from './incident-codec.ts';
import {
  closedIncidentKey,
  G1,
  G2,
  incidentCounterKey,
  incidentNumberKey,
  incidentSlotKey,
  SEEN_PREFIX,
  seenEventsKey,
  sortable,
  TTL_MS,
} from './keys.ts';
import type { Item, Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

/** What a save says about a record besides its value. */
export interface IncidentSave {
  /** Its messages are not handed on yet. */
  readonly isDirty: boolean;
  /** When the oldest of its open incidents began; undefined when none is open. */
  readonly openedAtMs: number | undefined;
  /** When it may be forgotten, in milliseconds; undefined while an incident is open. */
  readonly expiresAtMs: number | undefined;
}

/**
 * Incidents in the table: one slot per service holds what happened to it; closed incidents are kept by number. A
 * save marks the record dirty until its messages have been handed to the outbox.
 */
export interface IncidentStore {
  current(slot: string): Promise<Versioned<IncidentRecord> | undefined>;
  /** `seenVersion` 0 creates. False: somebody else wrote first. */
  save(slot: string, seenVersion: number, record: IncidentRecord, save: IncidentSave): Promise<boolean>;
  /** Its messages are wanted; no effect when it changed since. */
  markDerived(slot: string, version: number): Promise<void>;
  /** Slots whose messages may not have been handed on. What cannot be read any more is left out. */
  dirty(limit: number): Promise<readonly Versioned<IncidentRecord>[]>;
  /** Records with an open incident, the newest first. What cannot be read any more is left out. */
  open(limit: number): Promise<readonly Versioned<IncidentRecord>[]>;
  archive(incident: Incident): Promise<void>;
  closed(number: number): Promise<Incident | undefined>;
  /** Closed on this day (UTC, `2026-11-20`), newest first. */
  closedOn(day: string, limit: number): Promise<readonly Incident[]>;
  /** A number that nobody has, for an incident of this slot. */
  nextNumber(slot: string): Promise<number>;
  /** The slot of the incident with this number. */
  slotOf(number: number): Promise<string | undefined>;
  /** Remembers event keys that leave a record, for as long as they may be delivered again. */
  keepSeen(slot: string, untilMs: number, keys: readonly string[]): Promise<void>;
  /** All event keys that left a record. */
  seen(slot: string): Promise<ReadonlySet<string>>;
}

const SEEN_PAGES = 200;

/** Incidents over the table. `now` is the machine's clock. */
export function makeIncidentStore(table: Table, now: () => number): IncidentStore {
  const records = makeVersionedRecords<IncidentRecord>(table, unpackRecord, packRecord);
  // Written below alone, and only shown: nothing is computed from what is over.
  const closed = makeVersionedRecords<Incident>(table, (value) => value as Incident);
  const readable = (items: readonly Item[]) => items.flatMap((item) => records.tryItem(item) ?? []);
  return {
    current: (slot) => records.get(incidentSlotKey(slot)),
    save: (slot, seenVersion, record, { isDirty, openedAtMs, expiresAtMs }) =>
      records.replace(incidentSlotKey(slot), seenVersion, record, {
        index: {
          ...(openedAtMs === undefined
            ? {}
            : { g1pk: G1.openIncidents, g1sk: `${sortable(openedAtMs)}#${slot}` }),
          ...(isDirty ? { g2pk: G2.dirty, g2sk: slot } : {}),
        },
        ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      }),
    async markDerived(slot, version) {
      await table.update(incidentSlotKey(slot), { remove: ['g2pk', 'g2sk'] }, { version });
    },
    dirty: async (limit) => readable(await table.query({ index: 'g2', pk: G2.dirty, limit })),
    open: async (limit) =>
      readable(await table.query({ index: 'g1', pk: G1.openIncidents, newestFirst: true, limit })),
    async archive(incident) {
      const endedAtMs = incident.resolved?.atMs ?? incident.lastSeenAtMs;
      const key = closedIncidentKey(incident.number);
      const existing = await closed.get(key);
      if ((existing?.value.version ?? -1) >= incident.version) return;
      const day = new Date(endedAtMs).toISOString().slice(0, 10);
      await closed.replace(key, existing?.version ?? 0, incident, {
        index: { g1pk: G1.closedIncidents(day), g1sk: sortable(incident.number) },
        expiresAtMs: endedAtMs + TTL_MS.closedIncident,
      });
    },
    closed: async (number) => (await closed.get(closedIncidentKey(number)))?.value,
    async closedOn(day, limit) {
      const items = await table.query({ index: 'g1', pk: G1.closedIncidents(day), newestFirst: true, limit });
      return items.flatMap((item) => closed.tryItem(item)?.value ?? []);
    },
    async nextNumber(slot) {
      const item = await table.update(incidentCounterKey(), { add: { last: 1 } });
      const number = Number(item?.['last'] ?? 1);
      const expiresAt = Math.ceil((now() + TTL_MS.closedIncident) / 1000);
      await table.put({ ...incidentNumberKey(number), slot, expiresAt });
      return number;
    },
    async slotOf(number) {
      const slot = (await table.get(incidentNumberKey(number)))?.['slot'];
      return typeof slot === 'string' ? slot : undefined;
    },
    ...seenEvents(table, now),
  };
}

/** Keys of events that are in no record any more. */
function seenEvents(table: Table, now: () => number): Pick<IncidentStore, 'keepSeen' | 'seen'> {
  return {
    async keepSeen(slot, untilMs, keys) {
      const expiresAt = Math.ceil((now() + TTL_MS.seenEvents) / 1000);
      const all = keys.join(' ');
      const set = createHash('sha256').update(all).digest('base64url').slice(0, 8);
      await table.put({ ...seenEventsKey(slot, untilMs, set), keys: all, expiresAt });
    },
    async seen(slot) {
      const { pk } = incidentSlotKey(slot);
      const items = await table.query({ pk, prefix: SEEN_PREFIX, newestFirst: true, limit: SEEN_PAGES });
      return new Set(items.flatMap(({ keys }) => (typeof keys === 'string' ? keys.split(' ') : [])));
    },
  };
}
