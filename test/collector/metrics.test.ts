import { describe, expect, it } from 'vitest';
import { assessFleet } from '../../src/assess/fleet-health.ts';
import type { MetricQuery } from '../../src/aws/api.ts';
import { lastHour } from '../../src/collector/metrics.ts';
import type { Series } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { type FakeRegion, fakeAws, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const RUNNING = Date.UTC(2026, 10, 20, 9);

async function metricsOf(fleet: FakeRegion) {
  const aws = fakeAws(fleet);
  const snapshot = await collectorOver(aws).collector.snapshot();
  return { aws, metrics: snapshot.services[0]?.metrics ?? {}, snapshot };
}

function last(series: Series | undefined): number | undefined {
  return series?.points.at(-1)?.value;
}

const onGroup = (query: MetricQuery, group: string) =>
  query.dimensions['TargetGroup']?.startsWith(`targetgroup/${group}/`) ?? false;

const ONE: FakeRegion = {
  services: [{ cluster: 'core', name: 'api', groups: ['api'] }],
  groups: [{ name: 'api', on: 'app/edge' }],
};
const TWO: FakeRegion = {
  services: [{ cluster: 'core', name: 'api', groups: ['a', 'b'] }],
  groups: [
    { name: 'a', on: 'app/edge' },
    { name: 'b', on: 'app/inner' },
  ],
};

describe('the hour that is asked for', () => {
  it('begins at a whole period and ends now', () => {
    expect(lastHour(NOW)).toEqual({ startMs: RUNNING - 3_600_000, endMs: NOW });
  });

  it('is never empty, not even at the first moment of a period', () => {
    const { startMs, endMs } = lastHour(RUNNING);
    expect(endMs).toBeGreaterThan(RUNNING);
    expect(startMs).toBe(RUNNING - 3_600_000);
  });
});

describe('what is asked for', () => {
  it('is fourteen queries for a service behind an application load balancer', async () => {
    const { aws } = await metricsOf(ONE);
    const asked = aws
      .queries()
      .map((q) => `${q.namespace} ${q.metric} ${q.stat}`)
      .sort();
    expect(asked).toEqual([
      'AWS/ApplicationELB HTTPCode_ELB_5XX_Count Sum',
      'AWS/ApplicationELB HTTPCode_Target_2XX_Count Sum',
      'AWS/ApplicationELB HTTPCode_Target_3XX_Count Sum',
      'AWS/ApplicationELB HTTPCode_Target_4XX_Count Sum',
      'AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum',
      'AWS/ApplicationELB HealthyHostCount Minimum',
      'AWS/ApplicationELB RequestCount Sum',
      'AWS/ApplicationELB TargetResponseTime Average',
      'AWS/ApplicationELB TargetResponseTime Maximum',
      'AWS/ApplicationELB TargetResponseTime p99',
      'AWS/ApplicationELB UnHealthyHostCount Maximum',
      'AWS/ECS CPUUtilization Average',
      'AWS/ECS CPUUtilization SampleCount',
      'AWS/ECS MemoryUtilization Average',
    ]);
  });

  it('names load balancer and target group as CloudWatch does', async () => {
    const { aws } = await metricsOf(ONE);
    expect(aws.queries().find((q) => q.metric === 'RequestCount')?.dimensions).toEqual({
      LoadBalancer: 'app/edge/50dc',
      TargetGroup: 'targetgroup/api/6d0e',
    });
    expect(aws.queries().find((q) => q.metric === 'CPUUtilization')?.dimensions).toEqual({
      ClusterName: 'core',
      ServiceName: 'api',
    });
  });

  it('is host counts alone behind a network load balancer', async () => {
    const { aws, metrics } = await metricsOf({ ...ONE, groups: [{ name: 'api', on: 'net/core' }] });
    const asked = aws
      .queries()
      .filter((q) => q.namespace !== 'AWS/ECS')
      .map((q) => `${q.namespace} ${q.metric}`);
    expect(asked.sort()).toEqual(['AWS/NetworkELB HealthyHostCount', 'AWS/NetworkELB UnHealthyHostCount']);
    expect(last(metrics.healthyHosts)).toBe(10);
    expect(metrics.requests).toBeUndefined();
  });

  it('is the own 5XX of a shared load balancer once', async () => {
    const { aws, snapshot } = await metricsOf({
      services: [
        { cluster: 'core', name: 'api', groups: ['api'] },
        { cluster: 'core', name: 'web', groups: ['web'] },
      ],
      groups: [
        { name: 'api', on: 'app/edge' },
        { name: 'web', on: 'app/edge' },
      ],
    });
    expect(aws.queries().filter((q) => q.metric === 'HTTPCode_ELB_5XX_Count')).toHaveLength(1);
    expect(snapshot.services.map((s) => last(s.metrics.elb5xx))).toEqual([10, 10]);
    expect(snapshot.loadBalancers).toMatchObject([
      {
        dimension: 'app/edge/50dc',
        targetGroups: [{ dimension: 'targetgroup/api/6d0e' }, { dimension: 'targetgroup/web/6d0e' }],
      },
    ]);
  });
});

describe('what comes back', () => {
  it('has response times in milliseconds and no series for what has no data', async () => {
    const { metrics } = await metricsOf({
      ...ONE,
      value: (q) =>
        q.metric === 'TargetResponseTime' ? { Average: 0.25, Maximum: 2, p99: 1.5 }[q.stat] : undefined,
    });
    expect(Object.keys(metrics).sort()).toEqual(['responseTimeMaxMs', 'responseTimeMs', 'responseTimeP99Ms']);
    expect([
      last(metrics.responseTimeMs),
      last(metrics.responseTimeP99Ms),
      last(metrics.responseTimeMaxMs),
    ]).toEqual([250, 1500, 2000]);
  });

  it('counts running tasks from the CPU samples of whole periods', async () => {
    const { metrics } = await metricsOf({
      ...ONE,
      value: (q, atMs) => (q.stat === 'SampleCount' ? (atMs === RUNNING ? 6 : 15) : undefined),
    });
    expect(metrics.runningTasks?.points).toHaveLength(12);
    expect(last(metrics.runningTasks)).toBe(3);
  });

  it('adds up the counts of several target groups', async () => {
    const { metrics } = await metricsOf({
      ...TWO,
      value: (q) => (q.metric === 'RequestCount' ? (onGroup(q, 'a') ? 100 : 20) : undefined),
    });
    expect(last(metrics.requests)).toBe(120);
  });

  it('weighs the response times of several target groups by their requests', async () => {
    const { metrics } = await metricsOf({
      ...TWO,
      value: (q) => {
        if (q.metric === 'RequestCount') return onGroup(q, 'a') ? 90 : 10;
        if (q.metric === 'TargetResponseTime') return onGroup(q, 'a') ? 0.1 : 1.1;
        return undefined;
      },
    });
    expect(last(metrics.responseTimeMs)).toBeCloseTo(200, 6);
    expect(last(metrics.responseTimeP99Ms)).toBeCloseTo(1100, 6);
  });

  it('does not take a target group that reports late for one without healthy targets', async () => {
    const { metrics } = await metricsOf({
      ...TWO,
      value: (q, atMs) => {
        if (q.metric !== 'HealthyHostCount') return undefined;
        if (onGroup(q, 'a')) return 0;
        return atMs === RUNNING ? undefined : 3;
      },
    });
    expect(metrics.healthyHosts?.points.at(-1)).toEqual({ atMs: RUNNING, value: 3 });
  });

  it('says when CloudWatch gives only a part', async () => {
    const aws = fakeAws(ONE);
    const original = aws.getMetricData.bind(aws);
    aws.getMetricData = async (request) => {
      const answer = await original(request);
      return { ...answer, results: answer.results.map((each) => ({ ...each, status: 'partial' as const })) };
    };
    const snapshot = await collectorOver(aws).collector.snapshot();
    expect(snapshot.missing).toMatchObject([{ action: 'cloudwatch:GetMetricData', kind: 'other' }]);
    expect(snapshot.services[0]?.metrics.cpuPercent).toBeDefined();
  });
});

describe('a question about one service', () => {
  const shared: FakeRegion = {
    services: [
      { cluster: 'core', name: 'api', groups: ['api'] },
      { cluster: 'core', name: 'web', groups: ['web'] },
    ],
    groups: [
      { name: 'api', on: 'app/edge' },
      { name: 'web', on: 'app/edge' },
    ],
    value: (q) => {
      if (q.metric === 'HTTPCode_ELB_5XX_Count') return 50;
      if (q.metric === 'UnHealthyHostCount') return onGroup(q, 'api') ? 1 : 0;
      return q.metric === 'HealthyHostCount' ? 2 : 0.1;
    },
  };

  it.each([
    { unhealthyToo: false, health: 'critical' },
    { unhealthyToo: true, health: 'warning' },
  ])(
    'has the health that a look at everything gives it (neighbour unhealthy: $unhealthyToo)',
    async (given) => {
      const fleet: FakeRegion = {
        ...shared,
        value: (q, atMs) =>
          given.unhealthyToo && q.metric === 'UnHealthyHostCount' ? 1 : shared.value?.(q, atMs),
      };
      const healthIn = async (scope: { cluster?: string; service?: string }) => {
        const snapshot = await collectorOver(fakeAws(fleet)).collector.snapshot({ scope });
        const { services } = assessFleet(snapshot, {
          nowMs: NOW,
          thresholds: DEFAULT_THRESHOLDS,
        });
        return services.find((each) => each.service.ref.service === 'api')?.health;
      };
      expect(await healthIn({})).toBe(given.health);
      expect(await healthIn({ cluster: 'core', service: 'api' })).toBe(given.health);
    },
  );
});

describe('progress', () => {
  it('ends with all services done, and never runs backwards', async () => {
    const seen: [number, number][] = [];
    const aws = fakeAws({
      services: Array.from({ length: 120 }, (_, n) => ({ cluster: 'core', name: `s${n}` })),
    });
    await collectorOver(aws).collector.snapshot({ onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([120, 120]);
    const done = seen.map(([n]) => n);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });
});
