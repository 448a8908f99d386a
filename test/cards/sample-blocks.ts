import type { Card } from '../../src/cards/card.ts';
import { NOW, OLIVIA } from './sample-data.ts';

/** Every block and every span. The key is a path below `test/golden`. */
export const BLOCK_SAMPLES: Readonly<Record<string, Card>> = {
  'blocks/every-kind': {
    title: 'Everything a card can hold',
    tone: 'warning',
    summary: 'A card with every block.',
    blocks: [
      {
        kind: 'text',
        text: [
          'Since ',
          { kind: 'time', atMs: NOW, style: 'date_time' },
          ', see ',
          { kind: 'link', text: 'the runbook', url: 'https://wiki.example/checkout(1)?a=b|c' },
          ' or ',
          { kind: 'person', person: OLIVIA },
          '.\nLiteral: *a* _b_ `c` <!here> :fire: [x](http://y.example)',
        ],
      },
      {
        kind: 'text',
        text: [
          { kind: 'bold', text: 'bold' },
          ', ',
          { kind: 'italic', text: 'italic' },
          ' and ',
          { kind: 'code', text: 'prod_core' },
        ],
      },
      {
        kind: 'table',
        caption: 'Restarts in the last hour',
        columns: [{ title: 'Service' }, { title: 'Restarts', align: 'right' }, { title: 'Last' }],
        rows: [
          ['checkout-api', '12', { kind: 'time', atMs: NOW, style: 'time' }],
          [{ kind: 'bold', text: 'billing-worker' }, '3', ''],
        ],
      },
      {
        kind: 'code',
        text: '2026-11-20T09:00:00Z ERROR db: connection refused 10.0.3.9:5432\n  at pool.connect *x* <@U123>\n\u001B[31mred\u001B[0m',
      },
      { kind: 'divider' },
      {
        kind: 'chart',
        title: 'CPU of checkout-api',
        unit: '%',
        series: [
          {
            name: 'average',
            points: [35, 41, 72, 97].map((value, n) => ({ label: `08:${4 + n}0`, value })),
          },
        ],
        summary: '35 % → 97 % over 30 min',
      },
      {
        kind: 'text',
        text: [
          { kind: 'mention', platform: 'slack', of: 'group', id: 'S012AB3CD', name: 'platform on-call' },
          ' and ',
          {
            kind: 'mention',
            platform: 'teams',
            of: 'person',
            id: 'c0ffee00-1111-2222-3333-444455556666',
            name: 'Ravi *Rao*',
          },
          ' are called.',
        ],
      },
      {
        kind: 'table',
        caption: 'A second table',
        columns: [{ title: 'A' }, { title: 'B', align: 'right' }],
        rows: [['one', '1']],
      },
      {
        kind: 'actions',
        buttons: [
          {
            kind: 'press',
            label: 'Show all',
            style: 'danger',
            payload: { do: 'run', intent: { command: 'health' } },
            confirm: { title: 'Really?', text: 'This shows 412 services.', yes: 'Show', no: 'Leave it' },
          },
          { kind: 'link', label: 'Open', url: 'https://example.com/' },
          { kind: 'link', label: 'Broken', url: 'javascript:alert(1)' },
        ],
      },
    ],
  },
};
