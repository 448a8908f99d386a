import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../src/domain/errors.ts';
import { catalogueEntry } from '../../src/incidents/catalogue.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import {
  ACCOUNT,
  action,
  alarm,
  CLUSTER_ARN,
  call,
  deployment,
  hook,
  raw,
  taskStop,
  understood,
} from './events.ts';

const arn = (resource: string) => `arn:aws:ecs:eu-west-1:${ACCOUNT}:${resource}`;

describe('every family of events is understood', () => {
  test('ECS Service Action', () => {
    expect(understood(action('SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:CPU' }))).toMatchObject({
      name: 'SERVICE_TASK_PLACEMENT_FAILURE',
      level: 'error',
      atMs: Date.parse('2026-11-20T09:00:00Z'),
      accountId: ACCOUNT,
      region: 'eu-west-1',
      cluster: 'core',
      service: 'web',
      reason: 'RESOURCE:CPU',
    });
  });

  test('ECS Deployment State Change, which names no cluster', () => {
    expect(understood(deployment('SERVICE_DEPLOYMENT_FAILED', '09:00:00', 'ERROR'))).toMatchObject({
      name: 'SERVICE_DEPLOYMENT_FAILED',
      level: 'error',
      cluster: 'core',
      service: 'web',
    });
  });

  test('ECS Task State Change, whose service is its group', () => {
    const event = understood(
      taskStop({ containers: [{ name: 'app', exitCode: 137, reason: 'OutOfMemoryError: killed' }, {}] }),
    );
    expect(event).toMatchObject({ name: 'TASK_STOPPED', level: 'info', cluster: 'core', service: 'web' });
    expect(event.task).toEqual({
      id: '0123456789abcdef0123456789abcdef',
      arn: arn('task/core/0123456789abcdef0123456789abcdef'),
      taskDefinitionArn: undefined,
      zone: undefined,
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: killed' },
        { name: 'container', exitCode: undefined, reason: undefined },
      ],
    });
  });

  test('a task that runs is no stopped task, and one without a service has none', () => {
    const running = understood(taskStop({ lastStatus: 'RUNNING', group: 'family:batch' }));
    expect(running).toMatchObject({ name: 'TASK_RUNNING', service: undefined });
    expect(running.task).toBeUndefined();
  });

  test('ECS Daemon Service Action, whose level is WARNING', () => {
    const event = raw({
      'detail-type': 'ECS Daemon Service Action',
      resources: [arn('daemon/core/agent')],
      detail: { eventType: 'WARNING', eventName: 'DAEMON_TASK_START_IMPAIRED' },
    });
    expect(understood(event)).toMatchObject({ level: 'warn', cluster: 'core', service: 'agent' });
  });
});

describe('where an event belongs', () => {
  test.each([
    ['the new form of the ARN', [arn('service/core/web')], {}, 'core', 'web'],
    ['the old form and the cluster', [arn('service/web')], { clusterArn: CLUSTER_ARN }, 'core', 'web'],
    ['the old form alone', [arn('service/web')], {}, undefined, 'web'],
    ['the detail, by name', [], { clusterArn: CLUSTER_ARN, service: 'web' }, 'core', 'web'],
    ['the detail, by serviceName', [], { clusterArn: CLUSTER_ARN, serviceName: 'web' }, 'core', 'web'],
    ['the detail, by ARN', [], { clusterArn: CLUSTER_ARN, service: arn('service/core/web') }, 'core', 'web'],
    ['a task set', [arn('task-set/core/web/ecs-svc/1')], {}, 'core', 'web'],
    ['a task alone', [arn('task/core/abc')], { group: 'service:web' }, 'core', 'web'],
    ['a task of the old form', [arn('task/abc')], { group: 'service:web' }, undefined, 'web'],
    ['nothing', [], {}, undefined, undefined],
  ])('%s', (_name, resources, detail, cluster, service) => {
    const event = understood(raw({ resources, detail }));
    expect({ cluster: event.cluster, service: event.service }).toEqual({ cluster, service });
  });
});

describe('how grave an event is', () => {
  test.each([
    ['INFO', 'NEWS', 'info'],
    ['INFO', 'NEW_THING_FAILED', 'info'],
    ['WARN', 'NEWS', 'warn'],
    ['WARNING', 'NEWS', 'warn'],
    ['ERROR', 'NEWS', 'error'],
    ['error', 'NEWS', 'error'],
    [undefined, 'NEW_THING_FAILED', 'error'],
    ['SEVERE', 'NEW_THING_FAILED', 'error'],
    [undefined, 'NEWS', 'info'],
  ])('type %s of %s: %s', (eventType, eventName, level) => {
    expect(understood(raw({ detail: { eventType, eventName } })).level).toBe(level);
  });
});

