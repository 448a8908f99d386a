import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import type { LogEntry } from '../../src/domain/incident-log.ts';
import { FOLD_DEFAULTS } from '../../src/incidents/fold.ts';
import {
  addEntries,
  emptyRecord,
  incidentsOf,
  type Told,
  tell,
  withNumbers,
} from '../../src/incidents/record.ts';
import {
  alarm,
  alarmOver,
  deed,
  entry,
  fail,
  news,
  OLIVIA,
  RAVI,
  START_MS,
  steady,
  stop,
  TARGET,
  worse,
} from './entries.ts';

const minutes = (count: number) => START_MS + count * 60_000;

/** The record after these entries, each arriving alone, in this order. */
async function arriving(...entries: readonly LogEntry[]): Promise<Told> {
  let told = tell(emptyRecord(TARGET), FOLD_DEFAULTS);
  let last = 0;
  for (const one of entries) {
    const result = addEntries(told, [one], FOLD_DEFAULTS);
    if (result !== undefined) told = await withNumbers(result.told, async () => (last += 1), FOLD_DEFAULTS);
  }
  return told;
}

async function after(...entries: readonly LogEntry[]): Promise<readonly Incident[]> {
  return incidentsOf(await arriving(...entries));
}

async function only(...entries: readonly LogEntry[]): Promise<Incident> {
  const [incident, second] = await after(...entries);
  if (incident === undefined || second !== undefined) throw new Error('expected exactly one incident');
  return incident;
}

describe('an incident opens', () => {
  test('with the first failure', async () => {
    expect(await only(fail(0, { reason: 'no room' }))).toMatchObject({
      number: 1,
      id: 'production/eu-west-1/core/web#1',
      state: 'open',
      severity: 'high',
      cause: 'IMPAIRED',
      reason: 'no room',
      count: 1,
      openedAtMs: START_MS,
    });
  });

  test.each([
    ['a steady state', steady(0)],
    ['context', news(0)],
    ['one failing task', stop(0)],
  ])('not with %s', async (_name, one) => {
    expect(await after(one)).toEqual([]);
  });

  test('with what happened shortly before in its story, but not what is long ago', async () => {
    const { facts, openedAtMs } = await only(
      news(-50, { signature: 'old' }),
      news(-10, { signature: 'change', text: 'Ravi changed it' }),
      fail(0),
    );
    expect(facts.map(({ text }) => text)).toEqual(['Ravi changed it', 'impaired']);
    expect(openedAtMs).toBe(START_MS);
  });
});

describe('tasks that keep failing', () => {
  test('are an incident by themselves, with all of them in the count', async () => {
    expect(await only(stop(0), stop(3), stop(6))).toMatchObject({
      cause: 'DECKHAND_CRASH_LOOP',
      state: 'open',
      count: 3,
    });
  });

  test('are none when they are far apart', async () => {
    expect(await after(stop(0), stop(6), stop(12), stop(18))).toEqual([]);
  });

  test('count in an incident that is open', async () => {
    expect(await only(fail(0), stop(1), stop(2), stop(3))).toMatchObject({ cause: 'IMPAIRED', count: 4 });
  });

  test('open it again although ECS says steady after each start', async () => {
    const looping = await only(stop(0), steady(1), stop(2), steady(3), stop(4), steady(5), stop(6));
    expect(looping).toMatchObject({ cause: 'DECKHAND_CRASH_LOOP', state: 'open', count: 4 });
  });

  test('are each told once when they fail for one reason', async () => {
    const same = { signature: 'exit 1' };
    const { facts } = await only(fail(0), stop(1, same), stop(2, same), stop(3, { signature: 'oom' }));
    expect(facts.map(({ text }) => text)).toEqual(['impaired', 'Task task-1 stopped', 'Task task-3 stopped']);
  });
});

