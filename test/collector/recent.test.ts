import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../src/aws/api.ts';
import { Denied } from '../../src/domain/errors.ts';
import { fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const REF = { account: 'production', region: 'eu-west-1', cluster: 'cluster-0', service: 'svc-00001' };

describe('the last three hours of a service', () => {
  it('are one call of the measures asked for alone, in at most twenty points', async () => {
    const aws = fakeAws({
      ...generatedFleet(3, 1),
      value: ({ metric }) => (metric === 'TargetResponseTime' ? 0.4 : 7),
    });
    const { collector } = collectorOver(aws);
    await collector.snapshot({ scope: REF });
    const before = aws.calls.length;
    const { series, missing } = await collector.recent(REF, ['http5xx', 'responseTimeMs']);
    const calls = aws.calls.slice(before);
    expect(calls.map(({ operation }) => operation)).toEqual(['getMetricData']);
    const request = calls[0]?.argument as MetricRequest; // the only call that there was
    expect(new Set(request.queries.map(({ metric }) => metric))).toEqual(
      new Set(['HTTPCode_Target_5XX_Count', 'TargetResponseTime', 'RequestCount']),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(series)).toEqual(['http5xx', 'responseTimeMs']);
    expect(series.responseTimeMs?.points[0]?.value).toBe(400);
    expect(series.http5xx?.points.length).toBeLessThanOrEqual(20);
    expect(series.http5xx?.points[0]?.atMs).toBeLessThanOrEqual(NOW - 3 * 3_600_000);
  });

  it('come without what may not be read, which is named', async () => {
    const fail = (operation: string) =>
      operation === 'getMetricData' ? new Denied('denied: cloudwatch:GetMetricData') : undefined;
    const { collector } = collectorOver(fakeAws({ ...generatedFleet(3, 1), fail }));
    const { series, missing } = await collector.recent(REF, ['cpuPercent']);
    expect(series).toEqual({});
    expect(missing).toMatchObject([{ action: 'cloudwatch:GetMetricData', kind: 'denied' }]);
  });
});
