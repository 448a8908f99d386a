import { describe, expect, it } from 'vitest';
import { Denied } from '../../src/domain/errors.ts';
import { type FakeRegion, fakeAws, generatedFleet, groupArn, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const TWO_CONTAINERS: NonNullable<FakeRegion['definition']> = () => ({
  family: 'api',
  revision: 7,
  cpu: '1024',
  memory: '2048',
  runtimePlatform: { cpuArchitecture: 'ARM64' },
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop/api:4f2a9c1',
      cpu: 768,
      memory: 1536,
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/shop/api' } },
    },
    { name: 'proxy', image: 'envoy:v1.31', cpu: 256, memoryReservation: 256, essential: false },
  ],
});

describe('a snapshot with details', () => {
  it('has the size of the task and of each container, images and log groups', async () => {
    const aws = fakeAws({ services: [{ cluster: 'core', name: 'api' }], definition: TWO_CONTAINERS });
    const { services, missing } = await collectorOver(aws).collector.snapshot({ details: true });
    expect(missing).toEqual([]);
    expect(services[0]?.task).toMatchObject({ cpuUnits: 1024, memoryMiB: 2048, arch: 'ARM64' });
    expect(services[0]?.task?.containers).toEqual([
      {
        name: 'app',
        image: 'shop/api:4f2a9c1',
        essential: true,
        cpuUnits: 768,
        memoryMiB: 1536,
        logGroup: '/shop/api',
      },
      {
        name: 'proxy',
        image: 'envoy:v1.31',
        essential: false,
        cpuUnits: 256,
        memoryMiB: 256,
        logGroup: undefined,
      },
    ]);
    expect(services[0]?.logGroups).toEqual(['/shop/api']);
  });

  it('reads a definition once ever, and later snapshots have it without a call', async () => {
    const aws = fakeAws(generatedFleet(20, 2));
    const { collector, clock } = collectorOver(aws);
    expect((await collector.snapshot()).services[0]?.task).toBeUndefined();
    await collector.snapshot({ details: true });
    clock.nowMs += 86_400_000;
    await collector.snapshot({ details: true });
    expect(aws.count('describeTaskDefinition')).toBe(20);
    expect((await collector.snapshot()).services.every((each) => each.task !== undefined)).toBe(true);
    expect(aws.count('describeTaskDefinition')).toBe(20);
  });

  it('looks for lines under /ecs/{service} where the definition names no log group', async () => {
    const aws = fakeAws({ services: [{ cluster: 'core', name: 'api' }] });
    const { services } = await collectorOver(aws).collector.snapshot({ details: true });
    expect(services[0]?.logGroups).toEqual(['/ecs/api']);
  });

  it('has scaling policies with their targets, for a whole fleet fifty a call, kept for an hour', async () => {
    const fleet = generatedFleet(60, 1);
    const ids = fleet.services.map((each) => `cluster-0/${each.name}`);
    const aws = fakeAws({
      ...fleet,
      bounds: Object.fromEntries(ids.map((id) => [id, { min: 1, max: 9 }])),
      policies: ids.map((id) => ({
        ResourceId: `service/${id}`,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling' as const,
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 65,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' as const },
        },
      })),
    });
    const { collector, clock } = collectorOver(aws);
    const { services } = await collector.snapshot({ details: true });
    expect(services[41]?.scalingPolicies).toEqual([
      { name: 'cpu', kind: 'target_tracking', metric: 'cpu', target: 65 },
    ]);
    expect(aws.count('describeScalingPolicies')).toBe(2);
    clock.nowMs += 30 * 60_000;
    await collector.snapshot({ details: true });
    expect(aws.count('describeScalingPolicies')).toBe(2);
  });

  it('names the action when details are denied, and has the rest', async () => {
    const aws = fakeAws({
      ...generatedFleet(20, 1),
      fail: (operation) =>
        operation === 'describeTaskDefinition' ? new Denied('lacks ecs:DescribeTaskDefinition.') : undefined,
    });
    const { services, missing } = await collectorOver(aws).collector.snapshot({ details: true });
    expect(services).toHaveLength(20);
    expect(missing).toMatchObject([{ action: 'ecs:DescribeTaskDefinition', kind: 'denied' }]);
    expect(aws.count('describeTaskDefinition')).toBeLessThanOrEqual(8);
  });
});

