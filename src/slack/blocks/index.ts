import type { KnownBlock } from '@slack/types';
import type { Card } from '../../cards/card.ts';
import { fitParts, type Part } from '../../cards/fit.ts';
import { fitSpans } from '../../cards/inline.ts';
import { cleanLine, truncate } from '../../cards/literal.ts';
import { titleMark } from '../../cards/tone.ts';
import { drawBlock } from './draw.ts';
import { SLACK_LIMITS } from './limits.ts';
import { toMrkdwn, toPlainLine } from './mrkdwn.ts';
import { notePart, part } from './parts.ts';
import { richLength, richText } from './rich-text.ts';

export { ACTION_ID_PREFIX } from './buttons.ts';
export { typedInto } from './inputs.ts';

/** What `chat.postMessage`, `chat.update` and `response_url` take. Post it with `unfurl_links: false`. */
export interface SlackMessageContent {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/**
 * Draws a card in Block Kit, within every limit of {@link SLACK_LIMITS}; what does not fit is counted in a last
 * line. `withoutNewest` uses no block that an older workspace could refuse as `invalid_blocks`: text says the same.
 */
export function toBlockKit(
  card: Card,
  options: { readonly withoutNewest?: boolean } = {},
): SlackMessageContent {
  let buttons = 0;
  const next = () => buttons++;
  const native = new Set(options.withoutNewest ? [] : [...first(card, 'table'), ...first(card, 'chart')]);
  const parts = [
    ...(card.compact ? line(card) : [header(card)]),
    ...card.blocks.flatMap((block, index) => drawBlock(block, next, native.has(index))),
  ];
  const budget = { parts: SLACK_LIMITS.blocks, cost: SLACK_LIMITS.messageChars };
  const fitted = fitParts(parts, budget, (sentence) => notePart(sentence, { noun: 'note', count: 0 }));
  return { text: fallbackText(card), blocks: fitted.map(({ drawn }) => drawn) };
}

/** Where the tables or charts are that may be native in one message. */
function first(card: Card, kind: 'table' | 'chart'): readonly number[] {
  const most = kind === 'table' ? SLACK_LIMITS.tables : SLACK_LIMITS.charts;
  return [...card.blocks.keys()].filter((index) => card.blocks[index]?.kind === kind).slice(0, most);
}

function header(card: Card): Part<KnownBlock> {
  const title = `${titleMark(card.tone)}${toPlainLine(card.title) || UNTITLED}`;
  const text = { type: 'plain_text' as const, text: truncate(title, SLACK_LIMITS.headerChars), emoji: true };
  return part({ type: 'header', text }, { noun: 'title', count: 1 }, true);
}

function line(card: Card): Part<KnownBlock>[] {
  const spans = fitSpans(
    [titleMark(card.tone), cleanLine(card.title).trim() || UNTITLED],
    SLACK_LIMITS.richTextChars,
    richLength,
  );
  const drawn = richText(spans);
  return drawn === undefined ? [] : [part(drawn, { noun: 'title', count: 1 }, true)];
}

function fallbackText(card: Card): string {
  const summary = toMrkdwn(card.summary.replaceAll('\n', ' '), SLACK_LIMITS.textChars);
  return summary.trim() || toMrkdwn(card.title, SLACK_LIMITS.textChars).trim() || UNTITLED;
}

const UNTITLED = 'Deckhand';
