import type { Access } from '../access/access.ts';
import type { Audit } from '../access/audit.ts';
import type { RateLimits } from '../access/rate-limits.ts';
import { incidentTitle } from '../cards/incident-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { DeckhandError } from '../domain/errors.ts';
import type { Incident } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import { type Clock, formatDuration } from '../domain/time.ts';
import type { Acknowledged, Incidents } from '../incidents/incidents.ts';
import type { Log } from '../telemetry/log.ts';
import type { Performed } from './performed.ts';
import { type ResumeOutbox, type ResumeOutboxDeps, resumeOutbox } from './resume-outbox.ts';
import type { WriteAction } from './writes.ts';

/** What somebody asked to be done, by a click or by their own words. */
export type Action = { readonly kind: 'ack'; readonly incident: string } | ResumeOutbox | WriteAction;

/** The one way anything is changed. */
export type Perform = (action: Action, person: Person) => Promise<Performed>;

export interface PerformDeps {
  readonly incidents: Pick<Incidents, 'acknowledge'>;
  readonly access: Access;
  readonly audit: Audit;
  readonly limits: RateLimits;
  /** Undefined where nothing keeps writes (the command line). */
  readonly writes: ((action: WriteAction, person: Person) => Promise<Performed>) | undefined;
  readonly outbox: ResumeOutboxDeps['outbox'];
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}

/** Every action is limited per person, authorised, done and written down. */
export function makePerform(deps: PerformDeps): Perform {
  return async (action, person) => {
    try {
      await deps.limits.use(person, 'write');
      if (action.kind === 'ack') return await acknowledge(deps, action.incident, person);
      if (action.kind === 'resume_outbox') return await resumeOutbox(deps, action, person);
      if (deps.writes === undefined) return no('The command line changes nothing: click in Slack or Teams.');
      return await deps.writes(action, person);
    } catch (error) {
      if (!(error instanceof DeckhandError)) throw error;
      return no(error.message);
    }
  };
}

async function acknowledge(deps: PerformDeps, id: string, person: Person): Promise<Performed> {
  const { access, audit, clock } = deps;
  const line = { by: person, action: 'ack', target: id.slice(0, id.lastIndexOf('#')) } as const;
  // The command line speaks for whoever runs it on the machine, which holds the keys to the table itself.
  if (person.platform !== 'cli') {
    try {
      await access.require(person, { action: 'ack', target: {}, prefix: '' });
    } catch (error) {
      if (!(error instanceof DeckhandError)) throw error;
      await audit.note({ ...line, atMs: clock.now(), result: 'refused', why: error.message });
      throw error;
    }
  }
  const result = await deps.incidents.acknowledge(id, person);
  await audit.note({
    ...line,
    atMs: clock.now(),
    result: result.outcome === 'done' ? 'done' : 'not_done',
    ...(result.outcome === 'gone' ? {} : { after: `#${result.incident.number} ${result.outcome}` }),
  });
  return acknowledged(result, clock.now());
}

function acknowledged(result: Acknowledged, nowMs: number): Performed {
  switch (result.outcome) {
    case 'done':
    case 'already_yours':
      return { done: true, card: { ...refusalCard(`You have ${nameOf(result.incident)}.`), tone: 'good' } };
    case 'taken':
      return no(`${holder(result.incident, nowMs)} Nothing changed.`);
    case 'resolved':
      return no(`${nameOf(result.incident)} is over already. Nothing changed.`);
    case 'gone':
      return no('I do not know this incident any more. Nothing changed.');
  }
}

function no(sentence: string): Performed {
  return { done: false, card: refusalCard(sentence) };
}

function nameOf(incident: Incident): string {
  return `#${incident.number} ${incidentTitle(incident)}`;
}

function holder({ acknowledged: by }: Incident, nowMs: number): string {
  return by === undefined
    ? 'Somebody else has it.'
    : `${by.by.name} has had it for ${formatDuration(nowMs - by.atMs)}.`;
}
