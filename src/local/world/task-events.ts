import { type EventBody, iso } from './emitter.ts';
import type { WorldInstance, WorldTask } from './model.ts';
import { hexId, uuid } from './seeded.ts';
import { activeTasks, type ServiceState } from './service-state.ts';
import { taskDefinitionOf } from './task-definitions.ts';

/** *ECS Task State Change*, as the task is now. */
export function taskChange(state: ServiceState, task: WorldTask, atMs: number): EventBody {
  return {
    detailType: 'ECS Task State Change',
    account: state.place.accountId,
    region: state.place.region,
    resources: [task.arn],
    detail: withoutUndefined(taskDetail(state, task, atMs)),
  };
}

function taskDetail(state: ServiceState, task: WorldTask, atMs: number): Record<string, unknown> {
  const { service, spec } = state;
  const fargate = service.launchType === 'FARGATE';
  return {
    attachments: fargate ? [networkInterface(task, atMs)] : [],
    attributes: [{ name: 'ecs.cpu-architecture', value: service.arch.toLowerCase() }],
    availabilityZone: task.zone,
    capacityProviderName: task.capacityProvider,
    clusterArn: state.cluster.arn,
    connectivity: task.lastStatus === 'PROVISIONING' ? undefined : 'CONNECTED',
    connectivityAt: task.lastStatus === 'PROVISIONING' ? undefined : iso(task.createdAtMs + 4000),
    containerInstanceArn: task.containerInstanceArn,
    containers: containersOf(state, task),
    cpu: String(spec.task.cpu),
    createdAt: iso(task.createdAtMs),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: false,
    executionStoppedAt: task.startedAtMs === undefined ? undefined : timeOf(task.stoppedAtMs),
    ephemeralStorage: fargate ? { sizeInGiB: 20 } : undefined,
    group: `service:${service.name}`,
    launchType: service.launchType,
    lastStatus: task.lastStatus,
    memory: String(spec.task.memoryMiB),
    overrides: { containerOverrides: task.containers.map(({ name }) => ({ name })) },
    platformVersion: fargate ? '1.4.0' : undefined,
    pullStartedAt: timeOf(task.startedAtMs, -6000),
    pullStoppedAt: timeOf(task.startedAtMs, -2000),
    startedAt: timeOf(task.startedAtMs),
    startedBy: task.deploymentId,
    stopCode: task.stopCode,
    stoppedAt: timeOf(task.stoppedAtMs),
    stoppedReason: task.stoppedReason,
    stoppingAt: task.desiredStatus === 'STOPPED' ? iso(task.stoppedAtMs ?? atMs) : undefined,
    taskArn: task.arn,
    taskDefinitionArn: taskDefinitionOf(state, task.revision)?.arn,
    updatedAt: iso(atMs),
    version: task.version,
  };
}

function containersOf(state: ServiceState, task: WorldTask): Record<string, unknown>[] {
  const images = taskDefinitionOf(state, task.revision)?.containers;
  const { region, accountId, cluster } = state.place;
  return task.containers.map((container, index) => {
    const seed = `${task.id}/${container.name}`;
    return withoutUndefined({
      containerArn: `arn:aws:ecs:${region}:${accountId}:container/${cluster}/${task.id}/${uuid(seed)}`,
      exitCode: container.exitCode,
      lastStatus: container.lastStatus,
      name: container.name,
      image: images?.[index]?.image,
      imageDigest:
        task.startedAtMs === undefined ? undefined : `sha256:${hexId(`${images?.[index]?.image}`, 64)}`,
      reason: container.reason,
      runtimeId: task.startedAtMs === undefined ? undefined : `${task.id}-${hexId(seed, 10)}`,
      taskArn: task.arn,
      networkInterfaces: [{ attachmentId: uuid(`${task.id}/eni`), privateIpv4Address: task.ip }],
      cpu: '0',
    });
  });
}

function networkInterface(task: WorldTask, atMs: number): Record<string, unknown> {
  const up = task.lastStatus === 'PENDING' || task.lastStatus === 'RUNNING';
  const isGone = task.stoppedAtMs !== undefined && atMs > task.stoppedAtMs;
  const status =
    task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : up ? 'ATTACHED' : isGone ? 'DELETED' : 'DETACHING';
  return {
    id: uuid(`${task.id}/eni`),
    type: 'eni',
    status,
    details: [
      { name: 'subnetId', value: `subnet-0${hexId(`subnet/${task.zone}`, 16)}` },
      { name: 'networkInterfaceId', value: `eni-0${hexId(`${task.id}/eni`, 16)}` },
      { name: 'privateIPv4Address', value: task.ip },
    ],
  };
}

/**
 * *ECS Container Instance State Change*: ECS sends one when a task takes or frees resources of an instance.
 * `version` is the instance's own count of changes.
 */
export function instanceChange(
  neighbours: readonly ServiceState[],
  instance: WorldInstance,
  version: number,
  atMs: number,
): EventBody | undefined {
  const [first] = neighbours;
  if (!first) return undefined;
  const onIt = neighbours.flatMap((state) =>
    activeTasks(state)
      .filter((task) => task.containerInstanceArn === instance.arn)
      .map(() => state.spec.task),
  );
  const usedCpu = onIt.reduce((sum, task) => sum + task.cpu, 0);
  const usedMemory = onIt.reduce((sum, task) => sum + task.memoryMiB, 0);
  return {
    detailType: 'ECS Container Instance State Change',
    account: first.place.accountId,
    region: first.place.region,
    resources: [instance.arn],
    detail: {
      agentConnected: instance.connected,
      attributes: [{ name: 'ecs.availability-zone', value: instance.zone }],
      clusterArn: first.cluster.arn,
      containerInstanceArn: instance.arn,
      ec2InstanceId: instance.ec2InstanceId,
      registeredResources: resources(instance.cpu, instance.memoryMiB),
      remainingResources: resources(
        Math.max(0, instance.cpu - usedCpu),
        Math.max(0, instance.memoryMiB - usedMemory),
      ),
      status: instance.status,
      version,
      versionInfo: { agentVersion: '1.96.0', dockerVersion: 'DockerVersion: 25.0.8' },
      updatedAt: iso(atMs),
    },
  };
}

function resources(cpu: number, memoryMiB: number): Record<string, unknown>[] {
  return [
    { name: 'CPU', type: 'INTEGER', integerValue: cpu },
    { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMiB },
    { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '2375', '2376', '51678', '51679'] },
    { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
  ];
}

function timeOf(atMs: number | undefined, afterMs = 0): string | undefined {
  return atMs === undefined ? undefined : iso(atMs + afterMs);
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
