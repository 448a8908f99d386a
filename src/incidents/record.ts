import {
  type GroupMember,
  type Incident,
  type IncidentTarget,
  SEVERITIES,
  type Severity,
} from '../domain/incident.ts';
import type { Episode, IncidentRecord, LogEntry, LogState, Numbered } from '../domain/incident-log.ts';
import { anchorsOf, EMPTY_STATE, type FoldSettings, fold, inOrder } from './fold.ts';
import { incidentId, slotOf } from './slot-name.ts';

/** A record and what its entries come to; the latter is computed, never stored. */
export interface Told {
  readonly record: IncidentRecord;
  readonly state: LogState;
}

/** A record is folded up when its log holds this many entries, down to half of them. */
const MOST_ENTRIES = 1000;
/** … or when what its entries say is so long, down to half of that: an item of the table has 400 KB, compressed. */
const MOST_CHARS = 400_000;
/** What a happening takes besides its words. */
const FRAME_CHARS = 300;
/** Entries older than this, seen from the newest, are folded up as well. */
const LONGEST_MS = 48 * 60 * 60_000;

/** The record of a service of which nothing is known yet. */
export function emptyRecord(target: IncidentTarget): IncidentRecord {
  return { target, log: [], numbered: [] };
}

/** Computes what a record's entries come to. */
export function tell(record: IncidentRecord, settings: FoldSettings): Told {
  const { base, log, numbered } = record;
  return { record, state: fold(base?.state ?? EMPTY_STATE, log, anchorsOf(numbered), settings) };
}

/** Added entries: what the record then is, and those that were new. */
export interface Added {
  readonly told: Told;
  readonly added: readonly LogEntry[];
}

/**
 * Adds entries; those that are there already change nothing, so a redelivered event has no second effect.
 * @returns undefined when nothing is new.
 */
export function addEntries(
  told: Told,
  entries: readonly LogEntry[],
  settings: FoldSettings,
): Added | undefined {
  const { record } = told;
  const news = new Map<string, LogEntry>();
  for (const entry of entries) {
    const before = news.get(entry.key);
    if (before === undefined || versionOf(entry) > versionOf(before))
      news.set(entry.key, notBeforeBase(entry, record));
  }
  const replaced = new Set<string>();
  for (const before of record.log) {
    const entry = news.get(before.key);
    if (entry === undefined) continue;
    if (versionOf(entry) > versionOf(before)) replaced.add(entry.key);
    else news.delete(entry.key);
  }
  if (news.size === 0) return undefined;
  const sorted = [...news.values()].sort(inOrder);
  const added = sorted.filter(({ key }) => !replaced.has(key));
  const [first, newest] = [sorted[0], record.log.at(-1)];
  const isAppended = first !== undefined && (newest === undefined || inOrder(newest, first) < 0);
  if (isAppended && replaced.size === 0) {
    const state = fold(told.state, sorted, anchorsOf(record.numbered), settings);
    return { told: { record: { ...record, log: [...record.log, ...sorted] }, state }, added };
  }
  const log = [...record.log.filter(({ key }) => !replaced.has(key)), ...sorted].sort(inOrder);
  return { told: tell({ ...record, log }, settings), added };
}

/** What comes later than its time has been folded up counts all the same, at the earliest time that is left. */
function notBeforeBase(entry: LogEntry, { base }: IncidentRecord): LogEntry {
  return base === undefined || entry.atMs > base.untilMs ? entry : { ...entry, atMs: base.untilMs + 1 };
}

function versionOf(entry: LogEntry): number {
  return 'version' in entry ? (entry.version ?? 0) : 0;
}

/**
 * Folds up the oldest entries of a long or old log. Their keys must be kept for as long as they may be delivered
 * again: the caller stores them before the record.
 */
