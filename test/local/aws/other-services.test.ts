import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  InvalidNextTokenException,
  ValidationException,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  InvalidParameterException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { handWorld, NOW } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

describe('Elastic Load Balancing', () => {
  test('ARNs end in the dimensions that CloudWatch uses', async () => {
    const elb = new ElasticLoadBalancingV2Client(await (await startLoopback(handWorld())).asSpoke());
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups).toHaveLength(1);
    expect(TargetGroups?.[0]).toMatchObject({
      Protocol: 'HTTP',
      Port: 8080,
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200' },
    });
    expect(TargetGroups?.[0]?.TargetGroupArn?.split(':').at(-1)).toBe(
      'targetgroup/service-00/0123456789abcdef',
    );
    const { LoadBalancers } = await elb.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: TargetGroups?.[0]?.LoadBalancerArns }),
    );
    expect(LoadBalancers?.[0]?.LoadBalancerArn?.split(':loadbalancer/')[1]).toBe('app/edge/fedcba9876543210');
  });

  test('targets carry state, reason and description', async () => {
    const elb = new ElasticLoadBalancingV2Client(await (await startLoopback(handWorld())).asSpoke());
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['service-00'] }));
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(TargetHealthDescriptions?.map((each) => each.TargetHealth)).toEqual([
      { State: 'healthy' },
      {
        State: 'unhealthy',
        Reason: 'Target.ResponseCodeMismatch',
        Description: 'Health checks failed with these codes: [503]',
      },
    ]);
  });

  test.each([
    [
      'a group that is not there',
      new DescribeTargetHealthCommand({ TargetGroupArn: 'arn:none' }),
      'TargetGroupNotFoundException',
    ],
    [
      'a name that is not there',
      new DescribeTargetGroupsCommand({ Names: ['nope'] }),
      'TargetGroupNotFoundException',
    ],
    ['no group at all', new DescribeTargetHealthCommand({ TargetGroupArn: undefined }), 'ValidationError'],
    ['a page of 401', new DescribeTargetGroupsCommand({ PageSize: 401 }), 'ValidationError'],
    ['a made-up marker', new DescribeTargetGroupsCommand({ Marker: 'x' }), 'ValidationError'],
  ])('%s is refused', async (_name, command, code) => {
    const elb = new ElasticLoadBalancingV2Client(await (await startLoopback(handWorld())).asSpoke());
    const error = await refusal(elb.send(command as DescribeTargetGroupsCommand));
    expect(error.name).toBe(code);
  });
});

describe('Logs', () => {
  async function logsOver() {
    return new CloudWatchLogsClient(await (await startLoopback(handWorld())).asSpoke());
  }
  const group = { logGroupName: '/ecs/service-00' };

  test('groups by prefix, streams newest first', async () => {
    const logs = await logsOver();
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/service-00' }),
    );
    expect(logGroups?.map((each) => each.logGroupName)).toEqual(['/ecs/service-00']);
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ ...group, orderBy: 'LastEventTime', descending: true, limit: 1 }),
    );
    expect(logStreams).toMatchObject([{ logStreamName: 'ecs/app/1', lastEventTimestamp: NOW - 60_000 }]);
  });

  test.each([
    [undefined, 30],
    ['ERROR', 10],
    ['"connection refused"', 10],
    ['-ERROR', 20],
    ['?ERROR ?INFO', 30],
    ['?refused ?nothing', 10],
    ['ERROR refused', 10],
    ['ERROR accepted', 0],
    ['%n=1\\d$%', 10],
  ])('the pattern %s finds %i', async (filterPattern, count) => {
    const logs = await logsOver();
    const { events } = await logs.send(new FilterLogEventsCommand({ ...group, filterPattern }));
    expect(events).toHaveLength(count);
  });

  test('pages and times are kept: endTime is inclusive', async () => {
    const logs = await logsOver();
    const asked = { ...group, startTime: NOW - 10 * 60_000, endTime: NOW - 60_000 };
    const first = await logs.send(new FilterLogEventsCommand({ ...asked, limit: 7 }));
    const second = await logs.send(
      new FilterLogEventsCommand({ ...asked, limit: 7, nextToken: first.nextToken }),
    );
    expect(first.events).toHaveLength(7);
    expect(second.events?.map((event) => event.timestamp)).toEqual([
      NOW - 180_000,
      NOW - 120_000,
      NOW - 60_000,
    ]);
    expect(second.nextToken).toBeUndefined();
  });

  test('what the vendor refuses is refused', async () => {
    const logs = await logsOver();
    const filter = (input: object) => refusal(logs.send(new FilterLogEventsCommand({ ...group, ...input })));
    expect(await filter({ logGroupName: '/ecs/none' })).toBeInstanceOf(ResourceNotFoundException);
    expect(await filter({ limit: 10_001 })).toBeInstanceOf(InvalidParameterException);
    expect(await filter({ nextToken: 'x' })).toBeInstanceOf(InvalidParameterException);
    expect(await filter({ filterPattern: '{ $.level = "error" }' })).toBeInstanceOf(
      InvalidParameterException,
    );
    expect(await filter({ filterPattern: 'api/v1' })).toBeInstanceOf(InvalidParameterException);
  });

  test('one stream is read backwards from its end; the end gives the same token again', async () => {
    const logs = await logsOver();
    const stream = { ...group, logStreamName: 'ecs/app/1' };
    const last = await logs.send(new GetLogEventsCommand({ ...stream, limit: 10 }));
    expect(last.events?.at(-1)?.timestamp).toBe(NOW - 60_000);
    const before = await logs.send(
      new GetLogEventsCommand({ ...stream, limit: 10, nextToken: last.nextBackwardToken }),
    );
    expect(before.events).toHaveLength(5);
    const end = await logs.send(new GetLogEventsCommand({ ...stream, nextToken: last.nextForwardToken }));
    expect(end.events).toEqual([]);
    expect(end.nextForwardToken).toBe(last.nextForwardToken);
  });
});

describe('Application Auto Scaling', () => {
  test('bounds and target tracking of what has them', async () => {
    const scaling = new ApplicationAutoScalingClient(await (await startLoopback(handWorld())).asSpoke());
    const ServiceNamespace = 'ecs';
    const { ScalableTargets } = await scaling.send(
      new DescribeScalableTargetsCommand({
        ServiceNamespace,
        ResourceIds: ['service/prod/service-00', 'service/prod/service-01'],
      }),
    );
    expect(ScalableTargets).toMatchObject([
      { ResourceId: 'service/prod/service-00', MinCapacity: 2, MaxCapacity: 10 },
    ]);
    const { ScalingPolicies } = await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace }));
    expect(
      ScalingPolicies?.map((each) => each.TargetTrackingScalingPolicyConfiguration?.TargetValue),
    ).toEqual([70]);
    expect(
      (await scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace }))).ScheduledActions,
    ).toEqual([]);
  });

  test('51 resources, an unknown namespace and a made-up token are refused', async () => {
    const scaling = new ApplicationAutoScalingClient(await (await startLoopback(handWorld())).asSpoke());
    const asking = (input: object) =>
      refusal(scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ...input })));
    const ResourceIds = Array.from({ length: 51 }, (_, i) => `service/prod/${i}`);
    expect(await asking({ ResourceIds })).toBeInstanceOf(ValidationException);
    expect(await asking({ ServiceNamespace: 'ecz' })).toBeInstanceOf(ValidationException);
    expect(await asking({ NextToken: 'x' })).toBeInstanceOf(InvalidNextTokenException);
  });
});
