import { describe, expect, test } from 'vitest';
import type { Block, Card, ListItem } from '../../../src/cards/card.ts';
import { toAdaptiveCard } from '../../../src/teams/cards/index.ts';
import { find } from '../../slack/blocks/slack-rules.ts';
import { teamsProblems, walk } from './teams-rules.ts';

const card = (...blocks: Block[]): Card => ({ title: 'Title', tone: 'critical', summary: 'Summary', blocks });
const drawn = (...blocks: Block[]) => toAdaptiveCard(card(...blocks), { messageKey: 'inc/1/root' });
const press = { kind: 'press', label: 'Go', payload: { do: 'ack', incident: 'i1' } } as const;

test('a card is version 1.5 and says its summary to those who cannot see it', () => {
  expect(drawn()).toMatchObject({
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: 'Summary',
    speak: 'Summary',
    msteams: { width: 'Full' },
  });
});

test('the tone is a mark in the text as well as a colour', () => {
  const looks = (['critical', 'warning', 'good', 'unknown'] as const).map((tone) =>
    JSON.stringify(toAdaptiveCard({ ...card(), tone }).body[0]),
  );
  expect(new Set(looks.map((look) => look.replace(/"style":"\w+"/g, ''))).size).toBe(4);
  expect(new Set(looks.map((look) => /"style":"(\w+)"/.exec(look)?.[1])).size).toBe(4);
});

describe('text', () => {
  test('a line of literal text is rich text, which has no markup', () => {
    const body = drawn({ kind: 'text', text: '*a* prod_core [x](y)' }).body[1];
    expect(body).toEqual({
      type: 'RichTextBlock',
      inlines: [{ type: 'TextRun', text: '*a* prod_core [x](y)' }],
    });
  });

  test('a time is a function that Teams localizes, which only text blocks know', () => {
    const time = { kind: 'time', atMs: Date.parse('2026-11-20T14:05:09.500Z'), style: 'date_time' } as const;
    expect(drawn({ kind: 'text', text: ['*since* ', time] }).body[1]).toMatchObject({
      type: 'TextBlock',
      text: '\\*since\\* {{DATE(2026-11-20T14:05:09Z, SHORT)}} {{TIME(2026-11-20T14:05:09Z)}}',
    });
  });

  test('every line of a paragraph is a line', () => {
    expect(drawn({ kind: 'text', text: 'one\ntwo\n\nthree' }).body).toHaveLength(4);
  });

  test('the indentation of code stays', () => {
    expect(find(drawn({ kind: 'code', text: 'a:\n  b' }), 'text')).toContain('\u00A0\u00A0b');
  });
});

describe('buttons', () => {
  test('a press carries its verb, its payload and the message’s key', () => {
    const [actions] = find(drawn({ kind: 'actions', buttons: [{ ...press, style: 'danger' }] }), 'actions');
    expect(actions).toEqual([
      {
        type: 'Action.Execute',
        title: 'Go',
        verb: 'ack',
        data: { p: '{"do":"ack","incident":"i1"}', k: 'inc/1/root' },
        style: 'destructive',
      },
    ]);
  });

  test('a question unfolds first, and only its answer acts', () => {
    const confirm = { title: 'Sure?', text: 'It restarts.', yes: 'Restart', no: 'Leave it' };
    const [actions] = find(drawn({ kind: 'actions', buttons: [{ ...press, confirm }] }), 'actions');
    expect(actions).toMatchObject([
      {
        type: 'Action.ShowCard',
        title: 'Go',
        card: { actions: [{ type: 'Action.Execute', title: 'Restart' }] },
      },
    ]);
    expect(JSON.stringify(actions)).toContain('It restarts.');
  });

  test('more than six go into further sets', () => {
    const sets = find(
      drawn({ kind: 'actions', buttons: Array.from({ length: 14 }, () => press) }),
      'actions',
    );
    expect(sets.map((set) => (Array.isArray(set) ? set.length : 0))).toEqual([6, 6, 2]);
  });

  test('a link that leads nowhere is named', () => {
    expect(
      JSON.stringify(drawn({ kind: 'actions', buttons: [{ kind: 'link', label: 'Bad', url: 'ftp://x' }] })),
    ).toContain('“Bad”');
  });
});

