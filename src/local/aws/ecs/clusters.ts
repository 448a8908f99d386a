import type {
  Cluster,
  DescribeClustersCommandInput,
  DescribeClustersResponse,
  ListClustersCommandInput,
  ListClustersResponse,
} from '@aws-sdk/client-ecs';
import type { WorldCluster } from '../../world/model.ts';
import { type Ctx, clustersOf } from '../service.ts';
import { arnPage, findCluster } from './find.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
export function listClusters(input: ListClustersCommandInput, ctx: Ctx): ListClustersResponse {
  const arns = clustersOf(ctx).map((cluster) => cluster.arn);
  const page = arnPage('ListClusters', arns, input, ctx);
  return { clusterArns: [...page.items], nextToken: page.next };
}

/** Unknown clusters come back as failures MISSING. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html */
export function describeClusters(input: DescribeClustersCommandInput, ctx: Ctx): DescribeClustersResponse {
  const asked = (input.clusters ?? ['default']).map((reference) => ({
    reference,
    found: findCluster(reference, ctx),
  }));
  return {
    clusters: asked.flatMap(({ found }) => (found === undefined ? [] : [clusterShape(found)])),
    failures: asked.flatMap(({ reference, found }) =>
      found === undefined
        ? [
            {
              arn: reference.startsWith('arn:')
                ? reference
                : `arn:aws:ecs:${ctx.region}:${ctx.accountId}:cluster/${reference}`,
              reason: 'MISSING',
            },
          ]
        : [],
    ),
  };
}

function clusterShape(cluster: WorldCluster): Cluster {
  const total = (of: 'running' | 'pending') =>
    cluster.services.reduce((sum, service) => sum + service[of], 0);
  const providers = cluster.services.flatMap((service) => Object.keys(service.capacityProviders ?? {}));
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: cluster.instances.length,
    runningTasksCount: total('running'),
    pendingTasksCount: total('pending'),
    activeServicesCount: cluster.services.length,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: [...new Set(providers)],
    defaultCapacityProviderStrategy: [],
  };
}
