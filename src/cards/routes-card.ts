import type { Route } from '../domain/route.ts';
import { type Card, type Inline, type ListItem, plainText, type Span, type Tone } from './card.ts';
import { escalateWords, quietWords, remindWords, severityWords } from './route-words.ts';
import { typed } from './typed.ts';

export interface RoutesCardInput {
  readonly routes: readonly Route[];
  /** Where everything goes that no route covers, as settings write it. */
  readonly defaults: readonly string[];
  /** How the bot is spoken to here. */
  readonly command: string;
}

/** Which channel hears of what. */
export function routesCard({ routes, defaults, command }: RoutesCardInput): Card {
  const count = routes.length === 1 ? '1 route' : `${routes.length} routes`;
  return {
    title: routes.length === 0 ? 'No routes' : count,
    tone: 'info',
    summary: `${routes.length === 0 ? 'No routes' : count}. ${plainText(elsewhere(defaults))}`,
    blocks: [
      ...(routes.length === 0
        ? [
            {
              kind: 'text' as const,
              text: [
                'One is made with ',
                { kind: 'code' as const, text: typed(command, 'routes add production/* high here') },
              ],
            },
          ]
        : [{ kind: 'list' as const, items: routes.map(toItem) }]),
      { kind: 'context', text: elsewhere(defaults) },
      ...(routes.some(({ id }) => id?.startsWith('file-'))
        ? [
            {
              kind: 'context' as const,
              text: 'Those called file-… stand in deckhand.yaml and are changed there.',
            },
          ]
        : []),
    ],
  };
}

/** Exact, for whoever makes a route to the same place. */
function elsewhere(defaults: readonly string[]): Inline {
  if (defaults.length === 0)
    return 'What no route covers is told nowhere: set SLACK_DEFAULT_CHANNEL or TEAMS_DEFAULT_CHANNEL.';
  const names = defaults.flatMap((text, at): Span[] => [at === 0 ? '' : ' and ', { kind: 'code', text }]);
  return ['What no route covers goes to ', ...names.filter((span) => span !== ''), '.'];
}

/** What was found out about each route. */
export interface TestedRoute {
  readonly route: Route;
  readonly findings: readonly { readonly tone: Tone; readonly text: string }[];
}

/** Whether what routes say can be done. */
export function testedRoutesCard(tested: readonly TestedRoute[]): Card {
  const findings = tested.flatMap((one) => one.findings);
  const bad = findings.filter(({ tone }) => tone === 'critical').length;
  const unsure = findings.filter(({ tone }) => tone === 'unknown').length;
  const tone = bad > 0 ? 'critical' : unsure > 0 ? 'unknown' : 'good';
  const title =
    bad > 0
      ? `${bad === 1 ? 'One thing does' : `${bad} things do`} not work`
      : unsure > 0
        ? 'Nothing is wrong as far as I can tell'
        : 'Everything works';
  return {
    title,
    tone,
    summary: `${title}: ${tested.length === 1 ? '1 route' : `${tested.length} routes`} tested.`,
    blocks: tested.map(({ route, findings: found }) => ({
      kind: 'list',
      items: found.map(({ tone: mark, text }, at) => ({
        mark,
        text,
        ...(at === 0
          ? {
              detail: [
                `${route.id ?? ''} · `,
                { kind: 'code' as const, text: route.match },
                ` · ${severityWords(route.severity)}`,
              ],
            }
          : {}),
      })),
    })),
  };
}

function toItem({ id, to, match, severity, quiet, remindMinutes, escalate, runbook }: Route): ListItem {
  const details = [
    ...(quiet === undefined ? [] : [`quiet ${quietWords(quiet)}`]),
    ...(remindMinutes === undefined ? [] : [`reminds ${remindWords(remindMinutes)}`]),
    ...(escalate === undefined ? [] : [`escalates ${escalateWords(escalate)}`]),
    ...(runbook === undefined ? [] : [`runbook ${runbook}`]),
  ];
  return {
    text: [
      { kind: 'bold', text: to },
      ' hears of ',
      { kind: 'code', text: match },
      `, ${severityWords(severity)}`,
    ],
    detail: [id ?? '', ...details].filter((part) => part !== '').join(' · '),
  };
}
