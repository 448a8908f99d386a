import type { Incident, IncidentTarget, Severity } from '../domain/incident.ts';
import type { IncidentRecord, Numbered } from '../domain/incident-log.ts';
import type { Clock } from '../domain/time.ts';
import { type Destination, destinationKey } from '../messaging/messenger.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import { TTL_MS } from '../store/keys.ts';
import type { Versioned } from '../store/versioned.ts';
import type { FoldSettings } from './fold.ts';
import { compact, emptyRecord, incidentsOf, type Told, tell, withNumbers } from './record.ts';
import { slotOf } from './slot-name.ts';

/** Where an incident may be told at a moment. */
export interface Destinations {
  readonly now: readonly Destination[];
  /** Something is held back until then by quiet hours or a mute. */
  readonly heldUntilMs?: number;
  /** The place is muted until then. */
  readonly mutedUntilMs?: number;
  readonly runbookUrl?: string;
}

export interface SlotOptions {
  readonly store: IncidentStore;
  readonly destinations: (target: IncidentTarget, severity: Severity) => Promise<Destinations>;
  readonly settings: FoldSettings;
  readonly clock: Clock;
}

/** A record as it was written, and what it was before. */
export interface Written {
  readonly slot: string;
  readonly version: number;
  readonly told: Told;
  /** Somebody waits for it: a new incident, another state or severity. Counts alone may wait a moment. */
  readonly isUrgent: boolean;
  /** Open incidents that were not open before, or have another cause now. */
  readonly news: readonly Incident[];
}

/** The one way an incident changes: read, change, write if nobody wrote meanwhile. */
export interface Slots {
  /**
   * `change` is pure and may run several times; undefined means that nothing changes. `earliestMs` is the time of the
   * oldest event that it adds; a change that adds none is asked again of the table before it counts as nothing.
   * @returns what was written; undefined when nothing changed.
   * @throws Unreachable, Throttled
   */
  update(target: IncidentTarget, change: Change, earliestMs?: number): Promise<Written | undefined>;
  /** Asks again where the open incidents of a record are told: quiet hours end, mutes come and go. */
  replan(record: IncidentRecord): Promise<Written | undefined>;
  /** As it stands in the table. */
  read(slot: string): Promise<Told | undefined>;
}

/** `gone` holds the keys of events that have left the record and may be delivered once more. */
export type Change = (told: Told, gone: ReadonlySet<string>) => Told | undefined;

const NO_KEYS: ReadonlySet<string> = new Set();

/** How many writers may get in the way of one change before its cause has to come again. */
const ATTEMPTS = 12;
/** Records kept in memory, so that an event of a storm costs a write and no read. */
const KEPT = 500;

type Kept = { readonly told: Told; readonly version: number };

/** Slots over the store; of the changes to one slot in this process one runs at a time. */
export function makeSlots({ store, destinations, settings, clock }: SlotOptions): Slots {
  const kept = new Map<string, Kept>();
  const turns = new Map<string, Promise<unknown>>();

  const load = async (slot: string, target: IncidentTarget): Promise<Kept> => {
    const found = kept.get(slot) ?? toKept(await store.current(slot), settings);
    return found ?? { told: tell(emptyRecord(target), settings), version: 0 };
  };
  /** That an event is there already stays true; anything else that memory says may have changed meanwhile. */
  const isCertain = (slot: string, earliestMs: number): boolean =>
    earliestMs !== Number.POSITIVE_INFINITY || !kept.delete(slot);
  const keep = (slot: string, value: Kept): void => {
    kept.delete(slot);
    kept.set(slot, value);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  };

  const attempt = async (
    slot: string,
    target: IncidentTarget,
    { change, earliestMs }: { readonly change: Change; readonly earliestMs: number },
    numbers: number[],
  ): Promise<Written | 'nothing' | 'late'> => {
    const seen = await load(slot, target);
    const isLate = earliestMs <= (seen.told.record.base?.untilMs ?? Number.NEGATIVE_INFINITY);
    const changed = change(seen.told, isLate ? await store.seen(slot) : NO_KEYS);
    if (changed === undefined) return isCertain(slot, earliestMs) ? 'nothing' : 'late';
    let used = 0;
    const take = async (): Promise<number> => {
      const number = numbers[used] ?? (await store.nextNumber(slot));
      numbers[used] = number;
      used += 1;
      return number;
    };
    const numbered = await withNumbers(changed, take, settings);
    const { told: short, dropped } = compact(numbered, settings);
    const version = seen.version + 1;
    const told = await withTelling(seen.told, short, version, { destinations, settings });
    if (dropped.length > 0) await store.keepSeen(slot, told.record.base?.untilMs ?? 0, dropped);
    if (!(await store.save(slot, seen.version, told.record, saveOf(told, clock)))) {
      kept.delete(slot);
      return 'late';
    }
    keep(slot, { told, version });
    const [before, after] = [incidentsOf(seen.told), incidentsOf(told)];
    return { slot, version, told, isUrgent: isUrgent(before, after), news: newsIn(before, after) };
  };

  const update: Slots['update'] = async (target, change, earliestMs = Number.POSITIVE_INFINITY) => {
    const slot = slotOf(target);
    const numbers: number[] = [];
    try {
      for (let tries = 0; tries < ATTEMPTS; tries += 1) {
        const result = await attempt(slot, target, { change, earliestMs }, numbers);
        if (result !== 'late') return result === 'nothing' ? undefined : result;
      }
    } catch (error) {
      // Whether the write happened is not known: what is in memory may be old.
      kept.delete(slot);
      throw error;
    }
    throw new Error(`The incident of ${slot} changes too fast to be written.`);
  };

  return {
    update: (target, change, earliestMs) =>
      inTurn(turns, slotOf(target), () => update(target, change, earliestMs)),
    async replan(record) {
      if (!(await isOtherwise(record, destinations, settings))) return undefined;
      return inTurn(turns, slotOf(record.target), () => update(record.target, (told) => ({ ...told })));
    },
    read: async (slot) => toKept(await store.current(slot), settings)?.told,
  };
}

