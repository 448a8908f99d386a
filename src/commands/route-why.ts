import type { Block, Card, ListItem, Span } from '../cards/card.ts';
import { escalateWords, quietWords, remindWords, severityWords } from '../cards/route-words.ts';
import type { Collector } from '../collector/collector.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { IncidentTarget, Severity } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import type { Route } from '../domain/route.ts';
import type { Clock } from '../domain/time.ts';
import { nearestWord } from '../intent/edit-distance.ts';
import {
  type HeldBy,
  type PlannedChannel,
  planFor,
  type RoutePlan,
  type RoutingRules,
} from '../messaging/route-plan.ts';
import { channelName, isAtLeast, placeCovers } from '../messaging/routes.ts';
import type { Answer } from './command.ts';
import { readSeverity } from './route-read.ts';

/** More are not told apart at a glance. */
const MOST_NAMED = 4;

/** Everything that decides where something is told. */
export interface RouteRules {
  rules(): Promise<RoutingRules>;
}

export interface RouteWhyDeps {
  readonly collector: Pick<Collector, 'inventory'>;
  readonly routing: RouteRules;
  readonly clock: Clock;
}

/** `routes why NAME [SEVERITY]`: where an incident would go now, by the rules that decide. */
export async function routeWhy(deps: RouteWhyDeps, intent: Intent): Promise<Answer> {
  const [place, word] = (intent.text ?? '').trim().split(/\s+/).filter(Boolean);
  const severity = word === undefined ? 'high' : readSeverity(word);
  if (place === undefined || severity === undefined) {
    throw new BadRequest(
      'Of what, and how grave? For example `routes why orders-api high`, or `routes why production/shop/orders-api critical`.',
    );
  }
  const target = await targetOf(deps, place);
  const rules = await deps.routing.rules();
  const plan = planFor(rules, { target, severity, nowMs: deps.clock.now() });
  const passed = rules.routes.filter(
    (route) => placeCovers(route.match, target) && !isAtLeast(severity, route.severity),
  );
  const { isPressing, now, held, heldUntilMs, runbookUrl } = plan;
  return {
    card: whyCard(target, severity, plan, passed),
    data: {
      target,
      severity,
      now: now.map(channelName),
      held: held.map(({ dest, untilMs, by }) => ({
        channel: channelName(dest),
        until: new Date(untilMs).toISOString(),
        by: by.kind,
      })),
      ...(heldUntilMs === undefined ? {} : { heldUntil: new Date(heldUntilMs).toISOString() }),
      ...(runbookUrl === undefined ? {} : { runbook: runbookUrl }),
      isPressing,
    },
    verdict: 'ok',
  };
}

function whyCard(
  target: IncidentTarget,
  severity: Severity,
  plan: RoutePlan,
  passed: readonly Route[],
): Card {
  const { channels, now } = plan;
  const name = target.service ?? target.cluster ?? target.account;
  const title =
    channels.length === 0
      ? `An incident of ${name} would be told nowhere`
      : now.length === 0
        ? `An incident of ${name} would be held back now`
        : `An incident of ${name} would go to ${now.map(channelName).join(' and ')} now`;
  return {
    title,
    tone: channels.length === 0 ? 'warning' : 'info',
    summary: `${title} (${severity}).`,
    blocks: [
      ...(channels.length === 0
        ? [nowhere()]
        : [{ kind: 'list' as const, items: channels.map(channelItem) }]),
      ...(plan.isPressing || channels.length === 0
        ? []
        : [
            {
              kind: 'context' as const,
              text: `${severity} is not grave enough to be reminded of or escalated.`,
            },
          ]),
      ...passed.map(
        ({ id, to, severity: least }): Block => ({
          kind: 'context',
          text: `${id ?? 'A route'} to ${to} is about this place, from ${least} on.`,
        }),
      ),
      { kind: 'context', text: [target.account, target.cluster, target.service].filter(Boolean).join('/') },
    ],
  };
}

function nowhere(): Block {
  return {
    kind: 'text',
    text: 'No route covers it, and there is no default channel: set SLACK_DEFAULT_CHANNEL or TEAMS_DEFAULT_CHANNEL, or make a route.',
  };
}

function channelItem(channel: PlannedChannel): ListItem {
  const { dest, routes, heldUntilMs, heldBy, remindMinutes, escalate } = channel;
  const reason = routes.length === 0 ? 'the default channel' : routes.map(routeName).join(', ');
  const follows = `${remindWords(remindMinutes) === 'never' ? 'no reminders' : `reminds ${remindWords(remindMinutes)}`}, ${escalate.length === 0 ? 'no escalation' : `escalates ${escalateWords(escalate)}`}`;
  if (heldUntilMs === undefined || heldBy === undefined) {
    return {
      mark: 'good',
      text: [{ kind: 'bold', text: channelName(dest) }, ` now: ${reason}`],
      detail: `While nobody has it: ${follows}`,
    };
  }
  return {
    mark: 'unknown',
    text: [
      { kind: 'bold', text: channelName(dest) },
      ' from ',
      { kind: 'time', atMs: heldUntilMs, style: 'date_time' },
      ` on, if it is still open then: ${reason}`,
    ],
    detail: [...holdWords(heldBy), `. While nobody has it: ${follows}`],
  };
}

function routeName({ id, match, severity }: Route): string {
  return `${id ?? 'a route'} (${match}, ${severityWords(severity)})`;
}

function holdWords(by: HeldBy): readonly Span[] {
  switch (by.kind) {
    case 'quiet':
      return [
        `Quiet hours of ${by.route.id ?? 'its route'}${by.route.quiet === undefined ? '' : `: ${quietWords(by.route.quiet)}`}`,
      ];
    case 'muted':
      return [
        'Muted by ',
        { kind: 'person', person: by.mute.by },
        ` (${by.mute.on})${by.mute.why === undefined ? '' : `: ${by.mute.why}`}`,
      ];
    case 'maintenance':
      return [`Planned work on ${by.work.match}${by.work.why === undefined ? '' : `: ${by.work.why}`}`];
  }
}

/** A service by its name, or a place that is written out; a place need not be known. */
async function targetOf({ collector }: RouteWhyDeps, place: string): Promise<IncidentTarget> {
  if (place.includes('/')) {
    const [account = '', cluster, service] = place.split('/');
    return {
      account,
      region: '',
      ...(cluster === undefined ? {} : { cluster }),
      ...(service === undefined ? {} : { service }),
    };
  }
  const refs = await collector.inventory();
  const found = refs.filter(({ service }) => service.toLowerCase() === place.toLowerCase());
  const [first] = found;
  if (first === undefined) {
    const near = nearestWord(place, [...new Set(refs.map(({ service }) => service))]);
    throw new NotFound(
      `There is no service ${place}${near === undefined ? '.' : `; did you mean ${near}?`} \`health\` lists the names, and account/cluster/service is exact.`,
    );
  }
  if (found.length > 1)
    throw new BadRequest(
      `Several services are called ${place}: write ${found
        .slice(0, MOST_NAMED)
        .map(({ account, cluster, service }) => `\`${account}/${cluster}/${service}\``)
        .join(' or ')}.`,
    );
  const { account, region, cluster, service } = first;
  return { account, region, cluster, service };
}
