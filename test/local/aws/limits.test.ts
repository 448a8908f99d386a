import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesByNamespaceCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { makeMeter } from '../../../src/local/aws/meter.ts';
import { makeThrottle } from '../../../src/local/aws/throttle.ts';
import { ACCOUNT, handWorld, NOW } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

describe('throttling', () => {
  test('the eleventh ListServicesByNamespace is throttled; a second later one more is let through', async () => {
    let now = Date.now();
    const { asSpoke } = await startLoopback(handWorld(), { systemNow: () => now });
    const ecs = new ECSClient(await asSpoke());
    const call = async () =>
      (await refusal(ecs.send(new ListServicesByNamespaceCommand({ namespace: 'x' })))).name;
    const eleven: string[] = [];
    for (let i = 0; i < 11; i += 1) eleven.push(await call());
    expect(eleven.slice(0, 10)).toEqual(Array(10).fill('NamespaceNotFoundException'));
    expect(eleven[10]).toBe('ThrottlingException');
    now += 1000;
    expect([await call(), await call()]).toEqual(['NamespaceNotFoundException', 'ThrottlingException']);
  });

  test('DescribeServices and ListServices drink from one bucket of 100, refilled by 20 a second', () => {
    let now = 0;
    const throttle = makeThrottle(() => now);
    const admitted = (action: string, calls: number) =>
      Array.from({ length: calls }, () => throttle.admit(ACCOUNT, 'eu-west-1', action)).filter(Boolean)
        .length;
    expect(admitted('ecs:DescribeServices', 60)).toBe(60);
    expect(admitted('ecs:ListServices', 60)).toBe(40);
    now = 2000;
    expect(admitted('ecs:ListServices', 60)).toBe(40);
    expect(throttle.admit(ACCOUNT, 'us-east-1', 'ecs:ListServices')).toBe(true);
    expect(throttle.admit('444455556666', 'eu-west-1', 'ecs:ListServices')).toBe(true);
  });

  test('the timeline can order it, with the text and class of the vendor', async () => {
    const world = handWorld();
    const { asSpoke } = await startLoopback(world);
    const settings = await asSpoke();
    world.throttles.set('cloudwatch:ListMetrics', NOW + 30_000);
    const error = await refusal(new CloudWatchClient(settings).send(new ListMetricsCommand({})));
    expect([error.name, error.message]).toEqual(['Throttling', 'Rate exceeded']);
    world.throttles.set('cloudwatch:ListMetrics', NOW - 1);
    await new CloudWatchClient(settings).send(new ListMetricsCommand({}));
  });

  test('datapoints have a bucket of their own: 90,000 a second when older than three hours', async () => {
    let now = Date.now();
    const { asSpoke } = await startLoopback(handWorld(), { systemNow: () => now });
    const cloudwatch = new CloudWatchClient(await asSpoke());
    const queries = Array.from({ length: 50 }, (_, i) => ({
      Id: `q${i}`,
      MetricStat: {
        Metric: { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization' },
        Period: 60,
        Stat: 'Average',
      },
    }));
    const aDay = () =>
      cloudwatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: queries,
          StartTime: new Date(NOW - 86_400_000),
          EndTime: new Date(NOW),
          MaxDatapoints: 1,
        }),
      );
    await aDay();
    expect((await refusal(aDay())).name).toBe('Throttling');
    now += 1000;
    await aDay();
  });
});

describe('a region that is down', () => {
  test('resets the connection and is metered so', async () => {
    const { aws, asSpoke } = await startLoopback(handWorld({ down: true }));
    const error = await refusal(new ECSClient(await asSpoke()).send(new ListClustersCommand({})));
    expect(error.message).toMatch(/ECONNRESET|socket hang up/);
    expect(aws.meter.report().rows.at(-1)).toMatchObject({
      operation: 'ListClusters',
      outcome: 'connection reset',
    });
  });
});

describe('the meter', () => {
  test('counts the calls for a cluster of 50 services: 1 + 1 + 5, by account, region and operation', async () => {
    const { aws, asSpoke } = await startLoopback(handWorld({ services: 50 }));
    const ecs = new ECSClient(await asSpoke());
    aws.meter.reset();
    await ecs.send(new ListClustersCommand({}));
    const { serviceArns = [] } = await ecs.send(
      new ListServicesCommand({ cluster: 'prod', maxResults: 100 }),
    );
    for (let i = 0; i < serviceArns.length; i += 10) {
      await ecs.send(
        new DescribeServicesCommand({ cluster: 'prod', services: serviceArns.slice(i, i + 10) }),
      );
    }
    await refusal(ecs.send(new ListServicesCommand({ cluster: 'gone' })));
    const { calls, dollars, rows } = aws.meter.report();
    expect([calls, dollars]).toEqual([8, 0]);
    const base = { account: ACCOUNT, region: 'eu-west-1', service: 'ecs', dollars: 0 };
    expect(rows).toEqual([
      { ...base, operation: 'ListClusters', outcome: 'ok', calls: 1 },
      { ...base, operation: 'ListServices', outcome: 'ok', calls: 1 },
      { ...base, operation: 'DescribeServices', outcome: 'ok', calls: 5 },
      { ...base, operation: 'ListServices', outcome: 'ClusterNotFoundException', calls: 1 },
    ]);
  });

  test('five statistics of one metric are one charge, a sixth a second one', async () => {
    const { aws, asSpoke } = await startLoopback(handWorld());
    const cloudwatch = new CloudWatchClient(await asSpoke());
    const charged = async (stats: readonly string[], metric: string) => {
      aws.meter.reset();
      await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(NOW - 3_600_000),
          EndTime: new Date(NOW),
          MetricDataQueries: stats.map((Stat, i) => ({
            Id: `q${i}`,
            MetricStat: { Metric: { Namespace: 'AWS/ECS', MetricName: metric }, Period: 300, Stat },
          })),
        }),
      );
      return aws.meter.report();
    };
    const five = ['Average', 'Minimum', 'Maximum', 'Sum', 'p95'];
    expect((await charged(five, 'CPUUtilization')).units).toEqual({ 'metric by GetMetricData': 1 });
    const six = await charged([...five, 'p99'], 'CPUUtilization');
    expect(six.units).toEqual({ 'metric by GetMetricData': 2 });
    expect(six.dollars).toBeCloseTo(0.00002, 10);
  });

  test('the first million requests of a month are free', () => {
    const meter = makeMeter();
    const call = {
      account: ACCOUNT,
      region: 'eu-west-1',
      service: 'cloudwatch',
      operation: 'ListMetrics',
      outcome: 'ok',
    };
    meter.record({ ...call, charge: { unit: 'CloudWatch request', count: 1_000_000 } });
    expect(meter.report().dollars).toBe(0);
    meter.record({ ...call, charge: { unit: 'CloudWatch request', count: 1000 } });
    expect(meter.report().dollars).toBeCloseTo(0.01, 10);
  });
});
