import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, type Play, play, playFile, points, SECOND, START_MS } from './play.ts';

const DIMENSIONS = { ClusterName: 'core', ServiceName: 'shop' };

function cpu(
  played: Play,
  more: { stat?: string; startMs?: number; endMs?: number; periodMs?: number } = {},
) {
  return points(played, {
    metric: 'CPUUtilization',
    dimensions: DIMENSIONS,
    startMs: START_MS - HOUR,
    endMs: played.now(),
    ...more,
  });
}

const withCpu = (series: string, more = '') =>
  play(`shop:\n  desired: 4\n  metrics: { cpuPercent: ${series} }\n  ${more}`);
const values = (series: readonly { readonly value: number }[]) => series.map(({ value }) => value);

/** The one minute average at a moment. */
function at(played: Play, ms: number): number | undefined {
  return cpu(played, { periodMs: MINUTE, startMs: START_MS + ms, endMs: START_MS + ms + MINUTE })[0]?.value;
}

describe('points', () => {
  test('are aligned to the period, from the start on, before the end, and only of whole periods', () => {
    const played = withCpu('{ base: 20 }');
    played.pass(7 * MINUTE);
    const all = cpu(played, { startMs: START_MS - 13 * MINUTE, endMs: played.now() + HOUR });
    expect(all.map(({ atMs }) => (atMs - START_MS) / MINUTE)).toEqual([-15, -10, -5, 0]);
  });

  test('do not exist for what the scenario does not give, nor before the service', () => {
    const played = withCpu('{ base: 20 }', 'createdAt: -20m');
    expect(cpu(played)).toHaveLength(4);
    expect(
      points(played, {
        metric: 'MemoryUtilization',
        dimensions: DIMENSIONS,
        startMs: START_MS - HOUR,
        endMs: START_MS,
      }),
    ).toEqual([]);
    expect(
      points(played, {
        metric: 'CPUUtilization',
        dimensions: { ClusterName: 'core' },
        startMs: START_MS - HOUR,
        endMs: START_MS,
      }),
    ).toEqual([]);
  });

  test('of one minute are kept for 15 days', () => {
    const played = withCpu('{ base: 20 }');
    const DAY = 24 * HOUR;
    const oldest = cpu(played, { periodMs: MINUTE, startMs: START_MS - 40 * DAY, endMs: START_MS })[0];
    expect((START_MS - (oldest?.atMs ?? 0)) / DAY).toBeCloseTo(15, 2);
    expect(cpu(played, { startMs: START_MS - 40 * DAY, endMs: START_MS - 39 * DAY })).toHaveLength(288);
  });

  test('of an unknown statistic do not exist', () => {
    expect(cpu(withCpu('{ base: 20 }'), { stat: 'Mode' })).toEqual([]);
  });
});

describe('a series', () => {
  test('is base and daily wave, highest at 14:00 UTC', () => {
    const played = withCpu('{ base: 40, daily: 10 }');
    expect(at(played, -19 * HOUR)).toBeCloseTo(50);
    expect(at(played, -7 * HOUR)).toBeCloseTo(30);
  });

  test('holds a step from its moment on', () => {
    const played = withCpu('{ base: 20, daily: 5, steps: [ { at: -30m, to: 70 }, { at: -10m, to: 10 } ] }');
    expect([at(played, -30 * MINUTE), at(played, -11 * MINUTE), at(played, -10 * MINUTE)]).toEqual([
      70, 70, 10,
    ]);
    expect(at(played, -31 * MINUTE)).toBeLessThan(26);
  });

  test('climbs a ramp and stays at its end', () => {
    const played = withCpu('{ base: 20, ramps: [ { from: -40m, until: -20m, to: 60 } ] }');
    expect([-41, -40, -30, -20, -1].map((minute) => at(played, minute * MINUTE))).toEqual([
      20, 20, 40, 60, 60,
    ]);
  });

  test('climbs from a step that came before', () => {
    const played = withCpu(
      '{ base: 20, steps: [ { at: -50m, to: 40 } ], ramps: [ { from: -40m, until: -20m, to: 60 } ] }',
    );
    expect(at(played, -30 * MINUTE)).toBe(50);
  });

  test('spikes for a while and returns', () => {
    const played = withCpu('{ base: 20, spikes: [ { at: -30m, for: 10m, to: 95 } ] }');
    expect([-31, -30, -21, -20].map((minute) => at(played, minute * MINUTE))).toEqual([20, 95, 95, 20]);
    expect(values(cpu(played, { stat: 'Maximum', startMs: START_MS - 35 * MINUTE }))).toEqual([
      20, 95, 95, 20, 20, 20, 20,
    ]);
  });

  test('has nothing in a gap', () => {
    const played = withCpu('{ base: 20, gaps: [ { from: -30m, until: -20m } ] }');
    expect(cpu(played).map(({ atMs }) => (atMs - START_MS) / MINUTE)).toEqual([
      -60, -55, -50, -45, -40, -35, -20, -15, -10, -5,
    ]);
  });

  test('holds an explicit value until the next, and has nothing before the first', () => {
    const played = withCpu('{ values: [ [ -30m, 10 ], [ -10m, 30 ] ] }');
    expect(values(cpu(played))).toEqual([10, 10, 10, 10, 30, 30]);
  });

  test('may follow another, with its gaps', () => {
    const played = play(`
shop:
  targetGroup: { name: shop, loadBalancer: edge }
  metrics: { requests: { base: 100, gaps: [ { from: -10m, until: now } ] }, http4xx: { of: requests, share: 0.25 } }`);
    const dimensions = {
      LoadBalancer: played.service('shop').targetGroups[0]?.loadBalancerArn.split(':loadbalancer/')[1] ?? '',
    };
    const query = {
      namespace: 'AWS/ApplicationELB',
      metric: 'HTTPCode_Target_4XX_Count',
      dimensions,
      stat: 'Sum',
    };
    expect(values(points(played, { ...query, startMs: START_MS - 20 * MINUTE, endMs: START_MS }))).toEqual([
      125, 125,
    ]);
  });
});

