import { incidentsCard } from '../cards/incidents-card.ts';
import { inScope } from '../domain/fleet.ts';
import type { Incident } from '../domain/incident.ts';
import { isSamePerson, type Person } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import type { IncidentReader } from '../incidents/incidents.ts';
import type { Handler } from './command.ts';

/** `alerts [open|mine|all]`; all is what is open and what ended today or yesterday. */
export function makeAlertsCommand(deps: {
  readonly incidents: IncidentReader;
  readonly clock: Clock;
}): Handler {
  return async (intent, asking) => {
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
  };
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
  };
}
