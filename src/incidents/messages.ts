import {
  type IncidentRootOptions,
  incidentFactCard,
  incidentRootCard,
  incidentStoryCard,
} from '../cards/incident-card.ts';
import type { Incident, IncidentFact } from '../domain/incident.ts';
import type { Destination, WantedMessage } from '../messaging/messenger.ts';
import { catalogueEntry } from './catalogue.ts';
import type { RemedyStep } from './catalogue-entry.ts';

/** The key of an incident's first message; facts and buttons refer to it. */
export function rootKey(incidentId: string): string {
  return `inc/${incidentId}/root`;
}

/** The incident that a message belongs to, from its key. */
export function incidentOfKey(key: string): string | undefined {
  return /^inc\/(.+)\/(root|story|(?:fact|remind|escalate)\/[^/]+)$/.exec(key)?.[1];
}

/**
 * Everything that should stand in a channel about an incident: the root, edited in place, and its story below. Slack
 * gets one reply per fact; Teams one reply that grows, because a lost answer there can double a post. The story of
 * one that is part of another is told there.
 */
export function wantedMessages(
  incident: Incident,
  destinations: readonly Destination[],
  nowMs: number,
): WantedMessage[] {
  return destinations.flatMap((dest) => [
    rootMessage(incident, dest, nowMs),
    ...(incident.merged === undefined ? storyMessages(incident, dest, nowMs) : []),
  ]);
}

function rootMessage(incident: Incident, dest: Destination, nowMs: number): WantedMessage {
  return {
    dest,
    key: rootKey(incident.id),
    rev: incident.version,
    card: incidentRootCard(incident, rootOptions(incident, nowMs)),
    ...(incident.state === 'open' && incident.severity === 'critical'
      ? { urgency: 'critical' as const }
      : incident.state === 'acknowledged'
        ? { urgency: 'ack' as const }
        : {}),
  };
}

/** What the card of an incident needs besides it. */
export function rootOptions(incident: Incident, nowMs: number): IncidentRootOptions {
  const { meaning, remedy, effect } = catalogueEntry(incident.cause, 'error');
  const { runbookUrl, mutedUntilMs, reopenedAtMs } = incident;
  return {
    nowMs,
    meaning,
    remedy: effect === 'failure' ? stepsByHand(remedy) : [],
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
    ...(mutedUntilMs === undefined ? {} : { mutedUntilMs }),
    ...(reopenedAtMs === undefined ? {} : { reopenedAtMs }),
  };
}

/** What is left to do for a person: looking, rolling back and scaling have buttons, where they would help. */
function stepsByHand(remedy: readonly RemedyStep[]): readonly string[] {
  return remedy
    .filter(({ command = '' }) => !HAS_BUTTON.test(command))
    .slice(0, MOST_STEPS)
    .map(({ text }) => text);
}

const HAS_BUTTON = /^(service|rollback|scale)\b/;
/** More is for the runbook. */
const MOST_STEPS = 2;

function storyMessages(incident: Incident, dest: Destination, nowMs: number): WantedMessage[] {
  const parent = rootKey(incident.id);
  const facts = incident.facts.filter((fact) => !isInRoot(fact, incident));
  if (facts.length === 0) return [];
  if (dest.platform === 'teams') {
    return [
      {
        dest,
        key: `inc/${incident.id}/story`,
        rev: incident.version,
        card: incidentStoryCard(incident, { nowMs }),
        parent,
      },
    ];
  }
  return facts.map((fact) => ({
    dest,
    key: `inc/${incident.id}/fact/${fact.key}`,
    rev: 1,
    card: incidentFactCard(fact, incident),
    parent,
  }));
}

/** What opened it stands in the root, until a graver cause takes its place there. */
function isInRoot({ atMs, text }: IncidentFact, { openedAtMs, title }: Incident): boolean {
  return atMs === openedAtMs && text === title;
}
