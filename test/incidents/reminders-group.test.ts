import { describe, expect, it } from 'vitest';
import type { GroupMember } from '../../src/domain/incident.ts';
import type { Mute, Route } from '../../src/domain/route.ts';
import { change, incident, MINUTE, olivia, openEscalation, START } from './escalation-world.ts';

const { target, id, number } = incident();

function member(service: string, part: Partial<GroupMember> = {}): GroupMember {
  const own = { target: { ...target, service }, incident: `${service}#13`, number: 13 };
  return { ...own, atMs: START, count: 1, isOver: false, ...part };
}

const leader: GroupMember = { ...member('checkout-api'), incident: id, number };

function mute(service: string): Mute {
  return {
    id: service,
    on: `production/core/${service}`,
    fromMs: START,
    untilMs: START + 600 * MINUTE,
    by: olivia,
  };
}

describe('a group that nobody takes', () => {
  it('is reminded of and escalated while its first service is muted and another one fails', async () => {
    const world = openEscalation({ mutes: [mute('checkout-api')] });
    change(world, { members: [leader, member('basket')] });
    await world.pass(21, world.replica());
    expect(world.keys('C1')).toEqual(['remind/1', 'escalate/1']);
  });

  it.each<[string, GroupMember, Mute[]]>([
    ['is well again', member('basket', { isOver: true }), [mute('checkout-api')]],
    ['is muted too', member('basket'), [mute('checkout-api'), mute('basket')]],
  ])('is left alone while its first service is muted and the other one %s', async (_, other, mutes) => {
    const world = openEscalation({ mutes });
    change(world, { members: [leader, other] });
    await world.pass(31, world.replica());
    expect(world.keys('C1')).toEqual([]);
  });

  it('takes the steps of each channel in which one of its services is told, from when that one joined', async () => {
    const own: Route = { match: 'production/core/checkout-api', severity: 'info', to: 'slack:C1' };
    const routes: Route[] = [
      { ...own, remindMinutes: 0, escalate: [{ afterMinutes: 20 }] },
      {
        match: 'production/core/basket',
        severity: 'info',
        to: 'slack:C2',
        remindMinutes: 0,
        escalate: [{ afterMinutes: 5, to: 'slack:C3' }],
      },
    ];
    const world = openEscalation({ routes });
    const reminders = world.replica();
    await world.pass(21, reminders);
    expect(world.keys('C1')).toEqual(['escalate/1']);
    change(world, { members: [leader, member('basket', { atMs: world.clock.nowMs })] });
    await world.pass(4, reminders);
    expect(world.keys('C2')).toEqual([]);
    await world.pass(2, reminders);
    expect([world.keys('C1'), world.keys('C2'), world.keys('C3')]).toEqual([
      ['escalate/1'],
      ['escalate/2'],
      ['escalate/2'],
    ]);
  });
});
