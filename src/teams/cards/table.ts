import { type Inline, plainText, type TableBlock } from '../../cards/card.ts';
import { plural } from '../../cards/quantity.ts';
import { tableText } from '../../cards/table-text.ts';
import { type AdaptiveElement, bytesOf, type ElementsPart, part } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';
import { textLine } from './text.ts';

/** A native table (1.5) whose fallback says the same in lines, and a line for what did not fit. */
export function table(block: TableBlock): ElementsPart[] {
  const width = Math.min(block.columns.length, TEAMS_LIMITS.tableColumns);
  const lines = tableText(block, 0).rows;
  const rows = [
    row(
      block,
      width,
      block.columns.map(({ title }) => ({ kind: 'bold', text: title })),
    ),
  ];
  const fallback: AdaptiveElement[] = [];
  let bytes = bytesOf(rows);
  for (const [index, cells] of block.rows.entries()) {
    const drawn = row(block, width, cells);
    const line = textLine(`• ${lines[index] ?? ''}`, { spacing: 'None' });
    bytes += bytesOf(drawn) + bytesOf(line) + 2;
    if (bytes > TEAMS_LIMITS.tableBytes) break;
    rows.push(drawn);
    fallback.push(line);
  }
  const element = nativeTable(block, width, rows, fallback);
  return [
    ...caption(block),
    ...(width === 0 ? [] : [part([element], { noun: 'row', count: fallback.length })]),
    ...remainder(block.rows.length - fallback.length, block.columns.length - width),
  ];
}

function nativeTable(
  block: TableBlock,
  width: number,
  rows: readonly AdaptiveElement[],
  fallback: readonly AdaptiveElement[],
): AdaptiveElement {
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: false,
    columns: block.columns.slice(0, width).map((_, index) => ({ width: columnWeight(block, index) })),
    rows,
    fallback: { type: 'Container', items: fallback },
  };
}

/** Wide enough for the words in it, within reason: a name gets more room than a number. */
function columnWeight(block: TableBlock, index: number): number {
  const lengths = block.rows.slice(0, 50).map((cells) => plainText(cells[index] ?? '').length);
  const longest = Math.max(block.columns[index]?.title.length ?? 0, ...lengths);
  return Math.min(6, Math.max(1, Math.ceil(longest / 6)));
}

function row(block: TableBlock, width: number, cells: readonly Inline[]): AdaptiveElement {
  return {
    type: 'TableRow',
    cells: block.columns.slice(0, width).map(({ align }, index) => ({
      type: 'TableCell',
      items: [aligned(textLine(filled(cells[index]), {}, TEAMS_LIMITS.cellChars), align)],
    })),
  };
}

function filled(cell: Inline | undefined): Inline {
  return cell === undefined || plainText(cell).trim() === '' ? '–' : cell;
}

function aligned(element: AdaptiveElement, align: 'left' | 'right' | undefined): AdaptiveElement {
  return align === 'right' ? { ...element, horizontalAlignment: 'Right' } : element;
}

function caption(block: TableBlock): ElementsPart[] {
  if (block.caption.trim() === '') return [];
  const line = textLine(block.caption, { weight: 'Bolder' }, TEAMS_LIMITS.titleChars);
  return [part([line], { noun: 'heading', count: 1 })];
}

function remainder(rows: number, columns: number): ElementsPart[] {
  const left = [
    ...(rows > 0 ? [plural(rows, 'more row')] : []),
    ...(columns > 0 ? [plural(columns, 'more column')] : []),
  ];
  if (left.length === 0) return [];
  const line = textLine(`and ${left.join(' and ')}`, { subtle: true, size: 'Small' });
  return [part([line], { noun: 'row', count: rows })];
}
