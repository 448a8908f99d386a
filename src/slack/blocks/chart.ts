import type { Block, KnownBlock } from '@slack/types';
import type { ChartBlock } from '../../cards/card.ts';
import { chartTitle, drawnChart } from '../../cards/chart.ts';
import type { Part } from '../../cards/fit.ts';
import { fitSpans, foldSpans, joinInline } from '../../cards/inline.ts';
import { truncate } from '../../cards/literal.ts';
import { SLACK_LIMITS } from './limits.ts';
import { toMrkdwn, toPlainLine } from './mrkdwn.ts';
import { part } from './parts.ts';
import { richLength, richText } from './rich-text.ts';

/**
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block; not in the types of 3.2.0 yet. Every
 * series has exactly one point for each category.
 */
interface DataVisualization extends Block {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: 'line';
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label: string;
      readonly y_label?: string;
    };
  };
}

/** The native chart with its summary below; the summary alone where there is nothing that could be drawn. */
export function nativeChart(chart: ChartBlock): Part<KnownBlock>[] {
  const block = dataVisualization(chart);
  if (block === undefined) return textChart(chart);
  const summary = toMrkdwn(foldSpans(chart.summary), SLACK_LIMITS.contextChars);
  const small = { type: 'context' as const, elements: [{ type: 'mrkdwn' as const, text: summary }] };
  return [
    // A message may hold it though the union of known blocks does not name it yet.
    part(block as Block as KnownBlock, { noun: 'chart', count: 1 }),
    ...(summary.trim() === '' ? [] : [part(small, { noun: 'note', count: 1 })]),
  ];
}

/** The same without the chart. */
export function textChart(chart: ChartBlock): Part<KnownBlock>[] {
  const title = chart.title.trim() === '' ? [] : [{ kind: 'bold' as const, text: chart.title }, ': '];
  const spans = foldSpans(joinInline(title, chart.summary));
  const drawn = richText(fitSpans(spans, SLACK_LIMITS.richTextChars, richLength));
  return drawn === undefined ? [] : [part(drawn, { noun: 'paragraph', count: 1 })];
}

function dataVisualization(chart: ChartBlock): DataVisualization | undefined {
  const drawn = drawnChart(chart, {
    series: SLACK_LIMITS.chartSeries,
    points: SLACK_LIMITS.chartPoints,
    labelChars: SLACK_LIMITS.chartLabelChars,
    rowChars: SLACK_LIMITS.chartRowChars,
  });
  if (drawn === undefined) return undefined;
  const categories = drawn.categories.map((each) => short(each, SLACK_LIMITS.chartLabelChars, '–'));
  const unit = short(chart.unit, SLACK_LIMITS.chartAxisChars, '');
  return {
    type: 'data_visualization',
    title: short(chartTitle(chart), SLACK_LIMITS.chartTitleChars, 'Trend'),
    chart: {
      type: 'line',
      series: drawn.series.map(({ name, values }) => ({
        name: short(name, SLACK_LIMITS.chartLabelChars, 'value'),
        data: values.map((value, index) => ({ label: categories[index] ?? '–', value })),
      })),
      axis_config: { categories, x_label: 'UTC', ...(unit !== '' && { y_label: unit }) },
    },
  };
}

function short(text: string, max: number, otherwise: string): string {
  return truncate(toPlainLine(text), max).trim() || otherwise;
}
