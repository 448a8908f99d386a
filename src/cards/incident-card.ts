import type { Incident, IncidentFact, IncidentTarget, Severity } from '../domain/incident.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Button, Card, FactsBlock, ListItem, Span, Tone } from './card.ts';
import { truncate } from './literal.ts';
import { consoleUrl, intentAbout, placeOf } from './place.ts';

export interface IncidentRootOptions {
  readonly nowMs: number;
  /** What the cause means, for somebody who was just woken up. Without it the card names the cause as ECS does. */
  readonly meaning?: string;
}

/**
 * The root message of an incident, edited in place through its life: open with a button to take it, acknowledged
 * with a name, resolved and calm. Times are absolute, so that a message which nobody edits does not grow wrong.
 */
export function incidentRootCard(incident: Incident, { nowMs, meaning }: IncidentRootOptions): Card {
  return {
    title: title(incident),
    tone: incident.state === 'resolved' ? 'good' : SEVERITY_TONE[incident.severity],
    summary: summary(incident, nowMs),
    blocks: [
      { kind: 'text', text: whatHappened(incident, meaning) },
      ...(incident.state === 'resolved' ? [] : reason(incident)),
      { kind: 'facts', facts: facts(incident, nowMs) },
      ...buttons(incident),
    ],
  };
}

/** One thing that was learnt, as a line in the incident's thread. */
export function incidentFactCard(fact: IncidentFact, incident: Incident): Card {
  const detail: Span[] = fact.detail === undefined ? [] : [` · ${truncate(fact.detail, LONGEST_REASON)}`];
  return {
    title: fact.text,
    tone: FACT_TONE[fact.kind],
    summary: `#${incident.number} ${subject(incident.target)}: ${fact.text}`,
    blocks: [{ kind: 'context', text: [time(fact.atMs, incident.openedAtMs), ...detail] }],
    compact: true,
  };
}

/** The whole story in one message that grows, for platforms where it is one reply that is edited in place. */
export function incidentStoryCard(incident: Incident, { nowMs }: { readonly nowMs: number }): Card {
  const told = incident.facts.toSorted((a, b) => a.atMs - b.atMs);
  const earlier = told.length - STORY_LENGTH;
  const newest = told.at(-1);
  return {
    title: 'What happened so far',
    tone: 'info',
    summary: `#${incident.number} ${subject(incident.target)}: ${newest?.text ?? 'nothing yet'}`,
    blocks: [
      ...(earlier > 0 ? [{ kind: 'context' as const, text: `${earlier} earlier not shown` }] : []),
      { kind: 'list', items: told.slice(-STORY_LENGTH).map((fact) => storyItem(fact, nowMs)) },
    ],
    compact: true,
  };
}

/** What AWS gives as a reason may be pages long; its beginning tells. */
const LONGEST_REASON = 600;

/** How urgent a severity feels. The card names the severity itself as well. */
export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  critical: 'critical',
  high: 'critical',
  medium: 'warning',
  info: 'info',
};

/** The service, else the cluster, else the account: the most exact name that the event gave. */
export function subject({ service, cluster, account }: IncidentTarget): string {
  return service ?? cluster ?? account;
}

/** `checkout-api: deployment failed`; a title that names its subject already is left alone. */
export function incidentTitle(incident: Incident): string {
  const name = subject(incident.target);
  return incident.title.toLowerCase().includes(name.toLowerCase())
    ? incident.title
    : `${name}: ${incident.title}`;
}

const FACT_TONE: Readonly<Record<IncidentFact['kind'], Tone>> = {
  worse: 'warning',
  better: 'good',
  neutral: 'info',
};

const STORY_LENGTH = 30;

function storyItem({ kind, text, detail, atMs }: IncidentFact, nowMs: number): ListItem {
  return {
    mark: FACT_TONE[kind],
    text: [time(atMs, nowMs), ` ${text}`],
    ...(detail !== undefined && { detail: truncate(detail, LONGEST_REASON) }),
  };
}

function title(incident: Incident): string {
  const whole = `#${incident.number} ${incidentTitle(incident)}`;
  return incident.state === 'resolved' ? `Resolved: ${whole}` : whole;
}

