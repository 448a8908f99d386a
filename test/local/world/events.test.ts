import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultScenario } from '../../../src/local/scenario/load.ts';
import { makeWorld } from '../../../src/local/world/world.ts';
import { HOUR, MINUTE, names, ofType, play, SECOND, START_MS, type Told } from './play.ts';

const SHOP = `
shop:
  desired: 3
  targetGroup: { name: shop, loadBalancer: edge }
  deployments: [ { revision: 7, at: -9d }, { revision: 8, at: -4m, state: IN_PROGRESS } ]
  stoppedTasks: [ { at: -9m, revision: 7, reason: "it broke", containers: [ { exitCode: 9 } ] } ]
till: {}
`;

const entry = (fields: string) => `[ { at: +10s, ${fields} } ]`;

function firstOf(fields: string, services = SHOP): Told {
  const played = play(services, entry(fields));
  played.pass(10 * SECOND);
  const [event] = played.events;
  if (!event) throw new Error('nothing was sent');
  return event;
}

describe('every event', () => {
  test('has the outer fields of EventBridge and its own id', () => {
    const played = play(SHOP, entry('service: core/shop, eventName: SERVICE_STEADY_STATE'));
    played.world.updateService(played.service('till'), { desired: 3 });
    played.pass(MINUTE);
    expect(played.events.length).toBeGreaterThan(5);
    for (const event of played.events) {
      expect(Object.keys(event)).toEqual([
        'version',
        'id',
        'detail-type',
        'source',
        'account',
        'time',
        'region',
        'resources',
        'detail',
      ]);
      expect(event).toMatchObject({
        version: '0',
        source: 'aws.ecs',
        account: '111122223333',
        region: 'us-east-1',
      });
      expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(event.time).toMatch(/^2026-11-20T09:0\d:\d\dZ$/);
    }
    expect(new Set(played.events.map(({ id }) => id)).size).toBe(played.events.length);
  });
});

