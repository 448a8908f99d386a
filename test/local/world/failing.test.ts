import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, names, ofType, type Play, play, points, SECOND, START_MS } from './play.ts';

const deaths = (revision: number, seconds: readonly number[]) =>
  seconds
    .map((at) => `{ at: -${at}s, revision: ${revision}, reason: gone, containers: [ { exitCode: 3 } ] }`)
    .join(', ');

/** Revision 8 dies every minute; 7 runs on with three of four tasks. */
const bad = (breaker: string, more = '') => `
shop:
  desired: 4
  running: 3
  targetGroup: { name: shop, loadBalancer: edge }
  circuitBreaker: ${breaker}
  deployments: [ { revision: 7, at: -9d }, { revision: 8, at: -3m, state: IN_PROGRESS, failedTasks: 1 } ]
  stoppedTasks: [ ${deaths(8, [150, 90, 30])} ]
  ${more}
`;

const OFF = '{ enable: false, rollback: false }';

function stopped(played: Play): number {
  const told = ofType(played.events, 'ECS Task State Change').filter(
    ({ detail }) => detail.lastStatus === 'STOPPED',
  );
  return new Set(told.flatMap(({ resources }) => resources)).size;
}

describe('a service whose newest revision fails', () => {
  test('keeps failing at its rate, with the reasons of the scenario', () => {
    const played = play(bad(OFF));
    played.pass(20 * MINUTE + 45 * SECOND);
    expect(stopped(played)).toBe(20);
    const [first] = played.events.filter(({ detail }) => detail.lastStatus === 'STOPPED');
    expect(first?.detail).toMatchObject({ stoppedReason: 'gone', stopCode: 'EssentialContainerExited' });
    expect(first?.detail.containers).toMatchObject([{ exitCode: 3 }]);
    expect(played.service('shop').deployments.at(-1)).toMatchObject({
      failedTasks: 21,
      state: 'IN_PROGRESS',
    });
  });

  test('keeps its running tasks of the revision before', () => {
    const played = play(bad(OFF));
    for (let i = 0; i < 300; i += 1) {
      played.pass(SECOND);
      const running = played.service('shop').tasks.filter((task) => task.lastStatus === 'RUNNING');
      expect(running.filter((task) => task.revision === 7)).toHaveLength(3);
    }
  });

  test('says once that its starts are impaired', () => {
    const played = play(bad(OFF));
    played.pass(20 * MINUTE);
    expect(names(played.events).filter((name) => name === 'SERVICE_TASK_START_IMPAIRED')).toHaveLength(1);
  });

  test('is not healed by more tasks or another try', () => {
    const played = play(bad(OFF));
    const service = played.service('shop');
    played.world.updateService(service, { desired: 6 });
    played.pass(3 * MINUTE);
    played.world.updateService(service, { forceNewDeployment: true });
    played.pass(10 * MINUTE);
    expect(service.deployments.at(-1)?.state).toBe('IN_PROGRESS');
    expect(names(played.events)).not.toContain('SERVICE_STEADY_STATE');
  });

  test('is well again once it has been rolled back', () => {
    const played = play(bad(OFF));
    const service = played.service('shop');
    played.pass(2 * MINUTE);
    played.world.updateService(service, {
      taskDefinitionArn: service.deployments[0]?.taskDefinitionArn ?? '',
    });
    played.pass(3 * MINUTE);
    const before = stopped(played);
    expect(service).toMatchObject({ running: 4, pending: 0 });
    expect(service.deployments.at(-1)).toMatchObject({ revision: 7, state: 'COMPLETED' });
    played.pass(20 * MINUTE);
    expect(stopped(played)).toBe(before);
  });

  test('fails again when the bad revision comes back', () => {
    const played = play(bad(OFF));
    const service = played.service('shop');
    const [good, broken] = service.deployments.map((deployment) => deployment.taskDefinitionArn);
    played.world.updateService(service, { taskDefinitionArn: good ?? '' });
    played.pass(5 * MINUTE);
    played.world.updateService(service, { taskDefinitionArn: broken ?? '' });
    const before = stopped(played);
    played.pass(10 * MINUTE);
    expect(stopped(played)).toBeGreaterThan(before + 5);
  });
});

