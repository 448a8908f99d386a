import { describe, expect, it } from 'vitest';
import { decodeMetricPage } from '../../src/aws/metric-decoder.ts';

const START_S = 1_790_000_000;
const PERIODS = Array.from({ length: 13 }, (_, at) => at);

/** A page as CloudWatch sends it: 500 series of the last hour. */
function page(queries: number): string {
  return JSON.stringify({
    MetricDataResults: Array.from({ length: queries }, (_, n) => ({
      Id: `q${n}`,
      Label: `app/edge-${n}/50dc6c495c0c9188 targetgroup/service-${n}/73e2d6bc24d8a067 RequestCount`,
      Timestamps: PERIODS.map((at) => START_S + at * 300),
      Values: PERIODS.map((at) => 35.123456789 + n / 7 + at / 3),
      StatusCode: 'Complete',
    })),
    Messages: [],
  });
}

describe('a decoded page', () => {
  it('has times in milliseconds and values as they came, by query', () => {
    const { results, next } = decodeMetricPage(page(2));
    expect(next).toBeUndefined();
    expect(results.map(({ id, status }) => [id, status])).toEqual([
      ['q0', 'complete'],
      ['q1', 'complete'],
    ]);
    expect([...(results[0]?.timesMs ?? [])].slice(0, 2)).toEqual([START_S * 1000, START_S * 1000 + 300_000]);
    expect(results[0]?.values[1]).toBe(35.123456789 + 1 / 3);
  });

  it('leaves out what is no number, reads times as text, and takes an empty token for the end', () => {
    const { results, next } = decodeMetricPage(
      JSON.stringify({
        MetricDataResults: [
          { Id: 'a', Timestamps: ['2026-11-20T09:00:00Z', START_S, 'x'], Values: [1, 'NaN', 3] },
          { Id: 'b', StatusCode: 'Forbidden' },
          { Label: 'nameless' },
        ],
        NextToken: '',
      }),
    );
    expect(results).toEqual([
      {
        id: 'a',
        status: 'complete',
        timesMs: Float64Array.of(Date.UTC(2026, 10, 20, 9)),
        values: Float64Array.of(1),
      },
      { id: 'b', status: 'failed', timesMs: new Float64Array(), values: new Float64Array() },
    ]);
    expect(next).toBeUndefined();
    expect(decodeMetricPage('')).toEqual({ results: [], next: undefined });
  });

  it('costs at most 1.3 times JSON.parse of the same body', () => {
    const body = page(500);
    // The least of many short rounds is what the work itself takes; everything above it is the machine's.
    const rounds = Array.from({ length: 60 }, () => ({
      decode: cpuMicros(() => decodeMetricPage(body)),
      parse: cpuMicros(() => JSON.parse(body)),
    }));
    const least = (of: 'decode' | 'parse') => Math.min(...rounds.map((round) => round[of]));
    expect(least('decode') / least('parse')).toBeLessThanOrEqual(1.3);
  });
});

/** CPU time of this process, so that what else the machine does counts little. */
function cpuMicros(work: () => unknown): number {
  const before = process.cpuUsage();
  for (let n = 0; n < 5; n += 1) work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
