import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { packSources } from '../../src/collector/metric-sources.ts';
import { type FakeHabits, type FakeRegion, fakeAws } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const FLEET: FakeRegion = {
  services: Array.from({ length: 23 }, (_, n) => ({
    cluster: `cluster-${n % 3}`,
    name: `svc-${n}`,
    groups: n % 4 === 0 ? [] : [`tg-${n}`, ...(n % 5 === 0 ? [`tg-${n}-b`] : [])],
    raw: { events: [{ id: `e${n}`, createdAt: new Date(1_790_000_000_000 + n), message: 'x' }] },
  })),
  groups: Array.from({ length: 23 }, (_, n) => [
    { name: `tg-${n}`, on: n % 2 ? 'app/edge' : 'net/core' },
    { name: `tg-${n}-b`, on: 'app/inner' },
  ]).flat(),
  bounds: { 'cluster-0/svc-3': { min: 1, max: 4 } },
  emptyClusters: ['empty'],
  value: (query, atMs) => (query.metric.length * 7 + (atMs / 300_000) * query.stat.length) % 97,
};

async function snapshotWith(habits: FakeHabits) {
  const { collector } = collectorOver(fakeAws({ ...FLEET, habits }));
  return collector.snapshot();
}

it('any split of pages, order and repetition gives the same snapshot', async () => {
  const whole = await snapshotWith({});
  expect(whole.services).toHaveLength(23);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 50, max: 2000 }),
      fc.boolean(),
      fc.boolean(),
      async (pageSize, metricPageSize, reverse, repeat) => {
        expect(await snapshotWith({ pageSize, metricPageSize, reverse, repeat })).toEqual(whole);
      },
    ),
    { numRuns: 40 },
  );
});

it('packing loses nothing, doubles nothing, splits no metric and needs no call too many', () => {
  const source = fc.record({ key: fc.string({ minLength: 3 }), size: fc.constantFrom(1, 1, 1, 2, 3) });
  fc.assert(
    fc.property(fc.array(source, { maxLength: 300 }), fc.integer({ min: 3, max: 60 }), (wanted, perCall) => {
      const sources = wanted.map(({ key, size }) => ({
        key,
        namespace: 'N',
        metric: key,
        dimensions: {},
        stats: ['a', 'b', 'c'].slice(0, size),
      }));
      const calls = packSources(sources, perCall);
      const sizes = calls.map((call) => call.reduce((sum, each) => sum + each.stats.length, 0));
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(perCall);
      expect(
        calls
          .flat()
          .map((each) => each.key)
          .sort(),
      ).toEqual([...new Set(wanted.map((w) => w.key))].sort());
      // Every call but the last is filled up to what the statistics of one metric could not use.
      expect(sizes.slice(0, -1).every((size) => size > perCall - 3)).toBe(true);
    }),
  );
});
