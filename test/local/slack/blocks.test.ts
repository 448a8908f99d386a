import { describe, expect, test } from 'vitest';
import { checkBlocks, textLength } from '../../../src/local/slack/blocks.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const section = (more: object = {}) => ({ type: 'section', text: mrkdwn('x'), ...more });
const dividers = (length: number) => Array.from({ length }, () => ({ type: 'divider' }));
const cell = { type: 'raw_text', text: 'x' };
const chart = (more: object = {}) => ({
  type: 'data_visualization',
  title: 'CPU',
  chart: {
    type: 'line',
    series: [{ name: 'cpu', data: [{ label: 'a', value: 1 }] }],
    axis_config: { categories: ['a'], x_label: 'time', y_label: '%' },
  },
  ...more,
});

describe('blocks that Slack takes', () => {
  test.each([
    ['a section with a button', [section({ accessory: button({ value: 'v'.repeat(2000) }) })]],
    ['fifty dividers', dividers(50)],
    ['fields alone', [{ type: 'section', fields: [mrkdwn('x'.repeat(2000))] }]],
    ['a context', [{ type: 'context', elements: [mrkdwn('a'), plain('b')] }]],
    ['a chart', [chart()]],
    ['a table', [{ type: 'table', rows: [[cell, cell]], column_settings: [{ align: 'right' }] }]],
    ['a data table', [{ type: 'data_table', caption: 'Services', rows: [[cell]] }]],
    ['markdown', [{ type: 'markdown', text: '**bold**' }]],
    [
      'a container with a button',
      [
        {
          type: 'container',
          title: plain('More'),
          child_blocks: [{ type: 'actions', elements: [button()] }],
        },
      ],
    ],
    [
      'feedback',
      [
        {
          type: 'context_actions',
          elements: [
            {
              type: 'feedback_buttons',
              action_id: 'f',
              positive_button: { text: plain('+'), value: '1' },
              negative_button: { text: plain('-'), value: '0' },
            },
          ],
        },
      ],
    ],
  ])('%s', (_name, blocks) => {
    expect(checkBlocks(blocks, 'message')).toEqual([]);
  });
});

describe('blocks that Slack refuses, with the place', () => {
  test.each([
    ['an unknown type', [{ type: 'sectoin' }], 'unsupported type: sectoin', '/blocks/0/type'],
    ['no type', [{}], 'missing required field: type', '/blocks/0/type'],
    ['51 blocks', dividers(51), 'no more than 50 items allowed', '/blocks'],
    [
      'long text',
      [section({ text: mrkdwn('x'.repeat(3001)) })],
      'must be less than 3001 characters',
      '/blocks/0/text/text',
    ],
    ['empty text', [section({ text: mrkdwn('') })], 'must be more than 0 characters', '/blocks/0/text/text'],
    ['an empty section', [{ type: 'section' }], 'missing required field: text or fields', '/blocks/0'],
    [
      'eleven fields',
      [{ type: 'section', fields: Array(11).fill(mrkdwn('x')) }],
      'no more than 10 items allowed',
      '/blocks/0/fields',
    ],
    [
      'a long header',
      [{ type: 'header', text: plain('x'.repeat(151)) }],
      'must be less than 151 characters',
      '/blocks/0/text/text',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: mrkdwn('x') }],
      'must be one of plain_text',
      '/blocks/0/text/type',
    ],
    [
      '26 buttons',
      [{ type: 'actions', elements: Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })) }],
      'no more than 25 items allowed',
      '/blocks/0/elements',
    ],
    [
      'a long button',
      [{ type: 'actions', elements: [button({ text: plain('x'.repeat(76)) })] }],
      'must be less than 76 characters',
      '/blocks/0/elements/0/text/text',
    ],
    [
      'a long value',
      [{ type: 'actions', elements: [button({ value: 'x'.repeat(2001) })] }],
      'must be less than 2001 characters',
      '/blocks/0/elements/0/value',
    ],
    [
      'two elements of one action id',
      [{ type: 'actions', elements: [button(), button()] }],
      'action_id `go` already exists',
      '/blocks/0/elements/1/action_id',
    ],
    [
      'two blocks of one id',
      [section({ block_id: 'b' }), section({ block_id: 'b' })],
      'block_id `b` already exists',
      '/blocks/1/block_id',
    ],
    [
      'a property that does not exist',
      [section({ colour: 'red' })],
      'invalid additional property: colour',
      '/blocks/0',
    ],
    [
      'two tables',
      [0, 1].map(() => ({ type: 'table', rows: [[cell]] })),
      'no more than 1 table blocks allowed',
      '/blocks',
    ],
    [
      'three charts',
      [chart(), chart(), chart()],
      'no more than 2 data_visualization blocks allowed',
      '/blocks',
    ],
    [
      'a data table without a caption',
      [{ type: 'data_table', rows: [[cell]] }],
      'missing required field: caption',
      '/blocks/0',
    ],
    [
      'a series without a point for each category',
      [
        chart({
          chart: {
            type: 'bar',
            series: [{ name: 's', data: [{ label: 'a', value: 1 }] }],
            axis_config: { categories: ['a', 'b'] },
          },
        }),
      ],
      'must have one point for each of 2 categories',
      '/blocks/0/chart/series/0/data',
    ],
    [
      'a modal block in a message',
      [{ type: 'alert', text: plain('x') }],
      'unsupported type: alert',
      '/blocks/0/type',
    ],
  ])('%s', (_name, blocks, message, pointer) => {
    expect(checkBlocks(blocks, 'message')).toContainEqual({ message, pointer });
  });

  test('markdown over all blocks together', () => {
    const blocks = [0, 1].map(() => ({ type: 'markdown', text: 'x'.repeat(6_001) }));
    expect(checkBlocks(blocks, 'message')).toHaveLength(1);
  });

  test('a chart in App Home', () => {
    expect(checkBlocks([chart()], 'home')).toHaveLength(1);
  });
});

test('text is counted wherever it stands', () => {
  expect(textLength([section({ text: mrkdwn('12345') }), { type: 'actions', elements: [button()] }])).toBe(7);
});
