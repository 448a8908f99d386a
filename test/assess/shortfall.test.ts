import { describe, expect, it } from 'vitest';
import type { Deployment, ServiceSnapshot } from '../../src/domain/fleet.ts';
import { deployment, event, judge, MINUTE, NOW, service, texts } from './make.ts';

function missingTasks(change: Partial<ServiceSnapshot> = {}) {
  return service({ running: 2, desired: 4, ...change });
}

function deploying(ageMs: number, change: Partial<Deployment> = {}) {
  return [
    deployment({
      rolloutState: 'IN_PROGRESS',
      createdAtMs: NOW - ageMs,
      updatedAtMs: NOW - ageMs,
      ...change,
    }),
  ];
}

describe('fewer tasks than desired', () => {
  it.each([
    [5 * MINUTE - 1, 'good'],
    [5 * MINUTE, 'critical'],
    [12 * MINUTE, 'critical'],
  ])('since a deployment changed %d ms ago are %s', (ago, health) => {
    const deployments = [deployment({ updatedAtMs: NOW - ago })];
    expect(judge(missingTasks({ deployments })).health).toBe(health);
  });

  it('are told with numbers and time', () => {
    const deployments = [deployment({ updatedAtMs: NOW - 12 * MINUTE })];
    expect(texts(judge(missingTasks({ deployments })))).toEqual([
      '2 of 4 tasks running, no progress for 12 min',
    ]);
  });

  it('count as lasting too long when no time is known', () => {
    const verdict = judge(missingTasks({ deployments: [] }));
    expect(verdict.health).toBe('critical');
    expect(texts(verdict)).toEqual(['2 of 4 tasks running, since when is unknown']);
  });

  it.each([
    'has started 2 tasks: (task 1f3c).',
    'has started 1 task: (task 1f3c).',
    'registered 1 targets in (target-group arn:aws:elasticloadbalancing:x)',
    'registered 1 instances in (elb edge)',
    'updated desired count to 4.',
    'Message: Successfully set desired count to 4. Change successfully fulfilled by ecs.',
    'updated computedDesiredCount for taskSet 1 to 4.',
  ])('count from the newest sign of progress: %s', (message) => {
    const events = [event(MINUTE, message)];
    expect(judge(missingTasks({ events })).health).toBe('good');
  });

  it.each([
    'has stopped 1 running tasks: (task 1f3c).',
    'deregistered 1 targets in (target-group x)',
    'has begun draining connections on 1 tasks.',
    'is unable to consistently start tasks successfully.',
    'was unable to place a task because no container instance met all of its requirements.',
    'has reached a steady state.',
    '(deployment x) deployment failed: tasks failed to start.',
    'restarted 3 tasks',
  ])('do not count from what is no progress: %s', (message) => {
    const events = [event(MINUTE, message)];
    expect(judge(missingTasks({ events })).health).toBe('critical');
  });

  it('use the newest of several signs, in whatever order they come', () => {
    const events = [event(30 * MINUTE, 'has started 1 tasks.'), event(2 * MINUTE, 'has started 1 tasks.')];
    expect(judge(missingTasks({ events })).health).toBe('good');
  });

  it('are judged as of the look, not as of an answer that comes later', () => {
    const events = [event(4 * MINUTE, 'has started 1 tasks.')];
    const subject = missingTasks({ events });
    expect(judge(subject, { nowMs: NOW + 10 * MINUTE }).health).toBe('good');
  });

  it('are no matter when there are more than desired', () => {
    expect(judge(service({ running: 6, desired: 4, deployments: [] })).health).toBe('good');
  });
});

describe('a deployment', () => {
  const started = (ago: number) => [event(ago, 'has started 1 tasks.')];

  it('that progresses excuses missing tasks for as long as it progresses', () => {
    const verdict = judge(missingTasks({ deployments: deploying(40 * MINUTE), events: started(9 * MINUTE) }));
    expect(verdict.health).toBe('good');
    expect(verdict.facts).toEqual(['2 of 4 tasks running, a deployment is progressing']);
  });

  it.each([
    ['started nothing for over ten minutes', deploying(40 * MINUTE), started(10 * MINUTE + 1)],
    ['has failed tasks', deploying(40 * MINUTE, { failedTasks: 1 }), started(9 * MINUTE)],
    ['has completed', deploying(40 * MINUTE, { rolloutState: 'COMPLETED' }), started(9 * MINUTE)],
    ['has failed', deploying(40 * MINUTE, { rolloutState: 'FAILED' }), started(9 * MINUTE)],
    ['never started anything', deploying(40 * MINUTE), []],
  ])('that %s does not', (_, deployments, events) => {
    expect(judge(missingTasks({ deployments, events })).health).toBe('critical');
  });

  it('excuses up to exactly ten minutes after its last sign', () => {
    const subject = missingTasks({ deployments: deploying(40 * MINUTE), events: started(10 * MINUTE) });
    expect(judge(subject).health).toBe('good');
  });

  it('that has just begun has five minutes for its first task', () => {
    expect(judge(missingTasks({ deployments: deploying(4 * MINUTE) })).health).toBe('good');
    expect(judge(missingTasks({ deployments: deploying(6 * MINUTE) })).health).toBe('critical');
  });

  it('that is being replaced does not speak for the PRIMARY one', () => {
    const old = deployment({ id: 'old', status: 'ACTIVE', updatedAtMs: NOW - MINUTE });
    const primary = deployment({ updatedAtMs: NOW - 20 * MINUTE });
    expect(judge(missingTasks({ deployments: [primary, old] })).health).toBe('critical');
  });
});
