import { afterEach, describe, expect, it } from 'vitest';
import { incidentOfPageKey } from '../../src/incidents/pages-pagerduty.ts';
import {
  change,
  MINUTE,
  type Outside,
  olivia,
  openEscalation,
  openOutside,
  openPaged,
  reopen,
} from './escalation-world.ts';

let outside: Outside | undefined;
afterEach(async () => {
  await outside?.close();
  outside = undefined;
});

async function paged(answers: Outside['answers'] = [202]) {
  outside = await openOutside();
  outside.answers = answers;
  return openPaged(outside);
}

describe('an incident that nobody takes', () => {
  it('that flaps is reminded of and escalated as if it had never been well in between', async () => {
    const world = openEscalation();
    for (let minutes = 0; minutes < 25; minutes += 5) {
      await world.pass(3, world.replica());
      change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
      await world.pass(2, world.replica());
      reopen(world);
    }
    await world.replica().run();
    expect(world.keys('C1')).toEqual(['remind/1', 'escalate/1']);
  });

  it('begins anew where it comes back soon after somebody had it or closed it by hand', async () => {
    const world = openEscalation();
    const reminders = world.replica();
    await world.pass(9, reminders);
    change(world, {
      state: 'resolved',
      resolved: { atMs: world.clock.nowMs, how: 'Olivia closed it', by: olivia },
    });
    await world.pass(2, reminders);
    reopen(world);
    await world.pass(9, reminders);
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(1, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(1, reminders);
    reopen(world);
    await world.pass(9, reminders);
    expect(world.keys('C1')).toEqual([]);
  });

  it('whose return is heard of late goes on from there', async () => {
    const world = openEscalation();
    const reminders = world.replica();
    await world.pass(8, reminders);
    const resolved = { atMs: world.clock.nowMs, how: 'steady' };
    change(world, { state: 'resolved', resolved });
    await world.pass(61, reminders);
    reopen(world, resolved.atMs + MINUTE);
    await reminders.run();
    expect(world.keys('C1')).toEqual(['remind/1']);
    await world.pass(9.5, reminders);
    expect(world.keys('C1')).toEqual(['remind/1']);
    await world.pass(0.5, reminders);
    expect(world.keys('C1')).toEqual(['remind/1', 'escalate/1']);
  });
});

describe('PagerDuty, of an incident that flaps,', () => {
  const calls = (duty: Outside) =>
    duty.received.map(({ json }) => {
      const key = String(json['dedup_key']);
      return `${String(json['event_action'])} ${key.slice(key.indexOf('#'))}`;
    });

  it('is called at once under a key of its own, for it cannot take a resolution back', async () => {
    const { world, outside: duty, reminders } = await paged();
    await world.pass(6, reminders);
    for (let flaps = 0; flaps < 2; flaps += 1) {
      change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
      await world.pass(2, reminders);
      reopen(world);
      await Promise.all([reminders.run(), world.replica().run()]);
    }
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(1, reminders);
    expect(calls(duty)).toEqual([
      'trigger #12',
      'resolve #12',
      'trigger #12~1.1',
      'resolve #12~1.1',
      'trigger #12~1.2',
      'acknowledge #12~1.2',
    ]);
    const last = String(duty.received.at(-1)?.json['dedup_key']);
    expect(incidentOfPageKey(last, [...world.incidents.values()])?.number).toBe(12);
  });

  it('is called no second time where it never heard that it was over', async () => {
    const { world, outside: duty, reminders } = await paged([202, 429]);
    await world.pass(6, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(1, reminders);
    reopen(world);
    await world.pass(5, reminders);
    expect(new Set(calls(duty))).toEqual(new Set(['trigger #12', 'resolve #12']));
  });

  it('is called anew where nobody knows whether it heard, and hears the end of both', async () => {
    const { world, outside: duty, reminders } = await paged([202, 'hang_up', 202]);
    await world.pass(6, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await reminders.run();
    reopen(world);
    await world.pass(1, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(1, reminders);
    expect(calls(duty)).toEqual([
      'trigger #12',
      'resolve #12',
      'trigger #12~1.1',
      'resolve #12',
      'resolve #12~1.1',
    ]);
  });
});
