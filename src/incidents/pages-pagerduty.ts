import { createHash } from 'node:crypto';
import { incidentTitle, subject } from '../cards/incident-words.ts';
import { consoleUrl, placeOf } from '../cards/place.ts';
import type { Incident, Severity } from '../domain/incident.ts';
import type { PageEvent } from '../store/page-store.ts';
import { catalogueEntry } from './catalogue.ts';

const ACTION = {
  triggered: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
} as const satisfies Record<PageEvent, string>;

const SEVERITY: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  info: 'info',
};

/** PagerDuty's limits (developer.pagerduty.com/docs/send-alert-event). */
const LONGEST_SUMMARY = 1024;
const LONGEST_KEY = 255;

/**
 * An event of PagerDuty's Events API v2 (developer.pagerduty.com/docs/send-alert-event). AWS's own words about the
 * reason stay in chat: what is sent here leaves the company.
 */
export function pagerDutyEvent(
  routingKey: string,
  { key, event, incident }: { readonly key: string; readonly event: PageEvent; readonly incident: Incident },
): object {
  const base = { routing_key: routingKey, event_action: ACTION[event], dedup_key: key };
  if (event !== 'triggered') return base;
  const { target, number, severity, cause, openedAtMs, count } = incident;
  const url = consoleUrl(target);
  const runbook = incident.findings?.runbookUrl ?? incident.runbookUrl;
  const links = [
    ...(url === undefined ? [] : [{ href: url, text: 'AWS console' }]),
    ...(runbook === undefined ? [] : [{ href: runbook, text: 'Runbook' }]),
  ];
  return {
    ...base,
    client: 'Deckhand',
    payload: {
      summary: `#${number} ${incidentTitle(incident)} (${placeOf(target)})`.slice(0, LONGEST_SUMMARY),
      source: subject(target),
      severity: SEVERITY[severity],
      timestamp: new Date(openedAtMs).toISOString(),
      component: subject(target),
      ...(target.cluster === undefined ? {} : { group: target.cluster }),
      class: cause,
      custom_details: {
        incident: `#${number}`,
        account: target.account,
        region: target.region,
        meaning: catalogueEntry(cause, 'error').meaning,
        seen: count,
      },
    },
    ...(links.length === 0 ? {} : { links }),
  };
}

/**
 * What another program knows an incident by: its id. Where it was given back and others are called anew, a key of
 * its own, for PagerDuty rings nobody for an alert that somebody has acknowledged. What is too long for PagerDuty is
 * its digest.
 */
export function pageKey(incidentId: string, round: number): string {
  return round === 0 ? baseOf(incidentId) : `${baseOf(incidentId)}~${round + 1}`;
}

/** The key under which a program is called anew in the same round, after it was told that the incident is over. */
export function keyOfNextCall(incidentId: string, key: string): string {
  const [, round = '1', call = '0'] = SUFFIX.exec(key) ?? [];
  return `${baseOf(incidentId)}~${round}.${Number(call) + 1}`;
}

/** The round to which a page key belongs. */
export function roundOfPage(key: string): number {
  return Number(SUFFIX.exec(key)?.[1] ?? 1) - 1;
}

/** The incident among these that another program means by a key. */
export function incidentOfPageKey<T extends { readonly id: string }>(
  key: string,
  incidents: readonly T[],
): T | undefined {
  const wanted = key.replace(SUFFIX, '');
  return incidents.find(({ id }) => baseOf(id) === wanted);
}

/** `~2`: the second round; `~2.1`: called once more in it. */
const SUFFIX = /~(\d+)(?:\.(\d+))?$/;
const LONGEST_SUFFIX = 10;

function baseOf(incidentId: string): string {
  return incidentId.length <= LONGEST_KEY - LONGEST_SUFFIX
    ? incidentId
    : `deckhand-${createHash('sha256').update(incidentId).digest('hex')}`;
}
