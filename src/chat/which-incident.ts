import { typed } from '../cards/typed.ts';
import { inScope, type ServiceRef } from '../domain/fleet.ts';
import type { Incident } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';

/** The reading side of incidents, for `ack NAME`, `note #12 …` and the like. */
export interface IncidentLookup {
  byId(id: string): Promise<Incident | undefined>;
  byNumber(number: number): Promise<Incident | undefined>;
  open(): Promise<readonly Incident[]>;
  /** Closed today and yesterday, newest first. */
  recentlyClosed(): Promise<readonly Incident[]>;
}

/** The incident that is meant, the services among which to choose, or a sentence that says why there is none. */
export type WhichIncident =
  | { readonly id: string }
  | { readonly candidates: readonly ServiceRef[] }
  | { readonly none: string };

/**
 * Finds the incident that is meant: by number, by name, else the thread's. A name that several services have is clear
 * enough when one of them alone has an open incident. What can be said of an incident that is over (a note, its
 * timeline) is about the last one where none is open.
 */
export async function whichIncident(
  intent: Intent,
  thread: { readonly incident: string } | undefined,
  incidents: IncidentLookup,
  prefix: string,
): Promise<WhichIncident> {
  const list = `\`${typed(prefix, 'alerts open')}\` lists what is open.`;
  if (intent.incident !== undefined) {
    const found = await incidents.byNumber(intent.incident);
    return found ? { id: found.id } : { none: `There is no incident #${intent.incident}. ${list}` };
  }
  const here = await inThread(intent, thread, incidents);
  if (here !== undefined) return { id: here };
  const named = intent.ambiguous?.service ?? (intent.service === undefined ? undefined : [intent]);
  if (named === undefined) {
    if (thread !== undefined) return { id: thread.incident };
    return { none: `Which incident? Say it in the incident's thread, or write its number. ${list}` };
  }
  // By the incident's own names: an event may be about a service that the inventory does not hold.
  const open = await incidents.open();
  const fitting = open.filter((incident) => named.some((place) => isAbout(incident, place)));
  const [only, second] = fitting;
  const last =
    only === undefined && SAID_AFTERWARDS.has(intent.command) ? await lastOf(named, incidents) : undefined;
  if (last !== undefined) return { id: last.id };
  if (only === undefined)
    return { none: `${named[0]?.service ?? 'That service'} has no open incident. ${list}` };
  return second === undefined
    ? { id: only.id }
    : { candidates: fitting.flatMap(({ target }) => refOf(target)) };
}

/** A service whose incident another one tells is found by either name. */
function isAbout({ target, members = [] }: Incident, place: Partial<ServiceRef>): boolean {
  return inScope(target, place) || members.some((member) => inScope(member.target, place));
}

/** The thread's own incident, where no other place was named. One that is over gives way to one that is open. */
async function inThread(
  intent: Intent,
  thread: { readonly incident: string } | undefined,
  incidents: IncidentLookup,
): Promise<string | undefined> {
  if (thread === undefined || intent.ambiguous !== undefined || intent.service === undefined)
    return undefined;
  const own = await incidents.byId(thread.incident);
  if (own === undefined || !isAbout(own, intent)) return undefined;
  const counts = own.state !== 'resolved' || own.merged !== undefined || SAID_AFTERWARDS.has(intent.command);
  return counts ? own.id : undefined;
}

const SAID_AFTERWARDS: ReadonlySet<Intent['command']> = new Set(['note', 'alerts']);

async function lastOf(
  named: readonly Partial<ServiceRef>[],
  incidents: IncidentLookup,
): Promise<Incident | undefined> {
  const closed = await incidents.recentlyClosed();
  return closed.find(({ target }) => named.some((place) => inScope(target, place)));
}

function refOf({ account, region, cluster, service }: Incident['target']): readonly ServiceRef[] {
  return cluster === undefined || service === undefined ? [] : [{ account, region, cluster, service }];
}
