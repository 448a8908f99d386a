import type { WorldTaskDefinition } from './model.ts';
import { taskDefinitionArn } from './place.ts';
import type { RegionStates } from './region-states.ts';
import { hexId } from './seeded.ts';
import type { ServiceState } from './service-state.ts';

const DAY_MS = 86_400_000;

/**
 * A revision of a service's task definition. Every revision from 1 to the newest is there; one that no deployment
 * gives an image has that of the nearest older one that has, with a tag of its own.
 */
export function taskDefinitionOf(state: ServiceState, revision: number): WorldTaskDefinition | undefined {
  const { service, spec, place, family } = state;
  if (revision < 1 || revision > state.latestRevision) return undefined;
  const main = state.containers.findIndex((container) => container.essential);
  return {
    arn: taskDefinitionArn(place, family, revision),
    family,
    revision,
    cpu: spec.task.cpu,
    memoryMiB: spec.task.memoryMiB,
    arch: service.arch,
    registeredAtMs: registeredAtMs(state, revision),
    launchType: service.launchType,
    containers: state.containers.map((container, index) => ({
      name: container.name,
      image: index === Math.max(0, main) ? imageOf(state, revision, container.image) : container.image,
      essential: container.essential,
      cpu: state.containers.length === 1 ? spec.task.cpu : 0,
      memoryMiB: container.memoryMiB,
      healthCheck: container.healthCheck,
      logGroup: container.logGroup,
    })),
  };
}

/** The revision of an ARN or of `family:revision`, the newest of a bare family; within one account and region. */
export function findTaskDefinition(region: RegionStates, reference: string): WorldTaskDefinition | undefined {
  const [family = '', revision] = (reference.split('task-definition/').at(-1) ?? '').split(':');
  const state = region.byFamily.get(family);
  if (!state) return undefined;
  return taskDefinitionOf(state, revision === undefined ? state.latestRevision : Number(revision));
}

function imageOf(state: ServiceState, revision: number, own: string): string {
  const given = state.images.get(revision);
  if (given !== undefined) return given;
  const older = [...state.images.keys()].filter((known) => known < revision).sort((a, b) => b - a)[0];
  const base = (older === undefined ? undefined : state.images.get(older)) ?? own;
  const repository = base.replace(/(@sha256:[0-9a-f]+|:[^:/]+)$/, '');
  return `${repository}:${hexId(`${state.place.seed}/revision/${revision}`, 7)}`;
}

/** A revision is registered shortly before it is first deployed; the others lie some days before each other. */
function registeredAtMs(state: ServiceState, revision: number): number {
  const { deployments, createdAtMs } = state.service;
  const first = deployments.find((one) => one.revision === revision);
  if (first) return first.createdAtMs - 60_000;
  const later = deployments.find((one) => one.revision > revision);
  if (!later) return createdAtMs;
  return later.createdAtMs - 60_000 - (later.revision - revision) * 4 * DAY_MS;
}
