import { describe, expect, it } from 'vitest';
import { makeCollector } from '../../src/collector/collector.ts';
import { Denied, NotFound, Throttled, Unreachable } from '../../src/domain/errors.ts';
import { type FakeRegion, fakeAws, generatedFleet, NOW, type Operation } from './fake-aws.ts';
import { account, collectorOver, silent } from './make.ts';

function failing(operation: Operation, error: () => Error, fleet: FakeRegion = generatedFleet(50, 2)) {
  return fakeAws({ ...fleet, fail: (called) => (called === operation ? error() : undefined) });
}

describe('a part that cannot be read', () => {
  it('leaves services without metrics when GetMetricData is denied', async () => {
    const aws = failing('getMetricData', () => new Denied('denied: lacks cloudwatch:GetMetricData.'));
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.services).toHaveLength(50);
    expect(
      snapshot.services.every((s) => s.metricsAtMs === undefined && s.metrics.cpuPercent === undefined),
    ).toBe(true);
    expect(snapshot.missing).toEqual([
      {
        account: 'production',
        region: 'eu-west-1',
        action: 'cloudwatch:GetMetricData',
        why: 'denied: lacks cloudwatch:GetMetricData.',
        kind: 'denied',
      },
    ]);
  });

  it('leaves names and CPU when DescribeTargetGroups is denied', async () => {
    const aws = failing('describeTargetGroups', () => new Denied('no'));
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.services).toHaveLength(50);
    expect(snapshot.services[0]?.metrics.cpuPercent).toBeDefined();
    expect(snapshot.services[0]?.targetGroups[0]).toMatchObject({
      name: 'svc-00000',
      loadBalancer: undefined,
    });
    expect(snapshot.missing.map((part) => part.action)).toEqual([
      'elasticloadbalancing:DescribeTargetGroups',
    ]);
  });

  it('leaves bounds out when Application Auto Scaling is denied', async () => {
    const aws = failing('describeScalableTargets', () => new Denied('no'));
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.services).toHaveLength(50);
    expect(snapshot.missing.map((part) => part.action)).toEqual([
      'application-autoscaling:DescribeScalableTargets',
    ]);
  });

  it('wastes no further calls once an action is refused', async () => {
    const aws = failing('describeServices', () => new Denied('no'), generatedFleet(1000, 1));
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.services).toEqual([]);
    expect(snapshot.missing).toHaveLength(1);
    expect(aws.count('describeServices')).toBeLessThanOrEqual(10);
  });

  it('is one batch of services where one batch fails', async () => {
    const aws = fakeAws({
      ...generatedFleet(50, 1),
      fail: (operation, names) =>
        operation === 'describeServices' && (names as readonly string[]).includes('svc-00012')
          ? new Throttled('slow down')
          : undefined,
    });
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.services).toHaveLength(40);
    expect(snapshot.missing).toMatchObject([
      { action: 'ecs:DescribeServices', kind: 'throttled', why: 'slow down (cluster cluster-0).' },
    ]);
  });

  it('names the clusters when several fail alike, and stays one part', async () => {
    const aws = failing('listServices', () => new Throttled('slow down'), generatedFleet(50, 5));
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.missing).toHaveLength(1);
    expect(snapshot.missing[0]?.why).toBe('slow down (cluster cluster-0, cluster-1, cluster-2 and 2 more).');
  });

  it('never blanks another account or region', async () => {
    const good = fakeAws(generatedFleet(10, 1));
    const down = failing('listClusters', () => new Unreachable('no answer'));
    const collector = makeCollector({
      accounts: [account({ name: 'good' }), account({ name: 'bad', regions: ['eu-west-1', 'us-east-1'] })],
      api: (of, region) => (of.name === 'bad' && region === 'us-east-1' ? down : good),
      clock: { now: () => NOW },
      log: silent,
    });
    const snapshot = await collector.snapshot();
    expect(snapshot.services).toHaveLength(20);
    expect(snapshot.missing).toMatchObject([{ account: 'bad', region: 'us-east-1', kind: 'unreachable' }]);
    expect(await collector.inventory()).toHaveLength(20);
  });

  it('is no part of the answer about a service that was found, but is when none was', async () => {
    const good = fakeAws(generatedFleet(10, 1));
    const down = failing('listClusters', () => new Unreachable('no answer'));
    const collector = makeCollector({
      accounts: [account({ regions: ['eu-west-1', 'us-east-1'] })],
      api: (_, region) => (region === 'us-east-1' ? down : good),
      clock: { now: () => NOW },
      log: silent,
    });
    const found = await collector.snapshot({ scope: { service: 'svc-00003' } });
    expect(found).toMatchObject({ services: [{ ref: { service: 'svc-00003' } }], missing: [] });
    const absent = await collector.snapshot({ scope: { service: 'nobody' } });
    expect(absent).toMatchObject({ services: [], missing: [{ region: 'us-east-1' }] });
  });

  it('is told again but not tried again for a while, unless fresh data is demanded', async () => {
    const aws = failing('listClusters', () => new Unreachable('no answer'));
    const { collector, clock } = collectorOver(aws);
    await collector.inventory();
    clock.nowMs += 5000;
    expect((await collector.snapshot()).missing).toHaveLength(1);
    expect(aws.count()).toBe(1);
    await collector.snapshot({ fresh: true });
    expect(aws.count()).toBe(2);
    clock.nowMs += 60_000;
    await collector.snapshot();
    expect(aws.count()).toBe(3);
  });
});

