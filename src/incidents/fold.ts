import type { IncidentFact, Severity } from '../domain/incident.ts';
import { SEVERITIES } from '../domain/incident.ts';
import type {
  DeedEntry,
  Episode,
  EventEntry,
  LogEntry,
  LogState,
  Numbered,
  Outstanding,
} from '../domain/incident-log.ts';
import { type CrashLoopSettings, crashLoopOf } from './crash-loop.ts';
import { applyDeed } from './deeds.ts';
import { withFact } from './facts.ts';

/** The rules by which entries become incidents; all in milliseconds. */
export interface FoldSettings {
  /** The same service failing again within this time after its end reopens its incident. */
  readonly reopenMs: number;
  /** So many failing stops within this time are an incident of their own. */
  readonly crashLoop: CrashLoopSettings;
  /** What happened so long before the first failure belongs to the story: a deployment, somebody's change. */
  readonly contextMs: number;
}

export const FOLD_DEFAULTS: FoldSettings = {
  reopenMs: 30 * 60_000,
  crashLoop: { stops: 3, withinMs: 10 * 60_000 },
  contextMs: 30 * 60_000,
};

export const EMPTY_STATE: LogState = { episodes: [], recent: [] };

const RECENT_KEPT = 50;
/** A recovery that lasted no longer than this was none to the person who has the incident. */
export const BLIP_MS = 10 * 60_000;
/** After so many reopenings the count and the state in the root tell the rest. */
const MOST_RETOLD = 5;
/** It belongs where its first shared cause is; the next ones count where that turns out to be another. */
const MOST_SHARED = 10;

/**
 * What entries come to, on top of what came before. Entries must be sorted ({@link inOrder}); then the result does
 * not depend on the order in which they arrived. Pure.
 */
export function fold(
  before: LogState,
  entries: readonly LogEntry[],
  anchors: ReadonlyMap<string, number>,
  settings: FoldSettings,
): LogState {
  let state = before;
  let waiting: readonly number[] = [];
  for (const entry of entries) {
    state = step(state, entry, settings);
    const number = anchors.get(entry.key);
    if (number !== undefined) waiting = [...waiting, number];
    if (waiting.length === 0 || !isPart(entry, state)) continue;
    state = withAnchors(state, waiting);
    waiting = [];
  }
  return withAnchors(state, waiting);
}

/** A stop that once completed a crash loop may come before its beginning now, where others were sent again later. */
function isPart(entry: LogEntry, { episodes }: LogState): boolean {
  const last = episodes.at(-1);
  const isLoose = 'what' in entry && entry.what.effect === 'stop' && last?.resolved !== undefined;
  return last !== undefined && !isLoose;
}

/** The anchors of numbered incidents, for {@link fold}. */
export function anchorsOf(numbered: readonly Numbered[]): ReadonlyMap<string, number> {
  return new Map(numbered.map(({ anchor, number }) => [anchor, number]));
}

