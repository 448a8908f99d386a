import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../src/domain/errors.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import { ACCOUNT, action, CLUSTER_ARN, hook, raw, taskStop, understood } from './events.ts';

const arn = (resource: string) => `arn:aws:ecs:eu-west-1:${ACCOUNT}:${resource}`;

describe('a deployment hook', () => {
  test('that waits says for what, where and until when', () => {
    expect(understood(hook('HOOK_AWAITING_ACTION'))).toMatchObject({
      name: 'HOOK_AWAITING_ACTION',
      level: 'info',
      cluster: 'core',
      service: 'web',
      subject: 'ecs-pause-h1',
      hook: {
        id: 'ecs-pause-h1',
        deploymentArn: arn('service-deployment/core/web/abc123'),
        expiresAtMs: Date.parse('2026-11-20T10:00:00Z'),
        stage: 'POST_TEST_TRAFFIC_SHIFT',
      },
    });
    expect(understood(hook('HOOK_AWAITING_ACTION')).ends).toBeUndefined();
  });

  test('that names its deployment in the resources alone, and no end, can be answered all the same', () => {
    const event = understood(
      hook('HOOK_AWAITING_ACTION', {
        serviceDeploymentArn: undefined,
        expiresAt: undefined,
        lifecycleStage: undefined,
        hookType: undefined,
      }),
    );
    expect(event.hook).toEqual({
      id: 'ecs-pause-h1',
      deploymentArn: arn('service-deployment/core/web/abc123'),
    });
  });

  test.each(['HOOK_SUCCEEDED', 'HOOK_FAILED', 'HOOK_TIMED_OUT'])(
    '%s ends the wait and is no error',
    (name) => {
      const event = understood(hook(name, { eventType: 'ERROR' }));
      expect(event).toMatchObject({ name, subject: 'ecs-pause-h1', ends: true, level: 'info' });
      expect(event.hook).toBeUndefined();
    },
  );

  test('of a function that failed is a failure and ends nothing', () => {
    const event = understood(hook('HOOK_FAILED', { eventType: 'ERROR', hookType: 'AWS_LAMBDA' }));
    expect(event.level).toBe('error');
    expect(event.ends).toBeUndefined();
  });
});

describe('a daemon', () => {
  const daemonArn = arn('daemon/core/agent');

  test('that does not start is named by the detail when the resources name a task or nothing', () => {
    const detail = {
      eventType: 'WARNING',
      eventName: 'DAEMON_TASK_START_IMPAIRED',
      clusterArn: CLUSTER_ARN,
      daemonArn,
      capacityProviderName: null,
      createdAt: '2026-11-20T09:00:00.000Z',
      reason: 'RESOURCE:CPU - Unable to place daemon task',
    };
    for (const resources of [[], [arn('task/core/0a1b2c3d')]]) {
      const event = raw({ 'detail-type': 'ECS Daemon Service Action', resources, detail });
      expect(understood(event)).toMatchObject({ level: 'warn', cluster: 'core', service: 'agent' });
    }
  });

  test('in deployment has the id of its deployment', () => {
    const event = raw({
      'detail-type': 'ECS Daemon Deployment State Change',
      resources: [daemonArn],
      detail: {
        eventType: 'ERROR',
        eventName: 'DAEMON_DEPLOYMENT_ROLLBACK_FAILED',
        daemonArn,
        daemonDeploymentArn: arn('daemon-deployment/core/agent/0EYSiB0q'),
        updatedAt: '2026-11-20T09:00:00Z',
      },
    });
    expect(understood(event)).toMatchObject({ service: 'agent', deploymentId: '0EYSiB0q', level: 'error' });
  });
});

describe('a container instance', () => {
  const containerInstanceArn = arn('container-instance/core/abc');
  const state = (detail: object) =>
    raw({
      'detail-type': 'ECS Container Instance State Change',
      resources: [containerInstanceArn],
      detail: { clusterArn: CLUSTER_ARN, containerInstanceArn, version: 3, ...detail },
    });
  const health = (overallStatus: string) =>
    raw({
      'detail-type': 'ECS Container Instance Health Change',
      resources: [containerInstanceArn],
      detail: {
        containerInstanceArn,
        overallStatus,
        healthChecks: [
          { type: 'CONTAINER_RUNTIME', status: 'OK', statusReason: null },
          { type: 'AGENT_CONNECTIVITY', status: 'IMPAIRED', statusReason: 'Agent disconnected' },
        ],
      },
    });

  test.each([
    [{ status: 'ACTIVE', agentConnected: true }, 'CONTAINER_INSTANCE_ACTIVE'],
    [{ status: 'ACTIVE', agentConnected: false }, 'CONTAINER_INSTANCE_DISCONNECTED'],
    [{ status: 'DRAINING', agentConnected: false }, 'CONTAINER_INSTANCE_DRAINING'],
    [{ status: 'INACTIVE', agentConnected: false }, 'CONTAINER_INSTANCE_INACTIVE'],
    [{}, 'CONTAINER_INSTANCE_CHANGED'],
  ])('with %j is %s', (detail, name) => {
    const event = understood(state(detail));
    expect(event).toMatchObject({ name, level: 'info', cluster: 'core', subject: 'abc', version: 3 });
    expect(event.service).toBeUndefined();
    expect(event.ends).toBe(name.endsWith('INACTIVE') ? true : undefined);
  });

  test('that is impaired says which check failed, until it is well', () => {
    expect(understood(health('IMPAIRED'))).toMatchObject({
      name: 'CONTAINER_INSTANCE_HEALTH_IMPAIRED',
      reason: 'AGENT_CONNECTIVITY: Agent disconnected',
      cluster: 'core',
      subject: 'abc',
    });
    expect(understood(health('OK'))).toMatchObject({ subject: 'abc', ends: true });
  });
});