function summary(incident: Incident, nowMs: number): string {
  const where = placeOf(incident.target);
  if (incident.state === 'resolved')
    return `Resolved after ${lasted(incident, nowMs)}: ${incidentTitle(incident)} (${where})`;
  const taken = incident.acknowledged ? ` ${incident.acknowledged.by.name} has it.` : '';
  const why = incident.reason ? ` ${truncate(incident.reason, LONGEST_REASON)}` : '';
  return `${SEVERITY_WORD[incident.severity]}: ${incidentTitle(incident)} (${where}).${taken}${why}`;
}

function whatHappened({ state, resolved, cause }: Incident, meaning: string | undefined): readonly Span[] {
  if (state === 'resolved') return [`It is over: ${resolved?.how.trim() || 'the service is steady again.'}`];
  return meaning === undefined ? ['ECS reports ', { kind: 'code', text: cause }, '.'] : [meaning];
}

/** Shown as AWS gave it, and told apart from our own words. */
function reason({ reason: text }: Incident): Block[] {
  if (!text?.trim()) return [];
  return [{ kind: 'text', text: [{ kind: 'bold', text: 'Reason' }, ` ${truncate(text, LONGEST_REASON)}`] }];
}

function facts(incident: Incident, nowMs: number): FactsBlock['facts'] {
  const { target, openedAtMs, lastSeenAtMs, count } = incident;
  const resolved = incident.state === 'resolved';
  return [
    { label: 'Severity', value: SEVERITY_WORD[incident.severity] },
    { label: resolved ? 'Taken by' : 'Who has it', value: owner(incident) },
    {
      label: resolved ? 'Lasted' : 'Since',
      value: resolved ? lasted(incident, nowMs) : time(openedAtMs, nowMs),
    },
    {
      label: 'Seen',
      value: count > 1 ? [`${count} times, last `, time(lastSeenAtMs, nowMs)] : ['once'],
    },
    ...(target.service ? [{ label: 'Service', value: target.service }] : []),
    { label: 'Where', value: placeOf(target) },
  ];
}

function owner({ acknowledged, resolved, state }: Incident): readonly Span[] {
  if (acknowledged)
    return [
      { kind: 'person', person: acknowledged.by },
      ' since ',
      { kind: 'time', atMs: acknowledged.atMs, style: 'time' },
    ];
  if (state === 'resolved') return resolved?.by ? [{ kind: 'person', person: resolved.by }] : ['nobody'];
  return ['nobody yet'];
}

function lasted({ openedAtMs, resolved }: Incident, nowMs: number): string {
  return formatDuration((resolved?.atMs ?? nowMs) - openedAtMs);
}

/** The time of day; with the date once it is of another day. */
function time(atMs: number, nowMs: number): Span {
  const sameDay = Math.abs(nowMs - atMs) < HALF_A_DAY;
  return { kind: 'time', atMs, style: sameDay ? 'time' : 'date_time' };
}

const HALF_A_DAY = 12 * 60 * 60 * 1000;

function buttons(incident: Incident): Block[] {
  const { target, state } = incident;
  const { service, cluster, account, region } = target;
  const url = consoleUrl(target);
  const all: Button[] = [];
  if (state === 'open') {
    all.push({
      kind: 'press',
      label: 'Acknowledge',
      style: 'primary',
      payload: { do: 'ack', incident: incident.id },
    });
  }
  if (service && cluster && state !== 'resolved') {
    const intent = intentAbout('service', { service, cluster, account, region });
    all.push(...scaleButton(incident), { kind: 'press', label: 'Details', payload: { do: 'run', intent } });
  }
  if (url) all.push({ kind: 'link', label: 'AWS console', url });
  return all.length === 0 ? [] : [{ kind: 'actions', buttons: all }];
}

/** It proposes: from, to and cost are shown, and somebody with the right confirms. */
function scaleButton({ suggestedCount, target }: Incident): Button[] {
  const { service, cluster, account, region } = target;
  if (suggestedCount === undefined || service === undefined || cluster === undefined) return [];
  const intent = { ...intentAbout('scale', { service, cluster, account, region }), count: suggestedCount };
  return [{ kind: 'press', label: `Scale to ${suggestedCount}`, payload: { do: 'run', intent } }];
}

const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  info: 'Info',
};
