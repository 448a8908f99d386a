import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { inScope, type Scope, type ServiceRef, serviceKey } from '../domain/fleet.ts';
import type { StopEvidence } from '../domain/incident.ts';
import { mergeStops } from '../domain/stop-evidence.ts';
import { G2, type Key, STOP_PREFIX, sortable, stopDayKey, stopKey, TTL_MS } from './keys.ts';
import type { Item, Table } from './table.ts';

const refSchema = z.object({
  account: z.string(),
  region: z.string(),
  cluster: z.string(),
  service: z.string(),
});
const stopSchema = z.object({
  ref: refSchema,
  taskDefinition: z.string().optional(),
  stop: z.object({
    taskId: z.string(),
    atMs: z.number(),
    stopCode: z.string().optional(),
    reason: z.string().optional(),
    revision: z.number().optional(),
    containers: z.array(
      z.object({ name: z.string(), exitCode: z.number().optional(), reason: z.string().optional() }),
    ),
  }),
});
const linesSchema = z.record(z.string(), z.array(z.string()));

/** The last lines of each container by its name, oldest first. */
export type Lines = Readonly<Record<string, readonly string[]>>;

/** A stop as it is to be kept, without lines. */
export interface NewStop {
  readonly ref: ServiceRef;
  /** The ARN of the revision that ran. */
  readonly taskDefinition?: string;
  /** Lines within are not kept here; {@link EvidenceStore.addLines} does that. */
  readonly stop: StopEvidence;
  /** `detail.version` of its event. */
  readonly version: number | undefined;
}

/** A stop whose lines are still to be fetched. */
export interface WaitingStop extends Pick<NewStop, 'ref' | 'taskDefinition' | 'stop'> {
  /** What earlier looks found. */
  readonly lines: Lines;
  /** How many looks there were. */
  readonly looks: number;
  /** When it was due, on the machine's clock; a claim names it. */
  readonly dueMs: number;
}

/** What is kept of a service's stops. */
export interface KeptStops {
  /** Newest first, each task once. */
  readonly stops: readonly StopEvidence[];
  /** There are more within the time asked for. */
  readonly isCut: boolean;
}

/**
 * Stopped tasks, kept for 30 days: what happened, and the last lines beside it. Every function throws what the table
 * throws. Due times are the machine's clock, `atMs` the domain's.
 */
export interface EvidenceStore {
  /**
   * Keeps a stop; the same again changes nothing, a higher version replaces what was said and keeps the lines.
   * `dueMs`: when its lines should be looked for at the latest; without it nobody will.
   * @returns whether it was not there before.
   */
  keep(stop: NewStop, dueMs: number | undefined): Promise<boolean>;
  /** Takes a waiting stop for oneself until `dueMs`. False: somebody else did. */
  claim(waiting: WaitingStop, dueMs: number): Promise<boolean>;
  /** Ends a look. No lines leave those that are there. `dueMs`: when to look again; without it never. */
  addLines(of: Pick<NewStop, 'ref' | 'stop'>, lines: Lines, looks: number, dueMs?: number): Promise<void>;
  /** Those that were due by this moment, the longest waiting first. */
  waiting(byMs: number, limit: number): Promise<readonly WaitingStop[]>;
  ofService(
    ref: ServiceRef,
    within: { readonly sinceMs: number; readonly limit: number },
  ): Promise<KeptStops>;
  /** The services of a scope of which stops were kept on the days from one moment to another: one query a day. */
  servicesWithStops(
    scope: Scope,
    within: { readonly sinceMs: number; readonly untilMs: number },
  ): Promise<readonly ServiceRef[]>;
}

/** How often a stop is written when others write it too. */
const TRIES = 4;
const MOST_SERVICES_A_DAY = 5000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Days that are known to be marked; it is cheap to mark one again. */
const MOST_MARKS = 20_000;

/**
 * Evidence in the table; `systemNow` is the machine's clock, which also removes it. `fleet` tells apart fleets that
 * have the same names.
 */
