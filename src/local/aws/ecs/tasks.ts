import {
  type DescribeTasksCommandInput,
  type DescribeTasksResponse,
  InvalidParameterException,
  type ListTasksCommandInput,
  type ListTasksResponse,
  ServiceNotFoundException,
  type Task,
} from '@aws-sdk/client-ecs';
import type { WorldCluster, WorldService, WorldTask } from '../../world/model.ts';
import type { Ctx } from '../service.ts';
import { arnPage, clusterNamed, findService, lastPart, resourceArn, visibleTasks } from './find.ts';
import { hex, interfaceOf } from './network.ts';
import { definitionOf } from './task-definitions.ts';

/** Running tasks unless `desiredStatus` says STOPPED. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
export function listTasks(input: ListTasksCommandInput, ctx: Ctx): ListTasksResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const named = input.serviceName === undefined ? undefined : findService(cluster, input.serviceName);
  if (input.serviceName !== undefined && named === undefined) {
    throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} });
  }
  if (input.startedBy !== undefined && input.serviceName !== undefined) {
    throw new InvalidParameterException({
      message: 'cannot specify both startedBy and serviceName',
      $metadata: {},
    });
  }
  const wanted = input.desiredStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  const arns = visibleTasks(cluster, ctx)
    .filter(
      ({ service, task }) =>
        task.desiredStatus === wanted &&
        (named === undefined || service === named) &&
        (input.family === undefined || familyOf(task, service, ctx) === input.family) &&
        (input.launchType === undefined || service.launchType === input.launchType) &&
        (input.startedBy === undefined || task.deploymentId === input.startedBy) &&
        (input.containerInstance === undefined || standsOn(input.containerInstance, task)),
    )
    .map(({ task }) => task.arn);
  const page = arnPage('ListTasks', arns, input, ctx);
  return { taskArns: [...page.items], nextToken: page.next };
}

/** Up to 100 tasks; stopped ones for an hour. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
export function describeTasks(input: DescribeTasksCommandInput, ctx: Ctx): DescribeTasksResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const visible = new Map(visibleTasks(cluster, ctx).map((each) => [each.task.id, each]));
  const asked = (input.tasks ?? []).map((reference) => ({
    reference,
    found: visible.get(lastPart(reference)),
  }));
  return {
    tasks: asked.flatMap(({ found }) =>
      found === undefined ? [] : [taskShape(found.task, found.service, cluster, ctx)],
    ),
    failures: asked.flatMap(({ reference, found }) =>
      found === undefined
        ? [{ arn: resourceArn('task', reference, cluster.name, ctx), reason: 'MISSING' }]
        : [],
    ),
  };
}

/** How ECS shows a task. */
export function taskShape(task: WorldTask, service: WorldService, cluster: WorldCluster, ctx: Ctx): Task {
  const definition = definitionOf(service, task.revision, ctx);
  const health = healthOf(task);
  return {
    taskArn: task.arn,
    clusterArn: cluster.arn,
    taskDefinitionArn: definition?.arn,
    group: `service:${service.name}`,
    startedBy: task.deploymentId,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    launchType: service.launchType,
    capacityProviderName: task.capacityProvider,
    ...(service.launchType === 'FARGATE' ? { platformVersion: '1.4.0', platformFamily: 'Linux' } : {}),
    availabilityZone: task.zone,
    containerInstanceArn: task.containerInstanceArn,
    ...(definition ? { cpu: String(definition.cpu), memory: String(definition.memoryMiB) } : {}),
    connectivity: task.lastStatus === 'STOPPED' ? undefined : 'CONNECTED',
    createdAt: new Date(task.createdAtMs),
    ...dateIf('startedAt', task.startedAtMs),
    ...dateIf('stoppedAt', task.stoppedAtMs),
    // The world's stop codes are ECS's own words.
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode as NonNullable<Task['stopCode']> }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    healthStatus: health,
    version: task.version,
    containers: task.containers.map((container) => ({
      containerArn: `${task.arn.replace(':task/', ':container/')}/${hex(task.arn + container.name, 12)}`,
      taskArn: task.arn,
      name: container.name,
      image: definition?.containers.find((each) => each.name === container.name)?.image,
      lastStatus: container.lastStatus,
      exitCode: container.exitCode,
      reason: container.reason,
      healthStatus: container.health,
      runtimeId: `${task.id}-${hex(container.name, 10)}`,
      networkInterfaces: service.launchType === 'FARGATE' ? [{ privateIpv4Address: task.ip }] : [],
    })),
    attachments: service.launchType === 'FARGATE' ? [interfaceOf(task, service)] : [],
    attributes: [{ name: 'ecs.cpu-architecture', value: service.arch.toLowerCase() }],
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    enableExecuteCommand: false,
    tags: [],
  };
}

function healthOf(task: WorldTask) {
  const all = task.containers.map((container) => container.health);
  if (all.includes('UNHEALTHY')) return 'UNHEALTHY';
  return all.length > 0 && all.every((each) => each === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

function familyOf(task: WorldTask, service: WorldService, ctx: Ctx): string | undefined {
  return definitionOf(service, task.revision, ctx)?.family;
}

function standsOn(reference: string, task: WorldTask): boolean {
  return (
    task.containerInstanceArn !== undefined && lastPart(task.containerInstanceArn) === lastPart(reference)
  );
}

function dateIf<K extends string>(key: K, atMs: number | undefined): Partial<Record<K, Date>> {
  // A computed key widens to string, the one entry is K.
  return atMs === undefined ? {} : ({ [key]: new Date(atMs) } as Record<K, Date>);
}
