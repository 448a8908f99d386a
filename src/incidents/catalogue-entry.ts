import type { Severity } from '../domain/incident.ts';

/**
 * What an event means to the incident of its service: a failure begins or worsens one, a recovery ends it, context is
 * told within one, and what is quiet is never told.
 */
export type Effect = 'failure' | 'recovery' | 'context' | 'quiet';

/** One kind of event, explained for somebody who was just woken up and does not know ECS's words. */
export interface CatalogueEntry {
  readonly title: string;
  /** One sentence. */
  readonly meaning: string;
  /** What usually stands behind it, the most common first. */
  readonly causes: readonly string[];
  /** What users of the service notice. One sentence. */
  readonly impact: string;
  readonly severity: Severity;
  readonly effect: Effect;
  /** What to do, in order. */
  readonly remedy: readonly RemedyStep[];
  /** The page that documents the event. */
  readonly source: string;
}

export interface RemedyStep {
  readonly text: string;
  /** What a person can say to Deckhand for it. `{service}` and `{cluster}` stand for the incident's own. */
  readonly command?: string;
}

/** The developer guide of ECS, where most events are documented. */
export const GUIDE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide';

/** Steps that many remedies share. */
export const LOOK: RemedyStep = {
  text: 'See tasks, deployments and the newest stop reasons.',
  command: 'service {service}',
};
export const ROLL_BACK: RemedyStep = {
  text: 'If it began with a deployment, go back to the revision before.',
  command: 'rollback {service}',
};

const SERVICE_EVENTS = `${GUIDE}/ecs_service_events.html`;

/** What an entry of a failure says; the source may be left out where it is the page of service events. */
type Told = Pick<CatalogueEntry, 'title' | 'meaning' | 'causes' | 'impact' | 'remedy'> &
  Partial<CatalogueEntry>;

/** An entry that begins or worsens an incident. */
export function failure(severity: Severity, told: Told): CatalogueEntry {
  return { source: SERVICE_EVENTS, ...told, severity, effect: 'failure' };
}

type News = Pick<CatalogueEntry, 'title' | 'meaning'> & Partial<CatalogueEntry>;

/** An entry that ends an incident. */
export function recovery(told: News): CatalogueEntry {
  return {
    source: SERVICE_EVENTS,
    causes: ['What was wrong is fixed.', 'A rollback or a replacement took effect.'],
    impact: 'None any more.',
    remedy: [
      { text: 'Make sure that it stays so.', command: 'service {service}' },
      { text: 'Look for what had caused it while it is fresh.' },
    ],
    ...told,
    severity: 'info',
    effect: 'recovery',
  };
}

/** An entry that is told within an incident. */
export function context(told: News): CatalogueEntry {
  return {
    source: SERVICE_EVENTS,
    causes: ['A person, a pipeline or a scaling policy changed something.', 'ECS does its usual work.'],
    impact: 'None by itself.',
    remedy: [
      { text: 'Nothing to do; it may explain what comes next.' },
      { text: 'See how the service is.', command: 'service {service}' },
    ],
    ...told,
    severity: 'info',
    effect: 'context',
  };
}

/** An entry that is never told. */
export function quiet(told: News): CatalogueEntry {
  return { ...context(told), effect: 'quiet' };
}