describe('an event by name', () => {
  test('of a service has cluster, type and time', () => {
    const event = firstOf('service: core/shop, eventName: SERVICE_TASK_START_IMPAIRED');
    expect(event['detail-type']).toBe('ECS Service Action');
    expect(event.resources).toEqual(['arn:aws:ecs:us-east-1:111122223333:service/core/shop']);
    expect(event.detail).toEqual({
      eventType: 'WARN',
      eventName: 'SERVICE_TASK_START_IMPAIRED',
      clusterArn: 'arn:aws:ecs:us-east-1:111122223333:cluster/core',
      createdAt: '2026-11-20T09:00:10.000Z',
    });
  });

  test('of a placement failure says what is short, and where', () => {
    const event = firstOf('service: core/shop, eventName: SERVICE_TASK_PLACEMENT_FAILURE');
    expect(event.detail).toMatchObject({
      eventType: 'ERROR',
      reason: 'RESOURCE:FARGATE',
      capacityProviderArns: ['arn:aws:ecs:us-east-1:111122223333:capacity-provider/FARGATE'],
    });
  });

  test('of a deployment names it, and DescribeServices agrees', () => {
    const played = play(SHOP, entry('service: core/shop, eventName: SERVICE_DEPLOYMENT_FAILED'));
    played.pass(10 * SECOND);
    const [event] = played.events;
    const newest = played.service('shop').deployments.at(-1);
    expect(event?.['detail-type']).toBe('ECS Deployment State Change');
    expect(event?.detail).toEqual({
      eventType: 'ERROR',
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      deploymentId: newest?.id,
      updatedAt: '2026-11-20T09:00:10Z',
      reason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(newest?.state).toBe('FAILED');
  });

  test.each([
    ['DAEMON_TASK_START_IMPAIRED', 'ECS Daemon Service Action', 'WARNING'],
    ['HOOK_AWAITING_ACTION', 'ECS Hook State Change', 'INFO'],
    ['SERVICE_SOMETHING_NEW_FAILURE', 'ECS Service Action', 'ERROR'],
  ])('%s is an %s of type %s', (name, detailType, eventType) => {
    const event = firstOf(`service: core/shop, eventName: ${name}`);
    expect(event['detail-type']).toBe(detailType);
    expect(event.detail).toMatchObject({ eventName: name, eventType });
  });

  test('stands in the service’s own messages too', () => {
    const played = play(SHOP, entry('service: core/shop, eventName: SERVICE_TASK_START_IMPAIRED'));
    played.pass(10 * SECOND);
    expect(played.service('shop').events[0]).toMatchObject({
      atMs: START_MS + 10 * SECOND,
      message: '(service shop) is unable to consistently start tasks successfully.',
    });
  });
});

describe('a raw event', () => {
  test('of a task is filled from a task of the service', () => {
    const event = firstOf(
      'service: core/shop, event: { "detail-type": "ECS Task State Change", detail: { lastStatus: STOPPED } }',
    );
    expect(event.detail).toMatchObject({
      group: 'service:shop',
      lastStatus: 'STOPPED',
      stoppedReason: 'it broke',
      stopCode: 'EssentialContainerExited',
      clusterArn: 'arn:aws:ecs:us-east-1:111122223333:cluster/core',
    });
    expect(event.resources).toEqual([event.detail.taskArn]);
  });

  test('of a task raises its version, as every change does', () => {
    const raw = 'service: core/shop, event: { "detail-type": "ECS Task State Change", detail: { } }';
    const played = play(SHOP, `[ { at: +1s, ${raw} }, { at: +2s, ${raw} } ]`);
    played.pass(MINUTE);
    const [first, second] = played.events.map(({ detail }) => detail);
    expect(second?.taskArn).toBe(first?.taskArn);
    expect(Number(second?.version)).toBe(Number(first?.version) + 1);
  });

  test('that says nothing at all is still a whole event', () => {
    const event = firstOf('event: { "detail-type": "ECS Task State Change", detail: { } }');
    expect(event).toMatchObject({ version: '0', source: 'aws.ecs', account: '111122223333' });
    expect(event.detail).toMatchObject({ lastStatus: 'RUNNING', version: expect.any(Number) });
  });

  test('keeps what it says itself', () => {
    const event = firstOf(
      'event: { id: mine, account: "999988887777", region: eu-west-3, "detail-type": "Odd", source: my.app, detail: { x: 1 } }',
    );
    expect(event).toMatchObject({
      id: 'mine',
      account: '999988887777',
      region: 'eu-west-3',
      source: 'my.app',
    });
    expect(event.detail.x).toBe(1);
  });

  test('about a service that is not here takes nothing from another', () => {
    const arn = 'arn:aws:ecs:eu-north-1:999988887777:service/far/away';
    const event = firstOf(
      `event: { "detail-type": "ECS Service Action", resources: [ "${arn}" ], detail: { eventName: SERVICE_STEADY_STATE } }`,
    );
    expect(event).toMatchObject({ account: '999988887777', region: 'eu-north-1', resources: [arn] });
    expect(event.detail.clusterArn).toBeUndefined();
  });

  test('of an instance is filled from the instance, and its version rises', () => {
    const raw =
      'event: { "detail-type": "ECS Container Instance State Change", detail: { agentConnected: false } }, service: core/shop';
    const played = play(
      'shop: { launchType: EC2 }',
      `[ { at: +1s, ${raw} }, { at: +2s, ${raw} } ]`,
      'instances: [ { id: i-0a1 } ]',
    );
    played.pass(MINUTE);
    const [first, second] = played.events;
    expect(first?.detail).toMatchObject({ agentConnected: false, ec2InstanceId: 'i-0a1', status: 'ACTIVE' });
    expect(Number(second?.detail.version)).toBe(Number(first?.detail.version) + 1);
  });
});

describe('a task event', () => {
  test('tells the life of the task with a rising version', () => {
    const played = play('shop: { task: { cpu: 512, memoryMiB: 2048 } }');
    played.world.updateService(played.service('shop'), { desired: 2 });
    played.pass(MINUTE);
    const told = ofType(played.events, 'ECS Task State Change');
    expect(told.map(({ detail }) => [detail.lastStatus, detail.version])).toEqual([
      ['PROVISIONING', 1],
      ['PENDING', 2],
      ['RUNNING', 3],
    ]);
    const running = told.at(-1)?.detail;
    expect(running).toMatchObject({
      cpu: '512',
      memory: '2048',
      launchType: 'FARGATE',
      desiredStatus: 'RUNNING',
      group: 'service:shop',
      startedBy: played.service('shop').deployments[0]?.id,
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:111122223333:task-definition/shop:1',
    });
    expect(running?.stoppedReason).toBeUndefined();
  });

  test('on an instance comes with a change of that instance', () => {
    const played = play(
      'shop: { launchType: EC2, task: { cpu: 256, memoryMiB: 512 } }',
      '[]',
      'instances: [ { cpu: 1024, memoryMiB: 2000 } ]',
    );
    played.world.updateService(played.service('shop'), { desired: 3 });
    played.pass(MINUTE);
    const changes = ofType(played.events, 'ECS Container Instance State Change');
    expect(changes).toHaveLength(2);
    expect(changes[1]?.detail.remainingResources).toMatchObject([
      { integerValue: 256 },
      { integerValue: 464 },
      {},
      {},
    ]);
  });
});

describe('a change of state', () => {
  test('to fewer running tasks stops one, with the reason of the scenario, and nobody heals it', () => {
    const played = play(SHOP, entry('service: core/shop, set: { running: 2 }'));
    played.pass(10 * MINUTE);
    const event = ofType(played.events, 'ECS Task State Change').find(
      ({ detail }) => detail.lastStatus === 'STOPPED',
    );
    expect(event?.detail).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'it broke' });
    expect(event?.time).toBe('2026-11-20T09:00:10Z');
    expect(played.service('shop').running).toBe(2);
    expect(played.service('shop').targetGroups[0]?.targets).toHaveLength(2);
  });

  test('back to all of them is told as steady', () => {
    const played = play(
      SHOP,
      '[ { at: +10s, service: core/shop, set: { running: 1 } }, { at: +60s, service: core/shop, set: { running: 3 } } ]',
    );
    played.pass(2 * MINUTE);
    expect(played.service('shop').running).toBe(3);
    expect(names(played.events).at(-1)).toBe('SERVICE_STEADY_STATE');
  });

  test('to pending tasks leaves them pending', () => {
    const played = play('shop: { desired: 2, running: 1 }', entry('service: core/shop, set: { pending: 1 }'));
    played.pass(10 * MINUTE);
    expect(played.service('shop')).toMatchObject({ running: 1, pending: 1 });
    played.world.updateService(played.service('shop'), { forceNewDeployment: true });
    played.pass(5 * MINUTE);
    expect(played.service('shop')).toMatchObject({ running: 2, pending: 0 });
  });

  test('of targets shows in the service’s messages, as ECS has no event for it', () => {
    const played = play(
      SHOP,
      entry(
        'service: core/shop, set: { targets: { healthy: 1, unhealthy: 2, description: "codes: [500]" } }',
      ),
    );
    played.pass(20 * SECOND);
    expect(played.events).toEqual([]);
    expect(played.service('shop').targetGroups[0]?.targets.map(({ state }) => state)).toEqual([
      'healthy',
      'unhealthy',
      'unhealthy',
    ]);
    expect(played.service('shop').events[0]?.message).toContain('is unhealthy in (target-group');
  });

  test('of the desired count, set by a policy, moves the tasks', () => {
    const played = play(SHOP, entry('service: core/shop, set: { desired: 5 }'));
    played.pass(2 * MINUTE);
    expect(played.service('shop').running).toBe(5);
  });
});