async function inTurn<T>(
  turns: Map<string, Promise<unknown>>,
  slot: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = turns.get(slot) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  turns.set(slot, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(slot) === settled) turns.delete(slot);
  }
}

function toKept(found: Versioned<IncidentRecord> | undefined, settings: FoldSettings): Kept | undefined {
  return found && { told: tell(found.value, settings), version: found.version };
}

/** Gives what changed its new revision, and decides where it is told from now on. */
async function withTelling(
  before: Told,
  after: Told,
  version: number,
  { destinations, settings }: Pick<SlotOptions, 'destinations' | 'settings'>,
): Promise<Told> {
  const old = new Map(incidentsOf(before).map((incident) => [incident.number, incident]));
  const planned: Numbered[] = [];
  const incidents = new Map(incidentsOf(after).map((incident) => [incident.number, incident]));
  for (const one of after.record.numbered) {
    const incident = incidents.get(one.number);
    planned.push(incident === undefined ? one : await placed(one, incident, destinations));
  }
  const told = tell({ ...after.record, numbered: planned }, settings);
  const now = new Map(incidentsOf(told).map((incident) => [incident.number, incident]));
  const numbered = planned.map((one) =>
    isSame(old.get(one.number), now.get(one.number)) ? one : { ...one, rev: version },
  );
  return { ...told, record: { ...told.record, numbered } };
}

/** Where one has been told stays; what is held is told later, and what is over is told nowhere else, unless it is new. */
async function placed(
  one: Numbered,
  incident: Incident,
  destinations: SlotOptions['destinations'],
): Promise<Numbered> {
  const { heldUntilMs: _held, mutedUntilMs: _muted, ...rest } = one;
  const isNews = one.rev === 0 && incident.merged === undefined;
  if (incident.state === 'resolved' && !isNews) return rest;
  const { now, heldUntilMs, mutedUntilMs, runbookUrl } = await destinations(
    incident.target,
    incident.severity,
  );
  const told = [...new Set([...one.told, ...now.map(destinationKey)])];
  return {
    ...rest,
    told,
    ...(heldUntilMs === undefined ? {} : { heldUntilMs }),
    ...(mutedUntilMs === undefined ? {} : { mutedUntilMs }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
  };
}

/** Whether something open would be told in another way now. */
async function isOtherwise(
  record: IncidentRecord,
  destinations: SlotOptions['destinations'],
  settings: FoldSettings,
): Promise<boolean> {
  for (const incident of incidentsOf(tell(record, settings))) {
    const one = record.numbered.find(({ number }) => number === incident.number);
    if (one === undefined || incident.state === 'resolved') continue;
    if (JSON.stringify(await placed(one, incident, destinations)) !== JSON.stringify(one)) return true;
  }
  return false;
}

function isSame(before: Incident | undefined, after: Incident | undefined): boolean {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
}

function saveOf(told: Told, clock: Clock): Parameters<IncidentStore['save']>[3] {
  const incidents = incidentsOf(told);
  const open = incidents.filter(({ state }) => state !== 'resolved').map(({ openedAtMs }) => openedAtMs);
  const isOpen = open.length > 0;
  return {
    isDirty: incidents.length > 0,
    openedAtMs: isOpen ? Math.min(...open) : undefined,
    expiresAtMs: isOpen
      ? undefined
      : clock.now() + (incidents.length > 0 ? TTL_MS.closedIncident : TTL_MS.quietSlot),
  };
}

function isUrgent(before: readonly Incident[], after: readonly Incident[]): boolean {
  return after.some((incident) => {
    const old = before.find(({ number }) => number === incident.number);
    return (
      old?.state !== incident.state ||
      old.severity !== incident.severity ||
      old.cause !== incident.cause ||
      old.acknowledged?.by.id !== incident.acknowledged?.by.id ||
      old.merged?.into !== incident.merged?.into
    );
  });
}

function newsIn(before: readonly Incident[], after: readonly Incident[]): readonly Incident[] {
  const known = new Map(before.map((incident) => [incident.number, incident]));
  return after.filter(({ number, state, cause }) => {
    const old = known.get(number);
    return state !== 'resolved' && (old === undefined || old.state === 'resolved' || old.cause !== cause);
  });
}
