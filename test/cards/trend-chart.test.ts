import { expect, test } from 'vitest';
import { drawnChart } from '../../src/cards/chart.ts';
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

test('values have at most one decimal', () => {
  const values = trend([55.78492948766768, 35.60222121550653])?.series[0]?.points.map(({ value }) => value);
  expect(values).toEqual([55.8, 35.6]);
});

test('labels that have no room side by side are left out with their points, but no peak', () => {
  const chart = trend([...Array.from({ length: 18 }, (_, n) => 30 + n / 10), 97, 31], '%', 600_000);
  const drawn = chart && drawnChart(chart, { series: 1, points: 20, labelChars: 20, rowChars: 40 });
  expect(drawn?.categories).toHaveLength(8);
  expect(drawn?.categories.at(0)).toBe('05:50');
  expect(drawn?.categories.at(-1)).toBe('09:00');
  expect(drawn?.series[0]?.values).toHaveLength(8);
  expect(drawn?.series[0]?.values).toContain(97);
});