describe('throttling', () => {
  test('lasts as long as the timeline says, and is for that action alone', () => {
    const played = play('shop: {}', '[ { at: +20s, throttle: "cloudwatch:Get*", for: 30s } ]');
    const until = (action: string) => played.world.throttledUntil('111122223333', 'us-east-1', action);
    expect(until('cloudwatch:GetMetricData')).toBeUndefined();
    played.wait(20 * SECOND);
    expect(until('cloudwatch:GetMetricData')).toBe(START_MS + 50 * SECOND);
    expect(until('ecs:ListServices')).toBeUndefined();
    played.wait(30 * SECOND);
    expect(until('cloudwatch:GetMetricData')).toBeUndefined();
  });
});

describe('the timeline', () => {
  test('happens in order of time, each thing once', () => {
    const played = play(
      SHOP,
      '[ { at: +30s, service: core/till, eventName: TASKS_STOPPED }, { at: +10s, service: core/shop, eventName: SERVICE_STEADY_STATE } ]',
    );
    played.pass(HOUR);
    played.world.advance();
    expect(names(played.events)).toEqual(['SERVICE_STEADY_STATE', 'TASKS_STOPPED']);
  });

  test('of the default scenario begins within seconds, fails a deployment within a minute, and resolves one in three', () => {
    let now = START_MS;
    const world = makeWorld(defaultScenario(), { clock: { now: () => now } });
    const seen: { readonly second: number; readonly what: string }[] = [];
    world.onEvent((event) => {
      const { time, detail } = event as unknown as Told;
      seen.push({
        second: (Date.parse(time) - START_MS) / SECOND,
        what: detail.eventName ?? detail.lastStatus ?? '',
      });
    });
    now += 8 * MINUTE;
    world.advance();
    const first = (what: string) => seen.find((one) => one.what === what)?.second ?? Number.NaN;
    expect(first('SERVICE_TASK_START_IMPAIRED')).toBeLessThanOrEqual(20);
    expect(first('STOPPED')).toBeLessThanOrEqual(30);
    expect(first('SERVICE_DEPLOYMENT_FAILED')).toBeLessThanOrEqual(60);
    expect(
      seen.some(({ second, what }) => what === 'SERVICE_STEADY_STATE' && second > 170 && second < 200),
    ).toBe(true);
    expect(seen.some(({ second }) => second >= 360)).toBe(true);
  });
});

