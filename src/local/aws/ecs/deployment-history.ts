import {
  type DeploymentLifecycleHookDetail,
  type DescribeServiceDeploymentsCommandInput,
  type DescribeServiceDeploymentsResponse,
  type DescribeServiceRevisionsCommandInput,
  type DescribeServiceRevisionsResponse,
  type ListServiceDeploymentsCommandInput,
  type ListServiceDeploymentsResponse,
  type ServiceDeployment,
  type ServiceDeploymentLifecycleStage,
  type ServiceDeploymentStatus,
  ServiceNotFoundException,
  UnsupportedFeatureException,
} from '@aws-sdk/client-ecs';
import type { WorldCluster, WorldDeployment, WorldHook, WorldService } from '../../world/model.ts';
import { serviceDeploymentArn } from '../../world/place.ts';
import { type Ctx, clustersOf } from '../service.ts';
import { arnPage, clusterNamed, findService, lastPart } from './find.ts';

const DAY_MS = 86_400_000;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html: kept for 90 days. */
const KEPT_MS = 90 * DAY_MS;
const DEFAULT_PAGE = 20;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
export function describeServiceDeployments(
  input: DescribeServiceDeploymentsCommandInput,
  ctx: Ctx,
): DescribeServiceDeploymentsResponse {
  const found = (input.serviceDeploymentArns ?? []).map((arn) => ({ arn, at: findDeployment(arn, ctx) }));
  return {
    serviceDeployments: found.flatMap(({ at }) => (at === undefined ? [] : [deploymentShape(at)])),
    failures: found.flatMap(({ arn, at }) => (at === undefined ? [{ arn, reason: 'MISSING' }] : [])),
  };
}

/** A deployment by the ARN of its service deployment. */
export function findDeployment(arn: string, ctx: Ctx): FoundDeployment | undefined {
  return clustersOf(ctx)
    .flatMap((cluster) => cluster.services.map((service) => ({ cluster, service })))
    .flatMap((at) => at.service.deployments.map((deployment) => ({ ...at, deployment })))
    .find(({ service, deployment }) => deploymentArn(service, deployment) === arn);
}

export interface FoundDeployment {
  readonly cluster: WorldCluster;
  readonly service: WorldService;
  readonly deployment: WorldDeployment;
}

function deploymentShape({ cluster, service, deployment }: FoundDeployment): ServiceDeployment {
  const { targetServiceRevisionArn, ...brief } = briefOf(deployment, service);
  const { hook } = deployment;
  const waits = hook?.status === 'AWAITING_ACTION';
  return {
    serviceDeploymentArn: deploymentArn(service, deployment),
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    ...brief,
    updatedAt: new Date(deployment.updatedAtMs),
    targetServiceRevision: {
      arn: targetServiceRevisionArn,
      requestedTaskCount: service.desired,
      runningTaskCount: tasksOf(service, deployment, 'RUNNING'),
      pendingTaskCount: tasksOf(service, deployment, 'PENDING'),
    },
    statusReason: deployment.reason,
    ...(waits
      ? // The world's stages are the vendor's own words.
        { lifecycleStage: hook.stage as ServiceDeploymentLifecycleStage }
      : {}),
    lifecycleHookDetails: hook === undefined ? [] : [hookShape(hook)],
    deploymentCircuitBreaker: {
      status: service.circuitBreaker.enable ? 'MONITORING' : 'DISABLED',
      failureCount: deployment.failedTasks,
    },
  };
}

function hookShape(hook: WorldHook): DeploymentLifecycleHookDetail {
  return {
    hookId: hook.id,
    targetType: 'PAUSE',
    status: hook.status,
    expiresAt: new Date(hook.expiresAtMs),
    timeoutAction: hook.timeoutAction,
  };
}

function tasksOf(service: WorldService, { id }: WorldDeployment, status: string): number {
  return service.tasks.filter((task) => task.deploymentId === id && task.lastStatus === status).length;
}

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
    .filter((each) => !input.status?.length || input.status.includes(statusOf(each, service)));
  const byArn = new Map(fits.map((each) => [deploymentArn(service, each), each]));
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
    status: statusOf(deployment, service),
  };
}

/** One that a hook sent back is told as a rollback until another has completed. */
function statusOf(deployment: WorldDeployment, service: WorldService): ServiceDeploymentStatus {
  const hook = deployment.hook?.status;
  const isBack = deployment.state === 'FAILED' && (hook === 'FAILED' || hook === 'TIMED_OUT');
  if (!isBack) return STATUS[deployment.state];
  const later = service.deployments.slice(service.deployments.indexOf(deployment) + 1);
  return later.some(({ state }) => state === 'COMPLETED') ? 'ROLLBACK_SUCCESSFUL' : 'ROLLBACK_IN_PROGRESS';
}

function deploymentArn(service: WorldService, deployment: WorldDeployment): string {
  return deployment.hook?.deploymentArn ?? serviceDeploymentArn(service.arn, deployment.id);
}

function revisionArn(service: WorldService, deployment: WorldDeployment): string {
  const id = deployment.id.replace(/\D/g, '') || lastPart(deployment.id);
  return `${service.arn.replace(':service/', ':service-revision/')}/${id}`;
}
