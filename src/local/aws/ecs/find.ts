import { ClusterNotFoundException, InvalidParameterException } from '@aws-sdk/client-ecs';
import type { WorldCluster, WorldService, WorldTask } from '../../world/model.ts';
import { DEFAULT_PAGE } from '../limits.ts';
import { type Page, pageOf } from '../pages.ts';
import { type Ctx, clustersOf } from '../service.ts';

const HOUR_MS = 3_600_000;

/** The cluster that a short name or ARN means; `default` where none is named. Throws ClusterNotFoundException. */
export function clusterNamed(reference: string | undefined, ctx: Ctx): WorldCluster {
  const found = findCluster(reference, ctx);
  if (found === undefined) {
    throw new ClusterNotFoundException({ message: 'Cluster not found.', $metadata: {} });
  }
  return found;
}

/** Like {@link clusterNamed}, undefined where there is none. */
export function findCluster(reference: string | undefined, ctx: Ctx): WorldCluster | undefined {
  const wanted = reference ?? 'default';
  return clustersOf(ctx).find((cluster) => cluster.arn === wanted || cluster.name === wanted);
}

/** A service of the cluster by name, ARN, or the old ARN without the cluster's name. */
export function findService(cluster: WorldCluster, reference: string): WorldService | undefined {
  const name = reference.startsWith('arn:') ? lastPart(reference) : reference;
  return cluster.services.find(
    (service) =>
      service.arn === reference ||
      (service.name === name && (name === reference || oldArn(service) === reference)),
  );
}

/** The ARN that a short name of a service, task or container instance stands for; ARNs stay. For IAM. */
export function resourceArn(
  kind: 'cluster' | 'service' | 'task' | 'container-instance',
  reference: string | undefined,
  cluster: string | undefined,
  ctx: Ctx,
): string {
  const name = reference ?? 'default';
  if (name.startsWith('arn:')) return name;
  const prefix = `arn:aws:ecs:${ctx.region}:${ctx.accountId}:${kind}`;
  return kind === 'cluster' ? `${prefix}/${name}` : `${prefix}/${lastPart(cluster ?? 'default')}/${name}`;
}

/** Every task that ECS still shows, with its service. Stopped tasks are shown for one hour (ECS StopTask, DescribeTasks). */
export function visibleTasks(
  cluster: WorldCluster,
  ctx: Ctx,
): readonly { readonly service: WorldService; readonly task: WorldTask }[] {
  const since = ctx.world.clock.now() - HOUR_MS;
  return cluster.services.flatMap((service) =>
    service.tasks
      .filter((task) => task.stoppedAtMs === undefined || task.stoppedAtMs > since)
      .map((task) => ({ service, task })),
  );
}

/** The last segment of an ARN's resource. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** One page of ARNs. */
export function arnPage(
  operation: string,
  arns: readonly string[],
  input: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
  ctx: Ctx,
): Page<string> {
  const { nextToken, maxResults, ...filters } = input;
  const byDefault =
    operation === 'ListServices' || operation === 'ListServicesByNamespace'
      ? DEFAULT_PAGE['ecs:ListServices']
      : DEFAULT_PAGE['ecs:*'];
  return pageOf(arns, {
    token: nextToken,
    size: maxResults ?? byDefault,
    scope: [operation, ctx.accountId, ctx.region, filters],
    id: (arn) => arn,
    refuse: () => new InvalidParameterException({ message: 'Invalid token', $metadata: {} }),
  });
}

function oldArn(service: WorldService): string {
  return `arn:aws:ecs:${service.region}:${service.accountId}:service/${service.name}`;
}
