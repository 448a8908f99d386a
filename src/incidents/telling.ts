import type { Incident, IncidentTarget, Severity } from '../domain/incident.ts';
import type { IncidentRecord, Numbered } from '../domain/incident-log.ts';
import type { Clock } from '../domain/time.ts';
import { type Destination, destinationKey } from '../messaging/messenger.ts';
import type { IncidentSave } from '../store/incident-store.ts';
import { TTL_MS } from '../store/keys.ts';
import type { FoldSettings } from './fold.ts';
import { incidentsOf, type Told, tell } from './record.ts';
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

export interface TellingOptions {
  readonly destinations: (target: IncidentTarget, severity: Severity) => Promise<Destinations>;
  readonly settings: FoldSettings;
}

/** Gives what changed its new revision, and decides where it is told from now on. */
export async function withTelling(
  before: Told,
  after: Told,
  version: number,
  { destinations }: Pick<TellingOptions, 'destinations'>,
): Promise<Told> {
  const old = new Map(incidentsOf(before).map((incident) => [incident.number, incident]));
  const planned: Numbered[] = [];
  const incidents = new Map(incidentsOf(after).map((incident) => [incident.number, incident]));
  for (const one of after.record.numbered) {
    const incident = incidents.get(one.number);
    planned.push(incident === undefined ? one : await placed(one, incident, destinations));
  }
  // What the entries come to does not depend on where it is told.
  const told: Told = { record: { ...after.record, numbered: planned }, state: after.state };
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
  destinations: TellingOptions['destinations'],
): Promise<Numbered> {
  const { heldUntilMs: _held, mutedUntilMs: _muted, ...rest } = one;
  const isNews = one.rev === 0 && incident.merged === undefined;
  if (incident.state === 'resolved' && !isNews) return rest;
  const { now, heldUntilMs, mutedUntilMs, runbookUrl } = await whereTold(incident, destinations);
  const told = [...new Set([...one.told, ...now.map(destinationKey)])];
  return {
    ...rest,
    told,
    ...(heldUntilMs === undefined ? {} : { heldUntilMs }),
    ...(mutedUntilMs === undefined ? {} : { mutedUntilMs }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
  };
}

/** Of a group so many services say where it is told. */
const MOST_ASKED = 50;

/**
 * Asks for each place whose story an incident tells: its own, and of a group those of the others that still fail.
 * `joinedAtMs`: since when another place is part of it.
 */
export function askPlaces<T>(
  { target, severity, members = [] }: Pick<Incident, 'target' | 'severity' | 'members'>,
  ask: (target: IncidentTarget, severity: Severity, joinedAtMs?: number) => Promise<T>,
): Promise<readonly [T, ...T[]]> {
  const others = members.filter((one) => !one.isOver && slotOf(one.target) !== slotOf(target));
  return Promise.all([
    ask(target, severity),
    ...others.slice(0, MOST_ASKED).map((other) => ask(other.target, severity, other.atMs)),
  ]);
}

/**
 * The incident of a group tells the story of all: wherever one that fails would be told. That its first service is muted
 * or another team's must not hide the others.
 */
export async function whereTold(
  incident: Pick<Incident, 'target' | 'severity' | 'members'>,
  destinations: TellingOptions['destinations'],
): Promise<Destinations> {
  const all = await askPlaces(incident, (target, severity) => destinations(target, severity));
  const [own, ...others] = all;
  if (others.length === 0) return own;
  const { mutedUntilMs: _muted, heldUntilMs: _held, ...rest } = own;
  const held = all.flatMap((plan) => plan.heldUntilMs ?? []);
  const muted = all.map((plan) => plan.mutedUntilMs ?? 0);
  return {
    ...rest,
    now: all.flatMap((plan) => plan.now),
    ...(held.length === 0 ? {} : { heldUntilMs: Math.min(...held) }),
    ...(muted.includes(0) ? {} : { mutedUntilMs: Math.min(...muted) }),
  };
}

/** Whether something open would be told in another way now. */
export async function isToldOtherwise(
  record: IncidentRecord,
  { destinations, settings }: TellingOptions,
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

export function saveOf(told: Told, clock: Clock): IncidentSave {
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

export function isUrgent(before: readonly Incident[], after: readonly Incident[]): boolean {
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

export function newsIn(before: readonly Incident[], after: readonly Incident[]): readonly Incident[] {
  const known = new Map(before.map((incident) => [incident.number, incident]));
  return after.filter(({ number, state, cause }) => {
    const old = known.get(number);
    return state !== 'resolved' && (old === undefined || old.state === 'resolved' || old.cause !== cause);
  });
}
