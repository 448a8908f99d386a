import type { HealthRule } from '../assess/health.ts';
import type { Measure } from '../collector/recent.ts';
import type { Series } from '../domain/fleet.ts';
import type { Incident, StopEvidence, Trend } from '../domain/incident.ts';

/** What the choice of a measure goes by. */
export interface TrendClues {
  readonly incident: Pick<Incident, 'cause' | 'title' | 'reason' | 'facts'>;
  readonly rules: readonly HealthRule[];
  readonly stops: readonly StopEvidence[];
}

/**
 * The measures that show this trouble, the most telling first: memory where tasks were killed for it, errors and
 * response time where targets or answers are the trouble, CPU otherwise.
 */
export function measuresFor({ incident, rules, stops }: TrendClues): readonly Measure[] {
  const said = [incident.cause, incident.title, incident.reason ?? ''].join(' ');
  const endings = stops.flatMap(({ reason, containers }) => [
    reason ?? '',
    ...containers.map((c) => c.reason ?? ''),
  ]);
  const told = incident.facts.map(({ text, detail }) => `${text} ${detail ?? ''}`);
  const all = [said, ...endings, ...told].join(' ');
  const has = (...wanted: readonly HealthRule[]) => wanted.some((rule) => rules.includes(rule));
  const chosen: Measure[] = [
    ...(OUT_OF_MEMORY.test(all) || MEMORY.test(said) || has('memory') ? ['memoryPercent' as const] : []),
    ...(ERRORS.test(said) || TARGETS.test(all) || has('http_5xx', 'no_healthy_target', 'unhealthy_targets')
      ? ['http5xx' as const]
      : []),
    ...(LATENCY.test(said) ||
    TARGETS.test(all) ||
    has('response_time', 'no_healthy_target', 'unhealthy_targets')
      ? ['responseTimeMs' as const]
      : []),
    'cpuPercent',
  ];
  return [...new Set(chosen)];
}

const OUT_OF_MEMORY = /OutOfMemory|OOM-?Killed|\bout of memory\b/i;
const MEMORY = /memory/i;
const ERRORS = /5xx|error rate/i;
const LATENCY = /response ?time|latency/i;
const TARGETS = /\bELB health checks?\b|target[- ]?group|_TARGET_UNHEALTHY|unhealthy target/i;

const MOST_POINTS = 20;

/** The first of the measures that has something to show. */
export function trendOf(
  measures: readonly Measure[],
  series: Readonly<Partial<Record<Measure, Series>>>,
): Trend | undefined {
  for (const measure of measures) {
    const own = series[measure];
    const trend = own && drawn(measure, own);
    if (trend !== undefined) return trend;
  }
  return undefined;
}

function drawn(measure: Measure, series: Series): Trend | undefined {
  const points = measure === 'http5xx' ? withZeros(series) : series.points;
  if (points.length < 2) return undefined;
  const minutes = Math.round(series.periodMs / 60_000);
  return {
    title: measure === 'http5xx' ? `Answers with 5XX, each ${minutes} min` : TITLES[measure],
    unit: UNITS[measure],
    points: points.slice(-MOST_POINTS),
  };
}

/** CloudWatch has no point for a period in which nothing was counted. */
function withZeros({ points, periodMs }: Series): Series['points'] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];
  const values = new Map(points.map(({ atMs, value }) => [atMs, value]));
  const count = Math.min(MOST_POINTS, Math.round((last.atMs - first.atMs) / periodMs) + 1);
  // One period before the first error, so that its coming can be seen.
  return Array.from({ length: Math.min(MOST_POINTS, count + 1) }, (_, back) => {
    const atMs = last.atMs - back * periodMs;
    return { atMs, value: values.get(atMs) ?? 0 };
  }).reverse();
}

const TITLES: Readonly<Record<Exclude<Measure, 'http5xx'>, string>> = {
  cpuPercent: 'CPU',
  memoryPercent: 'Memory',
  responseTimeMs: 'Response time',
};

const UNITS: Readonly<Record<Measure, string>> = {
  cpuPercent: '%',
  memoryPercent: '%',
  http5xx: 'errors',
  responseTimeMs: 'ms',
};
