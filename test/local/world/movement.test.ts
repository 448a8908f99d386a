import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorldService } from '../../../src/local/world/model.ts';
import { MINUTE, names, ofType, type Play, play, SECOND, type Told } from './play.ts';

const SHOP = `
shop:
  desired: 3
  targetGroup: { name: shop, loadBalancer: edge }
  deployments: [ { revision: 7, at: -9d, image: "shop:old" }, { revision: 8, at: -2d, image: "shop:new" } ]
`;

function countsAgree(service: WorldService): void {
  const status = (wanted: string) => service.tasks.filter((task) => task.lastStatus === wanted).length;
  expect(service.running).toBe(status('RUNNING'));
  const waiting = service.tasks.filter(
    (task) => task.desiredStatus === 'RUNNING' && ['PROVISIONING', 'PENDING'].includes(task.lastStatus),
  );
  expect(service.pending).toBe(waiting.length);
}

function versionsRise(events: readonly Told[]): void {
  const seen = new Map<string, number>();
  for (const { detail } of ofType(events, 'ECS Task State Change')) {
    const task = String(detail.taskArn);
    expect(Number(detail.version)).toBeGreaterThan(seen.get(task) ?? 0);
    seen.set(task, Number(detail.version));
  }
}

function statesOf(events: readonly Told[], taskArn: unknown): string[] {
  return events
    .filter(({ detail }) => detail.taskArn === taskArn)
    .map(({ detail }) => String(detail.lastStatus));
}

describe('a service at rest', () => {
  test('stays as it is and sends nothing', () => {
    const played = play(SHOP);
    const before = JSON.stringify(played.service('shop'));
    played.pass(3 * 60 * MINUTE);
    expect(JSON.stringify(played.service('shop'))).toBe(before);
    expect(played.events).toEqual([]);
  });

  test('keeps a shortfall that the scenario orders', () => {
    const played = play('shop: { desired: 4, running: 3 }');
    played.pass(MINUTE * 30);
    expect(played.service('shop').running).toBe(3);
  });
});

describe('scaling out', () => {
  test('goes from PROVISIONING over PENDING to RUNNING and ends with a steady state', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    played.world.updateService(service, { desired: 5 });
    expect([service.desired, service.running]).toEqual([5, 3]);
    played.pass(4 * SECOND);
    expect([service.running, service.pending]).toEqual([3, 2]);
    played.pass(2 * MINUTE);
    expect([service.running, service.pending]).toEqual([5, 0]);
    const [first] = ofType(played.events, 'ECS Task State Change');
    expect(statesOf(played.events, first?.detail.taskArn)).toEqual(['PROVISIONING', 'PENDING', 'RUNNING']);
    expect(names(played.events).at(-1)).toBe('SERVICE_STEADY_STATE');
    expect(service.events[0]?.message).toBe('(service shop) has reached a steady state.');
    expect(service.targetGroups[0]?.targets.map(({ state }) => state)).toEqual(Array(5).fill('healthy'));
  });

  test('has its targets initial before they are healthy', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    played.world.updateService(service, { desired: 4 });
    const seen = new Set<string>();
    for (let i = 0; i < 60; i += 1) {
      played.pass(SECOND);
      for (const { state } of service.targetGroups[0]?.targets ?? []) seen.add(state);
    }
    expect(seen).toEqual(new Set(['healthy', 'initial']));
  });

  test('is not steady before every target is healthy', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    const initialWhenSteady: boolean[] = [];
    played.world.onEvent(() => {
      if (names(played.events).at(-1) !== 'SERVICE_STEADY_STATE') return;
      initialWhenSteady.push(
        service.targetGroups.some((group) => group.targets.some(({ state }) => state === 'initial')),
      );
    });
    played.world.updateService(service, { desired: 4 });
    played.pass(2 * MINUTE);
    expect(initialWhenSteady).toEqual([false]);
  });

  test('by a person is no SERVICE_DESIRED_COUNT_UPDATED, by the policy it is', () => {
    const byPerson = play(SHOP);
    byPerson.world.updateService(byPerson.service('shop'), { desired: 4 });
    byPerson.pass(MINUTE);
    expect(names(byPerson.events)).not.toContain('SERVICE_DESIRED_COUNT_UPDATED');
    const byPolicy = play(SHOP, '[ { at: +1s, service: core/shop, set: { desired: 4 } } ]');
    byPolicy.pass(MINUTE);
    expect(names(byPolicy.events)).toContain('SERVICE_DESIRED_COUNT_UPDATED');
    expect(byPolicy.service('shop').running).toBe(4);
  });
});

