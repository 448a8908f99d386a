import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, GetMetricStatisticsCommand, type Statistic } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CredentialProvider } from '../../src/aws/credentials.ts';

const REGION = 'us-east-1';
const PERIOD_SECONDS = 300;

/** Per service: four descriptions and fourteen statistics, one call each. */
export const NAIVE_CALLS_PER_SERVICE = 18;

/** The usual way to read a service: one call after the other, one GetMetricStatistics per metric and statistic. */
export function makeNaiveReader(credentials: CredentialProvider) {
  const settings = { region: REGION, credentials };
  const [ecs, elb] = [new ECSClient(settings), new ElasticLoadBalancingV2Client(settings)];
  const [scaling, cloudwatch] = [new ApplicationAutoScalingClient(settings), new CloudWatchClient(settings)];
  return async (cluster: string, service: string): Promise<void> => {
    const described = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const arn = described.services?.[0]?.loadBalancers?.[0]?.targetGroupArn ?? '';
    const groups = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
    await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    await scaling.send(
      new DescribeScalableTargetsCommand({
        ServiceNamespace: 'ecs',
        ResourceIds: [`service/${cluster}/${service}`],
      }),
    );
    const balancer = groups.TargetGroups?.[0]?.LoadBalancerArns?.[0]?.split(':loadbalancer/')[1] ?? '';
    for (const query of queriesOf({ cluster, service, group: arn.split(':').at(-1) ?? '', balancer })) {
      await cloudwatch.send(new GetMetricStatisticsCommand({ ...query, ...lastHour() }));
    }
  };
}

function lastHour() {
  const endMs = Date.now();
  return { StartTime: new Date(endMs - 3_600_000), EndTime: new Date(endMs), Period: PERIOD_SECONDS };
}

function queriesOf(of: {
  readonly cluster: string;
  readonly service: string;
  readonly group: string;
  readonly balancer: string;
}) {
  const ecs = dimensions({ ClusterName: of.cluster, ServiceName: of.service });
  const target = dimensions({ LoadBalancer: of.balancer, TargetGroup: of.group });
  const own = dimensions({ LoadBalancer: of.balancer });
  const query = (Namespace: string, MetricName: string, Dimensions: typeof ecs, stat: Statistic | 'p99') => ({
    Namespace,
    MetricName,
    Dimensions,
    ...(stat === 'p99' ? { ExtendedStatistics: [stat] } : { Statistics: [stat] }),
  });
  const elb = 'AWS/ApplicationELB';
  return [
    query('AWS/ECS', 'CPUUtilization', ecs, 'Average'),
    query('AWS/ECS', 'CPUUtilization', ecs, 'SampleCount'),
    query('AWS/ECS', 'MemoryUtilization', ecs, 'Average'),
    query(elb, 'RequestCount', target, 'Sum'),
    query(elb, 'TargetResponseTime', target, 'Average'),
    query(elb, 'TargetResponseTime', target, 'Maximum'),
    query(elb, 'TargetResponseTime', target, 'p99'),
    query(elb, 'HTTPCode_Target_2XX_Count', target, 'Sum'),
    query(elb, 'HTTPCode_Target_3XX_Count', target, 'Sum'),
    query(elb, 'HTTPCode_Target_4XX_Count', target, 'Sum'),
    query(elb, 'HTTPCode_Target_5XX_Count', target, 'Sum'),
    query(elb, 'HealthyHostCount', target, 'Minimum'),
    query(elb, 'UnHealthyHostCount', target, 'Maximum'),
    query(elb, 'HTTPCode_ELB_5XX_Count', own, 'Sum'),
  ];
}

function dimensions(of: Readonly<Record<string, string>>) {
  return Object.entries(of).map(([Name, Value]) => ({ Name, Value }));
}