describe('a message that wraps the event', () => {
  test('as an SNS notification is taken off', () => {
    const event = action('SERVICE_STEADY_STATE', { type: 'INFO' });
    const wrapped = { Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: JSON.stringify(event) };
    expect(understood(wrapped).name).toBe('SERVICE_STEADY_STATE');
  });
});

describe('a message that is no event', () => {
  test.each([
    ['no JSON', 'hello'],
    ['empty', ''],
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an object of another kind', '{"a":1}'],
    ['an event without detail', JSON.stringify({ ...raw(), detail: undefined })],
    ['an event whose detail is text', JSON.stringify({ ...raw(), detail: 'x' })],
    ['an event without id', JSON.stringify({ ...raw(), id: undefined })],
    ['an event of no time', JSON.stringify(raw({ time: 'yesterday' }))],
    ['a notification of text', JSON.stringify({ Type: 'Notification', Message: 'hello' })],
  ])('%s is refused with a sentence', (_name, body) => {
    expect(() => parseMessage(body)).toThrow(BadRequest);
  });

  test('an event of another service is foreign', () => {
    expect(parseMessage(JSON.stringify(raw({ source: 'aws.s3' })))).toEqual({
      kind: 'foreign',
      source: 'aws.s3',
    });
  });

  test('members of an unexpected kind do not make an event unreadable', () => {
    const event = understood(
      raw({ detail: { eventType: 'ERROR', eventName: 'NEWS', reason: 7, containers: 'x', version: 'y' } }),
    );
    expect(event).toMatchObject({ name: 'NEWS', level: 'error', reason: undefined });
  });
});

const NO_VERSION = { version: undefined };
const momentless = (eventName: string, id: string) => raw({ id, detail: { eventType: 'INFO', eventName } });

describe('a fingerprint tells facts apart, not deliveries', () => {
  test.each([
    ['another id', action('A', { id: '1' }), action('A', { id: '2' }), true],
    ['another time', action('A'), action('A', { at: '09:00:01' }), false],
    ['another name', action('A'), action('B'), false],
    ['another reason', action('A', { reason: 'x' }), action('A', { reason: 'y' }), false],
    ['another deployment', deployment('A'), deployment('A', '09:00:00', 'INFO', 'ecs-svc/2'), false],
    ['another version of a task', taskStop({ version: 5 }), taskStop({ version: 6 }), true],
    ['the same version of a task', taskStop({}, '09:00:00'), taskStop({}, '09:00:05'), true],
    ['another state of a task', taskStop({}), taskStop({ lastStatus: 'DEPROVISIONING' }), false],
    ['a task without version, later', taskStop(NO_VERSION), taskStop(NO_VERSION, '09:00:05'), false],
    ['another answer at a hook', hook('HOOK_SUCCEEDED'), hook('HOOK_FAILED'), false],
    ['another hook', hook('HOOK_SUCCEEDED'), hook('HOOK_SUCCEEDED', { hookId: 'h2' }), false],
    ['another state of an alarm', alarm('ALARM'), alarm('OK'), false],
    ['the same state of an alarm, later', alarm('ALARM'), alarm('ALARM', {}, '09:05:00'), false],
    ['another delivery of an alarm', alarm('ALARM'), alarm('ALARM'), true],
    ['another call', call('StopTask'), call('StopTask'), false],
    [
      'another delivery of a call',
      call('StopTask', { eventID: 'x' }),
      call('StopTask', { eventID: 'x' }),
      true,
    ],
    ['another name without a moment', momentless('A', '1'), momentless('B', '1'), false],
    ['another id without a moment', momentless('A', '1'), momentless('A', '2'), false],
    ['another delivery without a moment', momentless('A', '1'), momentless('A', '1'), true],
  ])('%s', (_name, one, other, same) => {
    expect(understood(one).fingerprint === understood(other).fingerprint).toBe(same);
  });
});

const samples = join(import.meta.dirname, '../../../shared/fixtures/eventbridge');
describe.runIf(existsSync(samples))('the samples that AWS documents', () => {
  const files = existsSync(samples) ? readdirSync(samples).filter((name) => name.endsWith('.json')) : [];
  test.each(files)('%s', (file) => {
    const event = understood(JSON.parse(readFileSync(join(samples, file), 'utf8')));
    expect(event.accountId).toBe('111122223333');
    expect(event.cluster).toMatch(/^(default|FargateCluster)$/);
    const isOfService = file.includes('service');
    expect(event.service).toBe(isOfService ? 'servicetest' : event.service);
    const failing = /failed|failure|impaired/.test(file);
    expect(catalogueEntry(event.name, event.level).effect === 'failure').toBe(failing);
  });
});
