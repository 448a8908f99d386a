import * as fc from 'fast-check';
import type { Block, Button, Card, Inline, Span } from '../../src/cards/card.ts';

/** What somebody would put into a tag, a log line or a stop reason to make a chat client do something. */
export const NASTY = [
  '<!channel>',
  '<!here|here>',
  '<@U012AB3CD>',
  '<#C012AB3CD>',
  '<https://evil.example|click>',
  '*bold* _italic_ ~gone~ `code`',
  '**bold** __bold__ ~~gone~~',
  '```\nfence\n```',
  '[click](http://evil.example)',
  '![x](http://evil.example/x.png)',
  '[a]: http://evil.example',
  '<at>everyone</at>',
  '{{TIME(2026-11-20T09:00:00Z)}}',
  '{{DATE(2026-11-20T09:00:00Z, SHORT)}}',
  '${data}',
  'http://evil.example/a_b_c',
  '# heading',
  '> quote',
  '- item',
  '1. one',
  ':rotating_light:',
  '@channel @here',
  '&lt;!channel&gt; &amp;',
  '\u202Egnp.exe\u2066',
  '\u001B[31mred\u001B[0m\u0007\u0000',
  '\uD83D',
  '👩‍👩‍👧‍👦🇩🇪',
  'a\u0301\u0301\u0301',
  'line\r\nline\u2028line',
  '\\*',
  '   ',
  '',
];

export const text: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 })), { maxLength: 4 })
      .map((all) => all.join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NASTY, 'word '), fc.integer({ min: 1, max: 3000 }))
      .map(([piece, times]) => piece.repeat(times)),
  },
);

const person = fc.record({
  platform: fc.constantFrom('slack' as const, 'teams' as const, 'cli' as const),
  id: fc.oneof(fc.constant('U012AB3CD'), text),
  tenant: fc.constant('T1'),
  name: text,
});
const url = fc.oneof(
  fc.constant('https://wiki.example/a?b=(c)|d>e'),
  fc.constant('javascript:alert(1)'),
  fc.webUrl(),
  text,
);
const atMs = fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double());

const span: fc.Arbitrary<Span> = fc.oneof(
  text,
  fc.record({ kind: fc.constantFrom('bold' as const, 'italic' as const, 'code' as const), text }),
  fc.record({ kind: fc.constant('link' as const), text, url }),
  fc.record({ kind: fc.constant('person' as const), person }),
  fc.record({
    kind: fc.constant('mention' as const),
    platform: fc.constantFrom('slack' as const, 'teams' as const),
    id: fc.oneof(
      fc.constantFrom('U012AB3CD', 'S012AB3CD', '29:1a2b', 'c0ffee00-1111-2222-3333-444455556666'),
      text,
    ),
    name: text,
    of: fc.constantFrom('person' as const, 'group' as const),
  }),
  fc.record({
    kind: fc.constant('time' as const),
    atMs,
    style: fc.constantFrom('time' as const, 'date' as const, 'date_time' as const),
  }),
);
const rich: fc.Arbitrary<Inline> = fc.oneof(span, fc.array(span, { maxLength: 5 }));

const button: fc.Arbitrary<Button> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('press' as const),
      label: text,
      style: fc.constantFrom('primary' as const, 'danger' as const),
      payload: fc.oneof(
        fc.record({ do: fc.constant('ack' as const), incident: text }),
        fc.record({
          do: fc.constant('run' as const),
          intent: fc.record({ command: fc.constant('health' as const), service: text }),
        }),
      ),
      confirm: fc.record({ title: text, text, yes: text, no: text }),
    },
    { requiredKeys: ['kind', 'label', 'payload'] },
  ),
  fc.record({ kind: fc.constant('link' as const), label: text, url }),
);

const value = fc.oneof({ weight: 9, arbitrary: fc.float({ noNaN: true, min: 0, max: 1e6 }) }, fc.double());
const category = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 10, max: 99 }).map((minute) => `08:${minute}`) },
  text,
);
/** Series that share their labels, as a chart needs them, and some that do not. */
const series = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.uniqueArray(category, { maxLength: 25 }).chain((labels) =>
      fc.array(
        fc.record({
          name: text,
          points: fc.tuple(...labels.map((each) => fc.record({ label: fc.constant(each), value }))),
        }),
        { maxLength: 14 },
      ),
    ),
  },
  fc.array(
    fc.record({ name: text, points: fc.array(fc.record({ label: category, value }), { maxLength: 25 }) }),
    {
      maxLength: 3,
    },
  ),
);
const chart = fc.record({
  kind: fc.constant('chart' as const),
  title: text,
  unit: fc.oneof(fc.constantFrom('%', 'ms', ''), text),
  series,
  summary: text,
});

/** Any block whose inline text is made by `inline`. */
function block(inline: fc.Arbitrary<Inline>, buttons: boolean): fc.Arbitrary<Block> {
  const item = fc.record(
    {
      mark: fc.constantFrom('good' as const, 'critical' as const),
      text: inline,
      detail: inline,
      ...(buttons && { button }),
    },
    { requiredKeys: ['text'] },
  );
  const table = fc
    .tuple(
      fc.array(fc.record({ title: text, align: fc.constantFrom('left' as const, 'right' as const) }), {
        maxLength: 24,
      }),
      fc.integer({ min: 0, max: 8 }),
    )
    .chain(([columns, height]) =>
      fc.record({
        kind: fc.constant('table' as const),
        caption: text,
        columns: fc.constant(columns),
        rows: fc.array(fc.array(inline, { maxLength: columns.length + 1 }), { maxLength: height }),
      }),
    );
  return fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: inline }),
    fc.record({ kind: fc.constant('heading' as const), text }),
    fc.record({
      kind: fc.constant('facts' as const),
      facts: fc.array(fc.record({ label: text, value: inline }), { maxLength: 25 }),
    }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(item, { maxLength: 30 }) }),
    table,
    chart,
    fc.record({ kind: fc.constant('code' as const), text }),
    fc.record({ kind: fc.constant('context' as const), text: inline }),
    fc.constant({ kind: 'divider' as const }),
    ...(buttons
      ? [
          fc.record({ kind: fc.constant('actions' as const), buttons: fc.array(button, { maxLength: 40 }) }),
          fc
            .record({ label: text, placeholder: text, n: fc.integer({ min: 0, max: 1_000_000_000 }) })
            .map(({ label, placeholder, n }) => ({
              kind: 'input' as const,
              id: `field_${n}`,
              label,
              placeholder,
            })),
        ]
      : []),
  );
}

function card(blocks: fc.Arbitrary<Block>, maxLength: number): fc.Arbitrary<Card> {
  return fc.record(
    {
      title: text,
      tone: fc.constantFrom(
        'good' as const,
        'warning' as const,
        'critical' as const,
        'unknown' as const,
        'info' as const,
      ),
      summary: text,
      blocks: fc.array(blocks, { maxLength }),
      compact: fc.constant(true as const),
    },
    { requiredKeys: ['title', 'tone', 'summary', 'blocks'] },
  );
}

/** Any card at all. */
export const anyCard: fc.Arbitrary<Card> = card(block(rich, true), 70);
/** A card with literal strings alone: nothing in it may come out as markup. */
export const literalCard: fc.Arbitrary<Card> = card(block(text, false), 6);