describe('scaling in', () => {
  test('drains targets, stops tasks as the scheduler does, and ends with a steady state', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    played.world.updateService(service, { desired: 1 });
    played.pass(4 * SECOND);
    expect(service.targetGroups[0]?.targets.filter(({ state }) => state === 'draining')).toHaveLength(2);
    played.pass(MINUTE);
    expect(service.running).toBe(1);
    expect(service.targetGroups[0]?.targets).toHaveLength(1);
    const stopped = service.tasks.filter((task) => task.lastStatus === 'STOPPED');
    expect(stopped.map((task) => task.stopCode)).toEqual(Array(2).fill('ServiceSchedulerInitiated'));
    expect(stopped[0]?.stoppedReason).toContain('Scaling activity initiated by (deployment ecs-svc/');
    expect(names(played.events).at(-1)).toBe('SERVICE_STEADY_STATE');
  });

  test('to nothing is possible', () => {
    const played = play(SHOP);
    played.world.updateService(played.service('shop'), { desired: 0 });
    played.pass(MINUTE);
    expect(played.service('shop').running).toBe(0);
  });
});

describe('a new deployment', () => {
  test('is announced, replaces every task and completes', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    const before = service.tasks.map(({ id }) => id);
    played.world.updateService(service, { forceNewDeployment: true });
    expect(service.deployments.at(-1)).toMatchObject({ revision: 8, state: 'IN_PROGRESS' });
    played.pass(3 * MINUTE);
    expect(service.deployments.at(-1)).toMatchObject({ revision: 8, state: 'COMPLETED' });
    const running = service.tasks.filter((task) => task.lastStatus === 'RUNNING');
    expect(running).toHaveLength(3);
    expect(running.some(({ id }) => before.includes(id))).toBe(false);
    const told = ofType(played.events, 'ECS Deployment State Change');
    expect(names(told)).toEqual(['SERVICE_DEPLOYMENT_IN_PROGRESS', 'SERVICE_DEPLOYMENT_COMPLETED']);
    expect(told[0]?.detail.deploymentId).toBe(service.deployments.at(-1)?.id);
  });

  test('never has fewer running tasks than desired on the way', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    played.world.updateService(service, { forceNewDeployment: true });
    for (let i = 0; i < 120; i += 1) {
      played.pass(SECOND);
      expect(service.running).toBeGreaterThanOrEqual(3);
    }
  });

  test('of an older revision runs that revision', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    const arn = service.deployments[0]?.taskDefinitionArn ?? '';
    played.world.updateService(service, { taskDefinitionArn: arn });
    played.pass(3 * MINUTE);
    const running = service.tasks.filter((task) => task.lastStatus === 'RUNNING');
    expect(running.map((task) => task.revision)).toEqual([7, 7, 7]);
    expect(played.world.taskDefinition(arn, '111122223333', 'us-east-1')?.containers[0]?.image).toBe(
      'shop:old',
    );
  });
});

describe('a task that a person stops', () => {
  test('is replaced', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    const [victim] = service.tasks;
    if (!victim) throw new Error('no task');
    played.world.stopTask(service, victim, 'too slow');
    played.pass(2 * MINUTE);
    expect(victim).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'too slow',
    });
    expect(service.running).toBe(3);
    expect(names(played.events).at(-1)).toBe('SERVICE_STEADY_STATE');
  });

  test('is forgotten by ECS after an hour', () => {
    const played = play(SHOP);
    const service = played.service('shop');
    const [victim] = service.tasks;
    if (!victim) throw new Error('no task');
    played.world.stopTask(service, victim, 'too slow');
    played.pass(30 * MINUTE);
    expect(service.tasks).toContain(victim);
    played.pass(31 * MINUTE);
    expect(service.tasks).not.toContain(victim);
  });
});

describe('a service for which there is no room', () => {
  const FULL = `
shop:
  launchType: EC2
  desired: 3
  running: 2
  events: [ { at: -9m, message: "(service shop) was unable to place a task because no container instance met all of its requirements." } ]
`;

  test('does not get the tasks that a person asks for, and says so', () => {
    const played = play(FULL, '[]', 'instances: [ {} ]');
    played.pass(10 * SECOND);
    played.world.updateService(played.service('shop'), { desired: 5 });
    played.pass(6 * MINUTE);
    expect(played.service('shop').running).toBe(2);
    expect(names(played.events)).toContain('SERVICE_TASK_PLACEMENT_FAILURE');
  });
});

