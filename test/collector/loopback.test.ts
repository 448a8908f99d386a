import { afterEach, describe, expect, it } from 'vitest';
import { assessFleet } from '../../src/assess/fleet-health.ts';
import type { ServiceSnapshot } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { type LoopbackFleet, startFleet } from './loopback-aws.ts';

const NOW = Date.UTC(2026, 10, 20, 9, 2);

let fleet: LoopbackFleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

async function start(scenario: Parameters<typeof startFleet>[0]): Promise<LoopbackFleet> {
  fleet = await startFleet(scenario, NOW);
  return fleet;
}

const METRICS = {
  cpuPercent: { base: 35 },
  memoryPercent: { base: 55 },
  requests: { base: 1200 },
  responseTimeMs: { base: 80 },
  http2xx: { of: 'requests', share: 0.97 },
  http5xx: { base: 1 },
  elb5xx: { base: 0 },
  healthyHosts: { base: 2 },
  unhealthyHosts: { base: 0 },
};

/** Services spread evenly over clusters, each behind a load balancer of its own. */
function generated(services: number, clusters: number) {
  const byCluster: Record<string, { services: Record<string, unknown> }> = {};
  for (let n = 0; n < services; n += 1) {
    const cluster = `cluster-${n % clusters}`;
    byCluster[cluster] ??= { services: {} };
    const name = `svc-${String(n).padStart(4, '0')}`;
    byCluster[cluster].services[name] = {
      desired: 2,
      targetGroup: {
        name,
        loadBalancer: `lb-${n}`,
        type: 'application',
        targets: { healthy: 2, unhealthy: 0 },
      },
      scaling: { min: 1, max: 4, cpuTarget: 70 },
      metrics: METRICS,
    };
  }
  return {
    accounts: [{ name: 'production', id: '111122223333', regions: { 'us-east-1': { clusters: byCluster } } }],
  };
}

function fleetCalls(aws: LoopbackFleet['aws']): number {
  const rows = aws.meter.report().rows.filter((row) => !['sts', 'dynamodb'].includes(row.service));
  const failed = rows.filter((row) => row.outcome !== 'ok');
  expect(failed.map((row) => `${row.operation}: ${row.outcome}`)).toEqual([]);
  return rows.reduce((sum, row) => sum + row.calls, 0);
}

describe('over the real wire protocols', () => {
  it.each([
    { services: 50, clusters: 1, cold: 11, warm: 2 },
    { services: 500, clusters: 5, cold: 82, warm: 14 },
  ])('$services services cost $cold calls, and $warm with a warm inventory', async (given) => {
    const { collector, clock, aws } = await start(generated(given.services, given.clusters));
    const snapshot = await collector.snapshot();
    expect(snapshot.missing).toEqual([]);
    expect(snapshot.services).toHaveLength(given.services);
    expect(fleetCalls(aws)).toBe(given.cold);
    aws.meter.reset();
    clock.nowMs += 90_000;
    await collector.snapshot();
    expect(fleetCalls(aws)).toBe(given.warm);
  });

  it('a restart costs metrics alone: 14 calls for 500 services', async () => {
    const { aws, clock, replica } = await start(generated(500, 5));
    const first = await replica();
    await first.observe({
      accountId: '111122223333',
      region: 'us-east-1',
      cluster: undefined,
      service: undefined,
    });
    const before = await first.snapshot();
    await first.idle();
    aws.meter.reset();
    clock.nowMs += 10 * 60_000;
    const after = await (await replica()).snapshot();
    expect(fleetCalls(aws)).toBe(14);
    expect(after.missing).toEqual([]);
    const inventory = ({ ref, running, targetGroups, scalingBounds }: ServiceSnapshot) => ({
      ref,
      running,
      targetGroups,
      scalingBounds,
    });
    expect(after.services.map(inventory)).toEqual(before.services.map(inventory));
  });

  it('a service comes with its inventory and metrics, in their units', async () => {
    const { collector } = await start(generated(1, 1));
    const { services } = await collector.snapshot();
    expect(services[0]).toMatchObject({
      ref: { account: 'production', region: 'us-east-1', cluster: 'cluster-0', service: 'svc-0000' },
      desired: 2,
      running: 2,
      scalingBounds: { min: 1, max: 4 },
    });
    expect(services[0]?.targetGroups[0]).toMatchObject({ name: 'svc-0000', kind: 'application' });
    const newest = (name: 'cpuPercent' | 'responseTimeMs' | 'requests' | 'healthyHosts') =>
      services[0]?.metrics[name]?.points.at(-2)?.value;
    expect(newest('cpuPercent')).toBeCloseTo(35, 0);
    expect(newest('responseTimeMs')).toBeCloseTo(80, 0);
    expect(newest('requests')).toBeCloseTo(6000, -2);
    expect(newest('healthyHosts')).toBe(2);
  });

  it('a task definition and scaling policies are read for one service', async () => {
    const { collector } = await start(generated(1, 1));
    const service = (await collector.snapshot()).services[0];
    if (!service) throw new Error('the fleet has a service');
    const definition = await collector.taskDefinition(service.ref, service.taskDefinition);
    expect(definition.containers[0]).toMatchObject({ essential: true });
    expect(definition.cpuUnits).toBeGreaterThan(0);
    expect(await collector.scaling(service.ref)).toMatchObject({
      min: 1,
      max: 4,
      policies: [{ kind: 'target_tracking', metric: 'cpu', target: 70 }],
    });
  });
});

describe('a company with troubles', () => {
  const service = (change: object) => ({ desired: 2, metrics: METRICS, ...change });
  const troubles = {
    accounts: [
      {
        name: 'production',
        id: '111122223333',
        regions: {
          'us-east-1': {
            clusters: {
              core: {
                services: {
                  hot: service({ metrics: { ...METRICS, cpuPercent: { base: 95 } } }),
                  calm: service({}),
                  short: service({ desired: 4, running: 2 }),
                },
              },
            },
          },
          'eu-west-1': { down: true, clusters: { far: { services: { away: service({}) } } } },
        },
      },
      {
        name: 'blind',
        id: '222233334444',
        deny: ['cloudwatch:GetMetricData'],
        regions: { 'us-east-1': { clusters: { dark: { services: { unseen: service({}) } } } } },
      },
    ],
  };

  it('is judged as far as it can be seen, and what cannot be seen is named', async () => {
    const { collector, clock } = await start(troubles);
    const snapshot = await collector.snapshot();
    const { services } = assessFleet(snapshot, { nowMs: clock.nowMs, thresholds: DEFAULT_THRESHOLDS });
    const health = Object.fromEntries(services.map((each) => [each.service.ref.service, each.health]));
    expect(health).toMatchObject({ hot: 'critical', calm: 'good', unseen: 'unknown' });
    expect(services.find((each) => each.service.ref.service === 'unseen')?.unknownWhy).toBe('denied');
    expect(
      snapshot.missing.map(({ account, region, action, kind }) => ({ account, region, action, kind })),
    ).toEqual([
      { account: 'blind', region: 'us-east-1', action: 'cloudwatch:GetMetricData', kind: 'denied' },
      { account: 'production', region: 'eu-west-1', action: 'ecs:ListClusters', kind: 'unreachable' },
    ]);
  });
});
