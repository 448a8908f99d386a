import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessFleet } from '../../src/assess/fleet-health.ts';
import { healthData } from '../../src/assess/health-data.ts';
import type { FleetSnapshot, ServiceSnapshot } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { NOW, service, whole } from './make.ts';

function named(name: string, change: Partial<ServiceSnapshot> = {}, cluster = 'core') {
  return service({ ...change, ref: { account: 'production', region: 'eu-west-1', cluster, service: name } });
}

const cpu = (percent: number) => ({ metrics: { cpuPercent: whole(percent, percent, percent) } });

const SERVICES = [
  named('calm', cpu(20)),
  named('warm', cpu(85)),
  named('zero', { desired: 0, running: 0 }),
  named('hot', cpu(95)),
  named('hotter', { metrics: { cpuPercent: whole(95), memoryPercent: whole(95) } }),
  named('calm', cpu(20), 'another'),
];

const fleet = (services: readonly ServiceSnapshot[]): FleetSnapshot => ({
  atMs: NOW,
  services,
  missing: [
    { account: 'production', region: 'us-east-1', action: 'ecs:ListClusters', why: 'denied', kind: 'denied' },
  ],
});

const judged = (services: readonly ServiceSnapshot[]) =>
  assessFleet(fleet(services), { nowMs: NOW, thresholds: DEFAULT_THRESHOLDS });

describe('a judged fleet', () => {
  it('counts by health and stands worst first', () => {
    const { counts, services } = judged(SERVICES);
    expect(counts).toEqual({ good: 2, warning: 1, critical: 2, unknown: 1 });
    expect(services.map((each) => `${each.service.ref.cluster}/${each.service.ref.service}`)).toEqual([
      'core/hotter',
      'core/hot',
      'core/warm',
      'core/zero',
      'another/calm',
      'core/calm',
    ]);
  });

  it('is the same in whatever order the services come', () => {
    const expected = judged(SERVICES);
    fc.assert(
      fc.property(fc.shuffledSubarray(SERVICES, { minLength: SERVICES.length }), (shuffled) => {
        expect(judged(shuffled)).toEqual(expected);
      }),
    );
  });

  it('has all four counts when there is nothing', () => {
    expect(judged([]).counts).toEqual({ good: 0, warning: 0, critical: 0, unknown: 0 });
  });
});

describe('the data of health', () => {
  it('has the names of the contract and nothing else', () => {
    const services = [named('hot', { ...cpu(95), inventoryAtMs: NOW - 20_000, metricsAtMs: NOW - 45_000 })];
    expect(healthData(fleet(services), judged(services), NOW)).toEqual({
      counts: { good: 0, warning: 0, critical: 1, unknown: 0 },
      services: [
        {
          service: 'hot',
          cluster: 'core',
          account: 'production',
          region: 'eu-west-1',
          health: 'critical',
          reasons: ['CPU 95 % (average of 15 min; critical at 90 %)'],
          running: 4,
          desired: 4,
          ageMs: 45_000,
        },
      ],
      missing: [{ account: 'production', region: 'us-east-1', action: 'ecs:ListClusters', why: 'denied' }],
    });
  });

  it('takes the age of the inventory where there are no metrics', () => {
    const services = [named('blind', { metrics: {}, metricsAtMs: undefined, inventoryAtMs: NOW - 5000 })];
    expect(healthData(fleet(services), judged(services), NOW).services[0]?.ageMs).toBe(5000);
  });
});