const samples = new URL('../../../../shared/fixtures/eventbridge/', import.meta.url);

describe.skipIf(!existsSync(samples))('AWS’s own samples', () => {
  const files = existsSync(samples) ? readdirSync(samples) : [];

  test.each(files)('%s has no field that the world leaves out', (file) => {
    // A documented sample has the fields of an event.
    const sample = JSON.parse(readFileSync(new URL(file, samples), 'utf8')) as Told;
    const detailType = sample['detail-type'];
    const { eventName } = sample.detail;
    const event = { 'detail-type': detailType, detail: eventName === undefined ? {} : { eventName } };
    const service = detailType.includes('Instance') ? 'agent' : 'shop';
    const played = play(
      'agent: { launchType: EC2 }\nshop: {}',
      `[ { at: +1s, service: core/${service}, event: ${JSON.stringify(event)} } ]`,
      'instances: [ {} ]',
    );
    played.pass(SECOND);
    const [sent] = played.events;
    // A Fargate service has capacity providers where a service on instances has instances.
    const expected = Object.keys(sample.detail).filter((key) => key !== 'containerInstanceArns');
    expect(Object.keys(sent ?? {}).toSorted()).toEqual(Object.keys(sample).toSorted());
    expect(Object.keys(sent?.detail ?? {})).toEqual(expect.arrayContaining(expected));
  });
});
