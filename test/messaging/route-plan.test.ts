import { describe, expect, it } from 'vitest';
import type { Mute, Route } from '../../src/domain/route.ts';
import { REMINDER_DEFAULTS } from '../../src/domain/route.ts';
import { makeZones } from '../../src/domain/zone-time.ts';
import { mutedAt, planFor, type Routed, type RoutingRules } from '../../src/messaging/route-plan.ts';

const target = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'checkout-api' };
const NIGHT = Date.parse('2026-11-20T23:00:00Z');
const MORNING = Date.parse('2026-11-21T06:00:00Z');
const DAY = Date.parse('2026-11-20T12:00:00Z');
const olivia = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;

const rules = (change: Partial<RoutingRules> = {}): RoutingRules => ({
  routes: [],
  defaults: [{ platform: 'slack', tenant: '-', channel: 'CDEFAULT' }],
  mutes: [],
  maintenance: [],
  reminders: REMINDER_DEFAULTS,
  zones: makeZones(),
  ...change,
});
const route = (change: Partial<Route> = {}): Route => ({
  id: 'r1',
  match: '*',
  severity: 'info',
  to: 'slack:C1',
  ...change,
});
const quiet = { from: '22:00', to: '07:00', zone: 'Europe/Amsterdam', letThrough: 'critical' } as const;
const mute = (on: string, fromMs: number, untilMs: number): Mute => ({
  id: on,
  on,
  fromMs,
  untilMs,
  by: olivia,
});
const plan = (given: RoutingRules, change: Partial<Routed> = {}) =>
  planFor(given, { target, severity: 'high', nowMs: NIGHT, ...change });
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('quiet hours of a route', () => {
  it('hold what is not critical until they end', () => {
    const given = rules({ routes: [route({ quiet })] });
    expect(plan(given).now).toEqual([]);
    expect(iso(plan(given).heldUntilMs)).toBe('2026-11-21T06:00:00.000Z');
    expect(plan(given).held[0]?.by).toMatchObject({ kind: 'quiet', route: { id: 'r1' } });
    expect(plan(given, { severity: 'critical' }).now).toHaveLength(1);
    expect(plan(given, { nowMs: DAY }).now).toHaveLength(1);
  });

  it('let through from the severity that they name, or nothing', () => {
    const from = (letThrough: 'high' | 'none') =>
      rules({ routes: [route({ quiet: { ...quiet, letThrough } })] });
    expect(plan(from('high')).now).toHaveLength(1);
    expect(plan(from('high'), { severity: 'medium' }).now).toEqual([]);
    expect(plan(from('none'), { severity: 'critical' }).now).toEqual([]);
  });

  it('hold a channel only when every route to it is quiet, and no other channel', () => {
    const given = rules({
      routes: [
        route({ quiet }),
        route({ id: 'r2', match: '*/core/checkout-*' }),
        route({ id: 'r3', to: 'slack:C2', quiet }),
      ],
    });
    expect(plan(given).now.map(({ channel }) => channel)).toEqual(['C1']);
    expect(plan(given).held.map(({ dest }) => dest.channel)).toEqual(['C2']);
  });

  it('of one day after the other are one', () => {
    const weekend = { ...quiet, from: '00:00', to: '24:00', days: ['sat', 'sun'] as const };
    const given = rules({ routes: [route({ quiet: weekend })] });
    const saturday = Date.parse('2026-11-21T10:00:00Z');
    expect(iso(plan(given, { nowMs: saturday }).heldUntilMs)).toBe('2026-11-22T23:00:00.000Z');
  });
});

