import { describe, expect, it } from 'vitest';
import type { LoadBalancer, ServiceMetrics } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { group, judge, running, service, texts, whole } from './make.ts';

function withMetrics(metrics: ServiceMetrics) {
  return service({ metrics: { cpuPercent: whole(30, 30, 30), ...metrics } });
}

describe('CPU and memory', () => {
  it.each([
    [79.9, 'good'],
    [80, 'warning'],
    [89.9, 'warning'],
    [90, 'critical'],
    [100, 'critical'],
  ])('at %d %% are %s', (value, health) => {
    expect(judge(withMetrics({ cpuPercent: whole(value, value, value) })).health).toBe(health);
    expect(judge(withMetrics({ memoryPercent: whole(value, value, value) })).health).toBe(health);
  });

  it('are judged by the average of the last three whole points, not by a peak', () => {
    expect(judge(withMetrics({ cpuPercent: whole(99, 99, 99, 50, 99, 60) })).health).toBe('good');
    expect(judge(withMetrics({ cpuPercent: whole(10, 10, 10, 85, 95, 90) })).health).toBe('critical');
  });

  it('leave out the period that is still running', () => {
    expect(judge(withMetrics({ cpuPercent: running(70, 70, 70, 100) })).health).toBe('good');
  });

  it('skip gaps, and do not judge by what is over half an hour old', () => {
    expect(judge(withMetrics({ cpuPercent: whole(95, undefined, 95, 95) })).health).toBe('critical');
    const old = whole(
      99,
      99,
      99,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    );
    expect(judge(withMetrics({ cpuPercent: old, memoryPercent: whole(10) })).health).toBe('good');
  });

  it('meet a threshold exactly, however the points add up', () => {
    expect(judge(withMetrics({ cpuPercent: whole(89.7, 90.1, 90.2) })).health).toBe('critical');
  });

  it('say value, unit, span and threshold', () => {
    expect(texts(judge(withMetrics({ cpuPercent: whole(93, 93, 93) })))).toEqual([
      'CPU 93 % (average of 15 min; critical at 90 %)',
    ]);
    expect(texts(judge(withMetrics({ memoryPercent: whole(89.96, 89.96) })))).toEqual([
      'memory 89.9 % (average of 10 min; warning at 80 %)',
    ]);
  });

  it('follow configured thresholds', () => {
    const thresholds = { ...DEFAULT_THRESHOLDS, cpuWarningPercent: 20, cpuCriticalPercent: 25 };
    expect(judge(service(), { thresholds }).health).toBe('critical');
  });
});

describe('response time', () => {
  it.each([
    [999, 'good'],
    [1000, 'warning'],
    [1999, 'warning'],
    [2000, 'critical'],
  ])('of %d ms is %s', (ms, health) => {
    expect(judge(withMetrics({ responseTimeMs: whole(ms, ms, ms) })).health).toBe(health);
  });

  it('is told in seconds', () => {
    expect(texts(judge(withMetrics({ responseTimeMs: whole(2400, 2400, 2400) })))).toEqual([
      'response time 2.4 s (average of 15 min; critical at 2 s)',
    ]);
  });
});

describe('5XX', () => {
  it.each([
    [0, 'good'],
    [10, 'good'],
    [11, 'critical'],
  ])('%d in five minutes are %s', (count, health) => {
    expect(judge(withMetrics({ http5xx: whole(0, count) })).health).toBe(health);
  });

  it('of the running period count as soon as they are too many', () => {
    expect(judge(withMetrics({ http5xx: running(0, 12) })).health).toBe('critical');
  });

  it('of earlier count no more', () => {
    expect(judge(withMetrics({ http5xx: whole(500, 0) })).health).toBe('good');
    expect(judge(withMetrics({ http5xx: whole(500, undefined, undefined) })).health).toBe('good');
  });

  it('are told with their number', () => {
    expect(texts(judge(withMetrics({ http5xx: whole(214) })))).toEqual([
      '214 answers with 5XX in 5 min (critical above 10)',
    ]);
  });

  it('4XX never count', () => {
    expect(judge(withMetrics({ http4xx: whole(99_999, 99_999, 99_999) })).health).toBe('good');
  });
});

