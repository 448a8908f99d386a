import { describe, expect, it } from 'vitest';
import { isWorthKeeping, type Stop, stopReason } from '../../src/assess/stops.ts';

const SCALING = 'Scaling activity initiated by (deployment ecs-svc/9223370491453462987)';
const ELB_CHECK =
  'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/50dc)';

function stop(
  stopCode: string | undefined,
  reason: string,
  ...ends: readonly (readonly [number?, string?])[]
): Stop {
  return {
    ...(stopCode === undefined ? {} : { stopCode }),
    reason,
    containers: ends.map(([exitCode, why], n) => ({
      name: `c${n}`,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(why === undefined ? {} : { reason: why }),
    })),
  };
}

describe('a stop that somebody may ask about', () => {
  it.each([
    ['a scale-in that the container answered', stop('ServiceSchedulerInitiated', SCALING, [143]), false],
    ['one that needed SIGKILL', stop('ServiceSchedulerInitiated', SCALING, [137], [0]), false],
    ['a planned stop without its code', stop(undefined, SCALING, [143]), false],
    ['a scale-in in which a container failed', stop('ServiceSchedulerInitiated', SCALING, [1]), true],
    [
      'a scale-in that met a memory kill',
      stop('ServiceSchedulerInitiated', SCALING, [137, 'OutOfMemoryError: killed']),
      true,
    ],
    ['a failed load balancer check', stop('ServiceSchedulerInitiated', ELB_CHECK, [143]), true],
    [
      'a failed container check',
      stop('ServiceSchedulerInitiated', 'Task failed container health checks', [143]),
      true,
    ],
    ['somebody’s stop', stop('UserInitiated', 'Task stopped by user', [143]), true],
    [
      'an end with exit code 0',
      stop('EssentialContainerExited', 'Essential container in task exited', [0]),
      true,
    ],
    ['a Spot interruption', stop('SpotInterruption', 'Your Spot Task was interrupted.', [143]), true],
  ])('%s', (_name, one, expected) => {
    expect(isWorthKeeping(one)).toBe(expected);
  });
});

describe('why a task ended', () => {
  it.each([
    [
      stop('EssentialContainerExited', 'x', [137, 'OutOfMemoryError: Container killed due to memory usage']),
      'out of memory',
    ],
    [stop('EssentialContainerExited', 'x', [0], [2]), 'exit code 2'],
    [stop('EssentialContainerExited', 'x', [139], [143]), 'exit code 139 (segmentation fault)'],
    [stop('EssentialContainerExited', 'x', [0]), 'ended by itself (exit code 0)'],
    [stop('ServiceSchedulerInitiated', ELB_CHECK, [143]), 'failed the load balancer’s health check'],
    [
      stop('ServiceSchedulerInitiated', 'Task failed container health checks', [137]),
      'failed its container health check',
    ],
    [
      stop('TaskFailedToStart', 'CannotPullContainerError: pull image manifest: not found', []),
      'did not start: CannotPullContainerError',
    ],
    [stop('UserInitiated', 'Task stopped by user', [143]), 'stopped by somebody'],
    [stop('InfrastructureHealth', 'x', []), 'its host failed'],
    [stop(undefined, '', []), 'no reason given'],
  ])('%#: %j', (one, expected) => {
    expect(stopReason(one)).toBe(expected);
  });

  it('reads alike for tasks that differ in ids and addresses alone', () => {
    const said = (id: string, ip: string) =>
      stopReason(stop('SomethingNew', `Host ${ip} lost task ${id} of arn:aws:ecs:x:${id}`, []));
    expect(said('0f9c1d2e3f4a', '10.0.1.7')).toBe(said('aa11bb22cc33', '10.0.9.8:443'));
  });

  it('names the container that failed, not the one that was told to stop because of it', () => {
    expect(stopReason(stop('EssentialContainerExited', 'x', [143], [3], [137]))).toBe('exit code 3');
  });
});
