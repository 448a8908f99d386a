import type { Deployment, Service, Tag, TaskSet } from '@aws-sdk/client-ecs';
import type { WorldCluster, WorldDeployment, WorldService } from '../../world/model.ts';
import { subnetsOf } from './network.ts';

/** How DescribeServices and UpdateService show a service. */
export function serviceShape(service: WorldService, cluster: WorldCluster, withTags: boolean): Service {
  const primary = service.deployments.at(-1);
  const rolling = service.controller === 'ECS';
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: cluster.arn,
    loadBalancers: service.targetGroups.map((group) => ({
      targetGroupArn: group.arn,
      containerName: service.tasks[0]?.containers[0]?.name ?? service.name,
      containerPort: group.targets[0]?.port ?? 8080,
    })),
    serviceRegistries: [],
    status: 'ACTIVE',
    desiredCount: service.desired,
    runningCount: service.running,
    pendingCount: service.pending,
    ...placement(service),
    ...(primary && service.controller !== 'EXTERNAL' ? { taskDefinition: primary.taskDefinitionArn } : {}),
    deploymentConfiguration: {
      ...(rolling ? { deploymentCircuitBreaker: service.circuitBreaker, strategy: 'ROLLING' as const } : {}),
      maximumPercent: service.strategy === 'DAEMON' ? 100 : 200,
      minimumHealthyPercent: service.strategy === 'DAEMON' ? 0 : 100,
    },
    ...(rolling
      ? {}
      : { taskSets: shownDeployments(service).map((each) => taskSetShape(each, service, cluster)) }),
    deployments: rolling ? shownDeployments(service).map((each) => deploymentShape(each, service)) : [],
    roleArn: `arn:aws:iam::${service.accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: service.events.map(({ id, atMs, message }) => ({ id, createdAt: new Date(atMs), message })),
    createdAt: new Date(service.createdAtMs),
    placementConstraints: [],
    placementStrategy: [],
    ...(service.launchType === 'FARGATE' ? { networkConfiguration: subnetsOf(service) } : {}),
    healthCheckGracePeriodSeconds: 0,
    schedulingStrategy: service.strategy,
    deploymentController: { type: service.controller },
    ...(withTags ? { tags: tagsShape(service) } : {}),
    createdBy: `arn:aws:iam::${service.accountId}:role/deploy`,
    enableECSManagedTags: true,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'DISABLED',
  };
}

/** A service's tags as ECS shows them. */
export function tagsShape(service: WorldService): Tag[] {
  return Object.entries(service.tags).map(([key, value]) => ({ key, value }));
}

/**
 * ECS shows the PRIMARY deployment and those that still have tasks: once the newest is complete, the older are gone.
 * Newest first.
 */
export function shownDeployments(service: WorldService): readonly WorldDeployment[] {
  const primary = service.deployments.at(-1);
  if (primary === undefined) return [];
  if (primary.state === 'COMPLETED') return [primary];
  const older = service.deployments.slice(0, -1).toReversed();
  const lastComplete = older.find((each) => each.state === 'COMPLETED');
  const alive = older.filter((each) => each === lastComplete || tasksOf(each, service, 'RUNNING') > 0);
  return [primary, ...alive];
}

function deploymentShape(deployment: WorldDeployment, service: WorldService): Deployment {
  const isPrimary = deployment === service.deployments.at(-1);
  const counts = countsOf(deployment, service);
  return {
    id: deployment.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinitionArn,
    desiredCount: isPrimary ? service.desired : counts.running,
    pendingCount: counts.pending,
    runningCount: counts.running,
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAtMs),
    updatedAt: new Date(deployment.updatedAtMs),
    ...placement(service),
    ...(service.launchType === 'FARGATE' ? { networkConfiguration: subnetsOf(service) } : {}),
    rolloutState: deployment.state,
    rolloutStateReason: deployment.reason || defaultReason(deployment),
  };
}

/** Services whose deployments are not ECS's own show task sets instead (CODE_DEPLOY, EXTERNAL). */
function taskSetShape(deployment: WorldDeployment, service: WorldService, cluster: WorldCluster): TaskSet {
  const isPrimary = deployment === service.deployments.at(-1);
  const counts = countsOf(deployment, service);
  return {
    id: deployment.id,
    taskSetArn: `${service.arn.replace(':service/', ':task-set/')}/${deployment.id}`,
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinitionArn,
    computedDesiredCount: isPrimary ? service.desired : counts.running,
    pendingCount: counts.pending,
    runningCount: counts.running,
    createdAt: new Date(deployment.createdAtMs),
    updatedAt: new Date(deployment.updatedAtMs),
    ...placement(service),
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: deployment.state === 'COMPLETED' ? 'STEADY_STATE' : 'STABILIZING',
    tags: [],
  };
}

function countsOf(deployment: WorldDeployment, service: WorldService) {
  const shown = service.deployments.at(-1);
  const alone =
    shown === deployment && (deployment.state === 'COMPLETED' || service.deployments.length === 1);
  if (alone) return { running: service.running, pending: service.pending };
  const pending = tasksOf(deployment, service, 'PENDING') + tasksOf(deployment, service, 'PROVISIONING');
  return { running: tasksOf(deployment, service, 'RUNNING'), pending };
}

function tasksOf(deployment: WorldDeployment, service: WorldService, status: string): number {
  return service.tasks.filter((task) => task.deploymentId === deployment.id && task.lastStatus === status)
    .length;
}

/** Launch type, or the capacity provider strategy that stands in its place. */
function placement(service: WorldService) {
  const providers = Object.entries(service.capacityProviders ?? {});
  const fargate =
    service.launchType === 'FARGATE' ? { platformVersion: '1.4.0', platformFamily: 'Linux' } : {};
  if (providers.length === 0) return { launchType: service.launchType, ...fargate };
  const strategy = providers.map(([capacityProvider, weight]) => ({ capacityProvider, weight, base: 0 }));
  return { capacityProviderStrategy: strategy, ...fargate };
}

function defaultReason(deployment: WorldDeployment): string {
  const words = { COMPLETED: 'completed', FAILED: 'failed', IN_PROGRESS: 'in progress' };
  return `ECS deployment ${deployment.id} ${words[deployment.state]}.`;
}