describe('property: a series', () => {
  const number = fc.integer({ min: 0, max: 60 });
  const noisy = fc.record({
    base: fc.integer({ min: 10, max: 60 }),
    daily: number,
    noise: fc.integer({ min: 1, max: 20 }),
  });
  const series = fc.record({ base: number, daily: number, noise: fc.integer({ min: 0, max: 20 }) });
  const shopWith = (spec: unknown) =>
    `accounts: [ { id: "111122223333", regions: { us-east-1: { clusters: { core: { services: { shop: { metrics: { cpuPercent: ${JSON.stringify(spec)} } } } } } } } } ]`;

  test('is the same in every run, and not the same with another seed', () => {
    fc.assert(
      fc.property(noisy, (spec) => {
        const first = values(cpu(playFile(shopWith(spec), 'one')));
        expect(values(cpu(playFile(shopWith(spec), 'one')))).toEqual(first);
        expect(values(cpu(playFile(shopWith(spec), 'two')))).not.toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  test('keeps its statistics in order, and percent from 0 to 100', () => {
    fc.assert(
      fc.property(series, (spec) => {
        const played = withCpu(JSON.stringify(spec));
        const stats = ['Minimum', 'p10', 'p50', 'p99', 'Maximum'].map((stat) =>
          values(cpu(played, { stat })),
        );
        const averages = values(cpu(played));
        averages.forEach((average, index) => {
          const column = stats.map((row) => row[index] ?? Number.NaN);
          expect(column.toSorted((a, b) => a - b)).toEqual(column);
          expect(column[0]).toBeGreaterThanOrEqual(0);
          expect(column[4]).toBeLessThanOrEqual(100);
          expect(average).toBeGreaterThanOrEqual((column[0] ?? 0) - 1e-9);
          expect(average).toBeLessThanOrEqual((column[4] ?? 0) + 1e-9);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('the tasks in the metrics', () => {
  test('are the sample count of CPU over five minutes, divided by five', () => {
    const played = withCpu('{ base: 20 }');
    expect(values(cpu(played, { stat: 'SampleCount' }))).toEqual(Array(12).fill(20));
  });

  test('follow the series of running tasks, then what happens', () => {
    const played = play(`
shop:
  desired: 3
  metrics: { cpuPercent: { base: 20 }, runningTasks: { values: [ [ -2h, 5 ], [ -30m, 3 ] ] } }`);
    expect(values(cpu(played, { stat: 'SampleCount' }))).toEqual([
      ...Array(6).fill(25),
      ...Array(6).fill(15),
    ]);
    played.pass(5 * MINUTE);
    played.world.updateService(played.service('shop'), { desired: 6 });
    played.pass(15 * MINUTE);
    expect(cpu(played, { stat: 'SampleCount' }).at(-1)?.value).toBe(30);
  });

  test('carry less each when a person adds more', () => {
    const played = play(
      'shop: { desired: 4, metrics: { cpuPercent: { base: 80 }, memoryPercent: { base: 50 } } }',
    );
    const memory = () =>
      points(played, {
        metric: 'MemoryUtilization',
        dimensions: DIMENSIONS,
        startMs: START_MS,
        endMs: played.now(),
      }).at(-1)?.value;
    played.world.updateService(played.service('shop'), { desired: 8 });
    played.pass(20 * MINUTE);
    expect(cpu(played).at(-1)?.value).toBeCloseTo(40);
    expect(memory()).toBeCloseTo(40);
    played.world.updateService(played.service('shop'), { desired: 2 });
    played.pass(20 * MINUTE);
    expect(cpu(played).at(-1)?.value).toBe(100);
    expect(memory()).toBeGreaterThan(60);
  });

  test('have nothing to measure when none runs', () => {
    const played = withCpu('{ base: 20 }');
    played.world.updateService(played.service('shop'), { desired: 0 });
    played.pass(30 * MINUTE);
    expect(cpu(played).at(-1)?.atMs).toBe(START_MS);
  });

  test('lose what piled up in memory when they are replaced', () => {
    const played = play(
      'shop: { desired: 2, metrics: { memoryPercent: { base: 40, ramps: [ { from: -6h, until: now, to: 94 } ] } } }',
    );
    const memory = () =>
      points(played, {
        metric: 'MemoryUtilization',
        dimensions: DIMENSIONS,
        startMs: START_MS - HOUR,
        endMs: played.now(),
      }).at(-1)?.value ?? 0;
    expect(memory()).toBeGreaterThan(93);
    played.world.updateService(played.service('shop'), { forceNewDeployment: true });
    played.pass(20 * MINUTE);
    expect(memory()).toBeLessThan(45);
  });
});

describe('the load balancer in the metrics', () => {
  const BALANCED = `
shop:
  desired: 3
  targetGroup: { name: shop, loadBalancer: edge }
  metrics: { requests: { base: 60 }, responseTimeMs: { base: 200 }, http5xx: { base: 0 }, elb5xx: { base: 2 } }
till:
  targetGroup: { name: till, loadBalancer: edge }
  metrics: { requests: { base: 20 }, responseTimeMs: { base: 1000 } }
gate:
  desired: 2
  targetGroup: { name: gate, loadBalancer: wire, type: network, targets: { healthy: 1, unhealthy: 1 } }
`;

  function elb(played: Play, service: string, metric: string, stat: string, alone = false) {
    const [group] = played.service(service).targetGroups;
    const LoadBalancer = group?.loadBalancerArn.split(':loadbalancer/')[1] ?? '';
    const dimensions = {
      LoadBalancer,
      ...(alone ? {} : { TargetGroup: group?.arn.split(':').at(-1) ?? '' }),
    };
    const namespace = group?.type === 'network' ? 'AWS/NetworkELB' : 'AWS/ApplicationELB';
    return values(
      points(played, {
        namespace,
        metric,
        dimensions,
        stat,
        startMs: played.now() - 5 * MINUTE,
        endMs: played.now(),
      }),
    );
  }

  test('counts are per minute in the file and per period in CloudWatch', () => {
    const played = play(BALANCED);
    expect(elb(played, 'shop', 'RequestCount', 'Sum')).toEqual([300]);
    expect(elb(played, 'shop', 'RequestCount', 'Sum', true)).toEqual([400]);
    expect(elb(played, 'shop', 'HTTPCode_ELB_5XX_Count', 'Sum', true)).toEqual([10]);
    expect(elb(played, 'shop', 'HTTPCode_ELB_5XX_Count', 'Sum')).toEqual([]);
  });

  test('response time is in seconds, and over services weighted by requests', () => {
    const played = play(BALANCED);
    expect(elb(played, 'shop', 'TargetResponseTime', 'Average')[0]).toBeCloseTo(0.2);
    expect(elb(played, 'shop', 'TargetResponseTime', 'Average', true)[0]).toBeCloseTo(0.4);
  });

  test('a count of nothing has no point', () => {
    expect(elb(play(BALANCED), 'shop', 'HTTPCode_Target_5XX_Count', 'Sum')).toEqual([]);
  });

  test('hosts come from the targets where no series says otherwise, and follow them', () => {
    const played = play(
      BALANCED,
      '[ { at: +1s, service: core/shop, set: { targets: { healthy: 1, unhealthy: 2 } } } ]',
    );
    expect(elb(played, 'shop', 'HealthyHostCount', 'Minimum')).toEqual([3]);
    expect(elb(played, 'gate', 'UnHealthyHostCount', 'Maximum')).toEqual([1]);
    played.pass(10 * MINUTE + SECOND);
    expect(elb(played, 'shop', 'HealthyHostCount', 'Minimum')).toEqual([1]);
    expect(elb(played, 'shop', 'UnHealthyHostCount', 'Maximum')).toEqual([2]);
  });

  test('every metric that is listed can be asked for', () => {
    const { world } = play(BALANCED);
    const listed = world.metrics('111122223333', 'us-east-1');
    expect(listed.length).toBeGreaterThan(10);
    expect(world.metrics('111122223333', 'eu-west-1')).toEqual([]);
  });
});

describe('a metric that is put', () => {
  test('is listed and answered', () => {
    const { world } = play('shop: {}');
    const put = (value: number, atMs: number) =>
      world.putMetric('111122223333', 'us-east-1', 'Deckhand/ECS', 'Checks', { Kind: 'a' }, value, atMs);
    put(2, START_MS - 90 * SECOND);
    put(4, START_MS - 80 * SECOND);
    expect(world.metrics('111122223333', 'us-east-1').some(({ metric }) => metric === 'Checks')).toBe(true);
    const query = {
      accountId: '111122223333',
      region: 'us-east-1',
      namespace: 'Deckhand/ECS',
      metric: 'Checks',
      dimensions: { Kind: 'a' },
      periodMs: MINUTE,
      startMs: START_MS - HOUR,
      endMs: START_MS,
    };
    expect(values(world.metric({ ...query, stat: 'Average' }))).toEqual([3]);
    expect(values(world.metric({ ...query, stat: 'Sum' }))).toEqual([6]);
    expect(values(world.metric({ ...query, stat: 'SampleCount' }))).toEqual([2]);
    expect(values(world.metric({ ...query, stat: 'Maximum' }))).toEqual([4]);
  });
});
