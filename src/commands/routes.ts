import { isDeepStrictEqual } from 'node:util';
import { severityWords } from '../cards/route-words.ts';
import { routesCard, type TestedRoute, testedRoutesCard } from '../cards/routes-card.ts';
import type { Collector } from '../collector/collector.ts';
import { grantCovers } from '../domain/access.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import type { EscalationStep, Route } from '../domain/route.ts';
import { destinationKey } from '../messaging/messenger.ts';
import type { ChannelCheck } from '../messaging/route-check.ts';
import type { RoutingRules } from '../messaging/route-plan.ts';
import { channelName, legsFor, parseChannel } from '../messaging/routes.ts';
import type { Answer, Asking, Handler } from './command.ts';
import { mayPropose, type ProposeDeps, propose } from './propose.ts';
import { readRoute } from './route-read.ts';
import { type RouteRules, routeWhy } from './route-why.ts';

/** What is known of routes, for reading. */
export interface Routing extends RouteRules {
  readonly check: ChannelCheck;
  /** Whether an environment variable is set; its value is nobody's business here. */
  readonly isSet: (variable: string) => boolean;
}

export interface RoutesDeps extends ProposeDeps {
  readonly collector: Pick<Collector, 'inventory'>;
  readonly routing: Routing;
}

/** `routes [list]`, `routes add …`, `routes remove ID`, `routes test [ID]`, `routes why NAME [SEVERITY]` */
export function makeRoutesCommand(deps: RoutesDeps): Handler {
  return async (intent, asking) => {
    if (intent.action === 'add') return add(deps, intent, asking);
    if (intent.action === 'remove') return remove(deps, intent, asking);
    if (intent.action === 'test') return test(deps, intent);
    if (intent.action === 'why') return routeWhy(deps, intent);
    return list(deps, asking);
  };
}

async function list({ routing }: RoutesDeps, asking: Asking): Promise<Answer> {
  const { routes, defaults } = await routing.rules();
  const names = defaults.map(channelName);
  const card = routesCard({ routes, defaults: names, command: asking.prefix });
  return { card, data: { routes, defaults: names }, verdict: 'ok' };
}

async function add(deps: RoutesDeps, intent: Intent, asking: Asking): Promise<Answer> {
  await mayPropose(deps, asking, { action: 'admin', target: {} });
  const route = readRoute(intent.text ?? '', asking);
  const { routes, defaults } = await deps.routing.rules();
  const twin = routes.find((each) => sameRoute(each, route));
  if (twin !== undefined) throw new BadRequest(`${twin.id ?? 'A route'} says exactly this already.`);
  const findings = await testRoute(deps.routing, route);
  const problems = findings.filter(({ tone }) => tone === 'critical');
  if (problems.length > 0)
    throw new BadRequest(`${problems.map(({ text }) => text).join(' ')} I added nothing.`);
  const services = await deps.collector.inventory();
  const covered = services.filter((ref) => grantCovers(route.match, ref));
  return propose(deps, asking, {
    order: { kind: 'route_add', route },
    from: 'no such route',
    to: `${route.to} hears of ${route.match}, ${severityWords(route.severity)}`,
    notes: [
      covered.length === 0
        ? 'No service that I know has such a place today: look at the pattern again.'
        : `It covers ${covered.length} of the ${services.length} services that I know today.`,
      ...losing({ routes, defaults }, route, covered),
      ...findings.map(({ text }) => text),
    ],
  });
}

/** The default channels hear of what no route covers; a first route takes its places from them. */
function losing(
  rules: Pick<RoutingRules, 'routes' | 'defaults'>,
  { to, severity }: Route,
  covered: readonly ServiceRef[],
): readonly string[] {
  const uncovered = covered.filter((ref) =>
    legsFor(rules, ref, severity).every(({ routes }) => routes.length === 0),
  );
  const lost = rules.defaults.map(channelName).filter((name) => name !== to);
  if (uncovered.length === 0 || lost.length === 0) return [];
  return [
    `From then on ${lost.join(' and ')} no longer hears of ${uncovered.length} of them in these severities: the default channels get what no route covers. Add a route there as well where they should.`,
  ];
}

