/** Every key, index entry and lifetime of the one table. Pure text; no other file spells a key. */

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

/** The primary key of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The general indexes by the attributes they sort. DynamoDB wants names of at least three characters. */
export const INDEX_NAMES = { g1: 'by-g1', g2: 'by-g2' } as const;

/** How long records stay after their last write, in milliseconds. */
export const TTL_MS = {
  outbox: 90 * DAY_MS,
  live: 1 * DAY_MS,
  thread: 30 * DAY_MS,
  closedIncident: 400 * DAY_MS,
  /** What happened to a service without an open incident; longer than any event is delivered again. */
  quietSlot: 2 * DAY_MS,
  seenEvents: 2 * DAY_MS,
  inventory: 1 * DAY_MS,
  series: 15 * DAY_MS,
  spending: 2 * DAY_MS,
  write: 30 * DAY_MS,
  stop: 30 * DAY_MS,
  audit: 400 * DAY_MS,
  pages: 35 * DAY_MS,
  /** Longer than any sender repeats what it sent. */
  received: 7 * DAY_MS,
  /** An account that has not been heard of for so long is none of ours any more. */
  spoke: 30 * DAY_MS,
  fallback: 90 * DAY_MS,
  /** A grant stays this long after its end, so that `grants why` can say that it has ended. */
  endedGrant: 30 * DAY_MS,
} as const;

/** A wanted message. `dest` is `slack/<team>/<channel>` or `teams/<tenant>/<conversation>`. */
export function outboxKey(dest: string, messageKey: string): Key {
  return { pk: `OUT#${dest}`, sk: messageKey };
}

/** The channel's record: who sends there now, what it waits for. */
export function channelKey(dest: string): Key {
  return { pk: `DEST#${dest}`, sk: 'L' };
}

/** The other way round: which wanted message has this id on the platform. */
export function messageIdKey(dest: string, messageId: string): Key {
  return { pk: `MSG#${dest}`, sk: messageId };
}

/** The pace that all channels of one workspace share. */
export function paceKey(platform: string, tenant: string): Key {
  return { pk: `PACE#${platform}/${tenant}`, sk: 'EDITS' };
}

/** An answer that is being worked on. */
export function liveKey(requestId: string): Key {
  return { pk: `LIVE#${requestId}`, sk: 'L' };
}

/** The one open slot of a service (or of what an event names instead of one): "create once" needs no transaction. */
export function incidentSlotKey(slot: string): Key {
  return { pk: `SVC#${slot}`, sk: 'INC' };
}

/** A closed incident, by its number. */
export function closedIncidentKey(number: number): Key {
  return { pk: `INC#${number}`, sk: 'INC' };
}

/** In which slot the incident with this number is. */
export function incidentNumberKey(number: number): Key {
  return { pk: `INC#${number}`, sk: 'SLOT' };
}

/**
 * Keys of events that have left the record of a slot; `untilMs` is the time of the newest of them, `set` names these and
 * no others: two replicas may fold up at once, and what the slower one knows must not replace what the faster one kept.
 */
export function seenEventsKey(slot: string, untilMs: number, set: string): Key {
  return { pk: incidentSlotKey(slot).pk, sk: `${SEEN_PREFIX}${sortable(untilMs)}#${set}` };
}

/** What the sort keys of {@link seenEventsKey} begin with. */
export const SEEN_PREFIX = 'SEEN#';

/** Services that fail for one shared reason. */
export function groupKey(key: string): Key {
  return { pk: `GRP#${key}`, sk: 'G' };
}

/** The counter that numbers incidents. */
export function incidentCounterKey(): Key {
  return { pk: 'CNT#incident', sk: 'N' };
}

/** What a thread is about, by the key of its root message. */
export function threadKey(dest: string, rootKey: string): Key {
  return { pk: `THREAD#${dest}#${rootKey}`, sk: 'SUBJECT' };
}

/** Where a Teams conversation is reached. */
export function conversationKey(conversation: string): Key {
  return { pk: `CONV#${conversation}`, sk: 'R' };
}

/** Which generation of a region's inventory is the newest. `place` is `account/region`. */
export function inventoryHeadKey(place: string): Key {
  return { pk: `INV#${place}`, sk: 'HEAD' };
}

/** One piece of a generation of a region's inventory. */
export function inventoryChunkKey(place: string, generation: string, at: number): Key {
  return { pk: `INV#${place}`, sk: `${inventoryChunkPrefix(generation)}${String(at).padStart(3, '0')}` };
}

/** What the sort keys of a generation's pieces begin with. */
export function inventoryChunkPrefix(generation: string): string {
  return `GEN#${generation}#`;
}

/** When something last happened to a service after its inventory was read; `service` is `cluster/service`. */
export function inventoryChangeKey(place: string, service: string): Key {
  return { pk: `INV#${place}`, sk: `${INVENTORY_CHANGE_PREFIX}${service}` };
}

/** What the sort keys of {@link inventoryChangeKey} begin with. */
export const INVENTORY_CHANGE_PREFIX = 'DELTA#';

