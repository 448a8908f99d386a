import { describe, expect, test } from 'vitest';
import { factOf, isFailingStop, signatureOf } from '../../src/incidents/story.ts';
import { action, alarm, call, deployment, hook, taskStop, understood } from './events.ts';

const stop = (detail: object) => understood(taskStop(detail));
const fails = (detail: object) => {
  const { task } = stop(detail);
  return task !== undefined && isFailingStop(task);
};
const exited = (...exitCodes: readonly (number | undefined)[]) => ({
  stopCode: 'EssentialContainerExited',
  containers: exitCodes.map((exitCode, at) => ({ name: `c${at}`, exitCode })),
});

describe('a task that ended by failure', () => {
  test.each([
    ['an exit by itself', exited(1)],
    ['a kill', exited(0, 137)],
    ['an exit of which no code is known', exited()],
    [
      'a container that names a reason',
      { containers: [{ name: 'app', exitCode: 0, reason: 'OutOfMemoryError' }] },
    ],
    ['a start that failed', { stopCode: 'TaskFailedToStart' }],
    ['Spot capacity taken back', { stopCode: 'SpotInterruption' }],
    ['a failed host', { stopCode: 'InfrastructureHealth' }],
    ['a stop code of tomorrow', { stopCode: 'SolarFlare' }],
    [
      'a failed check of the load balancer, for which the scheduler stopped it',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (target-group arn:aws:x)',
      },
    ],
  ])('is %s', (_name, detail) => {
    expect(fails(detail)).toBe(true);
  });

  test.each([
    [
      'a deployment that replaced it',
      { stopCode: 'ServiceSchedulerInitiated', containers: [{ exitCode: 137 }] },
    ],
    ['a person who stopped it', { stopCode: 'UserInitiated', containers: [{ exitCode: 137 }] }],
    ['a normal end', exited(0, 143)],
    [
      'scaling',
      { stopCode: undefined, stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)' },
    ],
    ['a stop of which nothing is known', { stopCode: undefined, stoppedReason: undefined, containers: [] }],
  ])('is not %s', (_name, detail) => {
    expect(fails(detail)).toBe(false);
  });
});

describe('what is told of an event', () => {
  test('a failure is worse, a recovery better, other news neither', () => {
    const kindOf = (name: string, type: string) => factOf(understood(action(name, { type }))).kind;
    expect(kindOf('SERVICE_TASK_START_IMPAIRED', 'WARN')).toBe('worse');
    expect(kindOf('SERVICE_STEADY_STATE', 'INFO')).toBe('better');
    expect(kindOf('SERVICE_DESIRED_COUNT_UPDATED', 'INFO')).toBe('neutral');
  });

  test('the reason stands beside the title, in AWS’s own words', () => {
    expect(
      factOf(understood(action('SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:CPU' }))),
    ).toMatchObject({
      text: 'No room for a task',
      detail: 'RESOURCE:CPU',
    });
    expect(factOf(understood(action('SERVICE_STEADY_STATE')))).not.toHaveProperty('detail');
  });

  test('a stop names how each container ended', () => {
    const fact = factOf(
      stop({
        containers: [{ name: 'app', exitCode: 137, reason: 'OutOfMemoryError: killed' }, { name: 'log' }],
      }),
    );
    expect(fact).toMatchObject({
      text: 'Task 01234567 stopped',
      detail: 'Essential container in task exited; app: exit code 137, OutOfMemoryError: killed',
      kind: 'worse',
    });
  });

  test('a call names who made it and with what', () => {
    const told = (detail: object) => factOf(understood(call('UpdateService', detail))).text;
    expect(told({})).toBe('Service changed by olivia through the AWS CLI');
    expect(told({ userAgent: 'Mozilla/5.0' })).toBe('Service changed by olivia in the console');
    expect(told({ errorCode: 'AccessDenied' })).toBe('UpdateService tried by olivia through the AWS CLI');
    expect(factOf(understood(call('CreateTaskSet'))).text).toBe(
      'CreateTaskSet called by olivia through the AWS CLI',
    );
  });

  test('an alarm is named, and that it is over is good news', () => {
    expect(factOf(understood(alarm('ALARM')))).toMatchObject({ text: 'Alarm web-cpu (CPU)', kind: 'worse' });
    expect(factOf(understood(alarm('OK')))).toMatchObject({ text: 'Alarm web-cpu is over', kind: 'better' });
  });
});

test('that a wait is over is better, unless it ended badly', () => {
  expect(factOf(understood(hook('HOOK_SUCCEEDED'))).kind).toBe('better');
  expect(factOf(understood(hook('HOOK_TIMED_OUT'))).kind).toBe('neutral');
});

describe('the same fact is told once', () => {
  const failed = (reason: string) => action('SERVICE_NEW_TROUBLE', { reason });
  const id = (last: string) => `0123456789abcdef0123456789abcd${last}`;

  test.each([
    ['at another time', failed('x'), action('SERVICE_NEW_TROUBLE', { reason: 'x', at: '09:07:00' })],
    [
      'of another task',
      failed(`(task ${id('01')}) cannot start in arn:aws:ecs:eu-west-1:1:task/core/${id('01')}`),
      failed(`(task ${id('02')}) cannot start in arn:aws:ecs:eu-west-1:1:task/core/${id('02')}`),
    ],
    ['with other counts', failed('retried 5 time(s)'), failed('retried 17 time(s)')],
    [
      'from another address',
      failed('dial tcp 10.0.1.2:443: timeout'),
      failed('dial tcp 10.3.1.9:443: timeout'),
    ],
    [
      'since another moment',
      failed('down since 2026-11-20T09:00:01Z'),
      failed('down since 2026-11-20T09:07:55.1Z'),
    ],
    [
      'with another request',
      failed('id 6f1c2b1e-0c1d-4b0a-9a57-2f6de1a0b001'),
      failed('id a01c2b1e-0c1d-4b0a-9a57-2f6de1a0b0ff'),
    ],
    ['of another deployment', deployment('A'), deployment('A', '09:00:05', 'INFO', 'ecs-svc/2')],
    ['about another task that ended alike', taskStop({ taskArn: 'a/b/1' }), taskStop({ taskArn: 'a/b/2' })],
    ['about another task that one person stopped', call('StopTask'), call('StopTask')],
  ])('%s', (_name, one, other) => {
    const [a, b] = [understood(one), understood(other)];
    expect(signatureOf(a)).toBe(signatureOf(b));
    expect(a.fingerprint).not.toBe(b.fingerprint);
  });

  test.each([
    ['another name', failed('x'), action('SERVICE_OLD_TROUBLE', { reason: 'x' })],
    ['another reason', failed('no room for a task'), failed('no image for a task')],
    [
      'another role',
      failed('cannot assume arn:aws:iam::1:role/web'),
      failed('cannot assume arn:aws:iam::1:role/api'),
    ],
    [
      'another exit code',
      taskStop({ containers: [{ exitCode: 1 }] }),
      taskStop({ containers: [{ exitCode: 137 }] }),
    ],
    ['another stop code', taskStop(), taskStop({ stopCode: 'SpotInterruption' })],
    ['another alarm', alarm('ALARM'), alarm('ALARM', { alarmName: 'web-5xx' })],
    ['another state of an alarm', alarm('ALARM'), alarm('OK')],
    ['another change by hand', call('UpdateService'), call('UpdateService')],
  ])('but %s is another fact', (_name, one, other) => {
    expect(signatureOf(understood(one))).not.toBe(signatureOf(understood(other)));
  });
});