test('a stopped task keeps its revision, zone and version', () => {
  const event = understood(
    taskStop({ taskDefinitionArn: arn('task-definition/web:42'), availabilityZone: 'eu-west-1a' }),
  );
  expect(event).toMatchObject({
    version: 5,
    task: { taskDefinitionArn: arn('task-definition/web:42'), zone: 'eu-west-1a' },
  });
});

test('a family that nobody has documented yet is read all the same', () => {
  const event = raw({
    'detail-type': 'ECS Express Gateway State Change',
    resources: [arn('service/core/web')],
    detail: { status: 'DEGRADED' },
  });
  expect(understood(event)).toMatchObject({ name: 'EXPRESS_GATEWAY_DEGRADED', service: 'web' });
});

describe('the time of an event', () => {
  test.each([
    ['its own', '2026-11-20T09:00:00Z', { createdAt: '2026-11-20T08:00:00Z' }, '2026-11-20T09:00:00Z'],
    ['its creation', 'soon', { createdAt: '2026-11-20T08:00:00Z' }, '2026-11-20T08:00:00Z'],
    ['its last change', undefined, { updatedAt: '2026-11-20T07:00:00Z' }, '2026-11-20T07:00:00Z'],
  ])('is %s', (_name, time, detail, expected) => {
    const event = { ...raw({ detail }), time };
    expect(understood(event).atMs).toBe(Date.parse(expected));
  });

  test('that is told nowhere makes it unreadable', () => {
    expect(() => understood({ ...raw(), time: undefined })).toThrow(BadRequest);
  });
});

describe('what is around an event', () => {
  const event = action('SERVICE_STEADY_STATE', { type: 'INFO' });
  const text = JSON.stringify(event);
  const notification = JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: text });

  test.each([
    ['nothing', text],
    ['quotes', JSON.stringify(text)],
    ['a notification', notification],
    ['a notification in quotes', JSON.stringify(notification)],
    ['a notification of a notification', JSON.stringify({ Type: 'Notification', Message: notification })],
    ['a notification of a quoted event', JSON.stringify({ Message: JSON.stringify(text) })],
  ])('%s is taken off', (_name, body) => {
    expect(parseMessage(body)).toMatchObject({ kind: 'event', event: { name: 'SERVICE_STEADY_STATE' } });
  });

  test('that is a subscription to confirm says so', () => {
    const body = JSON.stringify({ Type: 'SubscriptionConfirmation', Message: 'You have chosen', Token: 'x' });
    expect(() => parseMessage(body)).toThrow('asks to confirm an SNS subscription');
  });

  test('without end is refused', () => {
    let body = text;
    for (let layer = 0; layer < 8; layer += 1) body = JSON.stringify(body);
    expect(() => parseMessage(body)).toThrow(BadRequest);
  });
});

describe('a sign of life', () => {
  const rule = (name: string) => [`arn:aws:events:eu-west-1:${ACCOUNT}:rule/${name}`];

  test.each([
    ['an event of our own', { source: 'deckhand.canary', 'detail-type': 'Anything' }],
    ['an event of another source that says so', { source: 'acme', 'detail-type': 'Deckhand Canary' }],
    [
      'the scheduled event of our rule',
      { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: rule('DeckhandSpoke-Canary1A2B') },
    ],
  ])('is %s', (_name, change) => {
    expect(parseMessage(JSON.stringify(raw(change)))).toEqual({
      kind: 'canary',
      canary: { accountId: ACCOUNT, region: 'eu-west-1', atMs: Date.parse('2026-11-20T09:00:00Z') },
    });
  });

  test('is no scheduled event of another rule', () => {
    const event = raw({ source: 'aws.events', 'detail-type': 'Scheduled Event', resources: rule('nightly') });
    expect(parseMessage(JSON.stringify(event))).toEqual({ kind: 'foreign', source: 'aws.events' });
  });
});

test('a test event is read like one of ECS and says that it is one', () => {
  const event = raw({
    source: 'deckhand.test',
    'detail-type': 'Deckhand Test',
    resources: [],
    detail: {
      eventType: 'WARN',
      eventName: 'SERVICE_TASK_START_IMPAIRED',
      cluster: 'core',
      service: 'web',
      createdAt: '2026-11-20T09:00:00Z',
    },
  });
  expect(understood(event)).toMatchObject({
    name: 'SERVICE_TASK_START_IMPAIRED',
    source: 'ecs',
    cluster: 'core',
    service: 'web',
    isTest: true,
  });
  expect(understood(action('SERVICE_TASK_START_IMPAIRED')).isTest).toBeUndefined();
});

test('a reason of pages is cut, never within a character', () => {
  const { reason = '' } = understood(action('A', { reason: `x${'😀'.repeat(5000)}` }));
  expect(reason.length).toBeLessThanOrEqual(1000);
  expect(reason).not.toMatch(/\p{Surrogate}/u);
  expect(reason.endsWith('…')).toBe(true);
});
