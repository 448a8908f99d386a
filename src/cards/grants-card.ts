import type { Grant } from '../domain/access.ts';
import type { Card, Inline } from './card.ts';

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
        : [
            {
              kind: 'table' as const,
              caption: 'Who may do what where',
              columns: [
                { title: 'Id' },
                { title: 'Who' },
                { title: 'May' },
                { title: 'Where' },
                { title: 'Until' },
              ],
              rows: holding.map((grant): readonly Inline[] => [
                grant.id,
                grant.who,
                grant.actions.join(', '),
                grant.on,
                grant.untilMs === undefined
                  ? '–'
                  : [{ kind: 'time', atMs: grant.untilMs, style: 'date_time' }],
              ]),
            },
          ]),
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
