import {
  type DescribeServiceRevisionsCommandInput,
  type DescribeServiceRevisionsResponse,
  type ListServiceDeploymentsCommandInput,
  type ListServiceDeploymentsResponse,
  type ServiceDeploymentStatus,
  ServiceNotFoundException,
  UnsupportedFeatureException,
} from '@aws-sdk/client-ecs';
import type { WorldDeployment, WorldService } from '../../world/model.ts';
import { type Ctx, clustersOf } from '../service.ts';
import { arnPage, clusterNamed, findService } from './find.ts';

const DAY_MS = 86_400_000;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html: kept for 90 days. */
const KEPT_MS = 90 * DAY_MS;
const DEFAULT_PAGE = 20;

const STATUS: Readonly<Record<WorldDeployment['state'], ServiceDeploymentStatus>> = {
  COMPLETED: 'SUCCESSFUL',
  FAILED: 'STOPPED',
  IN_PROGRESS: 'IN_PROGRESS',
};

/** Newest first. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html */
export function listServiceDeployments(
  input: ListServiceDeploymentsCommandInput,
  ctx: Ctx,
): ListServiceDeploymentsResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const service = findService(cluster, input.service ?? '');
  if (service === undefined)
    throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} });
  if (service.controller !== 'ECS') {
    throw new UnsupportedFeatureException({
      message: `Service deployments are not supported with the ${service.controller} deployment controller.`,
      $metadata: {},
    });
  }
  const now = ctx.world.clock.now();
  const fits = service.deployments
    .toReversed()
    .filter(({ createdAtMs }) => createdAtMs > now - KEPT_MS)
    .filter(({ state }) => !input.status?.length || input.status.includes(STATUS[state]));
  const byArn = new Map(fits.map((each) => [arnOf('service-deployment', service, each.id), each]));
  const { items, next } = arnPage(
    'ListServiceDeployments',
    [...byArn.keys()],
    { ...input, maxResults: input.maxResults ?? DEFAULT_PAGE },
    ctx,
  );
  return {
    serviceDeployments: items.map((arn) => {
      const deployment = byArn.get(arn);
      return {
        serviceDeploymentArn: arn,
        serviceArn: service.arn,
        clusterArn: cluster.arn,
        ...(deployment === undefined ? {} : briefOf(deployment, service)),
      };
    }),
    ...(next === undefined ? {} : { nextToken: next }),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html */
export function describeServiceRevisions(
  input: DescribeServiceRevisionsCommandInput,
  ctx: Ctx,
): DescribeServiceRevisionsResponse {
  const known = new Map(
    clustersOf(ctx).flatMap((cluster) =>
      cluster.services.flatMap((service) =>
        service.deployments.map((each) => [revisionArn(service, each), { cluster, service, each }] as const),
      ),
    ),
  );
  const found = (input.serviceRevisionArns ?? []).map((arn) => ({ arn, at: known.get(arn) }));
  return {
    serviceRevisions: found.flatMap(({ arn, at }) =>
      at === undefined
        ? []
        : [
            {
              serviceRevisionArn: arn,
              serviceArn: at.service.arn,
              clusterArn: at.cluster.arn,
              taskDefinition: at.each.taskDefinitionArn,
              createdAt: new Date(at.each.createdAtMs),
            },
          ],
    ),
    failures: found.flatMap(({ arn, at }) => (at === undefined ? [{ arn, reason: 'MISSING' }] : [])),
  };
}

function briefOf(deployment: WorldDeployment, service: WorldService) {
  const createdAt = new Date(deployment.createdAtMs);
  const updatedAt = new Date(deployment.updatedAtMs);
  return {
    createdAt,
    startedAt: createdAt,
    ...(deployment.state === 'IN_PROGRESS' ? {} : { finishedAt: updatedAt }),
    targetServiceRevisionArn: revisionArn(service, deployment),
    status: STATUS[deployment.state],
  };
}

function revisionArn(service: WorldService, deployment: WorldDeployment): string {
  return arnOf('service-revision', service, deployment.id.replace(/\D/g, '') || deployment.id);
}

function arnOf(kind: 'service-deployment' | 'service-revision', service: WorldService, id: string): string {
  return `${service.arn.replace(':service/', `:${kind}/`)}/${id.slice(id.lastIndexOf('/') + 1)}`;
}