describe('what cannot be read any more', () => {
  it('is shown as it was, with its age, for a while', async () => {
    let down = false;
    const aws = fakeAws({
      ...generatedFleet(20, 1),
      fail: () => (down ? new Throttled('slow down') : undefined),
    });
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    down = true;
    clock.nowMs += 10 * 60_000;
    const later = await collector.snapshot();
    expect(later.services).toHaveLength(20);
    expect(later.services[0]).toMatchObject({ inventoryAtMs: NOW, metricsAtMs: NOW });
    expect(later.services[0]?.metrics.cpuPercent).toBeDefined();
    expect(later.missing.map((part) => part.action)).toContain('cloudwatch:GetMetricData');
    clock.nowMs += 2 * 3_600_000;
    const muchLater = await collector.snapshot();
    expect(muchLater.services).toHaveLength(20);
    expect(muchLater.services[0]).toMatchObject({ inventoryAtMs: NOW, metricsAtMs: undefined, metrics: {} });
    clock.nowMs += 24 * 3_600_000;
    expect((await collector.snapshot()).services).toEqual([]);
  });
});

describe('what is deleted while it is read', () => {
  it('is skipped: a service', async () => {
    const aws = fakeAws({
      services: [
        { cluster: 'core', name: 'api' },
        { cluster: 'core', name: 'gone' },
      ],
    });
    const original = aws.describeServices.bind(aws);
    aws.describeServices = async (cluster, names) =>
      original(
        cluster,
        names.filter((n) => n !== 'gone'),
      );
    const { collector } = collectorOver(aws);
    const snapshot = await collector.snapshot();
    expect(snapshot.services.map((s) => s.ref.service)).toEqual(['api']);
    expect(snapshot.missing).toEqual([]);
    expect((await collector.inventory()).map((ref) => ref.service)).toEqual(['api']);
  });

  it('is skipped: a cluster', async () => {
    const aws = fakeAws({
      ...generatedFleet(20, 2),
      fail: (operation, cluster) =>
        operation === 'listServices' && cluster === 'cluster-1' ? new NotFound('gone') : undefined,
    });
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.services).toHaveLength(10);
    expect(snapshot.missing).toEqual([]);
  });

  it('is skipped: a cluster between listing and describing', async () => {
    const aws = failing('describeServices', () => new NotFound('gone'));
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot).toMatchObject({ services: [], missing: [] });
  });

  it('is skipped: a service that answers as INACTIVE', async () => {
    const aws = fakeAws({ services: [{ cluster: 'core', name: 'old', raw: { status: 'INACTIVE' } }] });
    expect((await collectorOver(aws).collector.snapshot()).services).toEqual([]);
  });
});

describe('details of one service', () => {
  it('keeps a task definition for ever', async () => {
    const aws = fakeAws(generatedFleet(1, 1));
    const { collector } = collectorOver(aws);
    const place = { account: 'production', region: 'eu-west-1' };
    const first = await collector.taskDefinition(place, 'api:7');
    expect(first).toMatchObject({ family: 'api', revision: 7, cpuUnits: 512, memoryMiB: 1024 });
    await collector.taskDefinition(place, 'api:7');
    expect(aws.count('describeTaskDefinition')).toBe(1);
  });

  it('lets the error of a single read pass, and knows only watched places', async () => {
    const aws = failing('describeTaskDefinition', () => new Denied('no'));
    const { collector } = collectorOver(aws);
    await expect(
      collector.taskDefinition({ account: 'production', region: 'eu-west-1' }, 'x'),
    ).rejects.toThrow(Denied);
    await expect(collector.taskDefinition({ account: 'other', region: 'eu-west-1' }, 'x')).rejects.toThrow(
      NotFound,
    );
  });

  it('reads scaling bounds, and says undefined where there are none', async () => {
    const aws = fakeAws({ ...generatedFleet(2, 1), bounds: { 'cluster-0/svc-00000': { min: 2, max: 9 } } });
    const { collector } = collectorOver(aws);
    const ref = { account: 'production', region: 'eu-west-1', cluster: 'cluster-0', service: 'svc-00000' };
    expect(await collector.scaling(ref)).toEqual({ min: 2, max: 9, policies: [] });
    expect(await collector.scaling({ ...ref, service: 'svc-00001' })).toBeUndefined();
    const snapshot = await collector.snapshot();
    expect(snapshot.services.map((s) => s.scalingBounds)).toEqual([{ min: 2, max: 9 }, undefined]);
  });
});
