import type { KnownBlock, RawTextElement, RichTextBlock, TableBlock as SlackTable } from '@slack/types';
import type { Inline, TableBlock } from '../../cards/card.ts';
import type { Part } from '../../cards/fit.ts';
import { fitSpans, foldSpans } from '../../cards/inline.ts';
import { plural } from '../../cards/quantity.ts';
import { tableText } from '../../cards/table-text.ts';
import { SLACK_LIMITS } from './limits.ts';
import { codeParts, lengthOf, notePart, part } from './parts.ts';
import { richLength, richText } from './rich-text.ts';

/** The native table, its caption above it and a line for the rows and columns that did not fit. */
export function nativeTable(table: TableBlock): Part<KnownBlock>[] {
  const rows = [table.columns.map((column) => column.title), ...table.rows];
  const columns = Math.min(table.columns.length, SLACK_LIMITS.tableColumns);
  const drawn: SlackTable['rows'] = [];
  let chars = 0;
  for (const row of rows.slice(0, SLACK_LIMITS.tableRows)) {
    const cells = table.columns.slice(0, columns).map((_, index) => cell(row[index] ?? ''));
    chars += lengthOf(cells);
    if (chars > SLACK_LIMITS.tableChars && drawn.length > 0) break;
    drawn.push(cells);
  }
  const block: SlackTable = {
    type: 'table',
    rows: drawn,
    column_settings: table.columns.slice(0, columns).map(({ align }) => ({ align: align ?? 'left' })),
  };
  const shown = drawn.length - 1;
  return [
    ...captionPart(table),
    part(block, { noun: 'row', count: shown }),
    ...remainder(table.rows.length - shown, table.columns.length - columns),
  ];
}

/** The same without the table block: aligned, preformatted text. */
export function textTable(table: TableBlock): Part<KnownBlock>[] {
  const { head, rows } = tableText(table, TEXT_WIDTH);
  return [...captionPart(table), ...codeParts([...head, ...rows], 'row', head.length)];
}

/** What fits beside Slack's margins on a laptop; a phone scrolls sideways. */
const TEXT_WIDTH = 72;

function captionPart(table: TableBlock): Part<KnownBlock>[] {
  const caption = richText(foldSpans({ kind: 'bold', text: table.caption }));
  return caption === undefined ? [] : [part(caption, { noun: 'heading', count: 1 })];
}

function remainder(rows: number, columns: number): Part<KnownBlock>[] {
  const left = [
    ...(rows > 0 ? [plural(rows, 'more row')] : []),
    ...(columns > 0 ? [plural(columns, 'more column')] : []),
  ];
  return left.length === 0 ? [] : [notePart(`and ${left.join(' and ')}`, { noun: 'row', count: rows })];
}

function cell(inline: Inline): RichTextBlock | RawTextElement {
  const spans = fitSpans(foldSpans(inline), SLACK_LIMITS.cellChars, richLength);
  return richText(spans) ?? { type: 'raw_text', text: '–' };
}
