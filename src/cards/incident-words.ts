import type { Incident, IncidentTarget, Severity } from '../domain/incident.ts';
import { formatDuration } from '../domain/time.ts';
import type { Span, Tone } from './card.ts';
import { truncate } from './literal.ts';
import { plural } from './quantity.ts';

/** How urgent a severity feels. The card names the severity itself as well. */
export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  critical: 'critical',
  high: 'critical',
  medium: 'warning',
  info: 'info',
};

export const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  info: 'Info',
};

/** The service, else the cluster, else the account: the most exact name that the event gave. */
export function subject({ service, cluster, account }: IncidentTarget): string {
  return service ?? cluster ?? account;
}

/**
 * `checkout-api: deployment failed`, of a group `deployment failed in 4 services`; a title that names its subject already
 * is left alone.
 */
export function incidentTitle({ title, target, members }: Incident): string {
  if (members !== undefined && members.length > 1) return `${title} in ${plural(members.length, 'service')}`;
  const name = subject(target);
  return title.toLowerCase().includes(name.toLowerCase()) ? title : `${name}: ${title}`;
}

/** `#12 checkout-api: deployment failed`, and whether it is a test. */
export function numberedTitle(incident: Incident): string {
  return `${incident.isTest ? 'TEST ' : ''}#${incident.number} ${incidentTitle(incident)}`;
}

/** The time of day; with the date once it is of another day. */
export function momentOf(atMs: number, nowMs: number): Span {
  const sameDay = Math.abs(nowMs - atMs) < HALF_A_DAY;
  return { kind: 'time', atMs, style: sameDay ? 'time' : 'date_time' };
}

/** How long it lasted, or has lasted so far. */
export function lasted(incident: Incident, nowMs: number): string {
  return formatDuration((incident.resolved?.atMs ?? nowMs) - beganMs(incident));
}

/** When the trouble began: mostly when it was first known. */
export function beganMs({ sinceMs, openedAtMs }: Pick<Incident, 'sinceMs' | 'openedAtMs'>): number {
  return sinceMs ?? openedAtMs;
}

/** How long nobody had it. */
export function timeToAcknowledge({ openedAtMs, acknowledged }: Incident): string | undefined {
  return acknowledged === undefined ? undefined : formatDuration(acknowledged.atMs - openedAtMs);
}

/** `3 times`, `once`. */
export function timesSeen(count: number): string {
  return count > 1 ? `${count} times` : 'once';
}

/** Foreign text with an end, so that another sentence may follow. */
export function sentence(text: string, max: number): string {
  const cut = truncate(text.trim(), max);
  return /[.!?…:]$/.test(cut) ? cut : `${cut}.`;
}

const HALF_A_DAY = 12 * 60 * 60 * 1000;
