import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acknowledgeRecord } from '../../src/incidents/acknowledge.ts';
import { type Correlated, correlate } from '../../src/incidents/correlate.ts';
import type { IncidentRecord } from '../../src/store/incident-store.ts';
import { action, deployment, type RawEvent, taskStop, understood } from './events.ts';

const target = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };

/** The record after these events, in this order. */
function after(...events: readonly RawEvent[]): IncidentRecord | undefined {
  return events.reduce<IncidentRecord | undefined>((record, event) => next(record, event), undefined);
}

function next(record: IncidentRecord | undefined, event: RawEvent): IncidentRecord | undefined {
  const result: Correlated = correlate(record, understood(event), target);
  return result.kind === 'nothing' ? record : result.record;
}

const impaired = (at = '09:00:00') => action('SERVICE_TASK_START_IMPAIRED', { at, type: 'WARN' });
const steady = (at: string) => action('SERVICE_STEADY_STATE', { at, type: 'INFO' });
const failedDeployment = (at = '09:01:00') => deployment('SERVICE_DEPLOYMENT_FAILED', at, 'ERROR');

describe('an incident opens', () => {
  test('with the first failure, from the event alone', () => {
    expect(after(impaired())?.incident).toMatchObject({
      state: 'open',
      severity: 'high',
      cause: 'SERVICE_TASK_START_IMPAIRED',
      target,
      count: 1,
      version: 1,
      openedAtMs: Date.parse('2026-11-20T09:00:00Z'),
    });
  });

  test('for an error that nobody knows', () => {
    expect(after(action('SERVICE_NEW_TROUBLE', { reason: 'Something new' }))?.incident).toMatchObject({
      severity: 'high',
      cause: 'SERVICE_NEW_TROUBLE',
      reason: 'Something new',
    });
  });

  test.each([
    ['steady state', steady('09:00:00')],
    ['a deployment that goes on', deployment('SERVICE_DEPLOYMENT_IN_PROGRESS')],
    ['a deployment that ended well', deployment('SERVICE_DEPLOYMENT_COMPLETED')],
    ['a changed count', action('SERVICE_DESIRED_COUNT_UPDATED', { type: 'INFO' })],
    ['a notice that nobody knows', action('SERVICE_NEWS', { type: 'INFO' })],
    ['a task that fails', taskStop()],
    ['a task that ECS stops', taskStop({ stopCode: 'ServiceSchedulerInitiated' })],
  ])('not for %s', (_name, event) => {
    expect(after(event)).toBeUndefined();
  });
});

describe('while it is open', () => {
  test('a graver cause names it, a lesser one only joins the story', () => {
    const worse = after(impaired(), failedDeployment());
    expect(worse?.incident).toMatchObject({
      severity: 'critical',
      cause: 'SERVICE_DEPLOYMENT_FAILED',
      count: 2,
    });
    const lesser = after(failedDeployment('09:00:00'), impaired('09:01:00'));
    expect(lesser?.incident).toMatchObject({
      severity: 'critical',
      cause: 'SERVICE_DEPLOYMENT_FAILED',
      count: 2,
    });
    expect(lesser?.incident.facts).toHaveLength(1);
  });

  test('a failing task is told as worse, a comes-and-goes task not at all', () => {
    const told = after(
      impaired(),
      taskStop({ version: 1 }),
      taskStop({ version: 2, stopCode: 'UserInitiated' }),
    );
    expect(told?.incident.facts).toMatchObject([{ kind: 'worse', text: 'Task 01234567 stopped' }]);
    expect(told?.incident.facts[0]?.detail).toContain('app: exit code 1');
  });

  test.each([
    [{ containers: [{ name: 'app', exitCode: 0 }] }, 0],
    [{ containers: [{ name: 'app', exitCode: 143 }] }, 0],
    [{ containers: [{ name: 'app', exitCode: 137 }] }, 1],
    [{ containers: [{ name: 'app', exitCode: 0, reason: 'OutOfMemoryError' }] }, 1],
    [{ stopCode: 'TaskFailedToStart', containers: [] }, 1],
    [{ stopCode: 'SpotInterruption', containers: [] }, 1],
    [{ lastStatus: 'RUNNING' }, 0],
  ])('of tasks like %j it tells %i', (detail, facts) => {
    expect(after(impaired(), taskStop(detail))?.incident.facts).toHaveLength(facts);
  });

  test('steady state and a completed deployment end it, and say how', () => {
    for (const end of [steady('09:05:00'), deployment('SERVICE_DEPLOYMENT_COMPLETED', '09:05:00')]) {
      const record = after(impaired(), end);
      expect(record?.incident).toMatchObject({ state: 'resolved', resolved: { how: expect.any(String) } });
      expect(record?.incident.facts.at(-1)?.kind).toBe('better');
    }
  });

  test('a recovery from before the latest failure is old news', () => {
    expect(after(impaired('09:05:00'), steady('09:04:00'))?.incident.state).toBe('open');
    const flapping = after(impaired('09:00:00'), failedDeployment('09:10:00'), steady('09:05:00'));
    expect(flapping?.incident.state).toBe('open');
  });
});

