import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Denied, Throttled } from '../../src/domain/errors.ts';
import {
  COUNTS_A_CALL,
  type Failure,
  type FailureCount,
  makeFailureMetric,
} from '../../src/incidents/failure-metric.ts';
import { keepLog } from '../kept-log.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 20, 9);

let calls: (readonly FailureCount[])[];
let refuse: (() => Error) | undefined;
let kept: ReturnType<typeof keepLog>;
beforeEach(() => {
  calls = [];
  refuse = undefined;
  kept = keepLog();
});

const make = () =>
  makeFailureMetric({
    put: async (counts) => {
      const error = refuse?.();
      if (error) throw error;
      calls.push(counts);
    },
    clock: { now: () => NOW },
    log: kept.log,
  });
const failure = (change: Partial<Failure> = {}): Failure => ({
  cluster: 'core',
  service: 'web',
  atMs: NOW,
  ...change,
});
const sum = (counts: readonly FailureCount[]) => counts.reduce((all, { value }) => all + value, 0);

describe('failures', () => {
  it('are counted by cluster and by service, once a minute each', async () => {
    const metric = make();
    metric.onFailures([failure(), failure({ atMs: NOW + 59_000 }), failure({ service: 'cart' })]);
    metric.onFailures([failure({ atMs: NOW + MINUTE }), failure({ service: undefined })]);
    await metric.flush();
    expect(calls).toHaveLength(1);
    const common = { name: 'ECSServiceErrorEventsCount', unit: 'Count' };
    expect(calls[0]).toEqual([
      { ...common, dimensions: { ClusterName: 'core' }, value: 4, atMs: NOW },
      { ...common, dimensions: { ClusterName: 'core', ServiceName: 'web' }, value: 2, atMs: NOW },
      { ...common, dimensions: { ClusterName: 'core', ServiceName: 'cart' }, value: 1, atMs: NOW },
      { ...common, dimensions: { ClusterName: 'core' }, value: 1, atMs: NOW + MINUTE },
      { ...common, dimensions: { ClusterName: 'core', ServiceName: 'web' }, value: 1, atMs: NOW + MINUTE },
    ]);
  });

  it('of no cluster, and of a time that CloudWatch refuses, are left out', async () => {
    const metric = make();
    metric.onFailures([
      failure({ cluster: undefined, service: undefined }),
      failure({ atMs: NOW - 15 * 24 * 60 * MINUTE }),
      failure({ atMs: NOW + 3 * 60 * MINUTE }),
    ]);
    await metric.flush();
    expect(calls.flat()).toEqual([]);
  });

  it('are sent once, and not at all where there were none', async () => {
    const metric = make();
    await metric.flush();
    metric.onFailures([failure()]);
    await metric.flush();
    await metric.flush();
    expect(calls).toHaveLength(1);
  });
});

describe('while CloudWatch', () => {
  it('is busy, counts wait with their own times', async () => {
    const metric = make();
    metric.onFailures([failure()]);
    refuse = () => new Throttled('busy');
    await metric.flush();
    metric.onFailures([failure({ atMs: NOW + 1_000 })]);
    refuse = undefined;
    await metric.flush();
    expect(calls.flat().map(({ value, atMs }) => [value, atMs])).toEqual([
      [2, NOW],
      [2, NOW],
    ]);
  });

  it('denies them, they are dropped and the log says why', async () => {
    const metric = make();
    metric.onFailures([failure()]);
    refuse = () => new Denied('I lack cloudwatch:PutMetricData.');
    await metric.flush();
    refuse = undefined;
    await metric.flush();
    expect(calls).toEqual([]);
    expect(kept.lines.join()).toContain('I lack cloudwatch:PutMetricData.');
  });
});

it('nothing is lost or counted twice, however many and whatever is refused in between', async () => {
  const many = fc.array(
    fc.record({ service: fc.integer({ min: 0, max: 1_500 }), minute: fc.integer({ min: 0, max: 3 }) }),
    {
      minLength: 1,
      maxLength: 3_000,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(many, { maxLength: 4 }),
      fc.infiniteStream(fc.boolean()),
      async (batches, fate) => {
        calls = [];
        refuse = () => new Throttled('busy');
        const real = refuse;
        const metric = make();
        for (const batch of batches) {
          metric.onFailures(
            batch.map(({ service, minute }) =>
              failure({ service: `s${service}`, atMs: NOW - minute * MINUTE }),
            ),
          );
          refuse = fate.next().value ? real : undefined;
          await metric.flush();
        }
        refuse = undefined;
        await metric.flush();
        const all = batches.flat().length;
        expect(sum(calls.flat().filter(({ dimensions }) => 'ServiceName' in dimensions))).toBe(all);
        expect(sum(calls.flat().filter(({ dimensions }) => !('ServiceName' in dimensions)))).toBe(all);
        expect(calls.every((counts) => counts.length <= COUNTS_A_CALL)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});
