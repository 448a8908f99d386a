import type { ChartBlock } from '../../cards/card.ts';
import { chartTitle, drawnChart } from '../../cards/chart.ts';
import { joinInline } from '../../cards/inline.ts';
import { type AdaptiveElement, type ElementsPart, part } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';
import { textLine, toPlainLine } from './text.ts';

/**
 * `Chart.Line`, which newer clients of Teams draw
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards). Its title
 * says in words what it shows, and so does its fallback.
 */
export function chart(block: ChartBlock, native: boolean): ElementsPart[] {
  const words = inWords(block);
  const drawn = drawnChart(block, {
    series: TEAMS_LIMITS.chartSeries,
    points: TEAMS_LIMITS.chartPoints,
    labelChars: TEAMS_LIMITS.chartLabelChars,
  });
  if (!native || drawn === undefined)
    return words === undefined ? [] : [part([words], { noun: 'paragraph', count: 1 })];
  const label = (text: string, otherwise: string) =>
    toPlainLine(text, TEAMS_LIMITS.chartLabelChars) || otherwise;
  const element: AdaptiveElement = {
    type: 'Chart.Line',
    title: toPlainLine(titleText(block), TEAMS_LIMITS.titleChars) || 'Trend',
    xAxisTitle: 'UTC',
    ...(block.unit.trim() !== '' && { yAxisTitle: label(block.unit, '–') }),
    data: drawn.series.map(({ name, values }, series) => ({
      legend: label(name, 'value'),
      color: COLORS[series % COLORS.length],
      values: values.map((y, index) => ({ x: label(drawn.categories[index] ?? '', '–'), y })),
    })),
    fallback: words ?? textLine('A trend that this client cannot draw.'),
  };
  return [part([element], { noun: 'chart', count: 1 })];
}

/** `**CPU:** 35 % → 97 % over 3 h`. */
function inWords({ title, summary }: ChartBlock): AdaptiveElement | undefined {
  if (`${title}${summary}`.trim() === '') return undefined;
  const head = title.trim() === '' ? [] : [{ kind: 'bold' as const, text: title }, ': '];
  return textLine(joinInline(head, summary));
}

function titleText(block: ChartBlock): string {
  return block.summary.trim() === '' ? chartTitle(block) : [block.title, block.summary].join(': ');
}

/** Names from the chart palette of the page above. */
const COLORS = [
  'categoricalBlue',
  'categoricalRed',
  'categoricalTeal',
  'categoricalPurple',
  'categoricalGreen',
];
