import { constraintBroken, Fault } from './faults.ts';

/** A bound on one member of an operation's input: the length of a list or string, or a number's value. */
interface Limit {
  readonly member: string;
  readonly kind: 'items' | 'value' | 'length';
  readonly min?: number;
  readonly max: number;
  readonly source: string;
}

const ecs = (operation: string) =>
  `https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_${operation}.html`;
const cloudwatch = (operation: string) =>
  `https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_${operation}.html`;
const elb = (operation: string) =>
  `https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_${operation}.html`;
const logs = (operation: string) =>
  `https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_${operation}.html`;
const sts = (operation: string) =>
  `https://docs.aws.amazon.com/STS/latest/APIReference/API_${operation}.html`;
const scaling = (operation: string) =>
  `https://docs.aws.amazon.com/autoscaling/application/APIReference/API_${operation}.html`;

const items = (member: string, max: number, source: string, min = 0): Limit => ({
  member,
  kind: 'items',
  min,
  max,
  source,
});
const value = (member: string, min: number, max: number, source: string): Limit => ({
  member,
  kind: 'value',
  min,
  max,
  source,
});
const length = (member: string, min: number, max: number, source: string): Limit => ({
  member,
  kind: 'length',
  min,
  max,
  source,
});

/** By `service:Operation`. The page size where a caller names none is in {@link DEFAULT_PAGE}. */
export const LIMITS: Readonly<Record<string, readonly Limit[]>> = {
  'ecs:ListClusters': [value('maxResults', 1, 100, ecs('ListClusters'))],
  'ecs:DescribeClusters': [items('clusters', 100, ecs('DescribeClusters'))],
  'ecs:ListServices': [value('maxResults', 1, 100, ecs('ListServices'))],
  'ecs:DescribeServices': [items('services', 10, ecs('DescribeServices'), 1)],
  'ecs:ListServicesByNamespace': [value('maxResults', 1, 100, ecs('ListServicesByNamespace'))],
  'ecs:ListTasks': [value('maxResults', 1, 100, ecs('ListTasks'))],
  'ecs:DescribeTasks': [items('tasks', 100, ecs('DescribeTasks'), 1)],
  'ecs:ListTaskDefinitions': [value('maxResults', 1, 100, ecs('ListTaskDefinitions'))],
  'ecs:ListContainerInstances': [value('maxResults', 1, 100, ecs('ListContainerInstances'))],
  'ecs:DescribeContainerInstances': [items('containerInstances', 100, ecs('DescribeContainerInstances'), 1)],
  'ecs:ListServiceDeployments': [value('maxResults', 1, 100, ecs('ListServiceDeployments'))],
  'ecs:DescribeServiceDeployments': [
    items('serviceDeploymentArns', 20, ecs('DescribeServiceDeployments'), 1),
  ],
  'ecs:DescribeServiceRevisions': [items('serviceRevisionArns', 20, ecs('DescribeServiceRevisions'), 1)],
  'ecs:UpdateService': [value('desiredCount', 0, 2 ** 31 - 1, ecs('UpdateService'))],
  'ecs:StopTask': [length('reason', 0, 1024, ecs('StopTask'))],
  'cloudwatch:GetMetricData': [
    items('MetricDataQueries', 500, cloudwatch('GetMetricData')),
    value('MaxDatapoints', 1, 100_800, cloudwatch('GetMetricData')),
  ],
  'cloudwatch:GetMetricStatistics': [
    value('Period', 1, 2 ** 31 - 1, cloudwatch('GetMetricStatistics')),
    items('Dimensions', 30, cloudwatch('GetMetricStatistics')),
    items('Statistics', 5, cloudwatch('GetMetricStatistics')),
    items('ExtendedStatistics', 10, cloudwatch('GetMetricStatistics')),
  ],
  'cloudwatch:PutMetricData': [
    items('MetricData', 1000, cloudwatch('PutMetricData')),
    length('Namespace', 1, 255, cloudwatch('PutMetricData')),
  ],
  'cloudwatch:ListMetrics': [items('Dimensions', 10, cloudwatch('ListMetrics'))],
  'cloudwatch:DescribeAlarms': [value('MaxRecords', 1, 100, cloudwatch('DescribeAlarms'))],
  'elasticloadbalancing:DescribeLoadBalancers': [
    items('LoadBalancerArns', 20, elb('DescribeLoadBalancers')),
    value('PageSize', 1, 400, elb('DescribeLoadBalancers')),
  ],
  'elasticloadbalancing:DescribeTargetGroups': [value('PageSize', 1, 400, elb('DescribeTargetGroups'))],
  'logs:DescribeLogGroups': [value('limit', 1, 50, logs('DescribeLogGroups'))],
  'logs:DescribeLogStreams': [value('limit', 1, 50, logs('DescribeLogStreams'))],
  'logs:FilterLogEvents': [
    value('limit', 1, 10_000, logs('FilterLogEvents')),
    length('filterPattern', 0, 1024, logs('FilterLogEvents')),
    items('logStreamNames', 100, logs('FilterLogEvents'), 1),
  ],
  'logs:GetLogEvents': [value('limit', 1, 10_000, logs('GetLogEvents'))],
  'sts:AssumeRole': [
    value('DurationSeconds', 900, 43_200, sts('AssumeRole')),
    length('RoleSessionName', 2, 64, sts('AssumeRole')),
    length('ExternalId', 2, 1224, sts('AssumeRole')),
    length('Policy', 1, 2048, sts('AssumeRole')),
    length('SourceIdentity', 2, 64, sts('AssumeRole')),
  ],
  'application-autoscaling:DescribeScalableTargets': [
    items('ResourceIds', 50, scaling('DescribeScalableTargets')),
    value('MaxResults', 1, 50, scaling('DescribeScalableTargets')),
  ],
  'application-autoscaling:DescribeScalingPolicies': [
    value('MaxResults', 1, 50, scaling('DescribeScalingPolicies')),
    items('PolicyNames', 50, scaling('DescribeScalingPolicies')),
  ],
  'application-autoscaling:DescribeScheduledActions': [
    value('MaxResults', 1, 50, scaling('DescribeScheduledActions')),
  ],
};

