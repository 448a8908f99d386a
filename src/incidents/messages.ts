import {
  type IncidentRootOptions,
  incidentFactCard,
  incidentRootCard,
  incidentStoryCard,
} from '../cards/incident-card.ts';
import type { Incident, IncidentFact } from '../domain/incident.ts';
import type { Destination, WantedMessage } from '../messaging/messenger.ts';
import { catalogueEntry } from './catalogue.ts';

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
  const { cause, runbookUrl, mutedUntilMs, reopenedAtMs } = incident;
  return {
    nowMs,
    meaning: catalogueEntry(cause, 'error').meaning,
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
    ...(mutedUntilMs === undefined ? {} : { mutedUntilMs }),
    ...(reopenedAtMs === undefined ? {} : { reopenedAtMs }),
  };
}

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