export function makeEvidenceStore(table: Table, systemNow: () => number, fleet = ''): EvidenceStore {
  const shelf: Shelf = {
    table,
    fleet,
    expiresAt: () => Math.ceil((systemNow() + TTL_MS.stop) / 1000),
    keyOf: (ref, stop) => stopKey(withinFleet(fleet, serviceKey(ref)), stop.atMs, stop.taskId),
    dueAt: (dueMs, { sk }) => ({ g2pk: G2.stops(fleet), g2sk: `${sortable(dueMs)}#${sk}` }),
  };
  return { ...keeping(shelf), ...linesLater(shelf), ...reading(shelf) };
}

interface Shelf {
  readonly table: Table;
  readonly fleet: string;
  readonly expiresAt: () => number;
  readonly keyOf: (ref: ServiceRef, stop: Pick<StopEvidence, 'atMs' | 'taskId'>) => Key;
  readonly dueAt: (dueMs: number, key: Key) => { readonly g2pk: string; readonly g2sk: string };
}

function keeping({ table, fleet, expiresAt, keyOf, dueAt }: Shelf): Pick<EvidenceStore, 'keep'> {
  const marked = new Set<string>();
  async function mark({ ref, stop }: NewStop): Promise<void> {
    const key = stopDayKey(dayIn(fleet, stop.atMs), serviceKey(ref));
    const name = `${key.pk} ${key.sk}`;
    if (marked.has(name)) return;
    // A day longer than the first stop of the day, so that it outlives the last.
    await table.put({ ...key, ...ref, expiresAt: expiresAt() + DAY_MS / 1000 });
    if (marked.size >= MOST_MARKS) marked.clear();
    marked.add(name);
  }
  return {
    async keep(kept, dueMs) {
      // First, so that a crash in between leaves no stop that nobody finds.
      await mark(kept);
      const key = keyOf(kept.ref, kept.stop);
      const said = { body: pack(withoutLines(kept)), version: kept.version ?? 0 };
      const due = dueMs === undefined ? {} : { ...dueAt(dueMs, key), looks: 0 };
      if (await table.put({ ...key, ...said, ...due, expiresAt: expiresAt() }, 'absent')) return true;
      await complete(table, key, said);
      return false;
    },
  };
}

function linesLater({
  table,
  fleet,
  keyOf,
  dueAt,
}: Shelf): Pick<EvidenceStore, 'claim' | 'addLines' | 'waiting'> {
  return {
    async claim({ ref, stop, dueMs: seenMs }, dueMs) {
      const key = keyOf(ref, stop);
      const seen = { g2sk: dueAt(seenMs, key).g2sk };
      return (await table.update(key, { set: dueAt(dueMs, key) }, seen)) !== undefined;
    },

    async addLines({ ref, stop }, lines, looks, dueMs) {
      const key = keyOf(ref, stop);
      const found = Object.keys(lines).length > 0 ? { lines: pack(lines) } : {};
      const set = { ...found, looks, ...(dueMs === undefined ? {} : dueAt(dueMs, key)) };
      const remove = dueMs === undefined ? ['g2pk', 'g2sk'] : [];
      // The condition only keeps an item that has expired from coming back without its stop.
      await table.update(key, { set, remove }, { sk: key.sk });
    },

    async waiting(byMs, limit) {
      const upTo = `${sortable(byMs)}~`;
      const items = await table.query({ index: 'g2', pk: G2.stops(fleet), upTo, limit });
      return items.map(toWaiting);
    },
  };
}