/** The hourly series of a service's last week. `service` is `account/region/cluster/service`. */
export function seriesKey(service: string): Key {
  return { pk: `SER#${service}`, sk: 'HOURS' };
}

/** One revision of a task definition, which never changes; what is kept of it may: the number counts its shapes. */
export function taskDefinitionKey(arn: string): Key {
  return { pk: `TDEF#${arn}`, sk: 'V2' };
}

/** What reading cost on one day, `2026-11-20`, over all replicas. */
export function spendingKey(day: string): Key {
  return { pk: `SPENT#${day}`, sk: 'D' };
}

/** What is set in chat. */
export type SettingKind = 'grant' | 'route' | 'mute';

/** A setting that was made in chat: one partition per kind. */
export function settingKey(kind: SettingKind, id: string): Key {
  return { pk: settingsPartition(kind), sk: id };
}

/** The partition of {@link settingKey}. */
export function settingsPartition(kind: SettingKind): string {
  return `CFG#${kind}`;
}

/** What has been done about an incident that nobody took: reminders, and calls to other programs. */
export function pagesKey(incidentId: string): Key {
  return { pk: `PAGE#${incidentId}`, sk: 'P' };
}

/** A message that another program sent in and that has been dealt with. */
export function receivedKey(id: string): Key {
  return { pk: `HOOK#${id}`, sk: 'R' };
}

/** One write, from its proposal to its end. */
export function writeKey(id: string): Key {
  return { pk: `WRITE#${id}`, sk: 'W' };
}

/** Held while a service is being changed; `service` is `account/region/cluster/service`. */
export function serviceLockKey(service: string): Key {
  return { pk: `SVC#${service}`, sk: 'LOCK' };
}

/** One task of a service that ended; `service` is `account/region/cluster/service`. */
export function stopKey(service: string, atMs: number, task: string): Key {
  return { pk: `SVC#${service}`, sk: `${STOP_PREFIX}${sortable(atMs)}#${task}` };
}

/** What the sort keys of {@link stopKey} begin with. */
export const STOP_PREFIX = 'STOP#';

/** Says that tasks of a service ended on this day, `2026-11-20`: where to look for {@link stopKey}. */
export function stopDayKey(day: string, service: string): Key {
  return { pk: `STOPS#${day}`, sk: service };
}

/** When an account and region was last heard of; `place` is `<12-digit id>/region`. */
export function spokeKey(place: string): Key {
  return { pk: SPOKES, sk: place };
}

/** The partition of {@link spokeKey}. */
export const SPOKES = 'SPOKES';

/** When any process of this installation last lived. */
export function aliveKey(): Key {
  return { pk: 'ALIVE', sk: 'L' };
}

/** The notice about an incident that went past chat. */
export function fallbackKey(incident: string): Key {
  return { pk: `FALLBACK#${incident}`, sk: 'F' };
}

/** One line of the audit, in the partition of its day. `part` 1 is the intent, 2 the outcome. */
export function auditKey(day: string, id: string, part: 1 | 2): Key {
  return { pk: auditPartition(day), sk: `${id}#${part}` };
}

/** The partition of one day's audit, `2026-11-20`. */
export function auditPartition(day: string): string {
  return `AUDIT#${day}`;
}

/** Partition keys of the index g1. */
export const G1 = {
  openIncidents: 'INC#open',
  /** Closed incidents of one day, `2026-11-20`. */
  closedIncidents: (day: string): string => `INC#${day}`,
  /** What was done to one service, `account/region/cluster/service`. */
  auditOfService: (service: string): string => `AUDIT#${service}`,
} as const;

/** Partition keys of the sparse index g2. */
export const G2 = {
  /** Messages of one channel that are not done; sorted by priority, then by the order they were wanted in. */
  due: (dest: string): string => `DUE#${dest}`,
  /** Channels that have something to do, by when ({@link sortable}). */
  channels: 'DESTS',
  /** Aggregates whose messages have not been derived since they changed. */
  dirty: 'DIRTY',
  /** Groups of incidents whose members do not all know of each other yet. */
  dirtyGroups: 'DIRTY#GROUPS',
  /** Answers being worked on, by when their worker is given up. */
  live: 'LIVES',
  /** Writes that are under way, by when their worker is given up. */
  writes: 'WRITES',
  /** Stopped tasks of a fleet whose last lines are still to be fetched, by when. */
  stops: (fleet: string): string => (fleet === '' ? 'STOPS' : `STOPS#${fleet}`),
  /** Incidents whose calls to other programs have not come to an end, by when they were begun. */
  pages: 'PAGES',
  /** What one person did, `slack:U012AB3CD`. */
  auditOfPerson: (person: string): string => `AUDIT#${person}`,
} as const;

/** A moment or count as text that sorts as the number does; whole numbers from 0 to 9,007,199,254,740,991. */
export function sortable(value: number): string {
  return String(Math.max(0, Math.floor(value))).padStart(16, '0');
}
