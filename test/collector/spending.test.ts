import { describe, expect, it } from 'vitest';
import { Spending } from '../../src/collector/spending.ts';
import { makeWatch } from '../../src/collector/watch.ts';
import { makeSpendingStore } from '../../src/store/spending-store.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const HOUR = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 10, 20);

function ledger(budgetDollars: number | undefined, atMs: number) {
  const clock = { nowMs: atMs, now: () => clock.nowMs };
  return { clock, spending: new Spending({ clock, budgetDollars }) };
}

describe('a daily budget', () => {
  it('slows nothing while the day’s spending is on its way', () => {
    const { spending } = ledger(10, MIDNIGHT + 12 * HOUR);
    spending.record(4);
    expect(spending.report()).toMatchObject({ todayDollars: 4, slowdown: 1, notice: undefined });
  });

  it('slows reading before it is passed, and says by how much', () => {
    const { spending } = ledger(10, MIDNIGHT + 6 * HOUR);
    spending.record(5);
    const { slowdown, notice } = spending.report();
    // 5 dollars in 6 hours; 4 may still be spent in the 18 to come: 15 at this rate.
    expect(slowdown).toBeCloseTo(15 / 4);
    expect(notice).toBe(
      '$5.00 of today’s $10.00 for reading metrics are spent: I read 3.8 times less often, so that it lasts until midnight UTC.',
    );
  });

  it('leaves its last tenth to what people ask for', () => {
    const { spending } = ledger(10, MIDNIGHT + 20 * HOUR);
    spending.record(9.1);
    expect(spending.report().slowdown).toBe(Number.POSITIVE_INFINITY);
    expect(spending.report().notice).toContain('only what people ask for');
  });

  it('begins anew at midnight UTC, and without one nothing is slowed', () => {
    const { clock, spending } = ledger(10, MIDNIGHT + 20 * HOUR);
    spending.record(9.5);
    clock.nowMs += 5 * HOUR;
    expect(spending.report()).toMatchObject({ todayDollars: 0, slowdown: 1 });
    const free = ledger(undefined, MIDNIGHT).spending;
    free.record(1000);
    expect(free.report().slowdown).toBe(1);
  });

  it('is one for all replicas', async () => {
    const clock = { now: () => MIDNIGHT + HOUR };
    const store = makeSpendingStore(makeMemoryTable(clock), clock.now);
    const [one, other] = [1, 2].map(() => new Spending({ clock, budgetDollars: 10, store }));
    one?.record(3);
    other?.record(4);
    await one?.share();
    await other?.share();
    other?.record(1);
    expect(other?.report().todayDollars).toBe(8);
    await other?.share();
    await one?.share();
    expect(one?.report().todayDollars).toBe(8);
  });
});

describe('the regular reading', () => {
  const log = { info: () => undefined, warn: () => undefined };

  async function watched(budgetDollars: number | undefined) {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector, clock } = collectorOver(aws);
    const spending = new Spending({ clock: { now: () => clock.nowMs }, budgetDollars });
    const watch = makeWatch({
      collector,
      spending,
      refreshMinutes: 5,
      unwatchedMinutes: 60,
      clock: { now: () => clock.nowMs },
      log,
    });
    await watch();
    await collector.snapshot({ scope: { cluster: 'cluster-0', service: 'svc-00003' } });
    const queriesIn = async (minutes: number) => {
      const before = aws.queries().length;
      for (let n = 0; n < minutes; n += 1) {
        clock.nowMs += 60_000;
        await watch();
      }
      return aws.queries().length - before;
    };
    return { aws, spending, queriesIn };
  }

  it('reads what somebody watches every five minutes and the rest every hour', async () => {
    const { queriesIn } = await watched(undefined);
    expect(await queriesIn(30)).toBe(6 * 14);
    expect(await queriesIn(30)).toBe(6 * 14 + 49 * 14);
  });

  it('learns task definitions by the way, each once', async () => {
    const { aws, queriesIn } = await watched(undefined);
    await queriesIn(120);
    expect(aws.count('describeTaskDefinition')).toBe(50);
  });

  it('is rarer when the budget would not last, and stops before it is passed', async () => {
    const { spending, queriesIn } = await watched(10);
    spending.record(7);
    const slow = await queriesIn(30);
    expect(slow).toBeLessThan(6 * 14);
    spending.record(2.5);
    expect(await queriesIn(120)).toBe(0);
  });
});

describe('an answer under a budget', () => {
  it('rests on metrics of at most five minutes, however little is left', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector, clock } = collectorOver(aws, {}, {}, { slowdown: () => Number.POSITIVE_INFINITY });
    await collector.snapshot();
    clock.nowMs = NOW + 4 * 60_000;
    expect((await collector.snapshot()).services[0]?.metricsAtMs).toBe(NOW);
    clock.nowMs = NOW + 5 * 60_000;
    expect((await collector.snapshot()).services[0]?.metricsAtMs).toBe(clock.nowMs);
  });
});
