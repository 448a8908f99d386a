import { describe, expect, it } from 'vitest';
import { assessFleet } from '../../src/assess/fleet-health.ts';
import { healthData } from '../../src/assess/health-data.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { makeInventoryStore } from '../../src/store/inventory-store.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const MINUTE = 60_000;

/** Points of a service that is well. */
const well = ({ metric }: { readonly metric: string }) =>
  metric === 'UnHealthyHostCount' || metric.includes('5XX') ? 0 : metric === 'TargetResponseTime' ? 0.1 : 10;
const wait = () => new Promise<void>(() => undefined);

describe('clocks that disagree', () => {
  it.each([-4, 4])('by %i minutes leave a fleet that is well as it is', async (minutes) => {
    // CloudWatch has points by its own clock only.
    const awsNowMs = NOW - minutes * MINUTE;
    const aws = fakeAws({
      ...generatedFleet(5, 1),
      value: (query, atMs) => (atMs > awsNowMs ? undefined : well(query)),
    });
    const { collector, clock } = collectorOver(aws);
    const snapshot = await collector.snapshot();
    const { services } = assessFleet(snapshot, { nowMs: clock.nowMs, thresholds: DEFAULT_THRESHOLDS });
    expect(services.map((each) => [each.health, each.reasons])).toEqual(
      Array.from({ length: 5 }, () => ['good', []]),
    );
  });

  it('that step back give no age below zero, and what was read in the future is read again', async () => {
    const aws = fakeAws(generatedFleet(5, 1));
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    clock.nowMs -= 3 * 60 * MINUTE;
    const snapshot = await collector.snapshot();
    const { services } = assessFleet(snapshot, { nowMs: clock.nowMs, thresholds: DEFAULT_THRESHOLDS });
    for (const each of healthData(snapshot, { services }, clock.nowMs).services) expect(each.ageMs).toBe(0);
    await collector.snapshot({ fresh: true });
    expect(aws.count('getMetricData')).toBe(2);
  });

  it('a replica that is seconds ahead does not miss what another was told', async () => {
    const aws = fakeAws(generatedFleet(20, 1));
    const [slow, fast] = [{ nowMs: NOW }, { nowMs: NOW + 6000 }];
    const store = makeInventoryStore(makeMemoryTable({ now: () => slow.nowMs }), () => slow.nowMs);
    const keep = { store, wait };
    const one = collectorOver(aws, {}, {}, { clock: slow, keep }).collector;
    const other = collectorOver(aws, {}, {}, { clock: fast, keep }).collector;
    await one.observe({
      accountId: '111122223333',
      region: 'eu-west-1',
      cluster: undefined,
      service: undefined,
    });
    await other.snapshot();
    // Two seconds later, by a clock that is still behind the other's reading.
    for (const each of [slow, fast]) each.nowMs += 2000;
    await one.observe({
      accountId: '111122223333',
      region: 'eu-west-1',
      cluster: 'cluster-0',
      service: 'svc-00002',
    });
    for (const each of [slow, fast]) each.nowMs += 6000;
    const before = aws.calls.length;
    await other.snapshot();
    const described = aws.calls.slice(before).filter((call) => call.operation === 'describeServices');
    expect(described.map((call) => call.argument)).toEqual([['svc-00002']]);
  });
});

describe('a service that has no metrics yet', () => {
  it('is there, says so, and is not described again and again for it', async () => {
    const fleet = generatedFleet(3, 1);
    const services = fleet.services.map((each, n) =>
      n === 1 ? { ...each, raw: { createdAt: new Date(NOW - 2 * MINUTE) } } : each,
    );
    const aws = fakeAws({
      ...fleet,
      services,
      value: (query) =>
        Object.values(query.dimensions).some((name) => name.includes('svc-00001')) ? undefined : well(query),
    });
    const { collector, clock } = collectorOver(aws);
    const snapshot = await collector.snapshot();
    const judged = assessFleet(snapshot, { nowMs: clock.nowMs, thresholds: DEFAULT_THRESHOLDS });
    expect(judged.counts).toEqual({ good: 2, warning: 0, critical: 0, unknown: 1 });
    expect(judged.services[0]).toMatchObject({ health: 'unknown', unknownWhy: 'too_new' });
  });
});