describe('the circuit breaker', () => {
  test('fails the deployment at half the desired count, at least three, and rolls back', () => {
    const played = play(bad('{ enable: true, rollback: true }'));
    played.pass(10 * MINUTE);
    const told = ofType(played.events, 'ECS Deployment State Change');
    expect(names(told)).toEqual([
      'SERVICE_DEPLOYMENT_FAILED',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ]);
    const [failed, back] = told;
    expect(failed?.detail).toMatchObject({
      eventType: 'ERROR',
      reason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(String(back?.detail.reason)).toContain('rolling back to deploymentId ecs-svc/');
    const { deployments, running } = played.service('shop');
    expect(deployments.map(({ revision, state }) => [revision, state])).toEqual([
      [7, 'COMPLETED'],
      [8, 'FAILED'],
      [7, 'COMPLETED'],
    ]);
    expect(deployments[1]?.failedTasks).toBe(3);
    expect(running).toBe(4);
  });

  test('without rollback stops trying and leaves it failed', () => {
    const played = play(bad('{ enable: true, rollback: false }'));
    played.pass(30 * MINUTE);
    expect(played.service('shop').deployments.at(-1)).toMatchObject({ state: 'FAILED', failedTasks: 3 });
    expect(stopped(played)).toBe(2);
    expect(played.service('shop').running).toBe(3);
  });

  test('waits for more failures in a larger service', () => {
    const large = bad('{ enable: true, rollback: false }')
      .replace('desired: 4', 'desired: 12')
      .replace('running: 3', 'running: 11');
    const played = play(large);
    played.pass(30 * MINUTE);
    expect(played.service('shop').deployments.at(-1)?.failedTasks).toBe(6);
  });
});

describe('a settled service whose tasks die now and then', () => {
  const DYING = `
shop:
  desired: 3
  deployments: [ { revision: 7, at: -9d } ]
  stoppedTasks: [ ${deaths(7, [1500, 900, 300])} ]
`;

  test('loses one at that rate and gets it back', () => {
    const played = play(DYING);
    played.pass(HOUR);
    expect(stopped(played)).toBe(6);
    expect(played.service('shop').running).toBe(3);
  });

  test('is left alone where the deaths are long over, or were not its own', () => {
    const over = play(`shop: { stoppedTasks: [ ${deaths(1, [3000, 2990, 2980])} ] }`);
    const spot = play(
      'shop: { stoppedTasks: [ { at: -5m, stopCode: SpotInterruption }, { at: -3m, stopCode: SpotInterruption } ] }',
    );
    for (const played of [over, spot]) {
      played.pass(HOUR);
      expect(played.events).toEqual([]);
    }
  });
});

describe('what came with a bad revision', () => {
  const series =
    'metrics: { http5xx: { base: 2, steps: [ { at: -2m, to: 90 } ] }, requests: { base: 100, steps: [ { at: -20m, to: 300 } ] } }';
  const logs =
    'logs: [ { at: -2m, every: 10s, line: "ERROR no" }, { at: -1h, every: 10s, line: "INFO yes" } ]';

  test('leaves with it; what was there before stays', () => {
    const played = play(bad(OFF, `${series}\n  ${logs}`));
    const service = played.service('shop');
    played.pass(10 * MINUTE);
    played.world.updateService(service, {
      taskDefinitionArn: service.deployments[0]?.taskDefinitionArn ?? '',
    });
    played.pass(30 * MINUTE);
    const [group] = service.targetGroups;
    const dimensions = {
      TargetGroup: group?.arn.split(':').at(-1) ?? '',
      LoadBalancer: group?.loadBalancerArn.split(':loadbalancer/')[1] ?? '',
    };
    const of = (metric: string) =>
      points(played, {
        namespace: 'AWS/ApplicationELB',
        metric,
        dimensions,
        stat: 'Sum',
        startMs: START_MS,
        endMs: played.now(),
      }).map(({ value }) => value);
    expect(of('HTTPCode_Target_5XX_Count').slice(0, 2)).toEqual([450, 450]);
    expect(of('HTTPCode_Target_5XX_Count').slice(-2)).toEqual([10, 10]);
    expect(of('RequestCount').at(-1)).toBe(1500);
    const late = played.world.logs(
      '111122223333',
      'us-east-1',
      '/ecs/shop',
      played.now() - 5 * MINUTE,
      played.now(),
    );
    expect(new Set(late.map(({ message }) => message))).toEqual(new Set(['INFO yes']));
  });
});
