import type { Button, Card } from '../cards/card.ts';
import { lastNote } from '../cards/incident-notes.ts';
import { handoverCard } from '../cards/incident-notices.ts';
import { incidentsCard } from '../cards/incidents-card.ts';
import { timelineCard } from '../cards/timeline-card.ts';
import { timelineCsv, timelineCsvCard } from '../cards/timeline-csv.ts';
import { typed } from '../cards/typed.ts';
import { NotFound } from '../domain/errors.ts';
import { inScope } from '../domain/fleet.ts';
import type { Incident, IncidentFact } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import { isSamePerson, type Person } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import type { IncidentReader } from '../incidents/incidents.ts';
import type { Answer, Asking, Handler } from './command.ts';

export interface AlertsDeps {
  readonly incidents: IncidentReader;
  readonly clock: Clock;
}

/** `alerts [open|mine|all]`, `alerts handover`, `alerts timeline #12`; all is what is open and what ended lately. */
export function makeAlertsCommand(deps: AlertsDeps): Handler {
  return async (intent, asking) => {
    if (intent.action === 'handover') return handover(deps, intent, asking);
    if (intent.action === 'timeline') return timeline(deps, intent, asking);
    return list(deps, intent, asking);
  };
}

async function list(deps: AlertsDeps, intent: Intent, asking: Asking): Promise<Answer> {
  const which = intent.action === 'open' || intent.action === 'mine' ? intent.action : 'all';
  const open = await deps.incidents.open();
  const closed = which === 'all' ? await deps.incidents.recentlyClosed() : [];
  // One that was reopened stands in both lists; how it is now counts.
  const reopened = new Set(open.map((incident) => incident.number));
  const incidents = [...open, ...closed.filter((incident) => !reopened.has(incident.number))]
    .filter((incident) => inScope(incident.target, intent))
    .filter((incident) => which !== 'mine' || isHolder(incident, asking.person));
  return {
    card: incidentsCard({ incidents, which, nowMs: deps.clock.now() }),
    data: { incidents: incidents.map(toData) },
    verdict: 'ok',
  };
}

/** For whoever takes over: what is open, who has it since when, and the last note. */
async function handover(deps: AlertsDeps, intent: Intent, { person }: Asking): Promise<Answer> {
  const open = (await deps.incidents.open()).filter(({ target }) => inScope(target, intent));
  return {
    card: handoverCard(open, { nowMs: deps.clock.now(), by: { kind: 'person', person } }),
    data: {
      incidents: open.map((incident) => ({ ...toData(incident), lastNote: entryData(lastNote(incident)) })),
    },
    verdict: 'ok',
  };
}

/** Everything that happened to one incident; `text: csv` is the button below the list. */
async function timeline(deps: AlertsDeps, intent: Intent, { prefix }: Asking): Promise<Answer> {
  const { incident: number } = intent;
  const incident = number === undefined ? undefined : await deps.incidents.byNumber(number);
  if (incident === undefined) {
    const open = `\`${typed(prefix, 'alerts')}\``;
    throw new NotFound(
      number === undefined
        ? `Which incident? \`${typed(prefix, 'alerts timeline #12')}\`; ${open} lists their numbers.`
        : `There is no incident #${number}. ${open} lists the latest.`,
    );
  }
  const entries = incident.facts.toSorted((a, b) => a.atMs - b.atMs);
  const csv = timelineCsv(entries);
  const card =
    intent.text === CSV
      ? timelineCsvCard(csv, incident, entries.length)
      : withButton(timelineCard(incident, entries, { nowMs: deps.clock.now() }), {
          kind: 'press',
          label: 'As CSV',
          payload: { do: 'run', intent: { ...intent, text: CSV } },
        });
  return {
    card,
    data: { incident: toData(incident), timeline: entries.map(entryData), csv },
    verdict: 'ok',
  };
}

/** What the button below a timeline adds. */
const CSV = 'csv';

function withButton(card: Card, button: Button): Card {
  return { ...card, blocks: [...card.blocks, { kind: 'actions', buttons: [button] }] };
}

function entryData(fact: IncidentFact | undefined) {
  if (fact === undefined) return undefined;
  const { atMs, text, detail, kind } = fact;
  return { at: new Date(atMs).toISOString(), text, ...(detail === undefined ? {} : { detail }), kind };
}

function isHolder({ acknowledged }: Incident, person: Person): boolean {
  return acknowledged !== undefined && isSamePerson(acknowledged.by, person);
}

function toData({
  number,
  target,
  severity,
  cause,
  title,
  state,
  openedAtMs,
  lastSeenAtMs,
  count,
  acknowledged,
  resolved,
}: Incident) {
  return {
    number,
    ...target,
    severity,
    cause,
    title,
    state,
    openedAt: new Date(openedAtMs).toISOString(),
    lastSeenAt: new Date(lastSeenAtMs).toISOString(),
    count,
    acknowledgedBy: acknowledged?.by.name,
    ...(acknowledged === undefined ? {} : { acknowledgedAt: new Date(acknowledged.atMs).toISOString() }),
    ...(resolved === undefined ? {} : { resolvedAt: new Date(resolved.atMs).toISOString() }),
  };
}