const action = fc.oneof(
  fc.record({ kind: fc.constant('scale' as const), desired: fc.nat({ max: 9 }) }),
  fc.record({ kind: fc.constant('redeploy' as const) }),
  fc.record({ kind: fc.constant('back' as const) }),
  fc.record({ kind: fc.constant('stop' as const), which: fc.nat({ max: 9 }) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 500, max: 90_000 }) }),
);

type Action = typeof action extends fc.Arbitrary<infer Step> ? Step : never;

function act(played: Play, step: Action): void {
  const service = played.service('shop');
  switch (step.kind) {
    case 'scale':
      return played.world.updateService(service, { desired: step.desired });
    case 'redeploy':
      return played.world.updateService(service, { forceNewDeployment: true });
    case 'back':
      return played.world.updateService(service, {
        taskDefinitionArn: service.deployments[0]?.taskDefinitionArn ?? '',
      });
    case 'stop': {
      const running = service.tasks.filter((task) => task.lastStatus === 'RUNNING');
      const task = running[step.which % Math.max(1, running.length)];
      if (task) played.world.stopTask(service, task, 'why not');
      return;
    }
    case 'wait':
      return played.pass(step.ms);
  }
}

describe('property: whatever people do', () => {
  test('counts agree with tasks, versions rise, ids are unique, and it ends at the desired count', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (steps) => {
        const played = play(SHOP);
        const service = played.service('shop');
        for (const step of steps) {
          act(played, step);
          countsAgree(service);
        }
        played.pass(10 * MINUTE);
        countsAgree(service);
        expect(service.running).toBe(service.desired);
        expect(service.pending).toBe(0);
        expect(service.deployments.at(-1)?.state).toBe('COMPLETED');
        expect(service.targetGroups[0]?.targets.map(({ state }) => state)).toEqual(
          Array(service.desired).fill('healthy'),
        );
        versionsRise(played.events);
        const ids = played.events.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const times = played.events.map(({ time }) => time);
        expect(times.toSorted()).toEqual(times);
      }),
      { numRuns: 60 },
    );
  });

  test('moving often comes to the same as moving once', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.integer({ min: 100, max: 20_000 }), (desired, stepMs) => {
        const once = play(SHOP);
        const often = play(SHOP);
        for (const played of [once, often]) played.world.updateService(played.service('shop'), { desired });
        for (let passed = 0; passed < 3 * MINUTE; passed += stepMs) {
          often.pass(Math.min(stepMs, 3 * MINUTE - passed));
          often.world.advance();
        }
        once.pass(3 * MINUTE);
        expect(often.events).toEqual(once.events);
        expect(often.service('shop')).toEqual(once.service('shop'));
      }),
      { numRuns: 25 },
    );
  });
});

describe('property: a service whose newest revision fails', () => {
  const BAD = `
shop:
  desired: 4
  running: 3
  targetGroup: { name: shop, loadBalancer: edge }
  circuitBreaker: { enable: true, rollback: true }
  deployments: [ { revision: 7, at: -9d }, { revision: 8, at: -3m, state: IN_PROGRESS, failedTasks: 1 } ]
  stoppedTasks: [ { at: -80s, revision: 8 }, { at: -40s, revision: 8, stopCode: TaskFailedToStart } ]
`;

  test('keeps its counts whatever people do, and is whole again once rolled back', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 10 }), (steps) => {
        const played = play(BAD);
        const service = played.service('shop');
        for (const step of steps) {
          act(played, step);
          countsAgree(service);
        }
        act(played, { kind: 'back' });
        played.pass(10 * MINUTE);
        countsAgree(service);
        expect([service.running, service.pending]).toEqual([service.desired, 0]);
        expect(service.deployments.at(-1)).toMatchObject({ revision: 7, state: 'COMPLETED' });
        versionsRise(played.events);
      }),
      { numRuns: 60 },
    );
  });
});

describe('nextDueMs', () => {
  test('is undefined at rest and tells when to move otherwise', () => {
    const played = play(SHOP, '[ { at: +40s, service: core/shop, eventName: SERVICE_STEADY_STATE } ]');
    expect(played.world.nextDueMs()).toBe(played.now() + 40 * SECOND);
    played.pass(40 * SECOND);
    expect(played.world.nextDueMs()).toBeUndefined();
  });
});
