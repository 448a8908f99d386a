import { describe, expect, test } from 'vitest';
import { checkAdaptiveCard } from '../../../src/local/teams/adaptive-card.ts';

const card = (body: readonly object[], more: object = {}) => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body,
  ...more,
});
const text = { type: 'TextBlock', text: 'x' };
const execute = (more: object = {}) => ({ type: 'Action.Execute', title: 'Go', verb: 'go', ...more });

describe('cards that Teams shows', () => {
  test.each([
    [
      'columns, facts and a table',
      card([
        { type: 'ColumnSet', columns: [{ type: 'Column', items: [text] }] },
        { type: 'FactSet', facts: [{ title: 'a', value: 'b' }] },
        {
          type: 'Table',
          columns: [{ width: 1 }],
          rows: [{ type: 'TableRow', cells: [{ type: 'TableCell', items: [text] }] }],
        },
      ]),
    ],
    ['an unknown element with a fallback', card([{ type: 'Hologram', fallback: text }])],
    ['an unknown element that may be dropped', card([{ type: 'Hologram', fallback: 'drop' }])],
    ['a chart with a fallback', card([{ type: 'Chart.Line', data: [], fallback: text }])],
    [
      'six primary actions and more behind',
      card([text], {
        actions: [...Array(6).fill(execute()), execute({ mode: 'secondary' })],
      }),
    ],
    [
      'a card within a card',
      card([text], {
        actions: [{ type: 'Action.ShowCard', card: { type: 'AdaptiveCard', body: [text] } }],
      }),
    ],
  ])('%s', (_name, each) => {
    expect(checkAdaptiveCard(each)).toEqual([]);
  });
});

describe('cards that Teams refuses', () => {
  test.each([
    ['another type', { type: 'Message' }, 'the card is not of type AdaptiveCard'],
    ['no version', { type: 'AdaptiveCard', body: [] }, 'version is missing'],
    ['a newer version', card([], { version: '1.6' }), 'version 1.6 is not supported; at most 1.5'],
    [
      'an unknown element deep inside',
      card([{ type: 'Container', items: [{ type: 'Hologram' }] }]),
      'card.body[0].items[0]: unknown element Hologram without a fallback',
    ],
    [
      'an unknown fallback',
      card([{ type: 'Hologram', fallback: { type: 'Ghost' } }]),
      'card.body[0].fallback: unknown element Ghost without a fallback',
    ],
    [
      'a chart that says nothing elsewhere',
      card([{ type: 'Chart.Donut', data: [] }]),
      'card.body[0]: Chart.Donut without a fallback',
    ],
    ['a text block without text', card([{ type: 'TextBlock' }]), 'card.body[0]: text is missing'],
    [
      'an unknown action',
      card([], { actions: [{ type: 'Action.Http' }] }),
      'card.actions[0]: unknown element Action.Http without a fallback',
    ],
    [
      'seven primary actions',
      card([], { actions: Array(7).fill(execute()) }),
      'card.actions: 7 primary actions; at most 6',
    ],
    [
      'seven in a set',
      card([{ type: 'ActionSet', actions: Array(7).fill(execute()) }]),
      'card.body[0].actions: 7 primary actions; at most 6',
    ],
  ])('%s', (_name, each, problem) => {
    expect(checkAdaptiveCard(each)).toContain(problem);
  });
});
