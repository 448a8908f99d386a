import { expect, test } from 'vitest';
import type { Block, Card } from '../../../src/cards/card.ts';
import { toText } from '../../../src/cli/text/index.ts';
import { printIntent } from '../../../src/intent/print.ts';

const card = (...blocks: Block[]): Card => ({ title: 'Title', tone: 'critical', summary: 'Summary', blocks });

test('the tone is a word; colour only repeats it', () => {
  expect(toText(card())).toBe('CRITICAL  Title');
  expect(toText(card(), { color: true })).toBe('\u001B[31mCRITICAL\u001B[0m  \u001B[1mTitle\u001B[0m');
});

test('no escape sequence of a log line reaches the terminal', () => {
  expect(toText(card({ kind: 'code', text: '\u001B]0;owned\u0007\u001B[31mred\u001B[0m\u0008' }))).toBe(
    'CRITICAL  Title\n\n    red',
  );
});

test('lines are broken between words at the width, under their item', () => {
  const text = toText(
    card({
      kind: 'list',
      items: [{ mark: 'warning', text: 'one two three four five six seven eight nine ten' }],
    }),
    { width: 40 },
  );
  expect(text.split('\n').slice(2)).toEqual([
    'WARNING  one two three four five six',
    '         seven eight nine ten',
  ]);
});

test('an address is never broken', () => {
  const url = `https://example.com/${'a'.repeat(120)}`;
  expect(
    toText(card({ kind: 'text', text: ['see ', { kind: 'link', text: 'this', url }] }), { width: 40 }),
  ).toContain(`(${url})`);
});

test('a button is shown as what to type, where the caller knows how to write it', () => {
  const intent = { command: 'health', cluster: 'prod-core', only: 'critical' } as const;
  const asked = card({
    kind: 'actions',
    buttons: [{ kind: 'press', label: 'All critical', payload: { do: 'run', intent } }],
  });
  expect(toText(asked, { commandOf: printIntent })).toContain(
    '→ All critical: health --cluster prod-core --only critical',
  );
  expect(toText(asked)).toContain('→ All critical (in chat)');
});

test('a table is aligned where it fits and told row by row where it does not', () => {
  const table: Block = {
    kind: 'table',
    caption: 'Restarts',
    columns: [{ title: 'Service' }, { title: 'Count', align: 'right' }],
    rows: [
      ['checkout-api', '12'],
      ['x', '3'],
    ],
  };
  expect(toText(card(table))).toContain('checkout-api     12\nx                 3');
  const narrow = toText(card({ ...table, rows: [['a-service-with-a-rather-long-name', '3']] }), {
    width: 30,
  });
  expect(narrow).toContain('Service: a-service-with-a-rather-long-name · Count: 3');
});

test('nothing of a long list is left out', () => {
  const items = Array.from({ length: 1000 }, (_, n) => ({ text: `item ${n}` }));
  expect(toText(card({ kind: 'list', items })).match(/item \d+/g)).toHaveLength(1000);
});

test('without a terminal no line is broken', () => {
  const text = 'word '.repeat(100).trim();
  expect(toText(card({ kind: 'text', text }))).toContain(text);
});

test('a chart is a line as high as a letter, and the same in words', () => {
  const points = [10, 20, 30, 80].map((value, n) => ({ label: `0${n}:00`, value }));
  const chart: Block = {
    kind: 'chart',
    title: 'CPU',
    unit: '%',
    series: [{ name: 'CPU', points }],
    summary: '10 % → 80 % over 3 h',
  };
  expect(toText(card(chart))).toBe('CRITICAL  Title\n\n▁▂▃█\nCPU: 10 % → 80 % over 3 h');
});
