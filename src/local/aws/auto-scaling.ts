import {
  DescribeScalableTargetsCommand,
  type DescribeScalableTargetsCommandInput,
  type DescribeScalableTargetsResponse,
  DescribeScalingPoliciesCommand,
  type DescribeScalingPoliciesCommandInput,
  type DescribeScalingPoliciesResponse,
  DescribeScheduledActionsCommand,
  type DescribeScheduledActionsCommandInput,
  type DescribeScheduledActionsResponse,
  errorTypeRegistries,
  InvalidNextTokenException,
  type MetricType,
  type ScalableTarget,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import type { WorldService } from '../world/model.ts';
import { hex } from './ecs/network.ts';
import { constraintBroken } from './faults.ts';
import { DEFAULT_PAGE } from './limits.ts';
import { type Page, pageOf } from './pages.ts';
import { type Ctx, clustersOf, operation, operationsByName, type Service } from './service.ts';

/** Application Auto Scaling, for ECS services only: other namespaces have nothing registered. */
export const autoScaling: Service = {
  prefix: 'application-autoscaling',
  signingName: 'application-autoscaling',
  xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2016-02-06/',
  errorRegistries: errorTypeRegistries,
  operations: operationsByName([
    operation(DescribeScalableTargetsCommand, describeScalableTargets),
    operation(DescribeScalingPoliciesCommand, describeScalingPolicies),
    operation(DescribeScheduledActionsCommand, describeScheduledActions),
  ]),
};

const DIMENSION = 'ecs:service:DesiredCount';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
function describeScalableTargets(
  input: DescribeScalableTargetsCommandInput,
  ctx: Ctx,
): DescribeScalableTargetsResponse {
  const targets = scaledServices(input, ctx)
    .filter((service) => input.ResourceIds === undefined || input.ResourceIds.includes(resourceIdOf(service)))
    .map((service) => targetShape(service));
  const page = scalingPage('DescribeScalableTargets', targets, input, ctx, (each) => each.ResourceId ?? '');
  return { ScalableTargets: [...page.items], NextToken: page.next };
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
function describeScalingPolicies(
  input: DescribeScalingPoliciesCommandInput,
  ctx: Ctx,
): DescribeScalingPoliciesResponse {
  const policies = scaledServices(input, ctx)
    .filter((service) => input.ResourceId === undefined || resourceIdOf(service) === input.ResourceId)
    .flatMap((service) => policyShapes(service))
    .filter(
      (policy) => input.PolicyNames === undefined || input.PolicyNames.includes(policy.PolicyName ?? ''),
    );
  const page = scalingPage('DescribeScalingPolicies', policies, input, ctx, (each) => each.PolicyARN ?? '');
  return { ScalingPolicies: [...page.items], NextToken: page.next };
}

/** The simulated services have no scheduled actions. */
function describeScheduledActions(
  input: DescribeScheduledActionsCommandInput,
  ctx: Ctx,
): DescribeScheduledActionsResponse {
  scaledServices(input, ctx);
  return { ScheduledActions: [] };
}

const NAMESPACES = [
  'ecs',
  'elasticmapreduce',
  'ec2',
  'appstream',
  'dynamodb',
  'rds',
  'sagemaker',
  'custom-resource',
  'comprehend',
  'lambda',
  'cassandra',
  'kafka',
  'elasticache',
  'neptune',
  'workspaces',
];

function scaledServices(
  input: { readonly ServiceNamespace: string | undefined; readonly ScalableDimension?: string | undefined },
  ctx: Ctx,
): readonly WorldService[] {
  const { ServiceNamespace: namespace = '' } = input;
  if (!NAMESPACES.includes(namespace)) {
    const all = NAMESPACES.join(', ');
    throw constraintBroken('serviceNamespace', namespace, `Member must satisfy enum value set: [${all}]`);
  }
  if (namespace !== 'ecs') return [];
  if (input.ScalableDimension !== undefined && input.ScalableDimension !== DIMENSION) return [];
  return clustersOf(ctx)
    .flatMap((cluster) => cluster.services)
    .filter((service) => service.scaling !== undefined);
}

function scalingPage<T>(
  operationName: string,
  items: readonly T[],
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  ctx: Ctx,
  id: (item: T) => string,
): Page<T> {
  const { NextToken, MaxResults, ...filters } = input;
  return pageOf(items, {
    token: NextToken,
    size: MaxResults ?? DEFAULT_PAGE['application-autoscaling:*'],
    scope: [operationName, ctx.accountId, ctx.region, filters],
    id,
    refuse: () => new InvalidNextTokenException({ message: 'Invalid NextToken', $metadata: {} }),
  });
}

function targetShape(service: WorldService): ScalableTarget {
  return {
    ServiceNamespace: 'ecs',
    ResourceId: resourceIdOf(service),
    ScalableDimension: DIMENSION,
    MinCapacity: service.scaling?.min ?? 0,
    MaxCapacity: service.scaling?.max ?? 0,
    RoleARN: `arn:aws:iam::${service.accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    CreationTime: new Date(service.createdAtMs),
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    ScalableTargetARN: `arn:aws:application-autoscaling:${service.region}:${service.accountId}:scalable-target/${hex(service.arn, 34)}`,
  };
}

function policyShapes(service: WorldService): readonly ScalingPolicy[] {
  const { cpuTarget, memoryTarget } = service.scaling ?? {};
  return [
    ...(cpuTarget === undefined ? [] : [policyShape(service, 'ECSServiceAverageCPUUtilization', cpuTarget)]),
    ...(memoryTarget === undefined
      ? []
      : [policyShape(service, 'ECSServiceAverageMemoryUtilization', memoryTarget)]),
  ];
}

function policyShape(service: WorldService, metric: MetricType, target: number): ScalingPolicy {
  const name = `${service.name}-${metric.endsWith('CPUUtilization') ? 'cpu' : 'memory'}`;
  const resourceId = resourceIdOf(service);
  return {
    PolicyARN: `arn:aws:autoscaling:${service.region}:${service.accountId}:scalingPolicy:${hex(service.arn + name, 32)}:resource/ecs/${resourceId}:policyName/${name}`,
    PolicyName: name,
    ServiceNamespace: 'ecs',
    ResourceId: resourceId,
    ScalableDimension: DIMENSION,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: target,
      PredefinedMetricSpecification: { PredefinedMetricType: metric },
      ScaleOutCooldown: 300,
      ScaleInCooldown: 300,
      DisableScaleIn: false,
    },
    Alarms: [],
    CreationTime: new Date(service.createdAtMs),
  };
}

function resourceIdOf(service: WorldService): string {
  return `service/${service.cluster}/${service.name}`;
}
