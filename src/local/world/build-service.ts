import { containerName } from '../scenario/checks.ts';
import type { ServiceSpec } from '../scenario/service-schema.ts';
import { buildDeployments } from './build-deployments.ts';
import { failingOf } from './build-failing.ts';
import { buildTargetGroups } from './build-targets.ts';
import { buildTasks } from './build-tasks.ts';
import { History } from './history.ts';
import type { WorldService } from './model.ts';
import { serviceArn } from './place.ts';
import { hexId, uuid } from './seeded.ts';
import { createdAt, type ServiceContext } from './service-context.ts';
import { type ContainerPlan, recount, type ServiceState } from './service-state.ts';

const STEADY_REPEAT_MS = 6 * 3_600_000;

/** One service as it is at the start, with all tasks, targets, deployments and messages that its state implies. */
export function buildService(spec: ServiceSpec, context: ServiceContext): ServiceState {
  const { place, startMs } = context;
  const containers = buildContainers(spec, context);
  const desired = spec.desired ?? defaultDesired(spec, context);
  const running = spec.running ?? desired;
  const deployments = buildDeployments(spec, context);
  const service: WorldService = {
    arn: serviceArn(place),
    accountId: place.accountId,
    region: place.region,
    cluster: place.cluster,
    name: place.service,
    launchType: spec.launchType ?? providerType(spec),
    capacityProviders: spec.capacityProviders,
    strategy: spec.strategy,
    controller: spec.controller,
    arch: spec.arch,
    createdAtMs: startMs + createdAt(spec),
    tags: spec.tags,
    scaling: spec.scaling && scalingOf(spec.scaling),
    circuitBreaker: spec.circuitBreaker,
    targetGroups: [],
    certificate: spec.certificate && {
      host: spec.certificate.host,
      expiresAtMs: startMs + spec.certificate.expires,
    },
    endpoint: spec.endpoint,
    desired,
    running,
    pending: spec.pending,
    deployments,
    events: [],
    tasks: [],
  };
  return finish(service, spec, context, containers);
}

function finish(
  bare: WorldService,
  spec: ServiceSpec,
  context: ServiceContext,
  containers: readonly ContainerPlan[],
): ServiceState {
  const { place, cluster, family, startMs } = context;
  const failing = failingOf(bare, spec, startMs);
  const { tasks, nextTask } = buildTasks(bare, spec, { place, cluster, containers, startMs, failing });
  const targetGroups = buildTargetGroups(bare, spec, tasks, place, cluster);
  const service: WorldService = { ...bare, tasks, targetGroups };
  const messages = buildMessages(service, spec, place.seed, startMs);
  service.events = messages;
  const hosts = targetGroups.map((group) => {
    const count = (state: string) => group.targets.filter((target) => target.state === state).length;
    return [
      group.arn,
      { healthy: new History(count('healthy')), unhealthy: new History(count('unhealthy')) },
    ] as const;
  });
  const state: ServiceState = {
    place,
    spec,
    cluster,
    service,
    family,
    containers,
    images: imagesOf(spec, service, containers),
    latestRevision: Math.max(...service.deployments.map(({ revision }) => revision), ...revisionsOf(spec)),
    failing,
    everyTask: [...tasks],
    deaths: new Map(),
    running: new History(service.running),
    hosts: new Map(hosts),
    nextTask,
    nextDeployment: service.deployments.length,
    nextMessage: messages.length,
    held: Math.max(0, service.desired - service.running - service.pending),
    placementMessage: messages.find((event) => /unable to place a task/i.test(event.message))?.message,
    placementToldMs: startMs,
    attempts: new Set(),
    stalled: new Set(tasks.filter((task) => task.lastStatus === 'PENDING').map((task) => task.id)),
    adopts: true,
    rolling: false,
    steady: true,
    lookDue: false,
    failureDue: false,
    failures: 0,
    impairedTold: messages.some((event) => /unable to consistently start tasks/i.test(event.message)),
    spread: undefined,
    recovered: [],
    replacedAtMs: [],
  };
  recount(state, startMs);
  return state;
}

/** A DAEMON service wants a task on each instance that can run one. */
function defaultDesired(spec: ServiceSpec, { cluster }: ServiceContext): number {
  if (spec.strategy !== 'DAEMON') return 1;
  return cluster.instances.filter((instance) => instance.status === 'ACTIVE').length || 1;
}

function providerType(spec: ServiceSpec): 'FARGATE' | 'EC2' {
  const providers = Object.keys(spec.capacityProviders ?? { FARGATE: 1 });
  return providers.some((name) => name === 'FARGATE' || name === 'FARGATE_SPOT') ? 'FARGATE' : 'EC2';
}

function scalingOf(scaling: NonNullable<ServiceSpec['scaling']>): NonNullable<WorldService['scaling']> {
  const { min, max, cpuTarget, memoryTarget } = scaling;
  return {
    min,
    max,
    ...(cpuTarget === undefined ? {} : { cpuTarget }),
    ...(memoryTarget === undefined ? {} : { memoryTarget }),
  };
}

function buildContainers(spec: ServiceSpec, { place, family }: ServiceContext): ContainerPlan[] {
  const registry = `${place.accountId}.dkr.ecr.${place.region}.amazonaws.com`;
  const specs = spec.containers ?? [{ essential: true }];
  return specs.map((container, index) => {
    const name = containerName(container.name, index, place.service);
    const repository = index === 0 ? place.service.toLowerCase() : name.toLowerCase();
    const logGroup = container.logGroup === undefined ? `/ecs/${family}` : container.logGroup;
    return {
      name,
      image: container.image ?? `${registry}/${repository}:${hexId(`${place.seed}/image/${name}`, 7)}`,
      essential: container.essential,
      memoryMiB: container.memoryMiB,
      healthCheck: container.healthCheck,
      logGroup: logGroup ?? undefined,
    };
  });
}

/** The image of each revision that a deployment gives; the newest without one has the container's own. */
function imagesOf(
  spec: ServiceSpec,
  service: WorldService,
  containers: readonly ContainerPlan[],
): Map<number, string> {
  const images = new Map<number, string>();
  const newest = service.deployments.at(-1)?.revision;
  const own = containers.find((container) => container.essential)?.image ?? containers[0]?.image;
  if (newest !== undefined && own !== undefined) images.set(newest, own);
  service.deployments.forEach((deployment, index) => {
    const image = spec.deployments?.[index]?.image;
    if (image !== undefined) images.set(deployment.revision, image);
  });
  return images;
}

function revisionsOf(spec: ServiceSpec): number[] {
  return spec.stoppedTasks.map((task) => task.revision ?? 1);
}

/** The scenario's messages; a service that gives none and is at rest has told its steady state every six hours. */
function buildMessages(service: WorldService, spec: ServiceSpec, seed: string, startMs: number) {
  const rests = service.running === service.desired && service.deployments.at(-1)?.state === 'COMPLETED';
  const told = spec.events.map((event) => ({ atMs: startMs + event.at, message: event.message }));
  if (told.length === 0 && rests) {
    const phaseMs = (Number.parseInt(hexId(`${seed}/steady`, 6), 16) / 0x1000000) * STEADY_REPEAT_MS;
    for (
      let atMs = startMs - phaseMs;
      told.length < 4 && atMs > service.createdAtMs;
      atMs -= STEADY_REPEAT_MS
    ) {
      told.push({ atMs, message: `(service ${service.name}) has reached a steady state.` });
    }
  }
  return told
    .map((event, index) => ({ id: uuid(`${seed}/message/${index}`), ...event }))
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, 100);
}
