import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../src/aws/api.ts';
import { Denied, NotFound } from '../../src/domain/errors.ts';
import { makeInventoryStore } from '../../src/store/inventory-store.ts';
import { makeSeriesStore } from '../../src/store/series-store.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const HOUR = 3_600_000;
const REF = { account: 'production', region: 'eu-west-1', cluster: 'cluster-0', service: 'svc-00001' };
const WHOLE_HOUR = Math.floor(NOW / HOUR) * HOUR;

function fleet(fail?: () => Error | undefined) {
  return fakeAws({
    ...generatedFleet(3, 1),
    value: ({ stat }, atMs) => (stat === 'SampleCount' ? 120 : atMs / HOUR),
    ...(fail ? { fail: (operation) => (operation === 'getMetricData' ? fail() : undefined) } : {}),
  });
}

const requests = (aws: ReturnType<typeof fleet>) =>
  aws.calls.flatMap(({ operation, argument }) =>
    operation === 'getMetricData' ? [argument as MetricRequest] : [],
  );

describe('the last week of a service', () => {
  it('comes hour by hour in one call, in the units of a service', async () => {
    const aws = fleet();
    const { metrics, untilMs, missing } = await collectorOver(aws).collector.history(REF);
    expect(missing).toEqual([]);
    expect(untilMs).toBe(WHOLE_HOUR);
    expect(metrics.cpuPercent?.periodMs).toBe(HOUR);
    expect(metrics.cpuPercent?.points).toHaveLength(168);
    expect(metrics.cpuPercent?.points.at(-1)).toEqual({
      atMs: WHOLE_HOUR - HOUR,
      value: WHOLE_HOUR / HOUR - 1,
    });
    // 120 samples in 60 minutes are two tasks.
    expect(metrics.runningTasks?.points[0]?.value).toBe(2);
    expect(requests(aws)).toHaveLength(1);
    expect(requests(aws)[0]?.queries).toHaveLength(14);
  });

  it('is read again only for the hours that have ended since, and stays a week', async () => {
    const aws = fleet();
    const { collector, clock } = collectorOver(aws);
    await collector.history(REF);
    clock.nowMs += HOUR / 2;
    await collector.history(REF);
    expect(requests(aws)).toHaveLength(1);
    clock.nowMs += 3 * HOUR;
    const { metrics } = await collector.history(REF);
    const [, second] = requests(aws);
    expect(((second?.endMs ?? 0) - (second?.startMs ?? 0)) / HOUR).toBe(4);
    expect(metrics.cpuPercent?.points).toHaveLength(168);
    const times = metrics.cpuPercent?.points.map(({ atMs }) => atMs) ?? [];
    expect(new Set(times.map((atMs, at) => atMs - at * HOUR)).size).toBe(1);
  });

  it('outlives the process', async () => {
    const aws = fleet();
    const clock = { nowMs: NOW };
    const table = makeMemoryTable({ now: () => clock.nowMs });
    const now = () => clock.nowMs;
    const keep = {
      store: makeInventoryStore(table, now),
      series: makeSeriesStore(table, now),
      wait: () => new Promise<void>(() => undefined),
    };
    const before = await collectorOver(aws, {}, {}, { clock, keep }).collector.history(REF);
    const after = await collectorOver(aws, {}, {}, { clock, keep }).collector.history(REF);
    expect(after).toEqual(before);
    expect(requests(aws)).toHaveLength(1);
  });

  it('is as it was known where it cannot be read again, and says so', async () => {
    let denied = false;
    const aws = fleet(() => (denied ? new Denied('lacks cloudwatch:GetMetricData.') : undefined));
    const { collector, clock } = collectorOver(aws);
    await collector.history(REF);
    denied = true;
    clock.nowMs += 2 * HOUR;
    const { metrics, untilMs, missing } = await collector.history(REF);
    expect(metrics.cpuPercent?.points).toHaveLength(168);
    expect(untilMs).toBe(WHOLE_HOUR);
    expect(missing).toMatchObject([{ action: 'cloudwatch:GetMetricData', kind: 'denied' }]);
  });

  it('of a service that is not there is refused', async () => {
    const { collector } = collectorOver(fleet());
    await expect(collector.history({ ...REF, service: 'nobody' })).rejects.toThrow(NotFound);
    await expect(collector.history({ ...REF, account: 'other' })).rejects.toThrow(NotFound);
  });
});
