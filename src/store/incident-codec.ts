import { z } from 'zod';
import { SEVERITIES } from '../domain/incident.ts';
import type { DeedEntry, EventEntry, Happening, IncidentRecord, LogEntry } from '../domain/incident-log.ts';

/** The form of a record in the table. Entries of a storm share what they say, so each is a short tuple. */
interface Packed {
  readonly v: typeof FORMAT;
  readonly target: IncidentRecord['target'];
  /** The times of events count from here. */
  readonly startMs: number;
  readonly happenings: readonly Happening[];
  /** Happening, time, key, then version and task where there are any. */
  readonly events: readonly PackedEvent[];
  /** Each with its place in the log. */
  readonly deeds: readonly (DeedEntry & { readonly place: number })[];
  readonly base?: IncidentRecord['base'];
  readonly numbered: IncidentRecord['numbered'];
}

type PackedEvent = readonly [what: number, ms: number, key: string, version?: number | null, task?: string];

const FORMAT = 2;

const packedSchema = z.looseObject({
  v: z.literal(FORMAT),
  target: z.looseObject({ account: z.string(), region: z.string() }),
  happenings: z.array(
    z.looseObject({ name: z.string(), severity: z.enum(SEVERITIES), signature: z.string() }),
  ),
  events: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
  deeds: z.array(z.looseObject({ key: z.string(), place: z.number(), deed: z.string() })),
  numbered: z.array(z.looseObject({ number: z.number(), anchor: z.string() })),
});

/** A record as it is kept; {@link unpackRecord} is its inverse. */
export function packRecord({ target, log, base, numbered }: IncidentRecord): Packed {
  const startMs = log[0]?.atMs ?? 0;
  const places = new Map<string, number>();
  const happenings: Happening[] = [];
  const placeOf = (what: Happening): number => {
    const known = places.get(what.id);
    if (known !== undefined) return known;
    places.set(what.id, happenings.length);
    return happenings.push(what) - 1;
  };
  const events: PackedEvent[] = [];
  for (const entry of log) {
    if (!('deed' in entry)) events.push(packEvent(entry, placeOf(entry.what), startMs));
  }
  const deeds = log.flatMap((entry, place) => ('deed' in entry ? [{ ...entry, place }] : []));
  return {
    v: FORMAT,
    target,
    startMs,
    happenings,
    events,
    deeds,
    ...(base === undefined ? {} : { base }),
    numbered,
  };
}

const targetSchema = z.object({
  account: z.string(),
  region: z.string(),
  cluster: z.string().exactOptional(),
  service: z.string().exactOptional(),
});
/** What the first format had, whose records carry no number, and what any between it and this one must have. */
const outdatedSchema = z.looseObject({
  v: z.number().lt(FORMAT).optional(),
  target: targetSchema.optional(),
  incident: z.looseObject({ target: targetSchema }).optional(),
});

/**
 * Reads what {@link packRecord} made. A record of an earlier format holds nothing: its service begins anew, for no event
 * of it could ever be taken in otherwise.
 * @throws ZodError for what a later version wrote, which must not be overwritten, and for anything else
 */
export function unpackRecord(value: unknown): IncidentRecord {
  const outdated = outdatedSchema.safeParse(value).data;
  const about = outdated?.target ?? outdated?.incident?.target;
  if (about !== undefined) return { target: about, log: [], numbered: [] };
  packedSchema.parse(value);
  // The outline is checked; what is inside was written by packRecord, and the table holds nobody else's items.
  const { target, startMs, happenings, events, deeds, base, numbered } = value as Packed;
  const log: LogEntry[] = events.flatMap((packed) => {
    const what = happenings[packed[0]];
    return what === undefined ? [] : [unpackEvent(packed, what, startMs)];
  });
  for (const { place, ...deed } of deeds) log.splice(place, 0, deed);
  return { target, log, ...(base === undefined ? {} : { base }), numbered };
}

function packEvent({ key, atMs, version, task }: EventEntry, what: number, startMs: number): PackedEvent {
  const ms = atMs - startMs;
  if (task !== undefined) return [what, ms, key, version ?? null, task];
  return version === undefined ? [what, ms, key] : [what, ms, key, version];
}

function unpackEvent([, ms, key, version, task]: PackedEvent, what: Happening, startMs: number): EventEntry {
  return {
    key,
    atMs: startMs + ms,
    what,
    ...(version === undefined || version === null ? {} : { version }),
    ...(task === undefined ? {} : { task }),
  };
}