describe('while it is open', () => {
  test('a graver cause names it, a lesser one only joins the story', async () => {
    expect(await only(fail(0), worse(1))).toMatchObject({
      cause: 'DEPLOYMENT_FAILED',
      severity: 'critical',
      count: 2,
    });
    expect(await only(worse(0), fail(1))).toMatchObject({
      cause: 'DEPLOYMENT_FAILED',
      severity: 'critical',
      count: 2,
    });
  });

  test('a repetition counts and is told once', async () => {
    const incident = await only(fail(0), fail(1), fail(2, { reason: 'other' }), fail(3));
    expect(incident).toMatchObject({ count: 4, lastSeenAtMs: minutes(3) });
    expect(incident.facts).toHaveLength(2);
  });

  test('a repetition without a reason keeps the reason that is known', async () => {
    expect((await only(fail(0, { reason: 'no room' }), fail(1))).reason).toBe('no room');
    expect((await only(fail(0, { reason: 'no room' }), worse(1))).reason).toBeUndefined();
  });

  test('a steady state ends it and says how', async () => {
    const ended = await only(fail(0), steady(5));
    expect(ended).toMatchObject({ state: 'resolved', resolved: { atMs: minutes(5), how: 'steady' } });
    expect(ended.facts.at(-1)?.kind).toBe('better');
  });

  test('a steady state of the same moment as the failure ends it, whichever is first by name', async () => {
    for (const [failure, end] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const)
      expect((await only(fail(0, { key: failure }), steady(0, { key: end }))).state).toBe('resolved');
  });

  test('a recovery from before the latest failure is old news', async () => {
    expect((await only(fail(5), steady(4))).state).toBe('open');
    expect((await only(fail(0), worse(10), steady(5))).state).toBe('open');
  });
});

