import type { ScalingPolicy as AwsScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type {
  ContainerDefinition as AwsContainer,
  TaskDefinition as AwsTaskDefinition,
} from '@aws-sdk/client-ecs';
import type { AwsApi } from '../aws/api.ts';
import type { ContainerDefinition, ScalingBounds, ScalingPolicy, TaskDefinition } from '../domain/fleet.ts';
import type { ServiceName } from './inventory.ts';
import { allPages } from './paging.ts';
import { resourceId } from './targets.ts';

/**
 * Reads one revision of a task definition.
 * @throws NotFound when there is no such revision, and what else the call may throw.
 */
export async function readTaskDefinition(api: AwsApi, arn: string): Promise<TaskDefinition> {
  return toTaskDefinition(await api.describeTaskDefinition(arn));
}

/**
 * Reads the scaling bounds of a service with its policies; undefined when Application Auto Scaling does not know it.
 * @throws what the calls throw.
 */
export async function readScaling(api: AwsApi, name: ServiceName): Promise<ScalingBounds | undefined> {
  const id = resourceId(name);
  const targets = await allPages((next) => api.describeScalableTargets([id], next));
  const target = targets.find((each) => each.ResourceId === id);
  if (target?.MinCapacity === undefined || target.MaxCapacity === undefined) return undefined;
  return { min: target.MinCapacity, max: target.MaxCapacity, policies: await readPolicies(api, name) };
}

/** The scaling policies of one service. @throws what the call throws. */
export async function readPolicies(api: AwsApi, name: ServiceName): Promise<readonly ScalingPolicy[]> {
  const policies = await allPages((next) => api.describeScalingPolicies(resourceId(name), next));
  return policies.map(toPolicy).sort(byName);
}

/** The scaling policies of all services of a region, by `cluster/service`. @throws what the call throws. */
export async function readAllPolicies(api: AwsApi): Promise<ReadonlyMap<string, readonly ScalingPolicy[]>> {
  const policies = await allPages((next) => api.describeScalingPolicies(undefined, next));
  const byService = new Map<string, ScalingPolicy[]>();
  for (const raw of policies) {
    const key = (raw.ResourceId ?? '').replace(/^service\//, '');
    byService.set(key, [...(byService.get(key) ?? []), toPolicy(raw)].sort(byName));
  }
  return byService;
}

function byName(a: ScalingPolicy, b: ScalingPolicy): number {
  return a.name < b.name ? -1 : 1;
}

function toTaskDefinition(raw: AwsTaskDefinition): TaskDefinition {
  return {
    family: raw.family ?? '',
    revision: raw.revision ?? 0,
    cpuUnits: numberOf(raw.cpu),
    memoryMiB: numberOf(raw.memory),
    arch: raw.runtimePlatform?.cpuArchitecture,
    containers: (raw.containerDefinitions ?? []).map(toContainer),
  };
}

function toContainer(raw: AwsContainer): ContainerDefinition {
  const awslogs = raw.logConfiguration?.logDriver === 'awslogs' ? raw.logConfiguration.options : undefined;
  const prefix = awslogs?.['awslogs-stream-prefix'];
  const region = awslogs?.['awslogs-region'];
  return {
    name: raw.name ?? '',
    image: raw.image ?? '',
    essential: raw.essential ?? true,
    cpuUnits: raw.cpu || undefined,
    memoryMiB: raw.memory ?? raw.memoryReservation,
    logGroup: awslogs?.['awslogs-group'],
    ...(prefix === undefined ? {} : { logStreamPrefix: prefix }),
    ...(region === undefined ? {} : { logRegion: region }),
  };
}

/** ECS writes task sizes as strings: `"512"`, or with a unit in old registrations (`"1 vCPU"`, `"2 GB"`). */
function numberOf(size: string | undefined): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(vcpu|gb)?\s*$/i.exec(size ?? '');
  if (!match) return undefined;
  return Number(match[1]) * (match[2] ? 1024 : 1);
}

function toPolicy(raw: AwsScalingPolicy): ScalingPolicy {
  const tracking = raw.TargetTrackingScalingPolicyConfiguration;
  return {
    name: raw.PolicyName ?? '',
    kind: kindOf(raw.PolicyType),
    metric: metricOf(tracking?.PredefinedMetricSpecification?.PredefinedMetricType),
    target: tracking?.TargetValue,
  };
}

function kindOf(type: string | undefined): ScalingPolicy['kind'] {
  if (type === 'TargetTrackingScaling') return 'target_tracking';
  return type === 'StepScaling' ? 'step' : 'other';
}

function metricOf(type: string | undefined): ScalingPolicy['metric'] {
  return PREDEFINED_METRICS[type ?? ''] ?? 'other';
}

const PREDEFINED_METRICS: Readonly<Record<string, ScalingPolicy['metric']>> = {
  ECSServiceAverageCPUUtilization: 'cpu',
  ECSServiceAverageMemoryUtilization: 'memory',
  ALBRequestCountPerTarget: 'requests',
};
