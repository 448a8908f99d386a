import { describe, expect, test } from 'vitest';
import type { Block, Card, ChartBlock, ListItem } from '../../../src/cards/card.ts';
import { ACTION_ID_PREFIX, toBlockKit } from '../../../src/slack/blocks/index.ts';
import { SAMPLES } from '../../cards/sample-cards.ts';
import { find, slackProblems } from './slack-rules.ts';

const card = (...blocks: Block[]): Card => ({ title: 'Title', tone: 'info', summary: 'Summary', blocks });
const drawn = (...blocks: Block[]) => toBlockKit(card(...blocks)).blocks;
const json = (value: unknown) => JSON.stringify(value);
const press = { kind: 'press', label: 'Go', payload: { do: 'ack', incident: 'i1' } } as const;

describe('times, people and links', () => {
  test('a time is shown in the reader’s zone, with UTC for clients that cannot', () => {
    const atMs = Date.parse('2026-11-20T14:05:00Z');
    const time = { kind: 'time', atMs, style: 'time' } as const;
    expect(json(drawn({ kind: 'context', text: ['at ', time] }))).toContain(
      'at <!date^1795183500^{time}|14:05 UTC>',
    );
    expect(find(drawn({ kind: 'text', text: time }), 'timestamp')).toEqual([1_795_183_500]);
  });

  test('a moment that is none does not break the card', () => {
    expect(json(drawn({ kind: 'text', text: { kind: 'time', atMs: Number.NaN, style: 'date' } }))).toContain(
      'unknown time',
    );
  });

  test('a person of Slack is named by id, anybody else by name', () => {
    const person = { id: 'U012AB3CD', tenant: 'T', name: 'Olivia *Ng*' };
    const text = (platform: 'slack' | 'teams') =>
      json(drawn({ kind: 'context', text: { kind: 'person', person: { ...person, platform } } }));
    expect(text('slack')).toContain('<@U012AB3CD>');
    expect(text('teams')).not.toContain('<@');
    expect(text('teams')).toContain('Olivia');
  });

  test('an address that is no web address is shown as words', () => {
    const shown = json(
      drawn({ kind: 'text', text: { kind: 'link', text: 'click', url: 'javascript:alert(1)' } }),
    );
    expect(shown).toContain('click');
    expect(shown).not.toContain('javascript');
  });
});

describe('a mention', () => {
  const drawnFor = (platform: 'slack' | 'teams', of: 'person' | 'group', id: string) => {
    const mention = { kind: 'mention', platform, of, id, name: 'on-call *crew*' } as const;
    return json(drawn({ kind: 'text', text: mention }, { kind: 'context', text: mention }));
  };

  test('calls a person or a user group wherever it stands', () => {
    expect(drawnFor('slack', 'person', 'U012AB3CD')).toMatch(/"user_id":"U012AB3CD".*<@U012AB3CD>/);
    expect(drawnFor('slack', 'group', 'S012AB3CD')).toMatch(
      /"usergroup_id":"S012AB3CD".*<!subteam\^S012AB3CD>/,
    );
  });

  test.each([
    ['teams', 'person', 'U012AB3CD'],
    ['slack', 'person', 'U1> <!channel'],
    ['slack', 'group', 'U012AB3CD'],
  ] as const)('of %s, a %s with the id %j, is a name', (platform, of, id) => {
    expect(drawnFor(platform, of, id)).not.toMatch(/"user_id"|"usergroup_id"|<[@!]/);
    expect(drawnFor(platform, of, id)).toContain('on-call');
  });
});

