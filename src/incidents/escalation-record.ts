import type { Incident } from '../domain/incident.ts';
import { destinationKey, parseDestination, type WantedMessage } from '../messaging/messenger.ts';
import type { RoutePlan } from '../messaging/route-plan.ts';
import type { Page, PageRecord, PageTarget } from '../store/page-store.ts';
import { type DueStep, doneKey, stepName } from './escalation.ts';
import { followingMessage, stepMessages } from './escalation-messages.ts';
import { BLIP_MS } from './fold.ts';
import { mayBeOver } from './pages-due.ts';
import { keyOfNextCall, pageKey, roundOfPage } from './pages-pagerduty.ts';

type Seen = Pick<Incident, 'id' | 'state' | 'openedAtMs' | 'reopenedAtMs' | 'resolved'>;

/**
 * What is known about an incident once it was looked at: since when nobody has had it. One that is given back or comes
 * again later begins a new round, in which every step comes again; what flaps goes on with the round that it was in.
 * Time in which nobody could know of it, because its event came late, does not count.
 */
export function observed(before: PageRecord | undefined, incident: Seen, nowMs: number): PageRecord {
  const { id, state, openedAtMs } = incident;
  if (before === undefined) {
    const fresh = { incident: id, round: 0, ...NOTHING_YET, posts: [], shown: '', pages: [] };
    if (state !== 'open') return fresh;
    return { ...fresh, waitingSinceMs: openedAtMs + unseenMs(openedAtMs, nowMs) };
  }
  if (state === 'open') return before.waitingSinceMs === undefined ? again(before, incident, nowMs) : before;
  const { waitingSinceMs, ended, ...rest } = before;
  const { resolved } = incident;
  // Somebody has it, or closed it by hand: they were there.
  if (state !== 'resolved' || resolved === undefined || resolved.by !== undefined) return rest;
  const sinceMs = waitingSinceMs ?? ended?.sinceMs;
  return sinceMs === undefined ? rest : { ...rest, ended: { sinceMs, atMs: resolved.atMs } };
}

/** An event takes no longer than this to come. */
const ON_TIME_MS = 60_000;

function again({ ended, ...before }: PageRecord, { reopenedAtMs = 0 }: Seen, nowMs: number): PageRecord {
  // It may be open again without a new failure: as the one that tells the story of others, for example.
  const againMs = ended !== undefined && reopenedAtMs >= ended.atMs ? reopenedAtMs : nowMs;
  if (ended === undefined || againMs - ended.atMs > BLIP_MS) {
    return { ...before, round: before.round + 1, waitingSinceMs: nowMs, ...NOTHING_YET };
  }
  return calledAgain({ ...before, waitingSinceMs: ended.sinceMs + unseenMs(againMs, nowMs) });
}

function unseenMs(sinceMs: number, nowMs: number): number {
  return Math.max(0, nowMs - ON_TIME_MS - sinceMs);
}

/** Who was told that it is over is called anew under another key: a resolution cannot be taken back. */
function calledAgain(record: PageRecord): PageRecord {
  const pages = record.pages.flatMap((page, at) => {
    const { target, dest, key } = page;
    const later = record.pages.slice(at + 1);
    const isNewest = !later.some((one) => isSameTarget(one.target, target));
    if (!isNewest || roundOfPage(key) !== record.round || !mayBeOver(page)) return [page];
    const next = { target, dest, key: keyOfNextCall(record.incident, key) };
    // Whether the old one is over there is not known: it is told again when the incident ends.
    return page.sent === 'resolved' ? [next] : [page, next];
  });
  return { ...record, pages };
}

const NOTHING_YET = { held: [], freeSinceMs: {}, done: [], steps: {} };

/**
 * What was held back counts from when it no longer is: a mute that has ended, or was ended by hand, is in no rule any
 * more, so what was seen of it is remembered.
 */
export function withHolds(
  record: PageRecord,
  plan: RoutePlan,
  nowMs: number,
): { readonly record: PageRecord; readonly plan: RoutePlan } {
  if (record.waitingSinceMs === undefined) return { record, plan };
  const held = plan.held.map(({ dest }) => destinationKey(dest));
  const freed = record.held.filter((dest) => !held.includes(dest));
  const freeSinceMs = { ...record.freeSinceMs, ...Object.fromEntries(freed.map((dest) => [dest, nowMs])) };
  const channels = plan.channels.map((channel) => {
    const sinceMs = freeSinceMs[destinationKey(channel.dest)] ?? channel.countsFromMs;
    return { ...channel, countsFromMs: Math.max(channel.countsFromMs, sinceMs) };
  });
  return { record: { ...record, held, freeSinceMs }, plan: { ...plan, channels } };
}

/** Takes the steps that are due and were not taken: what is to be told, and whom to call. */
export function withSteps(
  record: PageRecord,
  incident: Incident,
  due: readonly DueStep[],
): { readonly record: PageRecord; readonly messages: readonly WantedMessage[] } {
  const fresh = due.filter((step) => !record.done.includes(doneKey(step)));
  if (fresh.length === 0) return { record, messages: [] };
  const told = fresh.map((step) => stepMessages(incident, step, record.round));
  const posts = told
    .flatMap((one) => one.posts)
    .map(({ key, dest }) => ({ key, dest: destinationKey(dest) }));
  return {
    messages: told.flatMap(({ messages }) => messages),
    record: {
      ...record,
      done: [...record.done, ...fresh.map(doneKey)],
      steps: { ...record.steps, ...numbersOf(fresh) },
      posts: [...record.posts, ...posts],
      shown: shownOf(incident),
      pages: fresh.reduce((pages, step) => withPages(pages, incident.id, record.round, step), record.pages),
    },
  };
}

function numbersOf(steps: readonly DueStep[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    steps.flatMap(({ step, number }) => (step === undefined ? [] : [[stepName(step), number]])),
  );
}

/** The messages in other channels follow the incident. */
export function withFollowing(
  record: PageRecord,
  incident: Incident,
  nowMs: number,
): { readonly record: PageRecord; readonly messages: readonly WantedMessage[] } {
  const shown = shownOf(incident);
  if (record.posts.length === 0 || record.shown === shown) return { record, messages: [] };
  const messages = record.posts.flatMap(({ key, dest }) => {
    const parsed = parseDestination(dest);
    return parsed === undefined ? [] : [followingMessage(incident, { key, dest: parsed }, nowMs)];
  });
  return { record: { ...record, shown }, messages };
}

/** One call per program and round, however many routes and steps ask for it. */
function withPages(pages: readonly Page[], incident: string, round: number, { step, dest }: DueStep): Page[] {
  const key = pageKey(incident, round);
  const targets: PageTarget[] = [
    ...(step?.pagerDuty === undefined ? [] : [{ kind: 'pagerDuty' as const, ...step.pagerDuty }]),
    ...(step?.webhook === undefined ? [] : [{ kind: 'webhook' as const, ...step.webhook }]),
  ];
  const isThere = (target: PageTarget) =>
    pages.some((page) => roundOfPage(page.key) === round && isSameTarget(page.target, target));
  const added = targets.filter((target) => !isThere(target));
  return [...pages, ...added.map((target) => ({ target, key, dest: destinationKey(dest) }))];
}

function isSameTarget(a: PageTarget, b: PageTarget): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shownOf({ state, severity, title, acknowledged }: Incident): string {
  return JSON.stringify([state, severity, title, acknowledged?.by.name]);
}
