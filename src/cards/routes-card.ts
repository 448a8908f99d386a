import type { EscalationStep, QuietHours, ReminderSettings, Route } from '../domain/route.ts';
import { formatDuration } from '../domain/time.ts';
import type { Card, ListItem, Span } from './card.ts';
import { plural } from './quantity.ts';
import { typed } from './typed.ts';

export interface RoutesCardInput {
  readonly routes: readonly Route[];
  /** Where alerts go that no route takes; empty: nowhere. */
  readonly defaults: readonly string[];
  /** What holds where a route says nothing else. */
  readonly reminders: ReminderSettings;
  /** How the bot is spoken to here. */
  readonly command: string;
}

/** `routes list`: which channel hears of what, when it is left in peace, and who is called when nobody takes it. */
export function routesCard({ routes, defaults, reminders, command }: RoutesCardInput): Card {
  const title = routes.length === 0 ? 'No routes' : plural(routes.length, 'route');
  const rest =
    defaults.length === 0
      ? 'What no route takes is told nowhere.'
      : `What no route takes goes to ${defaults.join(', ')}.`;
  return {
    title,
    tone: routes.length === 0 && defaults.length === 0 ? 'warning' : 'info',
    summary: `${title}. ${rest}`,
    blocks: [
      ...(routes.length === 0
        ? []
        : [{ kind: 'list' as const, items: routes.map((route) => routeItem(route, reminders)) }]),
      { kind: 'text', text: rest },
      {
        kind: 'context',
        text: [
          'Another one: ',
          { kind: 'code', text: typed(command, 'routes add production/* high #alerts') },
          ', one less: ',
          { kind: 'code', text: typed(command, 'routes remove ID') },
          '. Both take an administrator.',
        ],
      },
    ],
  };
}

function routeItem(route: Route, reminders: ReminderSettings): ListItem {
  const { id, match, severity, to, runbook } = route;
  const text: Span[] = [
    { kind: 'code', text: match },
    `, ${severity}${severity === 'critical' ? '' : ' and worse'} → `,
    { kind: 'bold', text: to },
    ...(id === undefined ? [] : [' (', { kind: 'code' as const, text: id }, ')']),
  ];
  return {
    text,
    detail: [
      [reminding(route, reminders), ...escalating(route, reminders), ...quiet(route.quiet)].join(' · '),
      ...(runbook === undefined ? [] : [' · ', { kind: 'link' as const, text: 'runbook', url: runbook }]),
    ],
  };
}

function reminding({ remindMinutes: own }: Route, { remindMinutes, atMost }: ReminderSettings): string {
  const minutes = own ?? remindMinutes;
  return minutes === 0 ? 'no reminders' : `reminds every ${duration(minutes)}, ${atMost} times at most`;
}

function escalating({ escalate }: Route, { escalateMinutes }: ReminderSettings): string[] {
  if (escalate === undefined) return [`tells the channel again after ${duration(escalateMinutes)}`];
  if (escalate.length === 0) return ['no escalation'];
  return escalate.map((step) => `after ${duration(step.afterMinutes)} ${targets(step)}`);
}

/** Never a secret, never a whole address. */
function targets({ to, mention = [], pagerDuty, webhook }: EscalationStep): string {
  const parts = [
    ...(to === undefined ? [] : [`tells ${to}`]),
    ...(mention.length === 0 ? [] : [`calls ${mention.join(', ')}`]),
    ...(pagerDuty === undefined ? [] : [`pages through PagerDuty (${pagerDuty.keyEnv})`]),
    ...(webhook === undefined ? [] : [`tells the webhook at ${host(webhook.url)}`]),
  ];
  return parts.join(' and ') || 'tells the channel again';
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is none';
}

function quiet(hours: QuietHours | undefined): string[] {
  if (hours === undefined) return [];
  const { from, to, zone, days, letThrough } = hours;
  const when = `quiet ${from}–${to} ${zone}${days === undefined ? '' : ` (${days.join(', ')})`}`;
  return [letThrough === 'none' ? `${when}, for all` : `${when}, but for ${letThrough}`];
}

function duration(minutes: number): string {
  return formatDuration(minutes * 60_000);
}
