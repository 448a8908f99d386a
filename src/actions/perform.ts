import type { Card } from '../cards/card.ts';
import { incidentTitle } from '../cards/incident-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Incident } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import { type Clock, formatDuration } from '../domain/time.ts';
import type { Acknowledged, Incidents } from '../incidents/incidents.ts';
import type { Log } from '../telemetry/log.ts';

/** What somebody asked to be done, by a click or by their own words. */
export type Action = { readonly kind: 'ack'; readonly incident: string };

/** What became of it. `card` is for the person who asked; what others should know is told where it belongs. */
export interface Performed {
  readonly done: boolean;
  readonly card: Card;
}

/** The one way anything is changed. */
export type Perform = (action: Action, person: Person) => Promise<Performed>;

/** Every action is logged with who did it, what it was and how it ended. */
export function makePerform(deps: {
  readonly incidents: Incidents;
  readonly clock: Clock;
  readonly log: Log;
}): Perform {
  return async (action, person) => {
    const result = await deps.incidents.acknowledge(action.incident, person);
    deps.log.info(
      {
        action: action.kind,
        incident: action.incident,
        person: `${person.platform}:${person.id}`,
        outcome: result.outcome,
      },
      'an action was performed',
    );
    return acknowledged(result, deps.clock.now());
  };
}

function acknowledged(result: Acknowledged, nowMs: number): Performed {
  switch (result.outcome) {
    case 'done':
    case 'already_yours':
      return { done: true, card: { ...refusalCard(`You have ${nameOf(result.incident)}.`), tone: 'good' } };
    case 'taken':
      return { done: false, card: refusalCard(`${holder(result.incident, nowMs)} Nothing changed.`) };
    case 'resolved':
      return {
        done: false,
        card: refusalCard(`${nameOf(result.incident)} is over already. Nothing changed.`),
      };
    case 'gone':
      return { done: false, card: refusalCard('I do not know this incident any more. Nothing changed.') };
  }
}

function nameOf(incident: Incident): string {
  return `#${incident.number} ${incidentTitle(incident)}`;
}

function holder({ acknowledged: by }: Incident, nowMs: number): string {
  return by === undefined
    ? 'Somebody else has it.'
    : `${by.by.name} has had it for ${formatDuration(nowMs - by.atMs)}.`;
}
