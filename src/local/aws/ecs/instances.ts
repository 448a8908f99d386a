import type {
  ContainerInstance,
  DescribeContainerInstancesCommandInput,
  DescribeContainerInstancesResponse,
  ListContainerInstancesCommandInput,
  ListContainerInstancesResponse,
} from '@aws-sdk/client-ecs';
import type { WorldCluster, WorldInstance } from '../../world/model.ts';
import type { Ctx } from '../service.ts';
import { arnPage, clusterNamed, lastPart, resourceArn, visibleTasks } from './find.ts';
import { definitionOf } from './task-definitions.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html */
export function listContainerInstances(
  input: ListContainerInstancesCommandInput,
  ctx: Ctx,
): ListContainerInstancesResponse {
  const arns = clusterNamed(input.cluster, ctx)
    .instances.filter((instance) => input.status === undefined || instance.status === input.status)
    .map((instance) => instance.arn);
  const page = arnPage('ListContainerInstances', arns, input, ctx);
  return { containerInstanceArns: [...page.items], nextToken: page.next };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html */
export function describeContainerInstances(
  input: DescribeContainerInstancesCommandInput,
  ctx: Ctx,
): DescribeContainerInstancesResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const asked = (input.containerInstances ?? []).map((reference) => ({
    reference,
    found: cluster.instances.find((instance) => lastPart(instance.arn) === lastPart(reference)),
  }));
  return {
    containerInstances: asked.flatMap(({ found }) =>
      found === undefined ? [] : [instanceShape(found, cluster, ctx)],
    ),
    failures: asked.flatMap(({ reference, found }) =>
      found === undefined
        ? [{ arn: resourceArn('container-instance', reference, cluster.name, ctx), reason: 'MISSING' }]
        : [],
    ),
  };
}

function instanceShape(instance: WorldInstance, cluster: WorldCluster, ctx: Ctx): ContainerInstance {
  const tasks = visibleTasks(cluster, ctx).filter(
    ({ task }) => task.lastStatus !== 'STOPPED' && task.containerInstanceArn === instance.arn,
  );
  const used = tasks.map(({ service, task }) => definitionOf(service, task.revision, ctx));
  const usedCpu = used.reduce((sum, each) => sum + (each?.cpu ?? 0), 0);
  const usedMemory = used.reduce((sum, each) => sum + (each?.memoryMiB ?? 0), 0);
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    status: instance.status,
    agentConnected: instance.connected,
    runningTasksCount: tasks.filter(({ task }) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ task }) => task.lastStatus !== 'RUNNING').length,
    registeredResources: resources(instance.cpu, instance.memoryMiB),
    remainingResources: resources(
      Math.max(0, instance.cpu - usedCpu),
      Math.max(0, instance.memoryMiB - usedMemory),
    ),
    attributes: [{ name: 'ecs.availability-zone', value: instance.zone }],
    attachments: [],
    tags: [],
  };
}

function resources(cpu: number, memoryMiB: number) {
  return [
    { name: 'CPU', type: 'INTEGER', integerValue: cpu },
    { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMiB },
  ];
}