async function remove(deps: RoutesDeps, intent: Intent, asking: Asking): Promise<Answer> {
  await mayPropose(deps, asking, { action: 'admin', target: {} });
  const id = (intent.text ?? '').trim();
  const route = named(id, (await deps.routing.rules()).routes);
  if (id.startsWith('file-')) {
    throw new BadRequest(
      `${id} stands in the configuration file, not with me: take it away there (deckhand.yaml, routes), then restart me.`,
    );
  }
  const was = `${route.to} hears of ${route.match}, ${severityWords(route.severity)}`;
  return propose(deps, asking, { order: { kind: 'route_remove', route: id, was }, from: was, to: 'nothing' });
}

async function test({ routing }: RoutesDeps, intent: Intent): Promise<Answer> {
  const { routes, defaults } = await routing.rules();
  const id = (intent.text ?? '').trim();
  const chosen = id === '' ? [...routes, ...defaults.map(asRoute)] : [named(id, routes)];
  if (chosen.length === 0)
    throw new NotFound('There are no routes, and no default channel. `routes add` makes one.');
  const tested: TestedRoute[] = [];
  for (const route of chosen) tested.push({ route, findings: await testRoute(routing, route) });
  const isBad = tested.some(({ findings }) => findings.some(({ tone }) => tone === 'critical'));
  return { card: testedRoutesCard(tested), data: { tested }, verdict: isBad ? 'unhealthy' : 'ok' };
}

function asRoute(dest: RoutingRules['defaults'][number]): Route {
  return { id: 'default', match: '*', severity: 'info', to: channelName(dest) };
}

/** Every channel that it names, and every secret that it needs. */
async function testRoute(
  { check, isSet }: Routing,
  { to, escalate = [] }: Omit<Route, 'id'>,
): Promise<TestedRoute['findings']> {
  const names = [to, ...escalate.flatMap((step) => (step.to === undefined ? [] : [step.to]))];
  const channels = new Map(
    names.flatMap((name) => {
      const dest = parseChannel(name);
      return dest === undefined ? [] : [[destinationKey(dest), dest] as const];
    }),
  );
  const states = await Promise.all([...channels.values()].map((dest) => check(dest)));
  const uncalled = escalate.flatMap((step) => whoIsNotCalled(step, to));
  const variables = escalate.flatMap(({ pagerDuty, webhook }) => [
    ...(pagerDuty === undefined ? [] : [pagerDuty.keyEnv]),
    ...(webhook?.secretEnv === undefined ? [] : [webhook.secretEnv]),
  ]);
  return [
    ...states.map(({ state, text }) => ({ tone: TONE[state], text })),
    ...uncalled,
    ...[...new Set(variables)].map((name) =>
      isSet(name)
        ? { tone: 'good' as const, text: `${name} is set.` }
        : { tone: 'critical' as const, text: `${name} is not set: set it where I run, and restart me.` },
    ),
  ];
}

/** Somebody of Slack cannot be called in a channel of Teams, nor the other way round. */
function whoIsNotCalled({ mention = [], to }: EscalationStep, routeTo: string): TestedRoute['findings'] {
  const where = to ?? routeTo;
  const platform = where.slice(0, where.indexOf(':') + 1);
  return mention
    .filter((who) => !who.startsWith(platform))
    .map((who) => ({
      tone: 'critical',
      text: `${who} cannot be called in ${where}: name them as ${platform}… or choose another channel.`,
    }));
}

const TONE = { ok: 'good', no: 'critical', unknown: 'unknown' } as const;

function named(id: string, routes: readonly Route[]): Route {
  if (id === '') throw new BadRequest('Which route? `routes list` shows their ids.');
  const route = routes.find((each) => each.id === id);
  if (route === undefined) throw new NotFound(`There is no route ${id}. \`routes list\` shows their ids.`);
  return route;
}

function sameRoute({ id: _id, ...a }: Route, b: Omit<Route, 'id'>): boolean {
  return isDeepStrictEqual(a, b);
}
