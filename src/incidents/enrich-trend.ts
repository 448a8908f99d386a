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
 * The measures that show this trouble, the most telling first: what the event speaks of, memory where tasks were killed
 * for it, errors and response time where targets or answers are the trouble, then what its health complains of, CPU
 * otherwise.
 */
export function measuresFor({ incident, rules, stops }: TrendClues): readonly Measure[] {
  const said = [incident.cause, incident.title, incident.reason ?? ''].join(' ');
  const endings = stops.flatMap(({ reason, containers }) => [
    reason ?? '',
    ...containers.map((c) => c.reason ?? ''),
  ]);
  const told = incident.facts.map(({ text, detail }) => `${text} ${detail ?? ''}`);
  const all = [said, ...endings, ...told].join(' ');
  const chosen: Measure[] = [
    ...(OUT_OF_MEMORY.test(all) || MEMORY.test(said) ? ['memoryPercent' as const] : []),
    ...(CPU.test(said) ? ['cpuPercent' as const] : []),
    ...(ERRORS.test(said) || TARGETS.test(all) ? ['http5xx' as const] : []),
    ...(LATENCY.test(said) || TARGETS.test(all) ? ['responseTimeMs' as const] : []),
    ...rules.flatMap((rule) => SHOWN_BY[rule] ?? []),
    'cpuPercent',
  ];
  return [...new Set(chosen)];
}

/** What the health rules look at; they come gravest first. */
const SHOWN_BY: Readonly<Partial<Record<HealthRule, readonly Measure[]>>> = {
  cpu: ['cpuPercent'],
  memory: ['memoryPercent'],
  http_5xx: ['http5xx'],
  response_time: ['responseTimeMs'],
  no_healthy_target: ['http5xx', 'responseTimeMs'],
  unhealthy_targets: ['http5xx', 'responseTimeMs'],
};

const OUT_OF_MEMORY = /OutOfMemory|OOM-?Killed|\bout of memory\b/i;
/** Not the reason for which no task finds room: that is memory of an instance. */
const MEMORY = /(?<!RESOURCE:)memory/i;
const CPU = /(?<!RESOURCE:)\bcpu/i;
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
