import type { SlackMessage, TeamsMessage } from '../../src/local/page-api.ts';
import { START } from './sample-base.ts';

/** Sets `window.hacked` if any of it ever runs. */
export const EVIL = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">';
const ESCAPED =
  '&lt;script&gt;window.hacked=1&lt;/script&gt; &lt;!channel&gt; &lt;@U0RAVI&gt; &lt;https://evil.example|click&gt;';

let next = 0;

/** A bot message with these blocks; each has a time of its own. */
export function slackBot(
  blocks: readonly Record<string, unknown>[],
  extra: Partial<SlackMessage> = {},
): SlackMessage {
  next += 1;
  return {
    channel: 'C0ALERTS',
    ts: `${START + next}.000000`,
    user: 'U0DECKHAND',
    isBot: true,
    text: 'fallback',
    blocks,
    ...extra,
  };
}

/** A bot activity with this card body. */
export function teamsBot(
  body: readonly Record<string, unknown>[],
  card: Record<string, unknown> = {},
): TeamsMessage {
  next += 1;
  return {
    conversation: '19:alerts@thread.tacv2',
    id: String(START * 1000 + next),
    from: '28:deckhand',
    isBot: true,
    at: new Date((START + next) * 1000).toISOString(),
    cards: [{ type: 'AdaptiveCard', version: '1.5', body, ...card }],
  };
}

/** mrkdwn in a section. */
export function section(text: string, extra: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'section', text: { type: 'mrkdwn', text }, ...extra };
}

/** Hostile words in every place that holds text. Raw and escaped. */
export const HOSTILE_BLOCKS: readonly Record<string, unknown>[] = [
  section(ESCAPED),
  section(`\`\`\`${ESCAPED}\`\`\``),
  { type: 'header', text: { type: 'plain_text', text: ESCAPED } },
  { type: 'context', elements: [{ type: 'mrkdwn', text: ESCAPED }] },
  { type: 'section', fields: [{ type: 'mrkdwn', text: ESCAPED }] },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: EVIL },
          { type: 'link', url: 'javascript:window.hacked=1', text: 'run' },
        ],
      },
    ],
  },
  { type: 'table', rows: [[{ type: 'raw_text', text: 'Name' }], [{ type: 'raw_text', text: EVIL }]] },
  { type: 'markdown', text: `${EVIL} [run](javascript:window.hacked=1)` },
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'evil',
        text: { type: 'plain_text', text: EVIL },
        url: 'javascript:window.hacked=1',
      },
    ],
  },
  { type: 'never_heard_of', payload: EVIL },
];

/** Hostile words in a card. */
export const HOSTILE_CARD: readonly Record<string, unknown>[] = [
  { type: 'TextBlock', wrap: true, text: `${EVIL} [run](javascript:window.hacked=1) <at>Ravi</at>` },
  { type: 'FactSet', facts: [{ title: EVIL, value: EVIL }] },
  { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: EVIL }] },
  { type: 'NeverHeardOf', text: EVIL, fallback: { type: 'TextBlock', text: 'what stands in for it' } },
];

/** Long words, long lines, many columns. */
export const WIDE_BLOCKS: readonly Record<string, unknown>[] = [
  section(`arn:aws:ecs:us-east-1:111122223333:task/prod-core/${'0123456789abcdef'.repeat(8)} at 10:20:30`),
  section(`\`\`\`${'ERROR a very long line '.repeat(20)}\`\`\``),
  {
    type: 'table',
    rows: [0, 1, 2].map((row) =>
      Array.from({ length: 14 }, (_, column) => ({
        type: 'raw_text',
        text: `column ${column} of row ${row}`,
      })),
    ),
  },
  {
    type: 'actions',
    elements: Array.from({ length: 12 }, (_, index) => ({
      type: 'button',
      action_id: `b${index}`,
      text: { type: 'plain_text', text: `Scale a-service-with-a-long-name-${index} to twice its size` },
    })),
  },
  {
    type: 'section',
    fields: Array.from({ length: 10 }, (_, index) => ({
      type: 'mrkdwn',
      text: `*Field ${index}*\n${'wide'.repeat(20)}`,
    })),
  },
];

/** The same for a card. */
export const WIDE_CARD: readonly Record<string, unknown>[] = [
  {
    type: 'TextBlock',
    wrap: true,
    text: `arn:aws:ecs:us-east-1:111122223333:task/prod-core/${'0123456789abcdef'.repeat(8)}`,
  },
  { type: 'FactSet', facts: [{ title: 'A rather long title of a fact', value: 'v'.repeat(120) }] },
  {
    type: 'Table',
    columns: Array.from({ length: 8 }, () => ({ width: 1 })),
    rows: [0, 1].map((row) => ({
      type: 'TableRow',
      cells: Array.from({ length: 8 }, (_, column) => ({
        type: 'TableCell',
        items: [{ type: 'TextBlock', wrap: true, text: `column ${column} of row ${row}` }],
      })),
    })),
  },
];

const option = (value: string, text: string): Record<string, unknown> => ({
  text: { type: 'plain_text', text },
  value,
});

/** A modal with every kind of input. */
export const FORM: Record<string, unknown> = {
  type: 'modal',
  callback_id: 'scale',
  title: { type: 'plain_text', text: 'Scale checkout-api' },
  submit: { type: 'plain_text', text: 'Scale' },
  close: { type: 'plain_text', text: 'Not now' },
  blocks: [
    section('From *4* tasks to…'),
    {
      type: 'input',
      block_id: 'count',
      label: { type: 'plain_text', text: 'Tasks' },
      element: { type: 'number_input', action_id: 'n', is_decimal_allowed: false, initial_value: '6' },
    },
    {
      type: 'input',
      block_id: 'why',
      label: { type: 'plain_text', text: 'Why' },
      element: { type: 'plain_text_input', action_id: 'text', multiline: true },
    },
    {
      type: 'input',
      block_id: 'when',
      label: { type: 'plain_text', text: 'When' },
      element: {
        type: 'static_select',
        action_id: 'select',
        options: [option('now', 'Now'), option('night', 'Tonight')],
      },
    },
    {
      type: 'input',
      block_id: 'how',
      label: { type: 'plain_text', text: 'How' },
      element: {
        type: 'radio_buttons',
        action_id: 'radio',
        initial_option: option('slow', 'Slowly'),
        options: [option('slow', 'Slowly'), option('fast', 'At once')],
      },
    },
    {
      type: 'input',
      block_id: 'tell',
      optional: true,
      label: { type: 'plain_text', text: 'Tell' },
      element: {
        type: 'checkboxes',
        action_id: 'boxes',
        options: [option('team', 'The team'), option('boss', 'The lead')],
      },
    },
    {
      type: 'input',
      block_id: 'who',
      optional: true,
      label: { type: 'plain_text', text: 'Who checks' },
      element: { type: 'users_select', action_id: 'user' },
    },
  ],
};
