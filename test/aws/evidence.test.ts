import { expect, it, vi } from 'vitest';
import { connectAws } from '../../src/aws/connect.ts';
import { Denied, NotFound } from '../../src/domain/errors.ts';
import { systemClock } from '../../src/domain/time.ts';
import { startLoopback } from './loopback.ts';
import { ACCOUNT_ID, overLoopback, REGION } from './over-loopback.ts';

const MINUTE = 60_000;

const CRASHED = {
  web: {
    desired: 2,
    stoppedTasks: [
      {
        at: '-3m',
        stopCode: 'EssentialContainerExited',
        containers: [{ name: 'web', exitCode: 1, reason: 'boom' }],
      },
    ],
    logs: [
      { at: '-1h', every: '10s', line: 'INFO {n}' },
      { at: '-190s', lines: ['Traceback (most recent call last):', 'KeyError: amount'] },
    ],
    targetGroup: {
      name: 'web',
      targets: {
        healthy: 1,
        unhealthy: 1,
        reason: 'Target.ResponseCodeMismatch',
        description: 'Health checks failed with these codes: [503]',
      },
    },
  },
};

const stoppedTask = (world: Awaited<ReturnType<typeof overLoopback>>['world']) => {
  const tasks = world.accounts.flatMap(({ regions }) =>
    regions.flatMap(({ clusters }) => clusters.flatMap(({ services }) => services.flatMap((s) => s.tasks))),
  );
  return tasks.find(({ lastStatus }) => lastStatus === 'STOPPED')?.id ?? '';
};

it('reads the last lines of the stream of a task that is gone, oldest first, in one call', async () => {
  const { connections, account, world, calls } = await overLoopback(CRASHED);
  const logs = connections.logs(account, REGION);
  const stream = `ecs/web/${stoppedTask(world)}`;
  const lines = await logs.tail({ group: '/ecs/web', stream, limit: 4 });
  expect(lines).toHaveLength(4);
  expect(lines.map(({ text }) => text).filter((text) => !text.startsWith('INFO'))).toEqual([
    'Traceback (most recent call last):',
    'KeyError: amount',
  ]);
  const times = lines.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(calls).toMatchObject([{ account: 'production', action: 'logs:GetLogEvents', outcome: 'ok' }]);
  const [first, second] = await logs.tail({ group: '/ecs/web', stream, limit: 10, beforeMs: times[3] ?? 0 });
  expect((second ?? first)?.atMs).toBeLessThan(times[3] ?? 0);
});

it('tells a stream or group that does not exist as not found', async () => {
  const { connections, account, calls } = await overLoopback(CRASHED);
  const logs = connections.logs(account, REGION);
  const limit = 10;
  await expect(logs.tail({ group: '/ecs/web', stream: 'ecs/web/none', limit })).rejects.toThrow(NotFound);
  await expect(logs.tail({ group: '/none', stream: 'ecs/web/none', limit })).rejects.toThrow(NotFound);
  expect(calls.map(({ outcome }) => outcome)).toEqual(['not_found', 'not_found']);
});

it('names the action that lacks', async () => {
  const { connections, account, world } = await overLoopback(CRASHED, {
    deny: [
      'logs:GetLogEvents',
      'elasticloadbalancing:DescribeTargetHealth',
      'ecs:DescribeServiceDeployments',
    ],
  });
  const stream = `ecs/web/${stoppedTask(world)}`;
  const tail = connections.logs(account, REGION).tail({ group: '/ecs/web', stream, limit: 5 });
  await expect(tail).rejects.toThrow(/lack logs:GetLogEvents/);
  await expect(tail).rejects.toThrow(Denied);
  await expect(connections.targets(account, REGION).ofGroup('arn')).rejects.toThrow(
    /lack elasticloadbalancing:DescribeTargetHealth/,
  );
  await expect(connections.deployments(account, REGION).describe(['arn'])).rejects.toThrow(
    /lack ecs:DescribeServiceDeployments/,
  );
});

it('turns an empty page of a stream that has more', async () => {
  const pages = [
    { events: [], nextBackwardToken: 'b/2' },
    { events: [{ timestamp: 5, message: 'last words' }], nextBackwardToken: 'b/3' },
  ];
  const server = await startLoopback(() => ({ json: pages.shift() ?? {} }));
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  const aws = connectAws({
    env: (name) => (name.endsWith('_TOKEN') ? undefined : 'key'),
    clock: systemClock,
    sleep: async () => undefined,
    timeouts: { maxAttempts: 1 },
  });
  const account = {
    name: 'production',
    id: ACCOUNT_ID,
    regions: [REGION],
    auth: { kind: 'env', prefix: 'TEST' },
    include: [],
    exclude: [],
  } as const;
  const lines = await aws.logs(account, REGION).tail({ group: 'g', stream: 's', limit: 7, beforeMs: 9 });
  aws.close();
  await server.close();
  expect(lines).toEqual([{ atMs: 5, text: 'last words' }]);
  expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
    { logGroupName: 'g', logStreamName: 's', limit: 7, startFromHead: false, endTime: 9 },
    { logGroupName: 'g', logStreamName: 's', limit: 7, startFromHead: false, endTime: 9, nextToken: 'b/2' },
  ]);
});

it('says why a target is not healthy, in the words of the load balancer', async () => {
  const { connections, account, world } = await overLoopback(CRASHED);
  const [group] = world.region(ACCOUNT_ID, REGION)?.clusters[0]?.services[0]?.targetGroups ?? [];
  const targets = await connections.targets(account, REGION).ofGroup(group?.arn ?? '');
  expect(targets.map(({ state }) => state)).toEqual(['healthy', 'unhealthy']);
  expect(targets[1]).toMatchObject({
    port: 8080,
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [503]',
  });
  const gone = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/none/0123456789abcdef';
  await expect(connections.targets(account, REGION).ofGroup(gone)).rejects.toThrow(NotFound);
});

it('knows the hook that a deployment waits at, and which deployments are under way', async () => {
  const { connections, account, pass } = await overLoopback(
    { web: { desired: 1 }, api: { desired: 1 } },
    { timeline: [{ at: '+10s', service: 'core/web', eventName: 'HOOK_AWAITING_ACTION' }] },
  );
  const deployments = connections.deployments(account, REGION);
  expect(await deployments.underWay('core', 'web')).toEqual([]);
  pass(MINUTE);
  const [waiting, ...others] = await deployments.underWay('core', 'web');
  expect(others).toEqual([]);
  expect(waiting).toMatchObject({
    status: 'IN_PROGRESS',
    stage: 'POST_SCALE_UP',
    hooks: [{ kind: 'PAUSE', status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' }],
  });
  expect(await deployments.describe([waiting?.arn ?? '', `${waiting?.arn}x`])).toEqual([waiting]);
  expect(await deployments.underWay('core', 'api')).toEqual([]);
});
