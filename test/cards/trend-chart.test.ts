import { expect, test } from 'vitest';
import { trendChart } from '../../src/cards/trend-chart.ts';
import { NOW } from './sample-data.ts';

const HOUR = 3_600_000;
const trend = (values: readonly number[], unit = '%', stepMs = HOUR) =>
  trendChart({
    title: 'CPU',
    unit,
    points: values.map((value, n) => ({ atMs: NOW + (n - values.length + 1) * stepMs, value })),
  });

test.each([
  [[35, 60, 97, 96], '%', '35 % → 97 % over 3 h, now 96 %'],
  [[35, 60, 97], '%', '35 % → 97 % over 2 h'],
  [[80, 10, 30], '%', '80 % → 10 % over 2 h, now 30 %'],
  [[40, 40, 40], '%', 'steady at 40 % over 2 h'],
  [[120, 2400], 'ms', '120 ms → 2.4 s over 1 h'],
  [[0, 131], 'errors', '0 errors → 131 errors over 1 h'],
])('%j in %s is %s', (values, unit, words) => {
  expect(trend(values, unit)?.summary).toBe(words);
});

test('what has no two points has no trend', () => {
  expect(trend([])).toBeUndefined();
  expect(trend([1])).toBeUndefined();
  expect(trend([Number.NaN, 1, Number.POSITIVE_INFINITY])).toBeUndefined();
});

test('labels of more than a day hold the date, so that none comes twice', () => {
  const labels = trend([1, 2, 3], '%', 24 * HOUR)?.series[0]?.points.map(({ label }) => label);
  expect(labels).toEqual(['11-18 09:00', '11-19 09:00', '11-20 09:00']);
});
