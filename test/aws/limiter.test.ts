import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS, type BucketRule, makeLimiter } from '../../src/aws/limiter.ts';
import { SimulatedTime } from './simulated-time.ts';

function limiterWith(rule: BucketRule, time: SimulatedTime, concurrency = 1000) {
  return makeLimiter({
    clock: time.clock,
    sleep: time.sleep,
    buckets: { ...BUCKETS, ecsServices: rule },
    concurrency,
  });
}

describe('the limiter', () => {
  it('never starts more calls in any span of time than burst plus rate allow', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.record({ calls: fc.integer({ min: 1, max: 15 }), pauseMs: fc.nat(1500) }), {
          maxLength: 6,
          minLength: 1,
        }),
        async (burst, perSecond, concurrency, waves) => {
          const time = new SimulatedTime();
          const limiter = limiterWith({ burst, perSecond }, time, concurrency);
          const starts: number[] = [];
          const call = async () => {
            starts.push(time.clock.now());
            await time.sleep(37);
          };
          for (const wave of waves) {
            for (let n = 0; n < wave.calls; n += 1) void limiter.run({ ecsServices: 1 }, call);
            await time.run();
            time.advance(wave.pauseMs);
          }
          for (let from = 0; from < starts.length; from += 1) {
            for (let to = from; to < starts.length; to += 1) {
              const spanMs = (starts[to] ?? 0) - (starts[from] ?? 0);
              // Waits are whole milliseconds, so a span may look one shorter than it is.
              const allowed = burst + ((spanMs + 1) / 1000) * perSecond;
              expect(to - from + 1).toBeLessThanOrEqual(allowed);
            }
          }
          expect(starts).toHaveLength(waves.reduce((sum, wave) => sum + wave.calls, 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the number of calls in flight within its limit', async () => {
    const time = new SimulatedTime();
    const limiter = limiterWith({ burst: 100, perSecond: 100 }, time, 3);
    let inFlight = 0;
    let most = 0;
    const call = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await time.sleep(50);
      inFlight -= 1;
    };
    const all = Promise.all(Array.from({ length: 20 }, () => limiter.run({ ecsServices: 1 }, call)));
    await time.run();
    await all;
    expect(most).toBe(3);
  });

  it('frees its place when a call fails', async () => {
    const time = new SimulatedTime();
    const limiter = limiterWith({ burst: 10, perSecond: 10 }, time, 1);
    await expect(
      limiter.run({ ecsServices: 1 }, async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await expect(limiter.run({ ecsServices: 1 }, async () => 'next')).resolves.toBe('next');
  });

  it('does not let a bucket that is empty hold up another', async () => {
    const time = new SimulatedTime();
    const limiter = limiterWith({ burst: 1, perSecond: 1 }, time, 1);
    const startedMs = time.clock.now();
    void limiter.run({ ecsServices: 1 }, async () => undefined);
    void limiter.run({ ecsServices: 1 }, async () => undefined);
    let clusterCallMs = -1;
    await limiter.run({ ecsClusters: 1 }, async () => {
      clusterCallMs = time.clock.now() - startedMs;
    });
    expect(clusterCallMs).toBe(0);
    await time.run();
  });

  it('charges by amount where a bucket is not counted in calls', async () => {
    const time = new SimulatedTime();
    const limiter = makeLimiter({
      clock: time.clock,
      sleep: time.sleep,
      buckets: { ...BUCKETS, metricDatapoints: { burst: 6000, perSecond: 6000 } },
    });
    const startedMs = time.clock.now();
    const starts: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      void limiter.run({ metricCalls: 1, metricDatapoints: 6000 }, async () => {
        starts.push(time.clock.now() - startedMs);
      });
    }
    await time.run();
    expect(starts).toEqual([0, 1000, 2000]);
  });

  it('stays at or below 80 % of what AWS allows for ECS reads', () => {
    expect(BUCKETS.ecsServices).toEqual({ burst: 80, perSecond: 16 });
    expect(BUCKETS.ecsClusters).toEqual({ burst: 40, perSecond: 16 });
  });
});