describe('a load balancer’s own 5XX', () => {
  const mine = group('api');
  const subject = service({ targetGroups: [mine] });
  const balancer = (groups: LoadBalancer['targetGroups'], count = 50): LoadBalancer => ({
    account: 'production',
    region: 'eu-west-1',
    dimension: 'app/edge/50dc',
    targetGroups: groups,
    elb5xx: whole(0, count),
  });
  const own = (unhealthy?: number) =>
    unhealthy === undefined
      ? { dimension: mine.dimension }
      : { dimension: mine.dimension, unhealthyHosts: whole(unhealthy) };
  const other = (unhealthy: number) => ({ dimension: 'targetgroup/web/1', unhealthyHosts: whole(unhealthy) });

  it('are the service’s where it is alone', () => {
    const verdict = judge(subject, { loadBalancers: [balancer([own()])] });
    expect(verdict.health).toBe('critical');
    expect(texts(verdict)).toEqual([
      '50 answers with 5XX in 5 min by load balancer edge itself (critical above 10)',
    ]);
  });

  it('are the service’s where it alone has unhealthy targets', () => {
    expect(judge(subject, { loadBalancers: [balancer([own(1), other(0)])] }).health).toBe('critical');
  });

  it.each([
    ['nobody has unhealthy targets', [own(0), other(0)]],
    ['somebody else has unhealthy targets', [own(0), other(2)]],
    ['both have unhealthy targets', [own(1), other(2)]],
  ])('are a shared fact where %s', (_, groups) => {
    const verdict = judge(subject, { loadBalancers: [balancer(groups)] });
    expect(verdict.health).toBe('good');
    expect(verdict.facts).toEqual([
      'load balancer edge, shared with others, gave 50 answers with 5XX itself in 5 min',
    ]);
  });

  it('up to the threshold are no matter', () => {
    const verdict = judge(subject, { loadBalancers: [balancer([own()], 10)] });
    expect(verdict).toMatchObject({ health: 'good', facts: [] });
  });

  it('of the same name in another region are another’s', () => {
    const elsewhere = { ...balancer([own()]), region: 'us-east-1' };
    expect(judge(subject, { loadBalancers: [elsewhere] }).health).toBe('good');
  });

  it('in the service’s own series are not counted a second time', () => {
    const verdict = judge(
      service({ targetGroups: [mine], metrics: { cpuPercent: whole(1), elb5xx: whole(90) } }),
    );
    expect(verdict.health).toBe('good');
  });
});

describe('targets', () => {
  const behind = (metrics: ServiceMetrics) =>
    service({ targetGroups: [group('checkout-api')], metrics: { cpuPercent: whole(30), ...metrics } });

  it('that are unhealthy are a warning while others are healthy', () => {
    const verdict = judge(behind({ healthyHosts: whole(3), unhealthyHosts: whole(1) }));
    expect(verdict.health).toBe('warning');
    expect(texts(verdict)).toEqual(['1 unhealthy target in checkout-api, 3 healthy']);
  });

  it('of which none is healthy are critical, told once', () => {
    const verdict = judge(behind({ healthyHosts: whole(0), unhealthyHosts: whole(3) }));
    expect(verdict.health).toBe('critical');
    expect(texts(verdict)).toEqual(['no healthy target in checkout-api (3 unhealthy)']);
  });

  it('that are not there at all are critical too', () => {
    expect(texts(judge(behind({ healthyHosts: whole(0) })))).toEqual([
      'no healthy target in checkout-api (none registered)',
    ]);
  });

  it('are judged by the newest point, the running period included', () => {
    expect(judge(behind({ healthyHosts: running(0, 3), unhealthyHosts: running(3, 0) })).health).toBe('good');
  });

  it('of which nothing recent is known are no judgement', () => {
    const old = whole(0, undefined, undefined, undefined, undefined);
    expect(judge(behind({ healthyHosts: old })).health).toBe('good');
  });
});

describe('several reasons', () => {
  it('stand worst first, and the worst decides', () => {
    const verdict = judge(
      withMetrics({ cpuPercent: whole(85), memoryPercent: whole(95), http5xx: whole(20) }),
    );
    expect(verdict.health).toBe('critical');
    expect(verdict.reasons.map((r) => [r.rule, r.health])).toEqual([
      ['http_5xx', 'critical'],
      ['memory', 'critical'],
      ['cpu', 'warning'],
    ]);
  });
});
