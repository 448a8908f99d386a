import { describe, type Path, type Problem } from './problems.ts';
import { METRIC_NAMES, type MetricName, type MetricSpecs, type SeriesSpec } from './series-schema.ts';

/** What the parts of one service's series must agree on. */
export function checkSeries(metrics: MetricSpecs, path: Path): Problem[] {
  return METRIC_NAMES.flatMap((name) => {
    const series = metrics[name];
    if (!series) return [];
    const at = [...path, name];
    return [
      ...checkKind(series, at),
      ...checkSpans(series, at),
      ...checkValues(series, at),
      ...checkOf(metrics, name, series, at),
    ];
  });
}

/** A series is a formula (`base` …), explicit `values`, or a share `of` another: never two of them. */
function checkKind(series: SeriesSpec, path: Path): Problem[] {
  const formula = (['base', 'daily', 'steps', 'ramps'] as const).filter((key) => series[key] !== undefined);
  const other = formula[0];
  if (series.values && (series.of || other)) {
    const found = `${series.of ? 'of' : other} beside values`;
    return [
      {
        path: [...path, 'values'],
        expected: 'explicit values alone (noise, spikes and gaps may stand beside them)',
        found,
      },
    ];
  }
  if (series.of && other && (other === 'base' || other === 'daily')) {
    return [{ path: [...path, other], expected: 'either of and share, or base and daily', found: 'both' }];
  }
  if (series.share !== undefined && !series.of) {
    return [{ path: [...path, 'share'], expected: 'share only beside of', found: 'no of' }];
  }
  return [];
}

function checkSpans(series: SeriesSpec, path: Path): Problem[] {
  return (['ramps', 'gaps'] as const).flatMap((key) =>
    (series[key] ?? []).flatMap((span, index) =>
      span.from <= span.until
        ? []
        : [
            {
              path: [...path, key, index, 'until'],
              expected: 'a time not before from',
              found: 'an earlier one',
            },
          ],
    ),
  );
}

function checkValues(series: SeriesSpec, path: Path): Problem[] {
  const values = series.values ?? [];
  return values.flatMap(([at], index) => {
    const before = values[index - 1]?.[0];
    if (before === undefined || before <= at) return [];
    return [
      { path: [...path, 'values', index, 0], expected: 'times in ascending order', found: 'an earlier one' },
    ];
  });
}

function checkOf(metrics: MetricSpecs, name: MetricName, series: SeriesSpec, path: Path): Problem[] {
  if (!series.of) return [];
  if (!metrics[series.of]) {
    const present = METRIC_NAMES.filter((other) => other !== name && metrics[other]);
    const expected = `a series that this service has: ${present.join(', ') || 'there is none'}`;
    return [{ path: [...path, 'of'], expected, found: describe(series.of) }];
  }
  const seen: MetricName[] = [name];
  for (let next: MetricName | undefined = series.of; next; next = metrics[next]?.of) {
    if (seen.includes(next)) {
      const expected = 'a series that does not in the end depend on itself';
      return [{ path: [...path, 'of'], expected, found: [...seen, next].join(' of ') }];
    }
    seen.push(next);
  }
  return [];
}
