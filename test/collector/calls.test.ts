import { describe, expect, it } from 'vitest';
import { type FakeRegion, fakeAws, generatedFleet } from './fake-aws.ts';
import { collectorOver } from './make.ts';

describe('the number of calls', () => {
  it.each([
    { services: 50, clusters: 1, cold: 11, warm: 2 },
    { services: 500, clusters: 5, cold: 82, warm: 14 },
    { services: 5000, clusters: 50, cold: 804, warm: 140 },
  ])('is $cold for $services services in $clusters clusters, $warm with a warm inventory', async (fleet) => {
    const aws = fakeAws(generatedFleet(fleet.services, fleet.clusters));
    const { collector, clock } = collectorOver(aws);
    const snapshot = await collector.snapshot();
    expect(snapshot.services).toHaveLength(fleet.services);
    expect(aws.count()).toBe(fleet.cold);
    clock.nowMs += 90_000;
    await collector.snapshot();
    expect(aws.count() - fleet.cold).toBe(fleet.warm);
    expect(aws.queries().length).toBe(fleet.services * 14 * 2);
  });

  it('does not rise because names were asked for before', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector } = collectorOver(aws);
    await collector.inventory();
    expect(aws.count()).toBe(2);
    await collector.snapshot();
    expect(aws.count()).toBe(11);
  });

  it('is none while everything is fresh, and all of them when fresh data is demanded', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    clock.nowMs += 30_000;
    await collector.snapshot();
    expect(aws.count()).toBe(11);
    await collector.snapshot({ fresh: true });
    expect(aws.count()).toBe(22);
  });

  it('is four for one service that is named in full', async () => {
    const aws = fakeAws(generatedFleet(50, 5));
    const { collector } = collectorOver(aws);
    const scope = { cluster: 'cluster-2', service: 'svc-00007' };
    const snapshot = await collector.snapshot({ scope });
    expect(snapshot.services.map((s) => s.ref.service)).toEqual(['svc-00007']);
    expect(aws.calls.map((call) => call.operation).sort()).toEqual([
      'describeScalableTargets',
      'describeServices',
      'describeTargetGroups',
      'getMetricData',
    ]);
  });

  it('leaves out listings where the name is in the inventory already', async () => {
    const aws = fakeAws(generatedFleet(50, 5));
    const { collector } = collectorOver(aws);
    await collector.inventory();
    const before = aws.count();
    const snapshot = await collector.snapshot({ scope: { service: 'svc-00007' } });
    expect(snapshot.services).toHaveLength(1);
    expect(aws.count() - before).toBe(4);
  });

  it('is for one cluster alone when the question is about one', async () => {
    const aws = fakeAws(generatedFleet(50, 5));
    const { collector } = collectorOver(aws);
    await collector.snapshot({ scope: { cluster: 'cluster-3' } });
    expect(aws.count('listClusters')).toBe(0);
    expect(aws.count('listServices')).toBe(1);
    expect(aws.count('describeServices')).toBe(1);
  });

  it('does not include target groups where no service has one', async () => {
    const aws = fakeAws({ services: [{ cluster: 'core', name: 'worker' }] });
    const { collector } = collectorOver(aws);
    await collector.snapshot();
    expect(aws.count('describeTargetGroups')).toBe(0);
    expect(aws.queries()).toHaveLength(3);
  });

  it('reads target groups again when a service names one that was not there yet', async () => {
    const services = [{ cluster: 'core', name: 'api', groups: ['api'] }];
    const groups: { name: string; on: string }[] = [{ name: 'other', on: 'app/edge' }];
    const aws = fakeAws({ services, groups });
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    groups.push({ name: 'api', on: 'app/edge' });
    clock.nowMs += 150_000;
    const snapshot = await collector.snapshot();
    expect(aws.count('describeTargetGroups')).toBe(2);
    expect(snapshot.services[0]?.targetGroups[0]?.loadBalancer).toBe('app/edge/50dc');
  });
});

describe('what patterns exclude', () => {
  const fleet: FakeRegion = {
    services: [
      { cluster: 'core', name: 'api', groups: ['api'] },
      { cluster: 'core', name: 'legacy-api', groups: ['legacy'] },
      { cluster: 'sandbox', name: 'toy', groups: ['toy'] },
    ],
    groups: [
      { name: 'api', on: 'app/edge' },
      { name: 'legacy', on: 'app/edge' },
      { name: 'toy', on: 'app/toys' },
    ],
  };
  const described = (aws: ReturnType<typeof fakeAws>) =>
    aws.calls
      .filter((c) => c.operation === 'describeServices')
      .flatMap((c) => c.argument as readonly string[]);

  it('costs no call: neither for a whole cluster nor for a service', async () => {
    const aws = fakeAws(fleet);
    const { collector } = collectorOver(aws, { exclude: ['sandbox', 'core/legacy-*'] });
    const snapshot = await collector.snapshot();
    expect(snapshot.services.map((s) => s.ref.service)).toEqual(['api']);
    expect(aws.calls.filter((c) => c.operation === 'listServices').map((c) => c.argument)).toEqual(['core']);
    expect(described(aws)).toEqual(['api']);
    const asked = JSON.stringify(aws.queries());
    expect(asked).not.toContain('legacy');
    expect(asked).not.toContain('toy');
  });

  it('is everything that no include names', async () => {
    const aws = fakeAws(fleet);
    const { collector } = collectorOver(aws, { include: ['core/api'] });
    expect((await collector.inventory()).map((ref) => ref.service)).toEqual(['api']);
    await collector.snapshot();
    expect(described(aws)).toEqual(['api']);
  });

  it('cannot be asked for by name either', async () => {
    const aws = fakeAws(fleet);
    const { collector } = collectorOver(aws, { exclude: ['sandbox/*'] });
    const snapshot = await collector.snapshot({ scope: { cluster: 'sandbox', service: 'toy' } });
    expect(snapshot.services).toEqual([]);
    expect(aws.count()).toBe(0);
  });
});

describe('several who ask at once', () => {
  it('share one collection', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector } = collectorOver(aws);
    const [first, second] = await Promise.all([collector.snapshot(), collector.snapshot()]);
    expect(first).toBe(second);
    expect(aws.count()).toBe(11);
  });

  it('share a fresh collection that is under way, but a fresh one never takes an older', async () => {
    const aws = fakeAws(generatedFleet(10, 1));
    const { collector } = collectorOver(aws);
    const plain = collector.snapshot();
    const fresh = collector.snapshot({ fresh: true });
    const joined = collector.snapshot();
    expect(await joined).toBe(await fresh);
    expect(await plain).not.toBe(await fresh);
  });

  it('share one listing of names', async () => {
    const aws = fakeAws(generatedFleet(50, 5));
    const { collector } = collectorOver(aws);
    await Promise.all([collector.inventory(), collector.inventory(), collector.snapshot()]);
    expect(aws.count('listClusters')).toBe(1);
    expect(aws.count('listServices')).toBe(5);
  });
});
