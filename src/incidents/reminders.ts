import { incidentTitle } from '../cards/incident-words.ts';
import type { Incident } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import {
  type Destination,
  destinationKey,
  parseDestination,
  type WantedMessage,
} from '../messaging/messenger.ts';
import type { RouteBook } from '../messaging/route-book.ts';
import type { Page, PageEvent, PageRecord, PageStore } from '../store/page-store.ts';
import type { Versioned } from '../store/versioned.ts';
import type { Log } from '../telemetry/log.ts';
import { dueSteps } from './escalation.ts';
import { gaveUpMessage, targetName } from './escalation-messages.ts';
import { planOf } from './escalation-plan.ts';
import { observed, withFollowing, withHolds, withSteps } from './escalation-record.ts';
import { wantedMessages } from './messages.ts';
import type { Pager } from './pages.ts';
import { afterCall, claimed, eventFor, pendingEvent } from './pages-due.ts';
import type { IncidentReader } from './reader.ts';

/** For the people who run Deckhand. The key is the same for the same trouble, whoever notices it. */
export interface PageNote {
  readonly key: string;
  readonly text: string;
}

export interface RemindersOptions {
  readonly incidents: Pick<IncidentReader, 'open' | 'byId'>;
  readonly plan: RouteBook['plan'];
  readonly want: (messages: readonly WantedMessage[]) => Promise<void>;
  readonly pages: Pick<PageStore, 'get' | 'save' | 'active'>;
  readonly pager: Pager;
  /** Another program could not be told; the incident's thread says so already. */
  readonly onGiveUp: (note: PageNote) => Promise<void>;
  /** The domain's clock: how long nobody has had an incident. */
  readonly clock: Clock;
  /** The machine's: when calls are repeated. */
  readonly systemNow: () => number;
  readonly log: Pick<Log, 'warn' | 'info'>;
}

/** Reminds of what nobody has taken, escalates it, and keeps other programs up to date. */
export interface Reminders {
  /**
   * Does whatever is due; to be called every 15 seconds, in every process. What several processes do at once happens
   * once; a process that dies in between is followed by the next run of any other.
   */
  run(): Promise<void>;
}

const MOST = 1000;
const AT_ONCE = 8;
const TRIES = 3;

