import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectAws } from '../../src/aws/connect.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { Denied, NotFound, Throttled, Unreachable } from '../../src/domain/errors.ts';
import { systemClock } from '../../src/domain/time.ts';
import { type LoopbackAnswer, type LoopbackRequest, startLoopback } from './loopback.ts';

const ACCOUNT: AccountConfig = {
  name: 'production',
  regions: ['eu-west-1'],
  auth: { kind: 'env', prefix: 'TEST' },
  include: [],
  exclude: [],
};

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
});

async function connect(answer: (request: LoopbackRequest) => LoopbackAnswer, timeouts = {}) {
  const server = await startLoopback(answer);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  const aws = connectAws({
    env: (name) => (name.endsWith('_TOKEN') ? undefined : 'key'),
    clock: systemClock,
    sleep: async () => undefined,
    timeouts: { maxAttempts: 1, ...timeouts },
  });
  closers.push(() => aws.close(), server.close);
  return { api: aws.api(ACCOUNT, 'eu-west-1'), requests: server.requests };
}

const bodies = (requests: readonly LoopbackRequest[]): unknown[] =>
  requests.map((request) => JSON.parse(request.body));

describe('calls on the wire', () => {
  it('list with the largest pages, and send a token only when there is one', async () => {
    const { api, requests } = await connect(() => ({ json: { serviceArns: ['a/b'], nextToken: 'n1' } }));
    expect(await api.listServices('core')).toEqual({ items: ['a/b'], next: 'n1' });
    await api.listServices('core', 'n1');
    expect(bodies(requests)).toEqual([
      { cluster: 'core', maxResults: 100 },
      { cluster: 'core', maxResults: 100, nextToken: 'n1' },
    ]);
  });

  it('describe services with their tags', async () => {
    const { api, requests } = await connect(() => ({
      json: {
        services: [{ serviceName: 'api', createdAt: 1_790_000_000 }],
        failures: [{ reason: 'MISSING' }],
      },
    }));
    const services = await api.describeServices('core', ['api', 'gone']);
    expect(services).toEqual([{ serviceName: 'api', createdAt: new Date(1_790_000_000_000) }]);
    expect(bodies(requests)).toEqual([{ cluster: 'core', services: ['api', 'gone'], include: ['TAGS'] }]);
  });

  it('ask for target groups 400 a page and follow the marker', async () => {
    const { api, requests } = await connect(() => ({
      xml: '<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetGroupsResult><TargetGroups><member><TargetGroupArn>arn:x:targetgroup/t/1</TargetGroupArn></member></TargetGroups><NextMarker>m</NextMarker></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>',
    }));
    const page = await api.describeTargetGroups();
    expect(page).toMatchObject({ items: [{ TargetGroupArn: 'arn:x:targetgroup/t/1' }], next: 'm' });
    expect(new URLSearchParams(requests[0]?.body).get('PageSize')).toBe('400');
  });

  it('read metric data as points with their status', async () => {
    const { api, requests } = await connect(() => ({
      json: {
        MetricDataResults: [
          { Id: 'q0', StatusCode: 'PartialData', Timestamps: [1_790_000_000], Values: [12.5] },
          { Id: 'q1', StatusCode: 'InternalError', Timestamps: [], Values: [] },
        ],
        NextToken: 'more',
      },
    }));
    const answer = await api.getMetricData({
      queries: [
        {
          id: 'q0',
          namespace: 'AWS/ECS',
          metric: 'CPUUtilization',
          dimensions: { ClusterName: 'c' },
          stat: 'Average',
        },
      ],
      periodSeconds: 300,
      startMs: 0,
      endMs: 3_600_000,
    });
    expect(answer).toEqual({
      results: [
        {
          id: 'q0',
          status: 'partial',
          timesMs: Float64Array.of(1_790_000_000_000),
          values: Float64Array.of(12.5),
        },
        { id: 'q1', status: 'failed', timesMs: new Float64Array(), values: new Float64Array() },
      ],
      next: 'more',
    });
    expect(requests[0]?.operation).toBe('GraniteServiceVersion20100801.GetMetricData');
  });

  it('ask Application Auto Scaling for the desired counts of ECS services', async () => {
    const { api, requests } = await connect(() => ({ json: { ScalableTargets: [] } }));
    await api.describeScalableTargets(['service/core/api']);
    expect(bodies(requests)).toEqual([
      {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceIds: ['service/core/api'],
        MaxResults: 50,
      },
    ]);
  });
});

describe('failures on the wire', () => {
  it.each([
    [{ status: 400, json: { __type: 'AccessDeniedException', message: 'no' } }, Denied],
    [{ status: 400, json: { __type: 'ThrottlingException', message: 'Rate exceeded' } }, Throttled],
    [{ status: 400, json: { __type: 'ClusterNotFoundException', message: 'x' } }, NotFound],
    [{ status: 500, json: { __type: 'ServerException' } }, Unreachable],
    [{ status: 503, json: {} }, Unreachable],
  ] as const)('%j is %o', async (answer, kind) => {
    const { api } = await connect(() => answer);
    await expect(api.listClusters()).rejects.toBeInstanceOf(kind);
  });

  it('denied names the action of the call', async () => {
    const { api } = await connect(() => ({
      status: 403,
      xml: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>x</Message></Error></ErrorResponse>',
    }));
    await expect(api.describeTargetGroups()).rejects.toThrow(
      'lack elasticloadbalancing:DescribeTargetGroups',
    );
  });

  it('a server that never answers is given up', async () => {
    const { api } = await connect(() => 'hang', { requestTimeoutMs: 30 });
    await expect(api.listClusters()).rejects.toThrow('no answer in time');
  });

  it('attempts together are given up as well', async () => {
    const { api } = await connect(() => 'hang', { callTimeoutMs: 30, maxAttempts: 3 });
    await expect(api.listClusters()).rejects.toBeInstanceOf(Unreachable);
  });

  it('a port that nobody listens on is unreachable', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    const aws = connectAws({
      env: () => 'key',
      clock: systemClock,
      sleep: async () => undefined,
      timeouts: { maxAttempts: 1 },
    });
    closers.push(() => aws.close());
    await expect(aws.api(ACCOUNT, 'eu-west-1').listClusters()).rejects.toThrow(
      'no connection (ECONNREFUSED)',
    );
  });

  it('missing keys are told as such, whichever call needed them', async () => {
    const { api } = await connect(() => ({ json: {} }));
    expect(api).toBeDefined();
    const aws = connectAws({ env: () => undefined, clock: systemClock, sleep: async () => undefined });
    closers.push(() => aws.close());
    await expect(aws.api(ACCOUNT, 'eu-west-1').listClusters()).rejects.toThrow('set TEST_AWS_ACCESS_KEY_ID');
  });
});
