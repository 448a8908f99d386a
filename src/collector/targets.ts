import type { TargetGroup as AwsTargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsApi, BATCH } from '../aws/api.ts';
import type { TargetGroup } from '../domain/fleet.ts';
import type { ServiceName } from './inventory.ts';
import type { Failures } from './missing.ts';
import { allPages, chunksOf, forEachLimited } from './paging.ts';

/** All target groups of a region by ARN. One page holds 400, so reading all is cheaper than asking for some. */
export async function listTargetGroups(api: AwsApi): Promise<ReadonlyMap<string, TargetGroup>> {
  const raw = await allPages((next) => api.describeTargetGroups(next));
  const groups = raw.flatMap((group) =>
    group.TargetGroupArn ? [[group.TargetGroupArn, toTargetGroup(group.TargetGroupArn, group)] as const] : [],
  );
  return new Map(groups.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What an ARN alone tells, for a group that could not be read: its name, but not what it hangs on. */
export function targetGroupFromArn(arn: string): TargetGroup {
  return toTargetGroup(arn, {});
}

function toTargetGroup(arn: string, raw: AwsTargetGroup): TargetGroup {
  const dimension = afterColon(arn);
  const loadBalancer = dimensionOf([...(raw.LoadBalancerArns ?? [])].sort()[0]);
  return {
    arn,
    name: raw.TargetGroupName ?? dimension.split('/')[1] ?? dimension,
    loadBalancer,
    dimension,
    kind: kindOf(loadBalancer),
    healthCheckPath: raw.HealthCheckPath,
  };
}

/** `arn:…:loadbalancer/app/edge/50dc6c495c0c9188` → `app/edge/50dc6c495c0c9188`, as CloudWatch names it. */
function dimensionOf(loadBalancerArn: string | undefined): string | undefined {
  if (loadBalancerArn === undefined) return undefined;
  return afterColon(loadBalancerArn).replace(/^loadbalancer\//, '');
}

function afterColon(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

function kindOf(loadBalancer: string | undefined): TargetGroup['kind'] {
  if (loadBalancer?.startsWith('app/')) return 'application';
  return loadBalancer?.startsWith('net/') ? 'network' : 'other';
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The scaling bounds of services, fifty a call.
 * @param onRead hears of each batch that was answered: who was asked for, and the bounds of those that have some,
 * by `cluster/service`.
 */
export async function readScalingBounds(
  api: AwsApi,
  names: readonly ServiceName[],
  failures: Failures,
  onRead: (asked: readonly ServiceName[], bounds: ReadonlyMap<string, Bounds>) => void,
): Promise<void> {
  const action = 'application-autoscaling:DescribeScalableTargets';
  await forEachLimited(chunksOf(names, BATCH.scalableTargets), 4, async (batch) => {
    if (failures.hopeless(action)) return;
    const ids = batch.map(resourceId);
    const targets = await failures.attempt(action, () =>
      allPages((next) => api.describeScalableTargets(ids, next)),
    );
    if (!targets) return;
    const bounds = targets.flatMap((t) =>
      t.ResourceId === undefined || t.MinCapacity === undefined || t.MaxCapacity === undefined
        ? []
        : [[t.ResourceId.replace(/^service\//, ''), { min: t.MinCapacity, max: t.MaxCapacity }] as const],
    );
    onRead(batch, new Map(bounds));
  });
}

/** How Application Auto Scaling names an ECS service. */
export function resourceId({ cluster, service }: ServiceName): string {
  return `service/${cluster}/${service}`;
}