function reading({ table, fleet, keyOf }: Shelf): Pick<EvidenceStore, 'ofService' | 'servicesWithStops'> {
  return {
    async ofService(ref, { sinceMs, limit }) {
      const { pk } = keyOf(ref, { atMs: sinceMs, taskId: '' });
      const items = await table.query({ pk, prefix: STOP_PREFIX, newestFirst: true, limit: limit + 1 });
      const oldest = `${STOP_PREFIX}${sortable(sinceMs)}`;
      const seen = items.filter(({ sk }) => sk >= oldest).map(toSighting);
      const stops = mergeStops(seen.toSorted((a, b) => a.version - b.version).map(({ stop }) => stop));
      return { stops: stops.slice(0, limit), isCut: seen.length > limit };
    },

    async servicesWithStops(scope, { sinceMs, untilMs }) {
      const prefix = scope.account === undefined ? {} : { prefix: `${scope.account}/` };
      const days = daysBetween(sinceMs, untilMs).map((atMs) => stopDayKey(dayIn(fleet, atMs), '').pk);
      const marks = await Promise.all(
        days.map((pk) => table.query({ pk, ...prefix, limit: MOST_SERVICES_A_DAY })),
      );
      const refs = marks.flat().map((item) => refSchema.parse(item));
      const inside = refs.filter((ref) => inScope(ref, scope));
      return [...new Map(inside.map((ref) => [serviceKey(ref), ref])).values()];
    },
  };
}

/** What is there is replaced only by a higher version. */
async function complete(
  table: Table,
  key: Key,
  said: { readonly body: Uint8Array; readonly version: number },
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = (await table.get(key))?.['version'];
    if (typeof before !== 'number' || before >= said.version) return;
    if ((await table.update(key, { set: said }, { version: before })) !== undefined) return;
  }
}

function toWaiting(item: Item): WaitingStop {
  const { looks, g2sk = '' } = item;
  return {
    ...stopIn(item),
    lines: linesIn(item),
    looks: typeof looks === 'number' ? looks : 0,
    dueMs: Number.parseInt(g2sk, 10),
  };
}

function toSighting(item: Item): { readonly stop: StopEvidence; readonly version: number } {
  const { stop } = stopIn(item);
  const lines = linesIn(item);
  const { version } = item;
  const containers = stop.containers.map((container) => {
    const lastLines = lines[container.name];
    return lastLines === undefined ? container : { ...container, lastLines };
  });
  return { stop: { ...stop, containers }, version: typeof version === 'number' ? version : 0 };
}

function stopIn({ body }: Item): Pick<NewStop, 'ref' | 'taskDefinition' | 'stop'> {
  // zod's optional members may be `undefined`, the domain's are absent; JSON knows only the latter.
  return stopSchema.parse(unpack(body)) as Pick<NewStop, 'ref' | 'taskDefinition' | 'stop'>;
}

function linesIn({ lines }: Item): Lines {
  return lines === undefined ? {} : linesSchema.parse(unpack(lines));
}

function withoutLines({ stop, version: _beside, ...rest }: NewStop): Omit<NewStop, 'version'> {
  const containers = stop.containers.map(({ lastLines: _elsewhere, ...container }) => container);
  return { ...rest, stop: { ...stop, containers } };
}

/** At once: for texts of this size, a few hundred bytes, the way through the thread pool costs five times as much. */
function pack(value: unknown): Uint8Array {
  return new Uint8Array(gzipSync(JSON.stringify(value)));
}

function unpack(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) throw new TypeError('The table holds a stop without its text.');
  return JSON.parse(gunzipSync(value).toString('utf8'));
}

/** A moment of each day from one to another, the last day first. */
function daysBetween(sinceMs: number, untilMs: number): readonly number[] {
  const first = startOfDay(Math.max(sinceMs, untilMs - TTL_MS.stop));
  const count = Math.max(0, (startOfDay(untilMs) - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, ago) => untilMs - ago * DAY_MS);
}

function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** `2026-11-20` */
function dayIn(fleet: string, atMs: number): string {
  return withinFleet(fleet, new Date(atMs).toISOString().slice(0, 10));
}

function withinFleet(fleet: string, name: string): string {
  return fleet === '' ? name : `${fleet}/${name}`;
}
