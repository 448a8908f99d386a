import { type Inline, plainText, type TableBlock } from './card.ts';
import { cleanLine, truncate } from './literal.ts';

/** A table as lines of text: aligned columns where they fit into `width`, else one `title: value` line a row. */
export interface TableText {
  /** Empty in the second form, whose rows name their columns themselves. */
  readonly head: readonly string[];
  readonly rows: readonly string[];
}

export function tableText(table: TableBlock, width: number): TableText {
  const titles = table.columns.map((column) => cellText(column.title));
  const rows = table.rows.map((row) => table.columns.map((_, index) => cellText(row[index])));
  const widths = titles.map((title, index) =>
    Math.max(size(title), ...rows.map((row) => size(row[index] ?? ''))),
  );
  const total = widths.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, widths.length - 1);
  if (total > width) return { head: [], rows: rows.map((row) => recordLine(titles, row)) };
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, table.columns[index]?.align ?? 'left'))
      .join(GAP)
      .trimEnd();
  return { head: [line(titles), widths.map((each) => '─'.repeat(each)).join(GAP)], rows: rows.map(line) };
}

const GAP = '  ';
const LONGEST_CELL = 120;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function cellText(cell: Inline | undefined): string {
  return truncate(cleanLine(plainText(cell ?? '')), LONGEST_CELL);
}

function recordLine(titles: readonly string[], row: readonly string[]): string {
  return row.flatMap((cell, index) => (cell === '' ? [] : [`${titles[index]}: ${cell}`])).join(' · ');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - size(text)));
  return align === 'right' ? space + text : text + space;
}

function size(text: string): number {
  return [...graphemes.segment(text)].length;
}
