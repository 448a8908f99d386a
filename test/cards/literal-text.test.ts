import * as fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message } from 'slack-blocks-to-jsx';
import { describe, expect, test } from 'vitest';
import type { Card } from '../../src/cards/card.ts';
import { toBlockKit } from '../../src/slack/blocks/index.ts';
import { toAdaptiveCard } from '../../src/teams/cards/index.ts';
import { find } from '../slack/blocks/slack-rules.ts';
import { walk } from '../teams/cards/teams-rules.ts';
import { literalCard, NASTY } from './arbitrary-card.ts';

/** Other people's implementations read what we wrote: none of them may find markup in literal text. */
const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

function everywhere(text: string): Card {
  return {
    title: text,
    tone: 'warning',
    summary: text,
    blocks: [
      { kind: 'text', text },
      { kind: 'facts', facts: [{ label: 'Reason', value: text }] },
      {
        kind: 'list',
        items: [
          { text, detail: text },
          { text, detail: text, button: { kind: 'link', label: text, url: 'https://a.example' } },
        ],
      },
      { kind: 'table', caption: text, columns: [{ title: text }], rows: [[text]] },
      { kind: 'table', caption: text, columns: [{ title: text }], rows: [[text]] },
      {
        kind: 'chart',
        title: text,
        unit: text,
        series: [
          {
            name: text,
            points: [
              { label: '08:00', value: 1 },
              { label: text, value: 2 },
            ],
          },
        ],
        summary: text,
      },
      { kind: 'code', text },
      { kind: 'context', text },
    ],
  };
}

describe.each(NASTY.filter((text) => text.trim() !== ''))('the literal text %j', (text) => {
  test('is drawn by a Slack client without mention, link, emoji or format', () => {
    const blocks = toBlockKit(everywhere(text)).blocks.filter(({ type }) => type !== 'actions');
    const html = blocks
      .map((block) => draw(block))
      // The label of a fact is bold because the card says so.
      .map((each) => each.replace(/<strong[^>]*>(<span[^>]*>)*Reason(<\/span>)*<\/strong>/g, ''))
      .join('\n');
    expect(html).not.toMatch(/<(strong|em|del|a|ul|ol|blockquote)[ >]/);
    expect(html).not.toMatch(/🚨|data-mention|mention/);
  });

  test('holds nothing that Slack would parse where it parses', () => {
    const message = toBlockKit(everywhere(text));
    for (const parsed of [message.text, ...mrkdwnIn(message.blocks)]) {
      expect(parsed).not.toMatch(/[<>]/);
      expect(parsed).not.toMatch(/:\/\/|:rotating_light:|(^|\s)@(channel|here)/);
      expect(parsed.replace('*Reason*', '')).not.toMatch(/`|(^|[^\p{L}\p{N}])[*_~]\S|\S[*~]/u);
    }
  });
});

test('no literal text becomes markup, a mention or a function in a Teams card', () => {
  fc.assert(
    fc.property(literalCard, (card) => {
      const json = toAdaptiveCard(card);
      expect(JSON.stringify(json)).not.toMatch(/\{\{(DATE|TIME)\(|<\/?at>|\$\{/);
      walk(json, (node) => {
        const texts =
          node.type === 'TextBlock' ? [node.text] : node.type === 'FactSet' ? find(node.facts, 'value') : [];
        for (const text of texts) expect(markupIn(String(text))).toEqual([]);
      });
    }),
    { numRuns: 200 },
  );
});

test('a mail address in angle brackets is no link in a Teams card', () => {
  const facts = find(toAdaptiveCard(everywhere('<1@evil.example>')), 'value').map(String);
  expect(facts.flatMap(markupIn)).toEqual([]);
});

test.each(NASTY)('a line with a time and the literal text %j has no markup but the time', (text) => {
  const card: Card = {
    title: 'x',
    tone: 'info',
    summary: 'x',
    blocks: [{ kind: 'context', text: [text, { kind: 'time', atMs: 0, style: 'time' }, text] }],
  };
  const blocks: string[] = [];
  walk(toAdaptiveCard(card), (node) => {
    if (node.type === 'TextBlock' && node.isSubtle) blocks.push(String(node.text));
  });
  expect(blocks).toHaveLength(1);
  expect(markupIn(blocks.join('')).filter((token) => token !== 'text')).toEqual([]);
  expect(blocks.join('').match(/\{\{/g)).toHaveLength(1);
});

test('a service name is exact on every platform', () => {
  const card = everywhere('prod_core/checkout-api-v2');
  expect(JSON.stringify(toBlockKit(card))).not.toMatch(/prod[^_]core/);
  expect(JSON.stringify(toAdaptiveCard(card))).not.toMatch(/prod[^_]core/);
});

function draw(block: unknown): string {
  // Its own block types differ from Slack's in details that do not matter to drawing.
  const props = { blocks: [block], logo: 'x', name: 'x', time: new Date(0) } as unknown as MessageProps;
  return renderToStaticMarkup(createElement(Message, props));
}

type MessageProps = Parameters<typeof Message>[0];

/** The kinds of markup that a CommonMark reader finds. */
function markupIn(text: string): string[] {
  return markdown
    .parse(text, {})
    .flatMap((token) => [token, ...(token.children ?? [])])
    .map(({ type }) => type)
    .filter(
      (type) =>
        !['inline', 'paragraph_open', 'paragraph_close', 'text', 'text_special', 'softbreak'].includes(type),
    );
}

function mrkdwnIn(value: unknown): string[] {
  const texts: string[] = [];
  walk(value, (node) => {
    if (node.type === 'mrkdwn') texts.push(String(node.text));
  });
  return texts;
}