/** Items a page where the caller names no size; sources as in {@link LIMITS}. */
export const DEFAULT_PAGE = {
  'ecs:ListServices': 10,
  'ecs:ListServicesByNamespace': 10,
  'ecs:*': 100,
  'cloudwatch:ListMetrics': 500,
  'elasticloadbalancing:*': 400,
  'logs:*': 50,
  'logs:events': 10_000,
  'application-autoscaling:*': 50,
} as const;

/** Throws the service's validation error for the first bound that the input breaks. */
export function checkLimits(action: string, input: object): void {
  for (const limit of LIMITS[action] ?? []) {
    const given: unknown = Reflect.get(input, limit.member);
    if (given === undefined || given === null) continue;
    const size = sizeOf(limit, given);
    if (size > limit.max) throw tooMuch(action, limit, given);
    if (limit.min !== undefined && size < limit.min) throw tooLittle(limit, given);
  }
}

function sizeOf(limit: Limit, given: unknown): number {
  if (limit.kind === 'value') return Number(given);
  return typeof given === 'string' || Array.isArray(given) ? given.length : 0;
}

function tooMuch(action: string, limit: Limit, given: unknown): Fault {
  if (action.startsWith('cloudwatch:') && limit.kind === 'items') {
    const message = `The collection ${limit.member} must not have a size greater than ${limit.max}.`;
    return new Fault('validation', message);
  }
  const what = limit.kind === 'value' ? 'value' : 'length';
  return constraintBroken(
    limit.member,
    shown(given),
    `Member must have ${what} less than or equal to ${limit.max}`,
  );
}

function tooLittle(limit: Limit, given: unknown): Fault {
  const what = limit.kind === 'value' ? 'value' : 'length';
  return constraintBroken(
    limit.member,
    shown(given),
    `Member must have ${what} greater than or equal to ${limit.min}`,
  );
}

function shown(given: unknown): string {
  if (!Array.isArray(given)) return String(given);
  const head = given
    .slice(0, 3)
    .map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item)));
  return `[${head.join(', ')}${given.length > 3 ? ', …' : ''}]`;
}
