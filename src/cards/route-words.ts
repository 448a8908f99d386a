import type { EscalationStep, QuietHours, Route } from '../domain/route.ts';
import type { FactsBlock, Span } from './card.ts';

/** A route, label by label. */
export function routeFacts(route: Omit<Route, 'id'>): FactsBlock['facts'] {
  const { match, severity, to, quiet, remindMinutes, escalate, runbook } = route;
  return [
    { label: 'Channel', value: code(to) },
    { label: 'Hears of', value: code(match) },
    { label: 'From severity', value: severity },
    ...(quiet === undefined ? [] : [{ label: 'Quiet', value: quietWords(quiet) }]),
    ...(remindMinutes === undefined ? [] : [{ label: 'Reminds', value: remindWords(remindMinutes) }]),
    ...(escalate === undefined ? [] : [{ label: 'Escalates', value: escalateWords(escalate) }]),
    ...(runbook === undefined ? [] : [{ label: 'Runbook', value: runbook }]),
  ];
}

/** `high and worse`; nothing is worse than critical. */
export function severityWords(severity: Route['severity']): string {
  return severity === 'critical' ? severity : `${severity} and worse`;
}

/** To be copied into a command as it stands. */
function code(text: string): Span {
  return { kind: 'code', text };
}

/** `22:00 to 07:00 (Europe/Amsterdam), on fri, sat; critical is told all the same` */
export function quietWords({ from, to, zone, days, letThrough }: QuietHours): string {
  const on = days === undefined ? '' : `, on ${days.join(', ')}`;
  const through =
    letThrough === 'none' ? 'nothing is let through' : `${severityWords(letThrough)} is told all the same`;
  return `${from} to ${to} (${zone})${on}; ${through}`;
}

/** `every 10 min`, `never` */
export function remindWords(minutes: number): string {
  return minutes === 0 ? 'never' : `every ${minutes} min`;
}

/** `after 20 min slack:S1; after 40 min PagerDuty (PAGERDUTY_KEY)`; never a secret or a whole address. */
export function escalateWords(steps: readonly EscalationStep[]): string {
  if (steps.length === 0) return 'never';
  return steps.map((step) => `after ${step.afterMinutes} min ${whom(step).join(', ')}`).join('; ');
}

function whom({ to, mention = [], pagerDuty, webhook }: EscalationStep): readonly string[] {
  const all = [
    ...(to === undefined ? [] : [to]),
    ...mention,
    ...(pagerDuty === undefined ? [] : [`PagerDuty (${pagerDuty.keyEnv})`]),
    ...(webhook === undefined ? [] : [`the webhook at ${hostOf(webhook.url)}`]),
  ];
  return all.length === 0 ? ['in the same channel'] : all;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
