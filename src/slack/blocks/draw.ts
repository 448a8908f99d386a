import type { KnownBlock } from '@slack/types';
import {
  type Block,
  type FactsBlock,
  type Inline,
  type ListBlock,
  type ListItem,
  plainText,
  type Span,
} from '../../cards/card.ts';
import type { Part } from '../../cards/fit.ts';
import { chunkSpans, fitSpans, foldSpans, joinInline, spansOf } from '../../cards/inline.ts';
import { cleanText } from '../../cards/literal.ts';
import { TONE_MARK } from '../../cards/tone.ts';
import { lostButtons, type NextNumber, toActions, toButton } from './buttons.ts';
import { nativeChart, textChart } from './chart.ts';
import { toInput } from './inputs.ts';
import { SLACK_LIMITS } from './limits.ts';
import { toMrkdwn } from './mrkdwn.ts';
import { codeParts, notePart, part } from './parts.ts';
import { richLength, richText } from './rich-text.ts';
import { nativeTable, textTable } from './table.ts';

/** One block of a card as blocks of Slack. `native` allows tables and charts. */
export function drawBlock(block: Block, next: NextNumber, native: boolean): Part<KnownBlock>[] {
  switch (block.kind) {
    case 'text':
      return paragraphs(block.text);
    case 'heading':
      return rich(foldSpans({ kind: 'bold', text: block.text }), 'heading');
    case 'facts':
      return facts(block);
    case 'list':
      return list(block, next);
    case 'table':
      return native && block.columns.length > 0 ? nativeTable(block) : textTable(block);
    case 'code':
      return codeParts(cleanText(block.text).replace(/\n+$/, '').split('\n'), 'line');
    case 'chart':
      return native ? nativeChart(block) : textChart(block);
    case 'context':
      return smallPrint(block.text);
    case 'divider':
      return [part({ type: 'divider' }, { noun: 'divider', count: 0 })];
    case 'actions':
      return toActions(block.buttons, next).map((drawn) =>
        part(drawn, { noun: 'button', count: drawn.elements.length }, true),
      );
    case 'input':
      return [part(toInput(block), { noun: 'field', count: 1 }, true)];
    default:
      return block satisfies never;
  }
}

function paragraphs(text: Inline): Part<KnownBlock>[] {
  const chunks = chunkSpans(spansOf(text), SLACK_LIMITS.richTextChars, richLength);
  return chunks.flatMap((chunk) => rich(chunk, 'paragraph'));
}

function rich(spans: readonly Span[], noun: string, count = 1): Part<KnownBlock>[] {
  const drawn = richText(spans);
  return drawn === undefined ? [] : [part(drawn, { noun, count })];
}

function facts(block: FactsBlock): Part<KnownBlock>[] {
  const fields = block.facts.map(({ label, value }) => ({
    type: 'mrkdwn' as const,
    text: toMrkdwn(
      joinInline(
        foldSpans({ kind: 'bold', text: label }),
        '\n',
        foldSpans(plainText(value).trim() === '' ? '–' : value),
      ),
      SLACK_LIMITS.fieldChars,
    ),
  }));
  const parts: Part<KnownBlock>[] = [];
  for (let at = 0; at < fields.length; at += SLACK_LIMITS.fields) {
    const chunk = fields.slice(at, at + SLACK_LIMITS.fields);
    parts.push(part({ type: 'section', fields: chunk }, { noun: 'fact', count: chunk.length }));
  }
  return parts;
}

function smallPrint(text: Inline): Part<KnownBlock>[] {
  const drawn = toMrkdwn(foldSpans(text), SLACK_LIMITS.contextChars);
  if (drawn.trim() === '') return [];
  const element = { type: 'mrkdwn' as const, text: drawn };
  return [part({ type: 'context', elements: [element] }, { noun: 'note', count: 1 })];
}

/** Items with a button are sections of their own; neighbours without one share a block. */
function list(block: ListBlock, next: NextNumber): Part<KnownBlock>[] {
  const shown = block.items.slice(0, SLACK_LIMITS.listItems);
  const parts: Part<KnownBlock>[] = [];
  let run: (readonly Span[])[] = [];
  const flush = () => {
    parts.push(
      ...rich(
        run.flatMap((spans, index) => (index === 0 ? spans : ['\n', ...spans])),
        'item',
        run.length,
      ),
    );
    run = [];
  };
  for (const item of shown) {
    if (item.button) {
      flush();
      parts.push(...buttonItem(item, item.button, next));
      continue;
    }
    const spans = fitSpans(itemSpans(item), SLACK_LIMITS.richTextChars, richLength);
    if (run.length > 0 && length(run.flat()) + length(spans) > SLACK_LIMITS.listBlockChars) flush();
    run.push(spans);
  }
  flush();
  const more = block.items.length - shown.length;
  return more === 0 ? parts : [...parts, notePart(`and ${more} more`, { noun: 'item', count: more })];
}

function itemSpans(item: ListItem): readonly Span[] {
  const line = joinInline(item.mark ? `${TONE_MARK[item.mark]} ` : '•  ', foldSpans(item.text));
  return item.detail === undefined ? line : joinInline(line, '\n', foldSpans(item.detail));
}

function buttonItem(
  item: ListItem,
  button: NonNullable<ListItem['button']>,
  next: NextNumber,
): Part<KnownBlock>[] {
  const text = { type: 'mrkdwn' as const, text: toMrkdwn(itemSpans(item), SLACK_LIMITS.sectionChars) };
  const accessory = toButton(button, next);
  const holds = { noun: 'item', count: 1 };
  if (accessory) return [part({ type: 'section', text, accessory }, holds)];
  return [part({ type: 'section', text }, holds), part(lostButtons([button]), { noun: 'note', count: 1 })];
}

function length(spans: readonly Span[]): number {
  return spans.reduce((sum: number, span) => sum + richLength(span), 0);
}
