import { isObject, objectsOf } from '../json.ts';
import { richText } from './elements.ts';
import { anything, both, integer, list, object, optional, required, string, typed } from './shape.ts';

const head = { type: required(anything), block_id: optional(string(255)) };

const cell = typed(() => ({
  rich_text: richText,
  raw_text: object({ type: required(anything), text: required(string(10_000, 1)) }),
  raw_number: object({
    type: required(anything),
    value: required(anything),
    text: optional(string(10_000, 1)),
  }),
}));

/** https://docs.slack.dev/reference/block-kit/blocks/table-block */
export const table = object({
  ...head,
  rows: required(list(100, list(20, cell))),
  column_settings: optional(list(20, anything, 0)),
});

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export const dataTable = object({
  ...head,
  rows: required(list(100, list(20, cell))),
  caption: required(string(300, 1)),
  page_size: optional(integer(1, 100)),
  row_header_column_index: optional(integer(0, 19)),
});

const point = object({ label: required(string(20, 1)), value: required(anything) });
const series = object({ name: required(string(20, 1)), data: required(list(20, point)) });
const axes = object({
  categories: required(list(20, string(20, 1))),
  x_label: optional(string(50)),
  y_label: optional(string(50)),
});
const axisChart = both(
  object({ type: required(anything), series: required(list(12, series)), axis_config: required(axes) }),
  (value, pointer, problems) => {
    if (!isObject(value) || !isObject(value.axis_config)) return;
    const categories = Array.isArray(value.axis_config.categories) ? value.axis_config.categories.length : 0;
    for (const [index, each] of objectsOf(value.series).entries()) {
      if (!Array.isArray(each.data) || each.data.length !== categories) {
        problems.push({
          message: `must have one point for each of ${categories} categories`,
          pointer: `${pointer}/series/${index}/data`,
        });
      }
    }
  },
);
const pieChart = object({ type: required(anything), segments: required(list(12, point)) });

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export const dataVisualization = object({
  ...head,
  title: required(string(50, 1)),
  chart: required(typed(() => ({ line: axisChart, bar: axisChart, area: axisChart, pie: pieChart }))),
});