describe('a mention', () => {
  const mention = (id: string, name: string, of: 'person' | 'group' = 'person') =>
    ({ kind: 'mention', platform: 'teams', of, id, name }) as const;

  test('calls a person through an entity that repeats its mark', () => {
    const json = drawn({ kind: 'text', text: ['For ', mention('29:1a', 'Olivia <Ng>*')] });
    expect(json.msteams).toEqual({
      width: 'Full',
      entities: [
        { type: 'mention', text: '<at>Olivia Ng</at>', mentioned: { id: '29:1a', name: 'Olivia Ng' } },
      ],
    });
    expect(json.body[1]).toMatchObject({ type: 'TextBlock', text: 'For <at>Olivia Ng</at>' });
    expect(teamsProblems(json)).toEqual([]);
  });

  test('of two people with one name calls both', () => {
    const json = drawn({
      kind: 'text',
      text: [mention('a1', 'Kim'), ' ', mention('a2', 'Kim'), mention('a1', 'Kim')],
    });
    expect(find(json.msteams, 'mentioned')).toEqual([
      { id: 'a1', name: 'Kim' },
      { id: 'a2', name: 'Kim 2' },
    ]);
    expect(teamsProblems(json)).toEqual([]);
  });

  test('of a group, or after Teams refused the card, is a name', () => {
    const block = { kind: 'text', text: mention('29:1a', 'Olivia', 'group') } as const;
    const simple = toAdaptiveCard(card({ kind: 'text', text: mention('29:1a', 'Olivia') }), { simple: true });
    for (const json of [drawn(block), simple]) {
      expect(JSON.stringify(json)).not.toMatch(/<at>|entities/);
      expect(JSON.stringify(json)).toContain('Olivia');
    }
  });
});

test('a chart has a fallback that says the same, and is that after Teams refused the card', () => {
  const chart: Block = {
    kind: 'chart',
    title: 'CPU',
    unit: '%',
    series: [{ name: 'average', points: [35, 97].map((value, n) => ({ label: `08:0${n}`, value })) }],
    summary: '35 % → 97 % over 10 min',
  };
  const [native] = find(drawn(chart), 'body').flatMap((body) => (Array.isArray(body) ? body.slice(1) : []));
  expect(native).toMatchObject({
    type: 'Chart.Line',
    data: [{ values: [{ x: '08:00', y: 35 }, { y: 97 }] }],
  });
  expect(JSON.stringify(find(native, 'fallback'))).toContain('35 % → 97 %');
  const simple = JSON.stringify(toAdaptiveCard(card(chart), { simple: true }));
  expect(simple).not.toContain('Chart.');
  expect(simple).toContain('35 % → 97 %');
});

describe('what does not fit', () => {
  test.each([5, 100, 101, 400])('of %i items each is shown or counted', (count) => {
    const items = Array.from({ length: count }, (_, n): ListItem => ({ text: `item ${n} x` }));
    const shown = JSON.stringify(drawn({ kind: 'list', items }));
    expect(countOf(shown, /item \d+ x/g) + countLeft(shown)).toBe(count);
  });

  test('items that are too long for 28 KB are counted, and the button survives', () => {
    const items = Array.from({ length: 90 }, (_, n): ListItem => ({ text: `item ${n} x${'ä'.repeat(500)}` }));
    const json = drawn({ kind: 'list', items }, { kind: 'actions', buttons: [press] });
    const shown = JSON.stringify(json);
    expect(countLeft(shown)).toBeGreaterThan(0);
    expect(countOf(shown, /item \d+ x/g) + countLeft(shown)).toBe(90);
    expect(find(json, 'verb')).toEqual(['ack']);
    expect(teamsProblems(json)).toEqual([]);
  });

  test('rows of a table are shown or counted, and its fallback says the same', () => {
    const rows = Array.from({ length: 300 }, (_, n) => [`row ${n} x`, { kind: 'bold' as const, text: '1' }]);
    const json = drawn({
      kind: 'table',
      caption: 'T',
      columns: [{ title: 'Name' }, { title: 'N', align: 'right' }],
      rows,
    });
    const [native] = find(json, 'rows');
    const [fallback] = find(json, 'fallback');
    const shown = countOf(JSON.stringify(native), /row \d+ x/g);
    expect(countOf(JSON.stringify(fallback), /row \d+ x/g)).toBe(shown);
    expect(JSON.stringify(json)).toContain(`and ${300 - shown} more rows`);
  });
});

test('no date function stands where Teams would show it raw', () => {
  const time = { kind: 'time', atMs: 0, style: 'time' } as const;
  const json = drawn(
    { kind: 'list', items: [{ text: ['a ', time], detail: time }] },
    { kind: 'facts', facts: [{ label: 'Since', value: time }] },
    { kind: 'table', caption: 'T', columns: [{ title: 'At' }], rows: [[time]] },
  );
  const runs: unknown[] = [];
  walk(json, (node) => {
    if (node.type === 'TextRun') runs.push(node.text);
  });
  expect(runs.filter((text) => String(text).includes('{{'))).toEqual([]);
  expect(JSON.stringify(json).match(/\{\{TIME\(/g)).toHaveLength(4);
});

function countOf(text: string, pattern: RegExp): number {
  return (text.match(pattern) ?? []).length;
}

function countLeft(shown: string): number {
  const more = [...shown.matchAll(/and (\d+) more|[ :](\d+) items?[,.]/g)];
  return more.reduce((sum, match) => sum + Number(match[1] ?? match[2]), 0);
}
