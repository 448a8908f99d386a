import { DEPLOYMENT_CHANGES, STOP_CODES } from '../scenario/vocabulary.ts';
import { type EventBody, iso, isoSeconds } from './emitter.ts';
import { usualHook } from './hooks.ts';
import type { WorldTask } from './model.ts';
import { hookChange, namedEvent } from './service-events.ts';
import { activeTasks, type ServiceState } from './service-state.ts';
import { instanceChange, taskChange } from './task-events.ts';
import { type Stage, type TaskEnd, vanish } from './task-life.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An event as the scenario gives it, with what is missing filled in: the outer fields always; the detail from the
 * service, task or instance that it is about. One that names nothing is about the first service of the file; one that
 * names something unknown is sent as it is.
 */
export function rawEvent(
  stage: Stage,
  given: ServiceState | undefined,
  event: Fields,
  atMs: number,
): Record<string, unknown> {
  const detail = asFields(event.detail);
  const state = given ?? subjectOf(stage, event, detail);
  const detailType = typeof event['detail-type'] === 'string' ? event['detail-type'] : 'ECS Service Action';
  const isForeign = typeof event.source === 'string' && event.source !== 'aws.ecs';
  const filled = state && (isForeign ? placeOf(state) : fill(stage, state, detailType, detail, atMs));
  const named = arnsIn(event, detail)[0]?.split(':');
  return {
    version: '0',
    id: stage.emitter.nextId(),
    'detail-type': detailType,
    source: 'aws.ecs',
    account: named?.[4] ?? filled?.account ?? stage.states[0]?.place.accountId ?? '000000000000',
    time: isoSeconds(atMs),
    region: named?.[3] ?? filled?.region ?? stage.states[0]?.place.region ?? 'us-east-1',
    resources: filled?.resources ?? [],
    ...event,
    detail: { ...(filled?.detail ?? { createdAt: iso(atMs), updatedAt: iso(atMs) }), ...detail },
  };
}

/** Of what another service tells nothing is known but where. */
function placeOf({ place }: ServiceState): EventBody {
  return { detailType: '', account: place.accountId, region: place.region, resources: [], detail: {} };
}

function fill(
  stage: Stage,
  state: ServiceState,
  detailType: string,
  detail: Fields,
  atMs: number,
): EventBody | undefined {
  switch (detailType) {
    case 'ECS Task State Change':
      return fillTask(stage, state, detail, atMs);
    case 'ECS Container Instance State Change':
      return fillInstance(stage, state, detail, atMs);
    case 'ECS Deployment State Change':
      return namedEvent(state, nameIn(detail, DEPLOYMENT_CHANGES) ?? 'SERVICE_DEPLOYMENT_IN_PROGRESS', atMs);
    case 'ECS Hook State Change':
      return fillHook(state, detail, atMs);
    case 'ECS Service Action':
    case 'ECS Daemon Service Action': {
      const body = namedEvent(
        state,
        typeof detail.eventName === 'string' ? detail.eventName : defaultName(detailType),
        atMs,
      );
      return { ...body, detailType };
    }
    default:
      return {
        ...namedEvent(state, 'SERVICE_STEADY_STATE', atMs),
        detail: { clusterArn: state.cluster.arn },
      };
  }
}

function defaultName(detailType: string): string {
  return detailType === 'ECS Daemon Service Action' ? 'DAEMON_TASK_START_IMPAIRED' : 'SERVICE_STEADY_STATE';
}

/** The hook that the newest deployment waits at, else the one that it would. */
function fillHook(state: ServiceState, detail: Fields, atMs: number): EventBody | undefined {
  const newest = state.service.deployments.at(-1);
  if (!newest) return undefined;
  const eventName = typeof detail.eventName === 'string' ? detail.eventName : 'HOOK_AWAITING_ACTION';
  const isNew = eventName === 'HOOK_AWAITING_ACTION' || newest.hook === undefined;
  const hook = isNew ? usualHook(state, newest, atMs) : newest.hook;
  return hook && hookChange(state, eventName, hook, atMs);
}

function nameIn(detail: Fields, names: Fields): string | undefined {
  return typeof detail.eventName === 'string' && detail.eventName in names ? detail.eventName : undefined;
}

