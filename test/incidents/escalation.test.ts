import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { REMINDER_DEFAULTS, type Route } from '../../src/domain/route.ts';
import { makeZones } from '../../src/domain/zone-time.ts';
import { dueSteps } from '../../src/incidents/escalation.ts';
import { planFor } from '../../src/messaging/route-plan.ts';
import { incident, MINUTE, olivia, START } from './escalation-world.ts';

function due(
  minutes: number,
  change: Partial<Incident> = {},
  routes: readonly Route[] = [],
  mutedUntil?: number,
) {
  const one = incident(change);
  const mutes =
    mutedUntil === undefined
      ? []
      : [{ id: 'm', on: '*', fromMs: START, untilMs: START + mutedUntil * MINUTE, by: olivia }];
  const plan = planFor(
    {
      routes,
      defaults: [{ platform: 'slack', tenant: '-', channel: 'C1' }],
      mutes,
      maintenance: [],
      reminders: REMINDER_DEFAULTS,
      zones: makeZones(),
    },
    {
      target: one.target,
      severity: one.severity,
      nowMs: START + minutes * MINUTE,
      waitingSinceMs: one.openedAtMs,
    },
  );
  return dueSteps(one, plan, START + minutes * MINUTE).map(({ key, dest }) => `${dest.channel} ${key}`);
}

describe('what is due while nobody has an incident', () => {
  it.each([
    [0, []],
    [9.99, []],
    [10, ['C1 remind/1']],
    [19.99, ['C1 remind/1']],
    // The step stands for the reminder of the same moment.
    [20, ['C1 remind/1', 'C1 escalate/1']],
    [30, ['C1 remind/3', 'C1 escalate/1']],
    [600, ['C1 remind/3', 'C1 escalate/1']],
  ])('after %d minutes is %j', (minutes, keys) => {
    expect(due(minutes)).toEqual(keys);
  });

  it.each([
    ['taken', { state: 'acknowledged', acknowledged: { by: olivia, atMs: START } }],
    ['over', { state: 'resolved' }],
    ['not grave', { severity: 'medium' }],
    ['a test', { isTest: true }],
  ] satisfies [string, Partial<Incident>][])('is nothing once it is %s', (_, change) => {
    expect(due(60, change)).toEqual([]);
  });

  it('is nothing while it is muted, and counts from the end of the mute', () => {
    expect(due(44, {}, [], 45)).toEqual([]);
    expect(due(45, {}, [], 45)).toEqual([]);
    expect(due(55, {}, [], 45)).toEqual(['C1 remind/1']);
  });

  it('is what each route says for its own channel, the same step of two under one number', () => {
    const step = { afterMinutes: 5, mention: ['slack:U9'] };
    const routes: Route[] = [
      { match: '*', severity: 'info', to: 'slack:C1', remindMinutes: 0, escalate: [step] },
      {
        match: '*',
        severity: 'info',
        to: 'slack:C2',
        remindMinutes: 4,
        escalate: [{ afterMinutes: 2 }, step],
      },
    ];
    expect(due(5, {}, routes)).toEqual(['C1 escalate/2', 'C2 remind/1', 'C2 escalate/1', 'C2 escalate/2']);
  });
});
