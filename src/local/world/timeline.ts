import { accountId, findServices } from '../scenario/references.ts';
import type { Scenario, TimelineSpec } from '../scenario/schema.ts';
import { deploymentReason } from './build-deployments.ts';
import { applySet } from './changes.ts';
import { completeDeployment, failDeployment } from './deployments.ts';
import { followHook, sendHook } from './hook-events.ts';
import type { WorldDeployment } from './model.ts';
import { rawEvent } from './raw-event.ts';
import { deploymentChange, namedEvent } from './service-events.ts';
import { type ServiceState, tell } from './service-state.ts';
import type { Stage } from './task-life.ts';

/** Puts what happens while the program runs on the agenda, in order of time, then of the file. */
export function scheduleTimeline(stage: Stage, scenario: Scenario, startMs: number): void {
  for (const entry of scenario.timeline) {
    if (entry.throttle !== undefined) continue;
    const state = entry.service === undefined ? undefined : stateOf(stage, scenario, entry.service);
    stage.agenda.add(startMs + entry.at, (atMs) => happen(stage, state, entry, atMs));
  }
}

/** A reference fits one service: the file was checked. */
function stateOf(stage: Stage, scenario: Scenario, reference: string): ServiceState | undefined {
  const [address] = findServices(scenario, reference);
  if (!address) return undefined;
  const account = accountId(scenario.accounts[address.account]?.id, address.account);
  return stage.states.find(
    ({ place }) =>
      place.accountId === account &&
      place.region === address.region &&
      place.cluster === address.cluster &&
      place.service === address.service,
  );
}

function happen(stage: Stage, state: ServiceState | undefined, entry: TimelineSpec, atMs: number): void {
  if (entry.event) {
    const event = rawEvent(stage, state, entry.event, atMs);
    stage.emitter.sendRaw(event, atMs);
    followHook(stage, event, atMs);
  } else if (state && entry.set) {
    applySet(stage, state, entry.set, atMs);
  } else if (state && entry.eventName !== undefined) {
    sendNamed(stage, state, entry.eventName, atMs);
  }
}

/** An event by name; what ECS shows of the service agrees with it afterwards. */
function sendNamed(stage: Stage, state: ServiceState, eventName: string, atMs: number): void {
  const newest = state.service.deployments.at(-1);
  switch (eventName) {
    case 'SERVICE_DEPLOYMENT_FAILED':
      if (newest?.state === 'IN_PROGRESS') return failDeployment(stage, state, atMs);
      return sendDeployment(stage, state, eventName, 'FAILED', atMs);
    case 'SERVICE_DEPLOYMENT_COMPLETED':
      if (newest?.state === 'IN_PROGRESS') return completeDeployment(stage, state, atMs);
      return sendDeployment(stage, state, eventName, 'COMPLETED', atMs);
    case 'SERVICE_DEPLOYMENT_IN_PROGRESS':
      return sendDeployment(stage, state, eventName, 'IN_PROGRESS', atMs);
    default:
      if (eventName.startsWith('HOOK_')) return sendHook(stage, state, eventName, atMs);
      tellOf(state, eventName, atMs);
      stage.emitter.send(namedEvent(state, eventName, atMs), atMs);
  }
}

/** About the newest deployment in that state, else about the newest. */
function sendDeployment(
  stage: Stage,
  state: ServiceState,
  eventName: string,
  kind: WorldDeployment['state'],
  atMs: number,
): void {
  const { deployments } = state.service;
  const about = deployments.findLast((one) => one.state === kind) ?? deployments.at(-1);
  if (!about) return;
  const same = about.state === kind;
  const body = deploymentChange(state, eventName, {
    id: about.id,
    updatedAtMs: same ? about.updatedAtMs : atMs,
    reason: same ? about.reason : deploymentReason(kind, about.id),
  });
  stage.emitter.send(body, atMs);
}

/** The message that ECS puts into the service's own list along with an event. */
function tellOf(state: ServiceState, eventName: string, atMs: number): void {
  const { name } = state.service;
  switch (eventName) {
    case 'SERVICE_STEADY_STATE':
      state.steady = true;
      state.impairedTold = false;
      return tell(state, atMs, `(service ${name}) has reached a steady state.`);
    case 'SERVICE_TASK_START_IMPAIRED':
      state.impairedTold = true;
      return tell(state, atMs, `(service ${name}) is unable to consistently start tasks successfully.`);
    case 'SERVICE_TASK_PLACEMENT_FAILURE':
      return tell(
        state,
        atMs,
        state.placementMessage ??
          `(service ${name}) was unable to place a task. Reason: ${placementWords(state)}`,
      );
    case 'SERVICE_DISCOVERY_INSTANCE_UNHEALTHY':
      return tell(state, atMs, `(service ${name}) has unhealthy instances in its service registry.`);
    default:
  }
}

function placementWords(state: ServiceState): string {
  return state.service.launchType === 'FARGATE'
    ? 'Capacity is unavailable at this time. Please try again later or in a different availability zone.'
    : 'No Container Instances were found in your cluster that met all of its requirements.';
}
