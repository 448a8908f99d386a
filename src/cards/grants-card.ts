import type { Grant } from '../domain/access.ts';
import type { Card, ListItem, Span } from './card.ts';

export interface GrantsCardInput {
  readonly grants: readonly Grant[];
  /** ADMINS */
  readonly admins: readonly string[];
  readonly nowMs: number;
  /** How the bot is spoken to here. */
  readonly command: string;
}

/** Who may do what where. */
export function grantsCard({ grants, admins, nowMs, command }: GrantsCardInput): Card {
  const holding = grants.filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs);
  const start = `${command} grants add @someone account/cluster/service scale`.trim();
  return {
    title:
      holding.length === 0 ? 'No grants' : `${holding.length} ${holding.length === 1 ? 'grant' : 'grants'}`,
    tone: 'info',
    summary:
      holding.length === 0
        ? `No grants. ${admins.length} administrators.`
        : `${holding.length} grants, ${admins.length} administrators.`,
    blocks: [
      ...(holding.length === 0
        ? [
            {
              kind: 'text' as const,
              text: ['Only administrators may change anything. ', { kind: 'code' as const, text: start }],
            },
          ]
        : [{ kind: 'list' as const, items: holding.map(toItem) }]),
      {
        kind: 'context',
        text:
          admins.length === 0
            ? 'Administrators: none. Whoever runs me sets ADMINS.'
            : `Administrators (ADMINS): ${admins.join(', ')}`,
      },
      { kind: 'context', text: 'Those called file-… stand in deckhand.yaml and are changed there.' },
    ],
  };
}

function toItem({ id, who, on, actions, untilMs }: Grant): ListItem {
  return {
    text: [
      whoSpan(who),
      ' may ',
      { kind: 'bold', text: actions.map(wordOf).join(', ') },
      ' on ',
      { kind: 'code', text: on },
    ],
    detail: [
      id,
      ...(untilMs === undefined
        ? []
        : [' · until ', { kind: 'time', atMs: untilMs, style: 'date_time' } as const]),
    ],
  };
}

function wordOf(action: Grant['actions'][number]): string {
  return action === '*' ? 'everything but administer' : action;
}

/** People of Slack by name, where Slack shows it; others as settings write them. */
function whoSpan(who: string): Span {
  const id = /^slack:([UW][A-Z0-9]+)$/.exec(who)?.[1];
  return id === undefined
    ? who
    : { kind: 'person', person: { platform: 'slack', id, tenant: '-', name: who } };
}
