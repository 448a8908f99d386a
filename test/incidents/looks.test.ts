import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Findings } from '../../src/domain/incident.ts';
import { action, understood } from './events.ts';
import { type IncidentWorld, openWorld } from './world.ts';

let world: IncidentWorld;
let enrich: () => Promise<Findings | undefined>;

beforeEach(() => {
  enrich = async () => undefined;
  world = openWorld({ enrich: () => enrich() });
});

const impaired = (at = '09:00:00') => action('SERVICE_TASK_START_IMPAIRED', { at, type: 'WARN' });
const steady = (at = '09:05:00') => action('SERVICE_STEADY_STATE', { at, type: 'INFO' });
const keys = () => [...new Set(world.wanted.map(({ dest, key }) => `${dest.platform} ${key.split('#')[1]}`))];

describe('a look at the service', () => {
  const findings: Findings = { atMs: 1, health: ['memory 97 %'], tasks: { running: 1, desired: 4 } };

  test('comes after the alert and never holds it up', async () => {
    let see = (_found: Findings) => {};
    enrich = () =>
      new Promise((resolve) => {
        see = resolve;
      });
    await world.incidents.absorb([understood(impaired())]);
    await vi.waitFor(() => expect(keys()).toEqual(['slack 1/root', 'teams 1/root']));
    see(findings);
    await world.incidents.idle();
    expect((await world.incidents.open())[0]?.findings).toEqual(findings);
  });

  test('that fails is logged and harms nothing', async () => {
    enrich = () => Promise.reject(new Error('throttled'));
    await world.absorb(impaired());
    expect(world.logLines.join('')).toContain('throttled');
    expect(await world.incidents.open()).toHaveLength(1);
  });

  test('is taken for each cause, and once more when log lines and metrics have come in', async () => {
    let looks = 0;
    enrich = async () => {
      looks += 1;
      return { ...findings, atMs: world.clock.nowMs };
    };
    const sweep = async () => {
      await world.incidents.attend();
      await world.incidents.idle();
    };
    await world.absorb(impaired('09:00:20'), impaired('09:00:25'));
    expect(looks).toBe(1);
    await world.absorb(action('SERVICE_DEPLOYMENT_FAILED', { at: '09:00:26' }));
    expect(looks).toBe(2);
    await sweep();
    expect(looks).toBe(2);
    world.clock.nowMs += 60_000;
    await sweep();
    await sweep();
    expect(looks).toBe(3);
    await world.absorb(steady());
    expect(looks).toBe(3);
    // It comes again: the picture is another one.
    await world.absorb(impaired('09:10:00'));
    expect(looks).toBe(4);
    world.clock.nowMs = Date.parse('2026-11-20T09:11:00Z');
    await sweep();
    await sweep();
    expect(looks).toBe(5);
  });

  test('that a crash prevented is taken by whoever sweeps', async () => {
    let looks = 0;
    enrich = async () => undefined;
    await world.absorb(impaired('09:00:20'));
    world.clock.nowMs += 60_000;
    const other = world.replica({
      enrich: async () => {
        looks += 1;
        return { ...findings, atMs: world.clock.nowMs };
      },
    });
    await other.attend();
    await other.idle();
    expect(looks).toBe(1);
  });
});
