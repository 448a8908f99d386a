import type { Incident } from '../domain/incident.ts';
import { destinationKey, parseDestination, type WantedMessage } from '../messaging/messenger.ts';
import type { RoutePlan } from '../messaging/route-plan.ts';
import type { Page, PageRecord, PageTarget } from '../store/page-store.ts';
import { type DueStep, doneKey } from './escalation.ts';
import { followingMessage, stepMessages } from './escalation-messages.ts';
import { pageKey } from './pages-pagerduty.ts';

/**
 * What is known about an incident once it was looked at: since when nobody has had it. One that is given back or
 * begins anew begins a new round, in which every step comes again.
 */
export function observed(
  before: PageRecord | undefined,
  incident: Pick<Incident, 'id' | 'state' | 'openedAtMs'>,
  nowMs: number,
): PageRecord {
  const isOpen = incident.state === 'open';
  if (before === undefined) {
    const fresh = { incident: incident.id, round: 0, ...NOTHING_YET, posts: [], shown: '', pages: [] };
    return isOpen ? { ...fresh, waitingSinceMs: incident.openedAtMs } : fresh;
  }
  if (isOpen) {
    if (before.waitingSinceMs !== undefined) return before;
    return { ...before, round: before.round + 1, waitingSinceMs: nowMs, ...NOTHING_YET };
  }
  const { waitingSinceMs: _had, ...rest } = before;
  return rest;
}

const NOTHING_YET = { held: [], freeSinceMs: {}, done: [] };

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
      posts: [...record.posts, ...posts],
      shown: shownOf(incident),
      pages: fresh.reduce((pages, step) => withPages(pages, incident.id, record.round, step), record.pages),
    },
  };
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
    pages.some((page) => page.key === key && JSON.stringify(page.target) === JSON.stringify(target));
  const added = targets.filter((target) => !isThere(target));
  return [...pages, ...added.map((target) => ({ target, key, dest: destinationKey(dest) }))];
}

function shownOf({ state, severity, title, acknowledged }: Incident): string {
  return JSON.stringify([state, severity, title, acknowledged?.by.name]);
}
