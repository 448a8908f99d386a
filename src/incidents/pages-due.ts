import type { Incident } from '../domain/incident.ts';
import { PAGE_EVENTS, type Page, type PageEvent } from '../store/page-store.ts';
import type { Paged } from './pages.ts';

/** How often one event is tried; with the pauses between, three quarters of an hour. */
const PAGE_TRIES = 10;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 600_000;
/** A process that has not written the outcome by then is taken for dead: longer than any call. */
const CLAIM_MS = 60_000;

/** What another program ought to know of an incident as it stands. */
export function eventFor({ state }: Pick<Incident, 'state'>): PageEvent {
  return state === 'open' ? 'triggered' : state;
}

/**
 * The event that a program has yet to be told; undefined when it knows enough. What never heard of an incident need
 * not hear that it is taken or over, unless it may have heard. An incident that is given back does not go back there.
 */
export function pendingEvent(page: Page, wanted: PageEvent): PageEvent | undefined {
  if (page.gaveUp === wanted) return undefined;
  if (page.sent === undefined) return wanted === 'triggered' || page.maybe ? wanted : undefined;
  return PAGE_EVENTS.indexOf(wanted) > PAGE_EVENTS.indexOf(page.sent) ? wanted : undefined;
}

/** Whether the program may take the incident for over, so that it has to be called under another key. */
export function mayBeOver({ sent, gaveUp, trying, maybe }: Page): boolean {
  if (sent === 'resolved' || gaveUp === 'resolved') return true;
  return trying?.event === 'resolved' && (maybe === true || trying.why === undefined);
}

/** The page as it stands when this process sends the event now; undefined when it is not the time. */
export function claimed(page: Page, event: PageEvent, systemNowMs: number): Page | undefined {
  const before = page.trying?.event === event ? page.trying : undefined;
  if (before !== undefined && before.dueMs > systemNowMs) return undefined;
  const tries = (before?.tries ?? 0) + 1;
  // A claim that was never followed by an outcome may have reached the other side.
  const unseen = page.trying !== undefined && page.trying.why === undefined;
  return {
    ...page,
    trying: { event, tries, dueMs: systemNowMs + CLAIM_MS },
    ...(unseen ? { maybe: true as const } : {}),
  };
}

/** The page after a call. `gaveUp` says why nothing more is tried. */
export function afterCall(
  page: Page,
  event: PageEvent,
  paged: Paged,
  systemNowMs: number,
): { readonly page: Page; readonly gaveUp?: string } {
  const { trying, ...rest } = page;
  if (paged.kind === 'taken') return { page: { ...rest, sent: event } };
  const tries = trying?.tries ?? 1;
  const isUnsure = paged.kind === 'later' && paged.isUnsure;
  const kept = { ...rest, ...(isUnsure ? { maybe: true as const } : {}) };
  if (paged.kind === 'refused') return { page: { ...kept, gaveUp: event }, gaveUp: paged.why };
  if (tries >= PAGE_TRIES) {
    return { page: { ...kept, gaveUp: event }, gaveUp: `${paged.why} I tried ${tries} times.` };
  }
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
  const dueMs = systemNowMs + Math.max(pauseMs, paged.retryAfterMs ?? 0);
  return { page: { ...kept, trying: { event, tries, dueMs, why: paged.why } } };
}
