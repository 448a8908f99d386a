import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AwsCall, dollarsFor } from '../../src/aws/calls.ts';
import { connectAws } from '../../src/aws/connect.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { systemClock } from '../../src/domain/time.ts';
import { type LoopbackAnswer, startLoopback } from './loopback.ts';

const ACCOUNT: AccountConfig = {
  name: 'production',
  regions: ['eu-west-1'],
  auth: { kind: 'env', prefix: 'TEST' },
  include: [],
  exclude: [],
};
const CPU = { namespace: 'AWS/ECS', metric: 'CPUUtilization', dimensions: { ServiceName: 'api' } };
const MEMORY = { ...CPU, metric: 'MemoryUtilization' };

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
});

async function metered(answers: readonly LoopbackAnswer[]) {
  const left = [...answers];
  const server = await startLoopback(() => left.shift() ?? { json: {} });
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  const calls: AwsCall[] = [];
  const aws = connectAws({
    env: (name) => (name.endsWith('_TOKEN') ? undefined : 'key'),
    clock: systemClock,
    sleep: async () => undefined,
    onCall: (call) => calls.push(call),
  });
  closers.push(() => aws.close(), server.close);
  return { api: aws.api(ACCOUNT, 'eu-west-1'), calls, requests: server.requests };
}

describe('the price of metrics', () => {
  it('is per metric, whatever its statistics, up to five', () => {
    expect(dollarsFor([CPU, CPU, CPU, CPU, CPU])).toBeCloseTo(0.00001, 10);
    expect(dollarsFor([CPU, CPU, CPU, CPU, CPU, CPU])).toBeCloseTo(0.00002, 10);
    expect(dollarsFor([CPU, MEMORY, { ...CPU, dimensions: { ServiceName: 'web' } }])).toBeCloseTo(
      0.00003,
      10,
    );
  });
});

describe('a meter', () => {
  it('hears of every call, how it ended and what it cost', async () => {
    const { api, calls } = await metered([
      { json: { clusterArns: [] } },
      { status: 400, json: { __type: 'AccessDeniedException', message: 'no' } },
    ]);
    await api.listClusters();
    await api.listServices('core').catch(() => undefined);
    await api.getMetricData({
      queries: [{ ...CPU, id: 'q0', stat: 'Average' }],
      periodSeconds: 300,
      startMs: 0,
      endMs: 3_600_000,
    });
    expect(calls.map(({ account, region, action, outcome }) => [account, region, action, outcome])).toEqual([
      ['production', 'eu-west-1', 'ecs:ListClusters', 'ok'],
      ['production', 'eu-west-1', 'ecs:ListServices', 'denied'],
      ['production', 'eu-west-1', 'cloudwatch:GetMetricData', 'ok'],
    ]);
    expect(calls.map((call) => call.dollars)).toEqual([0, 0, 0.00001]);
  });
});

describe('a throttle that somebody else caused', () => {
  it('is waited out: the call is made again and answered', async () => {
    const throttled = { status: 400, json: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
    const { api, calls, requests } = await metered([throttled, { json: { clusterArns: ['a/core'] } }]);
    expect((await api.listClusters()).items).toEqual(['a/core']);
    expect(requests).toHaveLength(2);
    expect(calls.map((call) => call.outcome)).toEqual(['ok']);
  });
});