test('what ends after a rollback says so, and what ends after the next failure does not', async () => {
  const back = news(1, { detail: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.' });
  expect((await only(worse(0), back, steady(2))).resolved?.how).toBe('steady, after a rollback');
  expect((await only(worse(0), back, steady(2), fail(3), steady(4))).resolved?.how).toBe('steady');
  expect((await only(worse(0), steady(2))).resolved?.how).toBe('steady');
});

describe('trouble that began before it was known', () => {
  test('is told to have begun then, and to be open since it is known', async () => {
    const incident = await only(fail(31, { sinceMs: minutes(0) }));
    expect(incident).toMatchObject({ openedAtMs: minutes(31), sinceMs: minutes(0) });
    expect((await only(fail(31))).sinceMs).toBeUndefined();
    expect(await only(stop(1), stop(2), stop(4))).toMatchObject({
      openedAtMs: minutes(4),
      sinceMs: minutes(1),
    });
  });

  test('did not begin before the incident before it had ended', async () => {
    const [, second] = await after(fail(0), steady(5), fail(50, { sinceMs: minutes(-9) }));
    expect(second).toMatchObject({ openedAtMs: minutes(50), sinceMs: minutes(5) });
  });

  test('opens again what a person had closed meanwhile', async () => {
    const reopened = await only(fail(0), deed(5, 'resolve', 1), fail(10, { sinceMs: minutes(-9) }));
    expect(reopened).toMatchObject({ state: 'open', reopenedAtMs: minutes(10), openedAtMs: minutes(0) });
  });
});

describe('alarms and hooks end by themselves', () => {
  test('a steady state does not end an alarm, its OK does', async () => {
    expect((await only(alarm(0, 'cpu'), steady(1))).state).toBe('open');
    expect((await only(alarm(0, 'cpu'), steady(1), alarmOver(2, 'cpu'))).state).toBe('resolved');
  });

  test('the OK of an alarm does not end what ECS reports', async () => {
    expect((await only(alarm(0, 'cpu'), fail(1), alarmOver(2, 'cpu'))).state).toBe('open');
    expect((await only(alarm(0, 'cpu'), fail(1), alarmOver(2, 'cpu'), steady(3))).state).toBe('resolved');
  });

  test('what is left names the incident', async () => {
    expect(await only(alarm(0, 'cpu'), fail(1), steady(2))).toMatchObject({ cause: 'ALARM', state: 'open' });
  });

  test('a lesser alarm besides does not take its name or severity away', async () => {
    expect(await only(fail(0), alarm(1, 'cpu'))).toMatchObject({ cause: 'IMPAIRED', severity: 'high' });
  });

  test('two alarms are two', async () => {
    expect((await only(alarm(0, 'cpu'), alarm(1, 'memory'), alarmOver(2, 'cpu'))).state).toBe('open');
  });

  test('an OK of an alarm that nobody heard of is no news', async () => {
    expect((await only(fail(0), alarmOver(1, 'cpu'))).facts).toHaveLength(1);
  });

  test('a hook is shown for as long as it waits', async () => {
    const hook = { id: 'h1', deploymentArn: 'arn:aws:ecs:eu-west-1:1:service-deployment/core/web/d1' };
    const waiting = entry(0, 'failure', 'HOOK', { subject: 'h1', hook });
    expect((await only(waiting)).hook).toEqual(hook);
    const answered = entry(1, 'recovery', 'HOOK_OVER', { subject: 'h1', ends: true });
    expect((await only(waiting, answered)).hook).toBeUndefined();
    expect((await only(waiting, fail(1), answered)).hook).toBeUndefined();
  });
});

describe('after its end', () => {
  test('the service failing again soon reopens it, and nobody has it', async () => {
    const again = await only(fail(0), deed(1, 'ack', 1), steady(5), fail(34));
    expect(again).toMatchObject({ state: 'open', count: 2, number: 1 });
    expect(again.acknowledged).toBeUndefined();
    expect(again.facts.map(({ text }) => text)).toEqual(['impaired', 'Olivia has it', 'steady', 'impaired']);
  });

  test('whoever had it has it still when it comes again at once, unless it was closed by hand', async () => {
    const blip = await only(fail(0), deed(1, 'ack', 1), steady(5), fail(14));
    expect(blip).toMatchObject({ state: 'acknowledged', acknowledged: { by: OLIVIA } });
    const closed = await only(fail(0), deed(1, 'ack', 1), deed(5, 'resolve', 1), fail(7));
    expect(closed.state).toBe('open');
    expect(closed.acknowledged).toBeUndefined();
  });

  test('the service failing again later is another incident', async () => {
    expect((await after(fail(0), steady(5), fail(36))).map(({ number, state }) => [number, state])).toEqual([
      [1, 'resolved'],
      [2, 'open'],
    ]);
  });

  test('a failure from before the end that arrives late counts and wakes nobody', async () => {
    expect(await only(fail(0), steady(5), fail(3))).toMatchObject({ state: 'resolved', count: 2 });
  });
});

describe('events that come late', () => {
  test('a recovery that overtook its failure ends it all the same', async () => {
    expect(await only(steady(5), fail(0))).toMatchObject({
      state: 'resolved',
      resolved: { atMs: minutes(5) },
    });
  });

  test('two incidents that turn out to be one are told as the first', async () => {
    const [first, second] = await after(fail(0), steady(5), fail(50), fail(25));
    expect(first).toMatchObject({ number: 1, state: 'open', count: 3 });
    expect(second).toMatchObject({ number: 2, state: 'resolved', merged: { into: first?.id, number: 1 } });
  });

  test('an incident that turns out to be two keeps its number for the first', async () => {
    expect((await after(fail(0), fail(50), steady(5))).map(({ number, state }) => [number, state])).toEqual([
      [1, 'resolved'],
      [2, 'open'],
    ]);
  });
});

describe('stops that are sent again with a later time', () => {
  test('keep the number of the crash loop that they are, whichever of them completed it', async () => {
    const sent = ['a', 'b', 'c'].map((key) => stop(1, { key, version: 5 }));
    const again = (key: string) => stop(2, { key, version: 6 });
    for (const order of [['a'], ['b'], ['a', 'b'], ['a', 'b', 'c'], ['c', 'b', 'a']]) {
      const told = await arriving(...sent, ...order.map(again));
      expect(incidentsOf(told).map(({ number }) => number)).toEqual([1]);
    }
  });

  test('do not leave a number without its incident after another has ended', async () => {
    const sent = ['a', 'b', 'c'].map((key) => stop(60, { key, version: 5 }));
    const again = ['a', 'b', 'c'].map((key) => stop(61, { key, version: 6 }));
    const told = await arriving(fail(1), steady(2), ...sent, ...again);
    expect(incidentsOf(told).map(({ number, merged }) => [number, merged?.number])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });
});

describe('duplicates', () => {
  test('an event that came before changes nothing', async () => {
    const told = await arriving(fail(0), steady(1));
    expect(addEntries(told, [fail(0)], FOLD_DEFAULTS)).toBeUndefined();
  });

  test('of a task’s states the higher version counts, in any order', async () => {
    const early = stop(1, { key: 'task', version: 3, signature: 'no code', detail: 'no exit code' });
    const late = stop(1, { key: 'task', version: 5, signature: 'code', detail: 'exit code 137' });
    for (const order of [
      [early, late],
      [late, early],
    ]) {
      const incident = await only(fail(0), ...order);
      expect(incident.count).toBe(2);
      expect(incident.facts.at(-1)?.detail).toBe('exit code 137');
    }
  });
});

describe('what people do', () => {
  test('somebody has it, gives it back, gives it away', async () => {
    expect(await only(fail(0), deed(1, 'ack', 1))).toMatchObject({
      state: 'acknowledged',
      acknowledged: { by: OLIVIA, atMs: minutes(1) },
    });
    expect((await only(fail(0), deed(1, 'ack', 1), deed(2, 'release', 1))).state).toBe('open');
    expect(await only(fail(0), deed(1, 'assign', 1, { to: RAVI }))).toMatchObject({
      acknowledged: { by: RAVI, assignedBy: OLIVIA },
    });
  });

  test('a person closes it, and opens it again', async () => {
    const closed = await only(fail(0), alarm(1, 'cpu'), deed(2, 'resolve', 1));
    expect(closed).toMatchObject({ state: 'resolved', resolved: { by: OLIVIA } });
    expect((await only(fail(0), deed(2, 'resolve', 1), deed(3, 'reopen', 1))).state).toBe('open');
    expect((await only(fail(0), deed(2, 'resolve', 1), deed(3, 'reopen', 1), steady(4))).state).toBe(
      'resolved',
    );
  });

  test('a note stands in the story and changes nothing else', async () => {
    const noted = await only(fail(0), deed(1, 'note', 1, { text: 'the pool is exhausted' }));
    expect(noted.facts.at(-1)).toMatchObject({ text: 'Note by Olivia', detail: 'the pool is exhausted' });
    expect(noted.state).toBe('open');
  });

  test('whoever took it keeps it when its end was dated before', async () => {
    expect(await only(fail(0), deed(10, 'ack', 1), steady(5))).toMatchObject({
      state: 'resolved',
      acknowledged: { by: OLIVIA },
    });
  });
});

test('facts of an endless incident stay few, the first and the newest among them', async () => {
  const many = Array.from({ length: 300 }, (_, at) => fail(at, { signature: `s${at}`, text: `t${at}` }));
  const { facts, count } = await only(...many);
  expect(count).toBe(300);
  expect(facts).toHaveLength(100);
  expect([facts[0]?.text, facts.at(-1)?.text]).toEqual(['t0', 't299']);
});

test('what comes and goes all day fills no thread, and all of it counts', async () => {
  const flaps = Array.from({ length: 60 }, (_, at) => [alarm(at, 'web-5xx'), alarmOver(at + 0.5, 'web-5xx')]);
  const incident = await only(...flaps.flat(), alarm(60, 'web-5xx'));
  expect(incident).toMatchObject({ state: 'open', count: 61 });
  expect(incident.facts.length).toBeLessThanOrEqual(12);
});

test('an alarm ends its incident also when a resolution by hand was taken back', async () => {
  const closed = [alarm(0, 'web-5xx'), deed(1, 'resolve', 1), deed(2, 'reopen', 1)];
  expect(await only(...closed)).toMatchObject({ state: 'open', cause: 'ALARM' });
  expect(await only(...closed, alarmOver(3, 'web-5xx'))).toMatchObject({
    state: 'resolved',
    resolved: { atMs: minutes(3) },
  });
});