/** By time; of the same moment failures first and recoveries last, then by key: nothing depends on arrival. */
export function inOrder(a: LogEntry, b: LogEntry): number {
  return a.atMs - b.atMs || place(a) - place(b) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function place(entry: LogEntry): number {
  if ('deed' in entry) return 4;
  return { failure: 0, stop: 1, context: 2, recovery: 3 }[entry.what.effect];
}

function step(state: LogState, entry: LogEntry, settings: FoldSettings): LogState {
  if ('deed' in entry) return withDeed(state, entry);
  switch (entry.what.effect) {
    case 'failure':
      return onFailure(state, entry, settings);
    case 'stop':
      return onStop(state, entry, settings);
    case 'recovery':
      return onRecovery(state, entry);
    case 'context':
      return onContext(state, entry, settings);
  }
}

function onFailure(state: LogState, entry: EventEntry, settings: FoldSettings): LogState {
  const last = state.episodes.at(-1);
  const endedMs = last?.resolved?.atMs;
  if (last === undefined || (endedMs !== undefined && entry.atMs - endedMs > settings.reopenMs)) {
    return { ...state, episodes: [...state.episodes, worsened(opened(state, entry, settings), entry)] };
  }
  return withLast(state, worsened(endedMs === undefined ? last : reopened(last, entry.atMs), entry));
}

function withLast(state: LogState, last: Episode): LogState {
  return { ...state, episodes: [...state.episodes.slice(0, -1), last] };
}

/** The failing stops that led to it count; what else happened shortly before is part of the story. */
function opened({ episodes, recent }: LogState, entry: EventEntry, settings: FoldSettings): Episode {
  const endedMs = episodes.at(-1)?.resolved?.atMs ?? Number.NEGATIVE_INFINITY;
  const earlier = recent.filter(({ atMs }) => atMs >= Math.max(entry.atMs - settings.contextMs, endedMs));
  const stops = earlier.filter(({ what }) => what.effect === 'stop').length;
  const { what } = entry;
  const beganMs = Math.max(what.sinceMs ?? entry.atMs, endedMs);
  return {
    opening: entry.key,
    numbers: [],
    cause: what.name,
    title: what.title,
    severity: what.severity,
    openedAtMs: entry.atMs,
    ...(beganMs < entry.atMs ? { sinceMs: beganMs } : {}),
    lastSeenAtMs: entry.atMs,
    count: stops,
    phase: 0,
    outstanding: [],
    facts: earlier.reduce<readonly IncidentFact[]>((facts, one) => withFact(facts, factOf(one, 0)), []),
    shared: sharedOf(earlier),
    ...(what.isTest === undefined ? {} : { isTest: true as const }),
  };
}

/** Who had it has it still when it comes again at once, unless somebody thought that it was over. */
function reopened(episode: Episode, atMs: number): Episode {
  const { resolved, acknowledged, ...rest } = episode;
  const isBlip = resolved !== undefined && resolved.by === undefined && atMs - resolved.atMs <= BLIP_MS;
  const held = acknowledged !== undefined && isBlip ? { acknowledged } : {};
  return { ...rest, ...held, phase: episode.phase + 1, outstanding: [], reopenedAtMs: atMs };
}

/** The gravest cause names the incident; an equal one does too, for it is newer. */
function worsened(episode: Episode, entry: EventEntry): Episode {
  const { what } = entry;
  const outstanding = withOutstanding(episode.outstanding, what);
  return named({
    ...episode,
    outstanding,
    count: episode.count + 1,
    lastSeenAtMs: Math.max(episode.lastSeenAtMs, entry.atMs),
    facts: withFact(episode.facts, factOf(entry, episode.phase)),
    shared: withShared(episode.shared, entry),
    ...(what.hook === undefined ? {} : { hook: what.hook }),
  });
}

function withOutstanding(
  outstanding: readonly Outstanding[],
  { name, title, severity, reason, subject = '' }: EventEntry['what'],
): readonly Outstanding[] {
  const before = outstanding.find((one) => one.subject === subject);
  const news = { subject, cause: name, title, severity, ...(reason === undefined ? {} : { reason }) };
  const merged =
    before !== undefined && rank(severity) > rank(before.severity) ? before : withReason(news, before);
  return [...outstanding.filter((one) => one !== before), merged];
}

/** A repetition that gives no reason does not take away the one that is known. */
function withReason(news: Outstanding, before: Outstanding | undefined): Outstanding {
  if (news.reason !== undefined || before?.reason === undefined || before.cause !== news.cause) return news;
  return { ...news, reason: before.reason };
}

function named(episode: Episode): Episode {
  const gravest = episode.outstanding.reduce<Outstanding | undefined>(
    (worst, one) => (worst === undefined || rank(one.severity) <= rank(worst.severity) ? one : worst),
    undefined,
  );
  if (gravest === undefined) return episode;
  const { reason: _old, ...rest } = episode;
  const { cause, title, severity, reason } = gravest;
  return { ...rest, cause, title, severity, ...(reason === undefined ? {} : { reason }) };
}

/** A task that failed: part of an open incident, and with others of its kind the beginning of one. */
function onStop(state: LogState, entry: EventEntry, settings: FoldSettings): LogState {
  const { crashLoop, contextMs } = settings;
  const remembered = { ...state, recent: remember(state.recent, entry, contextMs) };
  const last = state.episodes.at(-1);
  if (last !== undefined && last.resolved === undefined) {
    const joined: Episode = {
      ...last,
      count: last.count + 1,
      lastSeenAtMs: Math.max(last.lastSeenAtMs, entry.atMs),
      facts: withFact(last.facts, factOf(entry, last.phase)),
      shared: withShared(last.shared, entry),
    };
    return withLast(remembered, joined);
  }
  const loop = crashLoopOf(remembered.recent, entry, crashLoop);
  if (loop === undefined) return remembered;
  const after = onFailure(remembered, loop, settings);
  const begun = after.episodes.at(-1);
  // The stop itself has been counted as one of those that led here.
  const isNew = begun?.phase === 0 && begun.opening === entry.key;
  return begun !== undefined && isNew ? withLast(after, { ...begun, count: begun.count - 1 }) : after;
}

/** What ends by itself ends alone; a steady state ends everything about the service that does not. */
function onRecovery(state: LogState, entry: EventEntry): LogState {
  const last = state.episodes.at(-1);
  if (last === undefined) return state;
  const { subject = '', title } = entry.what;
  const outstanding = last.outstanding.filter((one) => one.subject !== subject);
  // An alarm that goes well although it was never told of is no news.
  if (outstanding.length === last.outstanding.length) return state;
  const { hook, ...rest } = last;
  const kept = { ...rest, outstanding, ...(hook === undefined || hook.id === subject ? {} : { hook }) };
  // Closed by hand before: what ends now would not begin again if that were taken back.
  if (last.resolved !== undefined) return withLast(state, kept);
  const told = { ...kept, facts: withFact(last.facts, factOf(entry, last.phase)) };
  const next =
    outstanding.length === 0
      ? { ...told, resolved: { atMs: entry.atMs, how: howOf(title, told) } }
      : named(told);
  return withLast(state, next);
}

/** After a rollback the deployment that completes is not the one that people wait for. */
function howOf(title: string, { facts, phase }: Episode): string {
  const now = facts.filter(({ key }) => phase === 0 || key.endsWith(inPhase(phase)));
  const isBack = now.some(({ detail = '' }) => /\brolling back\b|\brolled back\b/i.test(detail));
  return isBack ? `${title}, after a rollback` : title;
}

function onContext(state: LogState, entry: EventEntry, { contextMs }: FoldSettings): LogState {
  const last = state.episodes.at(-1);
  if (last === undefined || last.resolved !== undefined) {
    return { ...state, recent: remember(state.recent, entry, contextMs) };
  }
  return withLast(state, { ...last, facts: withFact(last.facts, factOf(entry, last.phase)) });
}

function remember(
  recent: readonly EventEntry[],
  entry: EventEntry,
  contextMs: number,
): readonly EventEntry[] {
  return [...recent.filter(({ atMs }) => entry.atMs - atMs <= contextMs), entry].slice(-RECENT_KEPT);
}

function withDeed(state: LogState, entry: DeedEntry): LogState {
  const at = state.episodes.findIndex(({ numbers }) => numbers.includes(entry.incident));
  const episode = state.episodes[at];
  if (episode === undefined) return state;
  return { ...state, episodes: state.episodes.with(at, applyDeed(episode, entry)) };
}

/** An entry that once opened an incident gives its number to the episode in which it now lies, else to the next one. */
function withAnchors(state: LogState, numbers: readonly number[]): LogState {
  const last = state.episodes.at(-1);
  const news = numbers.filter((number) => last?.numbers.includes(number) === false);
  if (last === undefined || news.length === 0) return state;
  return withLast(state, { ...last, numbers: [...last.numbers, ...news].sort((a, b) => a - b) });
}

/**
 * A fact is told once in each phase: its key names what and in which, not which event. What comes and goes all the time
 * is no news any more.
 */
function factOf({ atMs, task, what }: EventEntry, phase: number): IncidentFact {
  return {
    key: `${what.signature}${inPhase(phase)}`,
    atMs,
    text: task === undefined ? what.text : `Task ${task.slice(0, 8)} ${what.text}`,
    kind: what.kind,
    ...(what.detail === undefined ? {} : { detail: what.detail }),
  };
}

function inPhase(phase: number): string {
  return phase === 0 ? '' : `~${Math.min(phase, MOST_RETOLD)}`;
}

function sharedOf(entries: readonly EventEntry[]): Episode['shared'] {
  return entries.reduce<Episode['shared']>(withShared, []);
}

function withShared(shared: Episode['shared'], { atMs, what }: EventEntry): Episode['shared'] {
  const { shared: key } = what;
  if (key === undefined || shared.length >= MOST_SHARED || shared.some((one) => one.key === key))
    return shared;
  return [...shared, { key, atMs }];
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