export function compact(
  told: Told,
  settings: FoldSettings,
): { readonly told: Told; readonly dropped: readonly string[] } {
  const { record } = told;
  const newestMs = record.log.at(-1)?.atMs ?? 0;
  const tooMany = record.log.length > MOST_ENTRIES ? record.log.length - MOST_ENTRIES / 2 : 0;
  const tooOld = record.log.findIndex(({ atMs }) => newestMs - atMs <= LONGEST_MS);
  const wanted = Math.max(tooMany, tooOld, tooLong(record.log));
  const lastGone = record.log[wanted - 1];
  if (lastGone === undefined) return { told, dropped: [] };
  // Never between two entries of one moment: what comes late is told from what is gone by its time.
  const until = record.log.findIndex(({ atMs }) => atMs > lastGone.atMs);
  const cut = until < 0 ? record.log.length : until;
  const gone = record.log.slice(0, cut);
  const folded = fold(record.base?.state ?? EMPTY_STATE, gone, anchorsOf(record.numbered), settings);
  const base = { untilMs: lastGone.atMs, state: withoutEnded(folded, lastGone.atMs, settings) };
  const numbers = new Set([...base.state.episodes, ...told.state.episodes].flatMap((one) => one.numbers));
  const kept: IncidentRecord = {
    ...record,
    base,
    log: record.log.slice(cut),
    numbered: record.numbered.filter(({ number }) => numbers.has(number)),
  };
  return { told: tell(kept, settings), dropped: gone.map(({ key }) => key) };
}

/** How many of the oldest entries must go, so that what the others say is no longer than half of what may be. */
function tooLong(log: readonly LogEntry[]): number {
  const told = new Set<string>();
  let chars = 0;
  let keptFrom = log.length;
  for (const [at, entry] of [...log.entries()].reverse()) {
    chars += charsOf(entry, told);
    if (chars <= MOST_CHARS / 2) keptFrom = at;
  }
  return chars > MOST_CHARS ? keptFrom : 0;
}

/** Entries that say the same share it. */
function charsOf(entry: LogEntry, told: Set<string>): number {
  if ('deed' in entry) return FRAME_CHARS + (entry.text?.length ?? 0);
  const { id, title, text, reason = '', detail = '' } = entry.what;
  if (told.has(id)) return 0;
  told.add(id);
  return FRAME_CHARS + title.length + text.length + reason.length + detail.length;
}

/** Incidents that cannot be reopened any more stand in the archive. */
function withoutEnded({ episodes, recent }: LogState, untilMs: number, { reopenMs }: FoldSettings): LogState {
  const open = episodes.filter(
    ({ resolved }, at) =>
      at === episodes.length - 1 || resolved === undefined || untilMs - resolved.atMs <= reopenMs,
  );
  return { episodes: open, recent };
}

/** Gives numbers to incidents that have none; `take` is called once for each. */
export async function withNumbers(
  told: Told,
  take: (episode: Episode) => Promise<number>,
  settings: FoldSettings,
): Promise<Told> {
  const nameless = told.state.episodes.filter(({ numbers }) => numbers.length === 0);
  if (nameless.length === 0) return told;
  const numbered: Numbered[] = [];
  for (const episode of nameless) {
    numbered.push({ number: await take(episode), anchor: episode.opening, rev: 0, told: [] });
  }
  return tell({ ...told.record, numbered: [...told.record.numbered, ...numbered] }, settings);
}

/**
 * The incidents of a record, oldest first. Two that turned out to be one (an event between them came late) are the
 * earlier one; the other is closed as part of it.
 */
export function incidentsOf({ record, state }: Told): readonly Incident[] {
  return state.episodes.flatMap((episode) => {
    const [number, ...others] = episode.numbers;
    if (number === undefined) return [];
    const incident = toIncident(record, episode, number);
    const swallowed = others.map((other) => mergedInto(toIncident(record, episode, other), incident));
    return [incident, ...swallowed];
  });
}

/** The incident with this number. */
export function incidentNumbered(told: Told, number: number): Incident | undefined {
  return incidentsOf(told).find((incident) => incident.number === number);
}

/** The episode that has this number. */
export function episodeNumbered({ state }: Told, number: number): Episode | undefined {
  return state.episodes.find(({ numbers }) => numbers.includes(number));
}