describe('after its end', () => {
  const ended = [impaired(), steady('09:05:00')];

  test('the same service failing again within half an hour reopens it, and nobody has it', () => {
    const record = after(...ended, impaired('09:34:00'));
    expect(record?.incident).toMatchObject({ state: 'open', count: 2 });
    expect(record?.incident).not.toHaveProperty('resolved');
    expect(record?.incident).not.toHaveProperty('acknowledged');
  });

  test('a recovery from before it was reopened does not end it again', () => {
    expect(after(...ended, impaired('09:20:00'), steady('09:10:00'))?.incident.state).toBe('open');
  });

  test('later it is another incident', () => {
    const result = correlate(after(...ended), understood(impaired('09:36:00')), target);
    expect(result).toMatchObject({ kind: 'opened', record: { incident: { version: 1, count: 1 } } });
  });

  test('a failure from before the end comes late: it is told, and wakes nobody', () => {
    const record = after(...ended, failedDeployment('09:03:00'));
    expect(record?.incident).toMatchObject({ state: 'resolved', count: 2 });
    expect(record?.incident.facts.map(({ text }) => text)).toContain('Deployment failed');
  });

  test('more good news changes nothing', () => {
    expect(correlate(after(...ended), understood(steady('09:10:00')), target).kind).toBe('nothing');
  });
});

describe('repetitions', () => {
  test('by id and by content are recognised', () => {
    const event = impaired();
    const record = after(event);
    expect(correlate(record, understood(event), target)).toEqual({ kind: 'nothing', why: 'duplicate' });
    const again = { ...event, id: 'another' };
    expect(correlate(record, understood(again), target)).toEqual({ kind: 'nothing', why: 'duplicate' });
  });

  test("two kinds of news are two even under one id, as in AWS's own samples", () => {
    const record = after(action('SERVICE_TASK_START_IMPAIRED', { id: 'same' }));
    const news = understood(action('SERVICE_DEPLOYMENT_FAILED', { id: 'same', at: '09:01:00' }));
    expect(correlate(record, news, target).kind).toBe('changed');
  });

  test('duplicates change nothing, wherever they come in', () => {
    const names = [
      'SERVICE_TASK_START_IMPAIRED',
      'SERVICE_DEPLOYMENT_FAILED',
      'SERVICE_STEADY_STATE',
      'NEWS',
    ];
    const story = fc.array(
      fc.record({ name: fc.constantFrom(...names), minute: fc.integer({ min: 10, max: 59 }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(story, fc.array(fc.nat(), { maxLength: 12 }), (steps, picks) => {
        const events = steps.map(({ name, minute }) =>
          name === 'SERVICE_STEADY_STATE'
            ? steady(`09:${minute}:00`)
            : action(name, { at: `09:${minute}:00` }),
        );
        let record: IncidentRecord | undefined;
        const told: RawEvent[] = [];
        for (const [index, event] of events.entries()) {
          const before = record;
          record = next(record, event);
          // A new incident begins its own list; what changed nothing left no trace in it.
          if (record?.incident.version === 1 && record !== before) told.length = 0;
          if (record !== before) told.push(event);
          const repeated = told[(picks[index] ?? 0) % Math.max(1, told.length)];
          expect(repeated === undefined ? record : next(record, repeated)).toBe(record);
        }
      }),
    );
  });

  test('the version rises with every change and with nothing else', () => {
    const first = after(impaired());
    const second = first && next(first, failedDeployment());
    expect([first?.incident.version, second?.incident.version]).toEqual([1, 2]);
  });
});

describe('an acknowledgement', () => {
  const olivia = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;
  const ravi = { platform: 'teams', id: 'aad-2', tenant: 'T', name: 'Ravi' } as const;
  const now = Date.parse('2026-11-20T09:02:00Z');
  const opened = after(impaired());

  test('by the first takes it, by the same again changes nothing, by another is told who has it', () => {
    const taken = acknowledgeRecord(opened, '', olivia, now);
    expect(taken).toMatchObject({
      outcome: 'done',
      next: { incident: { state: 'acknowledged', version: 2 } },
    });
    expect(acknowledgeRecord(taken.next, '', olivia, now)).toEqual({ outcome: 'already_yours' });
    expect(acknowledgeRecord(taken.next, '', ravi, now)).toEqual({ outcome: 'taken' });
  });

  test('of what is over, or of another incident, changes nothing', () => {
    expect(acknowledgeRecord(after(impaired(), steady('09:01:00')), '', olivia, now)).toEqual({
      outcome: 'resolved',
    });
    expect(acknowledgeRecord(opened, 'another', olivia, now)).toEqual({ outcome: 'gone' });
    expect(acknowledgeRecord(undefined, '', olivia, now)).toEqual({ outcome: 'gone' });
  });
});