describe('a chart', () => {
  const chart = (over: Partial<ChartBlock> = {}): ChartBlock => ({
    kind: 'chart',
    title: 'CPU',
    unit: '%',
    series: [{ name: 'average', points: [35, 60, 97].map((value, n) => ({ label: `08:0${n}`, value })) }],
    summary: '35 % → 97 % over 10 min',
    ...over,
  });
  const kinds = (...blocks: Block[]): readonly string[] => drawn(...blocks).map(({ type }) => type);

  test('is native, with the same in words below it', () => {
    expect(kinds(chart())).toEqual(['header', 'data_visualization', 'context']);
    expect(json(drawn(chart()))).toContain('35 % → 97 %');
  });

  test('is words alone for a workspace that refuses it, and from the third on', () => {
    const plain = toBlockKit(card(chart()), { withoutNewest: true }).blocks;
    expect(plain.map(({ type }) => type)).toEqual(['header', 'rich_text']);
    expect(json(plain)).toContain('35 % → 97 %');
    expect(kinds(chart(), chart(), chart()).filter((type) => type === 'data_visualization')).toHaveLength(2);
  });

  test.each([
    ['has no points', { series: [] }],
    [
      'has a gap',
      {
        series: [
          {
            name: 'a',
            points: [
              { label: '1', value: Number.NaN },
              { label: '2', value: 1 },
            ],
          },
        ],
      },
    ],
    [
      'has series that do not match',
      {
        series: ['1', '2'].map((from) => ({
          name: from,
          points: [
            { label: from, value: 1 },
            { label: '9', value: 1 },
          ],
        })),
      },
    ],
  ])('that %s is words alone', (_, over) => {
    expect(kinds(chart(over))).toEqual(['header', 'rich_text']);
  });
});

describe('what does not fit', () => {
  const items = (count: number, size = 1): ListItem[] =>
    Array.from({ length: count }, (_, n) => ({ text: `item ${n} ${'x'.repeat(size)}` }));

  test.each([3, 99, 100, 101, 137, 500])('of %i items each is shown or counted', (count) => {
    const shown = json(drawn({ kind: 'list', items: items(count) }));
    expect(countItems(shown) + countLeft(shown)).toBe(count);
  });

  test('of long items each is shown or counted, and the button survives', () => {
    const blocks = drawn({ kind: 'list', items: items(80, 800) }, { kind: 'actions', buttons: [press] });
    const shown = json(blocks);
    expect(countItems(shown) + countLeft(shown)).toBe(80);
    expect(countLeft(shown)).toBeGreaterThan(0);
    expect(find(blocks, 'value')).toHaveLength(1);
    expect(json(blocks.at(-1))).toContain('Not shown, too long for one message');
  });

  test('more than 50 blocks end with what was left out', () => {
    const blocks = drawn(...Array.from({ length: 80 }, (): Block => ({ kind: 'text', text: 'a paragraph' })));
    expect(blocks).toHaveLength(50);
    expect(json(blocks.at(-1))).toContain('Not shown, too long for one message: 32 paragraphs.');
  });

  test('a long table says how many rows and columns are missing', () => {
    const columns = Array.from({ length: 23 }, (_, n) => ({ title: `c${n}` }));
    const rows = Array.from({ length: 150 }, () => columns.map(() => '1'));
    const blocks = drawn({ kind: 'table', caption: 'Big', columns, rows });
    expect(json(blocks)).toContain('and 51 more rows and 3 more columns');
  });

  test('long text is cut between graphemes and says so', () => {
    const family = '👩‍👩‍👧‍👦';
    const title = find(toBlockKit({ ...card(), title: family.repeat(30) }).blocks[0], 'text').at(-1);
    expect(title).toBe(`${family.repeat(13)}…`);
  });

  test('more than ten facts go into a second section', () => {
    const facts = Array.from({ length: 13 }, (_, n) => ({ label: `label ${n}`, value: `${n}` }));
    expect(
      find(drawn({ kind: 'facts', facts }), 'fields').map((fields) => find(fields, 'text').length),
    ).toEqual([10, 3]);
  });

  test('lines of a log are shown or counted', () => {
    const text = Array.from({ length: 400 }, (_, n) => `line ${n} ${'x'.repeat(90)}`).join('\n');
    const shown = json(drawn({ kind: 'code', text }));
    const left = Number(/(\d+) lines?\./.exec(shown)?.[1]);
    expect((shown.match(/line \d+ x/g) ?? []).length + left).toBe(400);
  });
});

