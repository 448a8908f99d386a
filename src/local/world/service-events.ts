import { DEPLOYMENT_CHANGES, OTHER_EVENTS, SERVICE_ACTIONS } from '../scenario/vocabulary.ts';
import { type EventBody, iso, isoSeconds } from './emitter.ts';
import type { WorldDeployment, WorldHook } from './model.ts';
import { uuid } from './seeded.ts';
import type { ServiceState } from './service-state.ts';

/** *ECS Service Action*; `more` stands between `clusterArn` and `createdAt`, as in the documented samples. */
export function serviceAction(
  state: ServiceState,
  eventName: string,
  atMs: number,
  more: Readonly<Record<string, unknown>> = {},
): EventBody {
  return {
    ...origin(state),
    detailType: 'ECS Service Action',
    detail: {
      eventType: eventTypeOf(eventName),
      eventName,
      clusterArn: state.cluster.arn,
      ...more,
      createdAt: iso(atMs),
    },
  };
}

/** *ECS Deployment State Change*. */
export function deploymentChange(
  state: ServiceState,
  eventName: string,
  deployment: Pick<WorldDeployment, 'id' | 'updatedAtMs' | 'reason'>,
): EventBody {
  return {
    ...origin(state),
    detailType: 'ECS Deployment State Change',
    detail: {
      eventType: eventTypeOf(eventName),
      eventName,
      deploymentId: deployment.id,
      updatedAt: isoSeconds(deployment.updatedAtMs),
      reason: deployment.reason,
    },
  };
}

/** The event that belongs to a name, filled from what the service is like at the moment. */
export function namedEvent(state: ServiceState, eventName: string, atMs: number): EventBody {
  if (eventName in DEPLOYMENT_CHANGES) {
    const newest = state.service.deployments.at(-1);
    return deploymentChange(state, eventName, {
      id: newest?.id ?? '',
      updatedAtMs: newest?.updatedAtMs ?? atMs,
      reason: newest?.reason ?? '',
    });
  }
  if (eventName === 'DAEMON_TASK_START_IMPAIRED') return daemonEvent(state, atMs);
  return serviceAction(state, eventName, atMs, reasonOf(state, eventName));
}

function origin(state: ServiceState): Pick<EventBody, 'account' | 'region' | 'resources'> {
  const { accountId: account, region } = state.place;
  return { account, region, resources: [state.service.arn] };
}

/** Documented names have a documented type; of a new one its wording tells. */
function eventTypeOf(eventName: string): string {
  const known: Readonly<Record<string, string>> = {
    ...SERVICE_ACTIONS,
    ...DEPLOYMENT_CHANGES,
    ...OTHER_EVENTS,
  };
  const type = known[eventName];
  if (type !== undefined) return type;
  if (/FAIL|VIOLATED|THROTTLED|UNKNOWN|ERROR/.test(eventName)) return 'ERROR';
  return /IMPAIRED|UNHEALTHY|WARN|DEGRADED/.test(eventName) ? 'WARN' : 'INFO';
}

/** `reason` and what it is about, as far as AWS sends them with this name. */
function reasonOf(state: ServiceState, eventName: string): Readonly<Record<string, unknown>> {
  const providers = capacityProviderArns(state);
  switch (eventName) {
    case 'SERVICE_TASK_PLACEMENT_FAILURE':
      return placementReason(state, providers);
    case 'CAPACITY_PROVIDER_STEADY_STATE':
      return { capacityProviderArns: providers };
    case 'SERVICE_TASK_CONFIGURATION_FAILURE':
      return { reason: 'CLIENT_EXCEPTION' };
    case 'ECS_OPERATION_THROTTLED':
    case 'SERVICE_DISCOVERY_OPERATION_THROTTLED':
      return { reason: 'THROTTLING_EXCEPTION' };
    case 'SERVICE_DESIRED_COUNT_UPDATED':
      return { desiredCount: state.service.desired };
    default:
      return {};
  }
}

function placementReason(
  state: ServiceState,
  providers: readonly string[],
): Readonly<Record<string, unknown>> {
  if (state.service.launchType === 'FARGATE') {
    return { capacityProviderArns: providers, reason: 'RESOURCE:FARGATE' };
  }
  const containerInstanceArns = state.cluster.instances.map((instance) => instance.arn);
  const memory = /memory/i.test(state.placementMessage ?? '');
  return { containerInstanceArns, reason: memory ? 'RESOURCE:MEMORY' : 'RESOURCE:CPU' };
}

function capacityProviderArns({ place, service }: ServiceState): string[] {
  const names = Object.keys(service.capacityProviders ?? { FARGATE: 1 });
  return names.map((name) => `arn:aws:ecs:${place.region}:${place.accountId}:capacity-provider/${name}`);
}

/** *ECS Hook State Change*: a deployment waits for `ContinueServiceDeployment`, or does not any more. */
export function hookChange(state: ServiceState, eventName: string, hook: WorldHook, atMs: number): EventBody {
  return {
    ...origin(state),
    resources: [hook.deploymentArn],
    detailType: 'ECS Hook State Change',
    detail: {
      eventType: eventTypeOf(eventName),
      eventName,
      hookId: hook.id,
      hookType: 'PAUSE',
      expiresAt: isoSeconds(hook.expiresAtMs),
      lifecycleStage: hook.stage,
      clusterArn: state.cluster.arn,
      serviceArn: state.service.arn,
      serviceDeploymentArn: hook.deploymentArn,
      updatedAt: iso(atMs),
    },
  };
}

/** *ECS Daemon Service Action*: about a daemon, with the service's name as the daemon's. */
function daemonEvent(state: ServiceState, atMs: number): EventBody {
  const { place, service } = state;
  const task = service.tasks.find((one) => one.lastStatus !== 'RUNNING') ?? service.tasks[0];
  const arn = (kind: string, rest: string) =>
    `arn:aws:ecs:${place.region}:${place.accountId}:${kind}/${rest}`;
  const daemon = `${place.cluster}/${place.service}`;
  return {
    ...origin(state),
    resources: task ? [task.arn] : [],
    detailType: 'ECS Daemon Service Action',
    detail: {
      eventType: 'WARNING',
      eventName: 'DAEMON_TASK_START_IMPAIRED',
      clusterArn: state.cluster.arn,
      containerInstanceArn: task?.containerInstanceArn ?? state.cluster.instances[0]?.arn,
      ...(task ? { taskArn: task.arn } : {}),
      daemonRevisionArn: arn('daemon-revision', `${daemon}/${uuid(`${place.seed}/daemon-revision`)}`),
      capacityProviderName: task?.capacityProvider,
      daemonArn: arn('daemon', daemon),
      daemonTaskDefinitionArn: arn('daemon-task-definition', `${state.family}:${task?.revision ?? 1}`),
      failureType: task ? 'TASK_FAILED_TO_RUN' : 'TASK_CREATION_FAILED',
      createdAt: iso(atMs),
      reason: `Task failed to reach RUNNING status: ${task?.stoppedReason ?? 'Essential container in task exited'}`,
    },
  };
}