/**
 * The task that is named, else one in the state that is named. Its version rises as with every change. One that is told
 * to be STOPPED and is not yet ends for the reasons that the event gives.
 */
function fillTask(stage: Stage, state: ServiceState, detail: Fields, atMs: number): EventBody | undefined {
  const task = taskFor(state, detail);
  if (!task) return undefined;
  if (detail.lastStatus === 'STOPPED' && task.lastStatus !== 'STOPPED') {
    vanish(stage, state, task, endIn(detail), atMs);
  } else {
    task.version += 1;
  }
  return taskChange(state, task, atMs);
}

function endIn(detail: Fields): TaskEnd {
  const listed: readonly unknown[] = Array.isArray(detail.containers) ? detail.containers : [];
  const containers = listed.map(asFields).map(({ name, exitCode, reason }) => ({
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  }));
  const stopCode = STOP_CODES.find((code) => code === detail.stopCode) ?? 'EssentialContainerExited';
  return {
    stopCode,
    ...(typeof detail.stoppedReason === 'string' ? { reason: detail.stoppedReason } : {}),
    ...(containers.length === 0 ? {} : { containers }),
  };
}

function taskFor(state: ServiceState, detail: Fields): WorldTask | undefined {
  const { tasks } = state.service;
  if (typeof detail.taskArn === 'string') return tasks.find((task) => task.arn === detail.taskArn);
  const stopped = detail.lastStatus === 'STOPPED' || detail.desiredStatus === 'STOPPED';
  const inState = stopped
    ? tasks.findLast((task) => task.lastStatus === 'STOPPED')
    : activeTasks(state).find((task) => task.lastStatus === 'RUNNING');
  return inState ?? tasks.at(-1);
}

function fillInstance(
  stage: Stage,
  state: ServiceState,
  detail: Fields,
  atMs: number,
): EventBody | undefined {
  const { instances } = state.cluster;
  const instance =
    instances.find((one) => one.arn === detail.containerInstanceArn) ??
    instances.find((one) => one.ec2InstanceId === detail.ec2InstanceId) ??
    instances[0];
  if (!instance) return undefined;
  const version = (stage.instanceVersions.get(instance.arn) ?? 1) + 1;
  stage.instanceVersions.set(instance.arn, version);
  const neighbours = stage.states.filter((one) => one.cluster === state.cluster);
  return instanceChange(neighbours, instance, version, atMs);
}

/** The service that an event names by ARN, group or name. */
function subjectOf(stage: Stage, event: Fields, detail: Fields): ServiceState | undefined {
  const arns = arnsIn(event, detail);
  const names = [detail.service, detail.serviceName, detail.group]
    .filter((name) => typeof name === 'string')
    .map((name) => name.replace(/^service:/, ''));
  const withTasks = stage.states.find((state) => state.service.tasks.length > 0) ?? stage.states[0];
  if (arns.length === 0 && names.length === 0) return withTasks;
  const known = stage.states.filter((state) => arns.length === 0 || arns.some((arn) => isOf(state, arn)));
  const exact = known.find((state) => arns.includes(state.service.arn) || names.includes(state.service.name));
  if (exact) return exact;
  const owner = known.find((state) => state.service.tasks.some((task) => arns.includes(task.arn)));
  return (
    owner ?? (names.length === 0 && !arns.some((arn) => /:(service|task)\//.test(arn)) ? known[0] : undefined)
  );
}

function isOf(state: ServiceState, arn: string): boolean {
  return (
    arn === state.service.arn ||
    arn === state.cluster.arn ||
    state.cluster.instances.some((instance) => instance.arn === arn) ||
    state.service.tasks.some((task) => task.arn === arn)
  );
}

function arnsIn(event: Fields, detail: Fields): string[] {
  const listed: readonly unknown[] = Array.isArray(event.resources) ? event.resources : [];
  return [
    ...listed,
    detail.clusterArn,
    detail.taskArn,
    detail.containerInstanceArn,
    detail.serviceArn,
  ].filter((arn): arn is string => typeof arn === 'string' && arn.startsWith('arn:'));
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