describe('buttons', () => {
  test('each has an id of its own that says what it does', () => {
    const blocks = drawn(
      { kind: 'actions', buttons: [press, press] },
      { kind: 'list', items: [{ text: 'x', button: press }] },
    );
    expect(find(blocks, 'action_id')).toEqual([0, 1, 2].map((n) => `${ACTION_ID_PREFIX}ack:${n}`));
  });

  test('more than 25 go into a second row', () => {
    const blocks = drawn({ kind: 'actions', buttons: Array.from({ length: 30 }, () => press) });
    expect(blocks.filter(({ type }) => type === 'actions').map((row) => find(row, 'value').length)).toEqual([
      25, 5,
    ]);
  });

  test('one whose meaning is too long to carry is named, not dropped', () => {
    const long = { ...press, label: 'Huge', payload: { do: 'ack', incident: 'x'.repeat(2100) } } as const;
    const shown = json(drawn({ kind: 'actions', buttons: [long] }));
    expect(shown).toContain('“Huge”');
    expect(shown).not.toContain('xxxx');
  });

  test('a question before the press is asked by Slack', () => {
    const confirm = { title: 'Sure?', text: 'It restarts.', yes: 'Restart', no: 'Leave it' };
    const [found] = find(drawn({ kind: 'actions', buttons: [{ ...press, confirm }] }), 'confirm');
    expect(json(found)).toContain('"text":"Restart"');
    expect(json(found)).toContain('"text":"Leave it"');
  });
});

describe('without the newest blocks', () => {
  test('every word of a table is there all the same', () => {
    const table: Block = {
      kind: 'table',
      caption: 'Restarts',
      columns: [{ title: 'Service' }, { title: 'Count', align: 'right' }],
      rows: [
        ['checkout-api', '12'],
        [{ kind: 'bold', text: 'billing_worker' }, '3'],
      ],
    };
    const message = toBlockKit(card(table), { withoutNewest: true });
    expect(message.blocks.some(({ type }) => type === 'table')).toBe(false);
    for (const word of ['Restarts', 'Service', 'Count', 'checkout-api', '12', 'billing_worker', '3']) {
      expect(json(message.blocks)).toContain(word);
    }
  });

  test('only the first table of a message is native, because Slack takes one', () => {
    const table: Block = { kind: 'table', caption: 'T', columns: [{ title: 'A' }], rows: [['1']] };
    const blocks = drawn(table, table, table);
    expect(blocks.filter(({ type }) => type === 'table')).toHaveLength(1);
    expect(slackProblems({ text: 'x', blocks })).toEqual([]);
  });
});

test('the message’s own text is the summary', () => {
  for (const sample of Object.values(SAMPLES)) expect(toBlockKit(sample).text.length).toBeGreaterThan(0);
  expect(toBlockKit({ ...card(), summary: '2 critical of <9>' }).text).toBe('2 critical of &lt;9&gt;');
});

test('a card with nothing in it is still a message that Slack takes', () => {
  for (const compact of [{}, { compact: true as const }]) {
    expect(
      slackProblems(toBlockKit({ title: ' ', tone: 'info', summary: '', blocks: [], ...compact })),
    ).toEqual([]);
  }
});

test('a card for a thread has no heading', () => {
  expect(toBlockKit({ ...card(), compact: true }).blocks.map(({ type }) => type)).toEqual(['rich_text']);
});

function countItems(shown: string): number {
  return (shown.match(/item \d+ x/g) ?? []).length;
}

/** What the remainder lines say: `and 37 more`, `12 items`. */
function countLeft(shown: string): number {
  const more = [...shown.matchAll(/and (\d+) more|[ :](\d+) items?[,.]/g)];
  return more.reduce((sum, match) => sum + Number(match[1] ?? match[2]), 0);
}
