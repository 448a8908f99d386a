import type { IncidentTarget } from '../domain/incident.ts';
import { type Incident, type IncidentFact, SEVERITIES, type Severity } from '../domain/incident.ts';
import type { IncidentRecord } from '../store/incident-store.ts';
import { catalogueEntry } from './catalogue.ts';
import type { EcsEvent } from './event.ts';
import { factOf, isFailingStop } from './story.ts';

export interface CorrelateSettings {
  /** The same service failing again within this time after its end reopens its incident. */
  readonly reopenMs: number;
}

/** The defaults of the incident rules. */
export const CORRELATE_DEFAULTS: CorrelateSettings = { reopenMs: 30 * 60_000 };

/** How many event hashes and facts an incident keeps. */
const SEEN_KEPT = 1000;
const FACTS_KEPT = 100;

export type Correlated =
  /** Nothing changes: a repetition, or news about a service that has no open incident. */
  | { readonly kind: 'nothing'; readonly why: 'duplicate' | 'quiet' }
  /** A new incident; whoever stores it gives it its number and id. */
  | { readonly kind: 'opened'; readonly record: IncidentRecord }
  | { readonly kind: 'changed'; readonly record: IncidentRecord };

/**
 * What one event means to the incident of its service. Pure: the same record and event give the same answer, so a
 * redelivered message changes nothing twice.
 */
export function correlate(
  record: IncidentRecord | undefined,
  event: EcsEvent,
  target: IncidentTarget,
  settings: CorrelateSettings = CORRELATE_DEFAULTS,
): Correlated {
  if (record !== undefined && marksOf(event).some((mark) => record.seen.includes(mark))) {
    return { kind: 'nothing', why: 'duplicate' };
  }
  const { effect } = catalogueEntry(event.name, event.level);
  if (effect === 'failure') return onFailure(record, event, target, settings);
  if (record === undefined || record.incident.state === 'resolved') return { kind: 'nothing', why: 'quiet' };
  // A recovery that ECS announced before the latest failure is old news.
  if (effect === 'recovery' && event.atMs >= record.incident.lastSeenAtMs)
    return changed(record, event, resolve(record.incident, event));
  if (event.task !== undefined && !isFailingStop(event.task)) return { kind: 'nothing', why: 'quiet' };
  if (event.name.startsWith('TASK_') && event.task === undefined) return { kind: 'nothing', why: 'quiet' };
  return changed(record, event, record.incident);
}

/** By what a repetition is recognised. An id counts together with the name: AWS's own samples share ids. */
function marksOf(event: EcsEvent): readonly string[] {
  return [`${event.id}/${event.name}`, event.fingerprint];
}

function onFailure(
  record: IncidentRecord | undefined,
  event: EcsEvent,
  target: IncidentTarget,
  settings: CorrelateSettings,
): Correlated {
  if (record === undefined) return opened(event, target);
  const { incident } = record;
  if (incident.state !== 'resolved') return changed(record, event, worsen(incident, event));
  const endedAtMs = incident.resolved?.atMs ?? incident.lastSeenAtMs;
  // It happened before the end and arrives late: part of the story, no reason to wake anybody.
  if (event.atMs < endedAtMs) return changed(record, event, { ...incident, count: incident.count + 1 });
  if (event.atMs - endedAtMs <= settings.reopenMs) return changed(record, event, reopen(incident, event));
  return opened(event, target);
}

function opened(event: EcsEvent, target: IncidentTarget): Correlated {
  const entry = catalogueEntry(event.name, event.level);
  const incident: Incident = {
    id: '',
    number: 0,
    target,
    severity: entry.severity,
    cause: event.name,
    title: entry.title,
    state: 'open',
    openedAtMs: event.atMs,
    lastSeenAtMs: event.atMs,
    count: 1,
    facts: [],
    version: 1,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  };
  return { kind: 'opened', record: { incident, seen: marksOf(event) } };
}

function changed(record: IncidentRecord, event: EcsEvent, incident: Incident): Correlated {
  const facts = withFact(incident.facts, factOf(event));
  return {
    kind: 'changed',
    record: {
      incident: { ...incident, facts, version: record.incident.version + 1 },
      seen: [...record.seen, ...marksOf(event)].slice(-SEEN_KEPT),
    },
  };
}

/** The gravest cause names the incident; an equal one does too, for it is newer. */
function worsen(incident: Incident, event: EcsEvent): Incident {
  const entry = catalogueEntry(event.name, event.level);
  const graver = rank(entry.severity) <= rank(incident.severity);
  const { reason: _old, ...rest } = incident;
  return {
    ...(graver ? rest : incident),
    ...(graver ? { cause: event.name, title: entry.title, severity: entry.severity } : {}),
    ...(graver && (event.reason ?? incident.reason) !== undefined
      ? { reason: event.reason ?? incident.reason ?? '' }
      : {}),
    count: incident.count + 1,
    lastSeenAtMs: Math.max(incident.lastSeenAtMs, event.atMs),
  };
}

function reopen(incident: Incident, event: EcsEvent): Incident {
  const { resolved: _resolved, acknowledged: _acknowledged, ...rest } = incident;
  return worsen({ ...rest, state: 'open', lastSeenAtMs: event.atMs }, event);
}

function resolve(incident: Incident, event: EcsEvent): Incident {
  const { title } = catalogueEntry(event.name, event.level);
  return { ...incident, state: 'resolved', resolved: { atMs: event.atMs, how: title } };
}

/** Adds a fact unless it is there already; the oldest go when there are too many (their messages stay). */
export function withFact(facts: readonly IncidentFact[], fact: IncidentFact): readonly IncidentFact[] {
  if (facts.some((one) => one.key === fact.key)) return facts;
  return [...facts, fact].sort((a, b) => a.atMs - b.atMs).slice(-FACTS_KEPT);
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