describe('a mute', () => {
  it('holds every channel, what is critical too, until it ends', () => {
    const given = rules({
      routes: [route()],
      mutes: [mute('production/core/checkout-api', NIGHT - 1, NIGHT + 1000)],
    });
    expect(plan(given, { severity: 'critical' }).now).toEqual([]);
    expect(plan(given).heldUntilMs).toBe(NIGHT + 1000);
    expect(plan(given, { nowMs: NIGHT + 1000 }).now).toHaveLength(1);
    expect(plan(given, { nowMs: NIGHT - 2 }).now).toHaveLength(1);
  });

  it.each([
    ['production/core/checkout-api', true],
    ['production/core/*', true],
    ['production/*/*', true],
    ['production', true],
    ['*/*/checkout-*', true],
    ['production/core/basket', false],
    ['staging/*/*', false],
  ])('on %s holds checkout-api: %s', (on, held) => {
    const given = rules({ mutes: [mute(on, 0, NIGHT + 1)] });
    expect(plan(given).now.length === 0).toBe(held);
  });

  it('of a whole cluster or account holds what names no service', () => {
    const cluster = { account: 'production', region: 'eu-west-1', cluster: 'core' };
    for (const on of ['production/core/*', 'production/*/*', 'production'])
      expect(plan(rules({ mutes: [mute(on, 0, NIGHT + 1)] }), { target: cluster }).now).toEqual([]);
    expect(
      plan(rules({ mutes: [mute('production/core/web', 0, NIGHT + 1)] }), { target: cluster }).now,
    ).toHaveLength(1);
  });

  it('that ends in quiet hours lets nothing through before those end', () => {
    const given = rules({ routes: [route({ quiet })], mutes: [mute('*', 0, NIGHT + 3_600_000)] });
    expect(iso(plan(given).heldUntilMs)).toBe('2026-11-21T06:00:00.000Z');
    expect(plan(given).held[0]?.by.kind).toBe('muted');
  });

  it('is told as the one that lasts longest, and planned work is one', () => {
    const work = { match: 'production/core', fromMs: NIGHT - 1, untilMs: NIGHT + 5000, why: 'upgrade' };
    const given = rules({ mutes: [mute('*', 0, NIGHT + 1000)], maintenance: [work] });
    expect(mutedAt(given, target, NIGHT)).toEqual({
      untilMs: NIGHT + 5000,
      by: { kind: 'maintenance', work },
    });
    expect(mutedAt(given, { ...target, cluster: 'edge' }, NIGHT)?.by.kind).toBe('muted');
    expect(mutedAt(given, target, NIGHT + 5000)).toBeUndefined();
  });
});

describe('what follows while nobody takes an incident', () => {
  it('is by default a reminder every ten minutes and a step after twenty', () => {
    expect(plan(rules()).channels[0]).toMatchObject({ remindMinutes: 10, escalate: [{ afterMinutes: 20 }] });
    expect(plan(rules()).isPressing).toBe(true);
    expect(plan(rules(), { severity: 'medium' }).isPressing).toBe(false);
  });

  it('is what the routes to a channel say, each step once and in the order of time', () => {
    const late = { afterMinutes: 40, mention: ['slack:U1'] };
    const early = { afterMinutes: 5, to: 'slack:C9' };
    const given = rules({
      routes: [route({ remindMinutes: 3, escalate: [late] }), route({ id: 'r2', escalate: [early, late] })],
    });
    expect(plan(given).channels[0]).toMatchObject({ remindMinutes: 3, escalate: [early, late] });
    expect(plan(rules({ routes: [route({ escalate: [] })] })).channels[0]?.escalate).toEqual([]);
  });

  it('counts from when the channel could first be told', () => {
    const given = rules({ routes: [route({ quiet })] });
    const counts = (waitingSinceMs: number) =>
      plan(given, { nowMs: MORNING, waitingSinceMs }).channels[0]?.countsFromMs;
    expect(counts(NIGHT)).toBe(MORNING);
    expect(counts(DAY)).toBe(DAY);
  });
});

it('names the runbook of the first route about the place, whatever the severity', () => {
  const runbook = 'https://wiki.example/checkout';
  const given = rules({
    routes: [
      route({ severity: 'high' }),
      route({ match: '*/core/checkout*', severity: 'critical', runbook }),
    ],
  });
  expect(plan(given, { severity: 'high' }).runbookUrl).toBe(runbook);
});