/** The reminders of this process. */
export function makeReminders(options: RemindersOptions): Reminders {
  let running: Promise<void> | undefined;
  return {
    run() {
      running ??= runOnce(options).finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

interface Attended {
  readonly incident: Incident | undefined;
  readonly seen: Versioned<PageRecord> | undefined;
  readonly id: string;
}

async function runOnce(options: RemindersOptions): Promise<void> {
  const [open, active] = await Promise.all([options.incidents.open(), options.pages.active(MOST)]);
  const records = new Map(active.map((record) => [record.value.incident, record]));
  const byId = new Map(open.map((incident) => [incident.id, incident]));
  const ids = [...new Set([...byId.keys(), ...records.keys()])];
  const queue = ids.values();
  const worker = async () => {
    for (const id of queue) {
      try {
        const incident = byId.get(id) ?? (await options.incidents.byId(id));
        await attend(options, { id, incident, seen: records.get(id) });
      } catch (error) {
        options.log.warn({ err: error, incident: id }, 'what is due for an incident is left to the next run');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function attend(options: RemindersOptions, { id, incident, seen }: Attended): Promise<void> {
  const { pages } = options;
  let current = seen;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (incident === undefined) {
      if (current !== undefined) await pages.save(current.version, current.value, true);
      return;
    }
    const stepped = await stepOn(options, incident, current);
    if (stepped === undefined) return;
    const version = current?.version ?? 0;
    // The index that listed the record may lag behind, and what is told cannot be taken back.
    const newest = stepped.messages.length > 0 ? await pages.get(id) : current;
    if ((newest?.version ?? 0) === version) {
      if (stepped.messages.length > 0) await options.want(stepped.messages);
      if (await pages.save(version, stepped.record, stepped.isOver)) {
        await callAll(options, incident, { value: stepped.record, version: version + 1 }, stepped.calls);
        return;
      }
    }
    current = await pages.get(id);
  }
}

interface Stepped {
  readonly record: PageRecord;
  readonly messages: readonly WantedMessage[];
  readonly calls: readonly Call[];
  /** Nothing is left to do unless the incident changes. */
  readonly isOver: boolean;
}

interface Call {
  readonly page: Page;
  readonly event: PageEvent;
}

/** What is due; undefined when nothing has to be told or written down. */
async function stepOn(
  options: RemindersOptions,
  incident: Incident,
  seen: Versioned<PageRecord> | undefined,
): Promise<Stepped | undefined> {
  const { clock, systemNow } = options;
  if (incident.isTest !== undefined) return undefined;
  const begun = observed(seen?.value, incident, clock.now());
  const plan = await planOf(incident, begun.waitingSinceMs, options.plan);
  // Who is not grave enough to be reminded of is not followed until that changes.
  if (seen === undefined && !plan.isPressing) return undefined;
  const known = withHolds(begun, plan, clock.now());
  const due = dueSteps(incident, known.plan, clock.now(), known.record.steps);
  const taken = withSteps(known.record, incident, due);
  const followed = withFollowing(taken.record, incident, clock.now());
  const messages = [...taken.messages, ...followed.messages];
  // A channel that was added meanwhile does not have the incident yet.
  const dests = taken.messages.length === 0 ? [] : uniqueDestinations(due.map(({ dest }) => dest));
  const roots = wantedMessages(incident, dests, clock.now());
  const event = eventFor(incident);
  const calls: Call[] = [];
  const pages = followed.record.pages.map((page) => {
    const pending = pendingEvent(page, event);
    const claim = pending === undefined ? undefined : claimed(page, pending, systemNow());
    if (claim !== undefined) calls.push({ page: claim, event });
    return claim ?? page;
  });
  const record = { ...followed.record, pages };
  const isOver =
    incident.state === 'resolved' && pages.every((page) => pendingEvent(page, event) === undefined);
  const isSame = seen !== undefined && JSON.stringify(seen.value) === JSON.stringify(record);
  if (isSame && !isOver) return undefined;
  return { record, calls, isOver, messages: [...roots, ...messages] };
}

async function callAll(
  options: RemindersOptions,
  incident: Incident,
  saved: Versioned<PageRecord>,
  calls: readonly Call[],
): Promise<void> {
  if (calls.length === 0) return;
  const outcomes = await Promise.all(
    calls.map(async ({ page, event }) => {
      const paged = await options.pager.send(page, event, incident);
      const after = afterCall(page, event, paged, options.systemNow());
      if (after.gaveUp !== undefined) await tellGaveUp(options, incident, { page, event }, after.gaveUp);
      return after.page;
    }),
  );
  let current: Versioned<PageRecord> | undefined = saved;
  for (let attempt = 1; attempt <= TRIES && current !== undefined; attempt += 1) {
    const pages = current.value.pages.map((page) => outcomes.find((one) => isSamePage(one, page)) ?? page);
    const event = eventFor(incident);
    const isOver =
      incident.state === 'resolved' && pages.every((page) => pendingEvent(page, event) === undefined);
    if (await options.pages.save(current.version, { ...current.value, pages }, isOver)) return;
    current = await options.pages.get(incident.id);
  }
}

/** Before it is written down, so that a crash in between tells it again under the same key. */
async function tellGaveUp(
  options: RemindersOptions,
  incident: Incident,
  { page, event }: Call,
  why: string,
): Promise<void> {
  const name = targetName(page.target);
  const then = event === 'triggered' ? ' Call whoever is on duty yourself.' : '';
  const text = `I could not tell ${name} that #${incident.number} ${incidentTitle(incident)} is ${event}: ${why}${then}`;
  options.log.warn({ incident: incident.id, event, target: name, why }, 'another program could not be told');
  const dest = parseDestination(page.dest);
  const key = `${event}-${page.key.includes('~') ? page.key.slice(page.key.lastIndexOf('~') + 1) : '1'}-failed`;
  if (dest !== undefined)
    await options.want([gaveUpMessage(incident, dest, { key: `${page.target.kind}-${key}`, text })]);
  await options.onGiveUp({ key: `page/${incident.id}/${name}/${key}`, text });
}

function isSamePage(a: Page, b: Page): boolean {
  return a.key === b.key && JSON.stringify(a.target) === JSON.stringify(b.target);
}

function uniqueDestinations(dests: readonly Destination[]): readonly Destination[] {
  return [...new Map(dests.map((dest) => [destinationKey(dest), dest])).values()];
}