describe('what a snapshot says of other kinds of services', () => {
  const newest = (series: { readonly points: readonly { readonly value: number }[] } | undefined) =>
    series?.points.at(-1)?.value;

  it('the error rate counts 4XX and 5XX of all requests, and 5XX apart', async () => {
    const counts: Readonly<Record<string, number>> = {
      RequestCount: 200,
      HTTPCode_Target_4XX_Count: 14,
      HTTPCode_Target_5XX_Count: 6,
    };
    const aws = fakeAws({ ...generatedFleet(1, 1), value: ({ metric }) => counts[metric] });
    const { services } = await collectorOver(aws).collector.snapshot();
    expect(newest(services[0]?.metrics.errorPercent)).toBe(10);
    expect(newest(services[0]?.metrics.http5xxPercent)).toBe(3);
  });

  it('a period without requests has no error rate', async () => {
    const aws = fakeAws({
      ...generatedFleet(1, 1),
      value: ({ metric }) => (metric === 'RequestCount' ? 0 : 1),
    });
    const { services } = await collectorOver(aws).collector.snapshot();
    expect(services[0]?.metrics.errorPercent).toBeUndefined();
  });

  it('a network load balancer has hosts and no requests', async () => {
    const aws = fakeAws({
      services: [{ cluster: 'core', name: 'broker', groups: ['broker'] }],
      groups: [{ name: 'broker', on: 'net/inner' }],
      value: ({ metric }) =>
        metric === 'HealthyHostCount' ? 2 : metric === 'UnHealthyHostCount' ? 1 : undefined,
    });
    const { services } = await collectorOver(aws).collector.snapshot();
    expect(services[0]?.targetGroups[0]).toMatchObject({ kind: 'network', loadBalancer: 'net/inner/50dc' });
    expect(newest(services[0]?.metrics.healthyHosts)).toBe(2);
    expect(newest(services[0]?.metrics.unhealthyHosts)).toBe(1);
    expect(new Set(aws.queries().map((query) => query.namespace))).toEqual(
      new Set(['AWS/ECS', 'AWS/NetworkELB']),
    );
  });

  it('a daemon on own machines is told as such', async () => {
    const raw = { schedulingStrategy: 'DAEMON' as const, launchType: 'EXTERNAL' as const };
    const aws = fakeAws({ services: [{ cluster: 'edge', name: 'agent', raw }] });
    const { services } = await collectorOver(aws).collector.snapshot();
    expect(services[0]).toMatchObject({ strategy: 'DAEMON', launchType: 'EXTERNAL', controller: 'ECS' });
  });

  it.each(['CODE_DEPLOY', 'EXTERNAL'] as const)(
    'with %s the task sets stand for deployments',
    async (type) => {
      const set = (status: string, atMs: number) => ({
        id: `ecs-svc/${status}`,
        status,
        taskDefinition: `arn:aws:ecs:eu-west-1:1:task-definition/api:${status === 'PRIMARY' ? 8 : 7}`,
        computedDesiredCount: 3,
        runningCount: 2,
        pendingCount: 1,
        createdAt: new Date(atMs),
        launchType: 'FARGATE' as const,
        platformVersion: '1.4.0',
        loadBalancers: [{ targetGroupArn: groupArn(status === 'PRIMARY' ? 'green' : 'blue') }],
      });
      const raw = {
        deploymentController: { type },
        launchType: undefined,
        taskDefinition: undefined,
        taskSets: [set('ACTIVE', NOW - 60_000), set('PRIMARY', NOW)],
      };
      const aws = fakeAws({ services: [{ cluster: 'core', name: 'api', raw }] });
      const { services } = await collectorOver(aws).collector.snapshot();
      expect(services[0]).toMatchObject({
        controller: type,
        launchType: 'FARGATE',
        platformVersion: '1.4.0',
        taskDefinition: 'arn:aws:ecs:eu-west-1:1:task-definition/api:8',
        deployments: [
          { status: 'PRIMARY', desired: 3, running: 2, pending: 1 },
          { status: 'ACTIVE', desired: 3 },
        ],
      });
      expect(services[0]?.targetGroups.map((group) => group.name)).toEqual(['blue', 'green']);
    },
  );
});
