import type { SlackMessage, TeamsMessage } from '../../src/local/page-api.ts';
import { START, slackBase, teamsBase } from './sample-base.ts';

/** An answer with a table and a chart. */
export function health(): SlackMessage {
  const cell = (text: string): Record<string, unknown> => ({ type: 'raw_text', text });
  return {
    ...slackBase,
    ts: `${START + 95}.000600`,
    editedTs: `${START + 97}.000000`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Fleet health' } },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: ':large_green_circle: *36* good   :large_yellow_circle: *2* warning   :red_circle: *1* critical   :white_circle: *1* unknown',
        },
      },
      {
        type: 'table',
        column_settings: [{}, {}, { align: 'right' }, { is_wrapped: true }],
        rows: [
          ['Service', 'Health', 'Running', 'Why'].map(cell),
          ['checkout-api', 'critical', '3 of 4', 'Deployment failed; 5XX 130 in 5 minutes'].map(cell),
          ['search-indexer', 'warning', '2 of 2', 'Memory 84 %'].map(cell),
          ['image-resizer', 'unknown', '0 of 0', 'Nothing is running'].map(cell),
        ],
      },
      {
        type: 'data_visualization',
        title: 'CPU of checkout-api, %',
        chart: {
          type: 'line',
          series: [
            {
              name: 'average',
              data: ['08:40', '08:45', '08:50', '08:55', '09:00'].map((label, i) => ({
                label,
                value: [34, 36, 41, 72, 88][i],
              })),
            },
          ],
          axis_config: {
            categories: ['08:40', '08:45', '08:50', '08:55', '09:00'],
            x_label: 'UTC',
            y_label: '%',
          },
        },
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'All accounts · 8 s old' }] },
    ],
  };
}

/** Somebody asks. */
export function teamsQuestion(): TeamsMessage {
  return {
    ...teamsBase,
    isBot: false,
    from: '29:olivia',
    id: '1795165330000',
    at: '2026-11-20T09:02:10Z',
    text: '<at>Deckhand</at> health',
  };
}

/** The answer, with columns and a table. */
export function teamsHealth(): TeamsMessage {
  const cell = (text: string): Record<string, unknown> => ({
    type: 'TableCell',
    items: [{ type: 'TextBlock', text, wrap: true }],
  });
  const row = (...cells: string[]): Record<string, unknown> => ({ type: 'TableRow', cells: cells.map(cell) });
  return {
    ...teamsBase,
    rootId: teamsQuestion().id,
    id: '1795165332000',
    at: '2026-11-20T09:02:12Z',
    editedAt: '2026-11-20T09:02:14Z',
    cards: [
      {
        type: 'AdaptiveCard',
        version: '1.5',
        msteams: { width: 'Full' },
        body: [
          { type: 'TextBlock', size: 'Large', weight: 'Bolder', text: 'Fleet health' },
          {
            type: 'ColumnSet',
            columns: [
              ['36', 'good', 'Good'],
              ['2', 'warning', 'Warning'],
              ['1', 'critical', 'Attention'],
              ['1', 'unknown', 'Default'],
            ].map(([count, label, color]) => ({
              type: 'Column',
              width: 'stretch',
              items: [
                { type: 'TextBlock', text: count, size: 'ExtraLarge', weight: 'Bolder', color },
                { type: 'TextBlock', text: label, isSubtle: true, spacing: 'None' },
              ],
            })),
          },
          {
            type: 'Table',
            firstRowAsHeaders: true,
            columns: [{ width: 2 }, { width: 1 }, { width: 3 }],
            rows: [
              row('Service', 'Running', 'Why'),
              row('checkout-api', '3 of 4', 'Deployment failed; 5XX 130 in 5 minutes'),
              row('search-indexer', '2 of 2', 'Memory 84 %'),
            ],
          },
        ],
      },
    ],
  };
}
