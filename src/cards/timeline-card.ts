import type { Incident, IncidentFact } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { Block, Card, ListItem, Span } from './card.ts';
import { FACT_TONE } from './incident-card.ts';
import { lasted, momentOf, numberedTitle, timesSeen, timeToAcknowledge } from './incident-words.ts';
import { truncate } from './literal.ts';
import { plural } from './quantity.ts';

/** One thing that happened: a fact, or what a person did. Texts may be untrusted. */
export interface TimelineEntry {
  readonly atMs: number;
  readonly text: string;
  readonly detail?: string;
  readonly kind: IncidentFact['kind'];
  /** Who did it. */
  readonly by?: Person;
}

/** An incident from its first sign to its end, oldest first; of a very long one the newest part. */
export function timelineCard(
  incident: Incident,
  entries: readonly TimelineEntry[],
  { nowMs }: { readonly nowMs: number },
): Card {
  const told = entries.toSorted((a, b) => a.atMs - b.atMs);
  const earlier = told.length - SHOWN;
  const title = `Timeline of ${numberedTitle(incident)}`;
  return {
    title,
    tone: 'info',
    summary: `${title}: ${plural(told.length, 'thing')} written down, ${howLong(incident, nowMs)}.`,
    blocks: [
      {
        kind: 'context',
        text: `${capital(howLong(incident, nowMs))} · seen ${timesSeen(incident.count)}${tookIt(incident)}`,
      },
      ...(earlier > 0 ? [{ kind: 'context' as const, text: `${earlier} earlier not shown` }] : []),
      ...story(told.slice(-SHOWN), nowMs),
    ],
  };
}

function story(told: readonly TimelineEntry[], nowMs: number): Block[] {
  if (told.length === 0) return [{ kind: 'text', text: 'Nothing is written down about it.' }];
  return [{ kind: 'list', items: told.map((entry) => item(entry, nowMs)) }];
}

function item({ atMs, text, detail, kind, by }: TimelineEntry, nowMs: number): ListItem {
  const who: Span[] = by === undefined ? [] : [' · ', { kind: 'person', person: by }];
  return {
    mark: FACT_TONE[kind],
    text: [momentOf(atMs, nowMs), ` ${text}`, ...who],
    ...(detail !== undefined && { detail: truncate(detail, LONGEST_DETAIL) }),
  };
}

function howLong(incident: Incident, nowMs: number): string {
  const length = lasted(incident, nowMs);
  return incident.state === 'resolved' ? `lasted ${length}` : `open for ${length} so far`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function tookIt(incident: Incident): string {
  const after = timeToAcknowledge(incident);
  if (after !== undefined) return ` · taken after ${after}`;
  return incident.state === 'resolved' ? ' · nobody had it at the end' : ' · nobody has it';
}

const SHOWN = 40;
const LONGEST_DETAIL = 400;