function toIncident(record: IncidentRecord, episode: Episode, number: number): Incident {
  const { cause, title, severity, openedAtMs, lastSeenAtMs, count, facts } = episode;
  const { sinceMs, reason, acknowledged, resolved, reopenedAtMs, hook, isTest } = episode;
  const known = record.numbered.find((one) => one.number === number);
  const own: Incident = {
    id: incidentId(slotOf(record.target), number),
    number,
    target: record.target,
    severity,
    cause,
    title,
    state: resolved !== undefined ? 'resolved' : acknowledged !== undefined ? 'acknowledged' : 'open',
    openedAtMs,
    lastSeenAtMs,
    count,
    facts,
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(reason === undefined ? {} : { reason }),
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(resolved === undefined ? {} : { resolved }),
    ...(reopenedAtMs === undefined ? {} : { reopenedAtMs }),
    ...(hook === undefined || resolved !== undefined ? {} : { hook }),
    ...(isTest === undefined ? {} : { isTest }),
    ...(known?.mutedUntilMs === undefined ? {} : { mutedUntilMs: known.mutedUntilMs }),
    ...(known?.runbookUrl === undefined ? {} : { runbookUrl: known.runbookUrl }),
    ...(known === undefined || known.told.length === 0 ? {} : { toldIn: known.told }),
    ...(known?.findings === undefined ? {} : { findings: known.findings }),
    version: known?.rev ?? 0,
  };
  return known === undefined ? own : inGroup(own, known);
}

/** A member of a group is closed as part of its leader; the leader is open for as long as any member is. */
function inGroup(own: Incident, { group, members }: Numbered): Incident {
  if (group !== undefined && group.leader !== own.id) {
    return mergedInto(own, { id: group.leader, number: group.leaderNumber });
  }
  if (members === undefined) return own;
  const others = members.filter(({ incident }) => incident !== own.id);
  const whole = {
    ...own,
    members,
    severity: gravest(own, others),
    count: others.reduce((sum, { count }) => sum + count, own.count),
    facts: [...own.facts, ...others.slice(0, MOST_TOLD).flatMap((other) => memberFacts(other, own))],
  };
  if (own.resolved === undefined || others.every((other) => isOverIn(other, own.resolved))) return whole;
  const { resolved: _own, ...open } = whole;
  return { ...open, state: own.acknowledged === undefined ? 'open' : 'acknowledged' };
}

/** Of more services than this the root alone tells; a thread of hundreds nobody reads. */
const MOST_TOLD = 30;

/** One that fails in a graver way than all is still told here and nowhere else. */
function gravest({ severity }: Incident, others: readonly GroupMember[]): Severity {
  const all = others.flatMap((other) => (other.isOver ? [] : (other.severity ?? [])));
  return SEVERITIES.find((one) => one === severity || all.includes(one)) ?? severity;
}

/** Closed by hand is closed for all, until one of them fails again. */
function isOverIn({ isOver, lastSeenAtMs = 0 }: GroupMember, resolved: Incident['resolved']): boolean {
  return isOver || (resolved?.by !== undefined && lastSeenAtMs <= resolved.atMs);
}

function memberFacts(member: GroupMember, { severity }: Incident): Incident['facts'] {
  const { target, number, atMs, isOver, title } = member;
  const name = target.service ?? target.cluster ?? target.account;
  const told = (key: string, text: string, kind: 'worse' | 'better') => [
    { key: `member-${number}${key}`, atMs, text, kind },
  ];
  const isGraver = SEVERITIES.indexOf(member.severity ?? severity) < SEVERITIES.indexOf(severity);
  return [
    ...told('', `${name} fails for the same reason`, 'worse'),
    ...(isGraver && title !== undefined ? told(`-${member.severity}`, `${name}: ${title}`, 'worse') : []),
    ...(isOver ? told('-over', `${name} is well again`, 'better') : []),
  ];
}

function mergedInto(own: Incident, into: { readonly id: string; readonly number: number }): Incident {
  const { hook: _hook, ...rest } = own;
  return {
    ...rest,
    state: 'resolved',
    resolved: own.resolved ?? { atMs: own.lastSeenAtMs, how: `It is part of #${into.number}` },
    merged: { into: into.id, number: into.number },
  };
}
