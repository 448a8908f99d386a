import {
  type Block,
  type FactsBlock,
  type Inline,
  type InputBlock,
  type ListBlock,
  type ListItem,
  plainText,
} from '../../cards/card.ts';
import { chunkSpans, joinInline, linesOf } from '../../cards/inline.ts';
import { cleanText } from '../../cards/literal.ts';
import { TONE_MARK } from '../../cards/tone.ts';
import { lostButtons, toAction, toActionSets } from './actions.ts';
import { chart } from './chart.ts';
import { type AdaptiveElement, type ElementsPart, part } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';
import { table } from './table.ts';
import { codeLine, spanLength, textLine, toMarkdown, toPlainLine } from './text.ts';

/** One block of a card as elements of an Adaptive Card. `native` allows charts. */
export function drawBlock(block: Block, messageKey: string | undefined, native: boolean): ElementsPart[] {
  switch (block.kind) {
    case 'text':
      return paragraphs(block.text);
    case 'heading':
      return [part([heading(block.text)], { noun: 'heading', count: 1 })];
    case 'facts':
      return facts(block);
    case 'list':
      return list(block, messageKey);
    case 'table':
      return table(block);
    case 'code':
      return code(block.text);
    case 'chart':
      return chart(block, native);
    case 'context':
      return smallPrint(block.text);
    case 'divider':
      return [part([SEPARATOR], { noun: 'divider', count: 0 })];
    case 'actions':
      return toActionSets(block.buttons, messageKey).map((set) =>
        part([set], { noun: 'button', count: countIn(set) }, true),
      );
    case 'input':
      return [part([toInput(block)], { noun: 'field', count: 1 }, true)];
    default:
      return block satisfies never;
  }
}

/** A thin line: an empty container that only separates. */
const SEPARATOR: AdaptiveElement = { type: 'Container', separator: true, spacing: 'Medium', items: [] };

function heading(text: string): AdaptiveElement {
  return textLine(text, { weight: 'Bolder', spacing: 'Medium' }, TEAMS_LIMITS.titleChars);
}

/** A line of text is an element of its own; long lines come in pieces. */
function paragraphs(text: Inline): ElementsPart[] {
  const lines = linesOf(text).filter((line) => plainText(line).trim() !== '');
  return lines.flatMap((line, index) =>
    chunkSpans(line, TEAMS_LIMITS.textChars, spanLength).map((chunk, at) =>
      part([textLine(chunk, index + at > 0 ? { spacing: 'Small' } : {})], { noun: 'paragraph', count: 1 }),
    ),
  );
}

function facts(block: FactsBlock): ElementsPart[] {
  const drawn = block.facts.map(({ label, value }) => ({
    title: toMarkdown(label, TEAMS_LIMITS.labelChars) || '–',
    value: toMarkdown(value, TEAMS_LIMITS.factChars) || '–',
  }));
  const parts: ElementsPart[] = [];
  for (let at = 0; at < drawn.length; at += FACTS_A_SET) {
    const chunk = drawn.slice(at, at + FACTS_A_SET);
    parts.push(part([{ type: 'FactSet', facts: chunk }], { noun: 'fact', count: chunk.length }));
  }
  return parts;
}

function list(block: ListBlock, messageKey: string | undefined): ElementsPart[] {
  const shown = block.items.slice(0, TEAMS_LIMITS.listItems);
  const parts = shown.map((item) => part([listItem(item, messageKey)], { noun: 'item', count: 1 }));
  const more = block.items.length - shown.length;
  if (more === 0) return parts;
  return [...parts, part([textLine(`and ${more} more`, { subtle: true })], { noun: 'item', count: more })];
}

/** Text with its second line and the button below: beside it a phone would break the text into single words. */
function listItem(item: ListItem, messageKey: string | undefined): AdaptiveElement {
  const mark = item.mark ? `${TONE_MARK[item.mark]} ` : '• ';
  const lines = [textLine(joinInline(mark, item.text))];
  if (item.detail !== undefined && plainText(item.detail).trim() !== '') {
    lines.push(textLine(item.detail, { subtle: true, size: 'Small', spacing: 'None' }));
  }
  const action = item.button && toAction(item.button, messageKey);
  if (action) lines.push({ type: 'ActionSet', spacing: 'Small', actions: [action] });
  else if (item.button) lines.push(lostButtons([item.button]));
  return { type: 'Container', spacing: 'Small', items: lines };
}

function code(text: string): ElementsPart[] {
  const lines = cleanText(text).replace(/\n+$/, '').split('\n');
  if (lines.join('').trim() === '') return [];
  const parts: ElementsPart[] = [];
  for (let at = 0; at < lines.length; at += TEAMS_LIMITS.codeLines) {
    const items = lines.slice(at, at + TEAMS_LIMITS.codeLines).map(codeLine);
    const spacing = at === 0 ? {} : { spacing: 'None' };
    parts.push(
      part([{ type: 'Container', style: 'emphasis', ...spacing, items }], {
        noun: 'line',
        count: items.length,
      }),
    );
  }
  return parts;
}

function smallPrint(text: Inline): ElementsPart[] {
  if (plainText(text).trim() === '') return [];
  return [part([textLine(text, { subtle: true, size: 'Small' })], { noun: 'note', count: 1 })];
}

/** What stands in it comes with every action of the card, in its data under the same id. */
function toInput({ id, label, placeholder }: InputBlock): AdaptiveElement {
  const hint = placeholder === undefined ? '' : toPlainLine(placeholder, TEAMS_LIMITS.labelChars);
  return {
    type: 'Input.Text',
    id,
    label: toPlainLine(label, TEAMS_LIMITS.confirmChars) || '–',
    ...(hint === '' ? {} : { placeholder: hint }),
  };
}

function countIn(set: AdaptiveElement): number {
  return Array.isArray(set.actions) ? set.actions.length : 0;
}

const FACTS_A_SET = 12;
