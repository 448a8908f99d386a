import type { ChangeSpec } from '../scenario/schema.ts';
import { targetState } from './build-targets.ts';
import { beginDeployment } from './deployments.ts';
import { expectFailure, failsToStart } from './failing.ts';
import type { WorldTask } from './model.ts';
import { privateIp } from './place.ts';
import { serviceAction } from './service-events.ts';
import { activeTasks, recount, runningTasks, type ServiceState, tell } from './service-state.ts';
import {
  endTask,
  resumeStalled,
  runAtOnce,
  type Stage,
  startTask,
  stopTask,
  type TaskEnd,
} from './task-life.ts';

/** What UpdateService asks for. */
export interface ServiceUpdate {
  readonly desired?: number;
  readonly taskDefinitionArn?: string;
  readonly forceNewDeployment?: boolean;
}

/** A person or a pipeline changes a service; the scheduler follows over the next seconds. */
export function updateService(stage: Stage, state: ServiceState, update: ServiceUpdate, atMs: number): void {
  const { service } = state;
  const newest = service.deployments.at(-1);
  const asked = Number(update.taskDefinitionArn?.split(':').at(-1) ?? newest?.revision);
  const deploys = update.forceNewDeployment === true || asked !== newest?.revision;
  const scales = update.desired !== undefined && update.desired !== service.desired;
  if (!scales && !deploys) return;
  if (scales && update.desired !== undefined) {
    if (!state.spread && service.running > 0) state.spread = { atMs, tasks: service.running };
    service.desired = update.desired;
    state.steady = false;
  }
  state.held = 0;
  state.placementToldMs = undefined;
  if (deploys && Number.isInteger(asked)) {
    beginDeployment(stage, state, { revision: asked, force: update.forceNewDeployment === true }, atMs);
  }
  if (!failsToStart(state) && state.placementMessage === undefined) resumeStalled(stage, state, atMs);
  stage.look(state, atMs);
  if (failsToStart(state)) expectFailure(stage, state, atMs + 1000);
}

/** StopTask: the scheduler then starts another. */
export function stopByPerson(
  stage: Stage,
  state: ServiceState,
  task: WorldTask,
  reason: string,
  atMs: number,
): void {
  stopTask(stage, state, task, { stopCode: 'UserInitiated', reason }, atMs);
}

/** A change of state that the timeline orders. ECS sends what it would send. */
export function applySet(stage: Stage, state: ServiceState, set: ChangeSpec, atMs: number): void {
  if (set.desired !== undefined) setDesired(stage, state, set.desired, atMs);
  if (set.running !== undefined) setRunning(stage, state, set.running, atMs);
  if (set.pending !== undefined) setPending(stage, state, set.pending, atMs);
  if (set.targets !== undefined) setTargets(stage, state, set.targets, atMs);
}

/** The scaling policy moves the count; only this, and no person's change, has an event of its own in AWS. */
function setDesired(stage: Stage, state: ServiceState, desired: number, atMs: number): void {
  if (desired === state.service.desired) return;
  state.service.desired = desired;
  state.held = Math.min(state.held, desired);
  state.steady = false;
  const more = { desiredCount: desired };
  stage.emitter.send(serviceAction(state, 'SERVICE_DESIRED_COUNT_UPDATED', atMs, more), atMs);
  stage.look(state, atMs);
}

/** Fewer: tasks die as the scenario's own stopped tasks did. More: they run from now. The rest is not healed. */
function setRunning(stage: Stage, state: ServiceState, running: number, atMs: number): void {
  const now = runningTasks(state).filter((task) => task.desiredStatus === 'RUNNING');
  for (const task of now.slice(running)) endTask(stage, state, task, deathOf(state, task), atMs);
  const waiting = activeTasks(state).filter((task) => state.stalled.has(task.id));
  const deployment = workingDeployment(state);
  if (!deployment) return;
  for (let missing = running - now.length; missing > 0; missing -= 1) {
    runAtOnce(stage, state, deployment, waiting.shift(), atMs);
  }
  state.held = Math.max(0, state.service.desired - activeTasks(state).length);
  stage.look(state, atMs);
}

/** Tasks that come up belong to the newest deployment, unless that one cannot start any. */
function workingDeployment(state: ServiceState) {
  const { deployments } = state.service;
  if (!failsToStart(state)) return deployments.at(-1);
  return deployments.findLast((one) => one.state === 'COMPLETED') ?? deployments.at(-1);
}

function deathOf(state: ServiceState, task: WorldTask): TaskEnd {
  const told = state.spec.stoppedTasks.filter((one) => one.stopCode !== 'TaskFailedToStart');
  const same = told.filter((one) => (one.revision ?? task.revision) === task.revision);
  return (
    same.at(-1) ??
    told.at(-1) ?? { stopCode: 'EssentialContainerExited', reason: 'Essential container in task exited' }
  );
}

/** Pending tasks that stay so, as when there is no capacity. */
function setPending(stage: Stage, state: ServiceState, pending: number, atMs: number): void {
  const now = activeTasks(state).filter((task) => task.lastStatus !== 'RUNNING');
  for (const task of now.slice(pending)) {
    const reason = 'Task was stopped before it was started';
    stopTask(stage, state, task, { stopCode: 'ServiceSchedulerInitiated', reason }, atMs);
  }
  const newest = state.service.deployments.at(-1);
  if (!newest) return;
  for (let missing = pending - now.length; missing > 0; missing -= 1) {
    startTask(stage, state, newest, atMs, 'stalls');
  }
  state.held = Math.max(0, state.service.desired - activeTasks(state).length);
}

/** The load balancer's checks change their mind; ECS tells of unhealthy targets in the service's events. */
function setTargets(
  stage: Stage,
  state: ServiceState,
  set: NonNullable<ChangeSpec['targets']>,
  atMs: number,
): void {
  const { service } = state;
  for (const group of service.targetGroups) {
    const healthy = set.healthy ?? Math.max(0, group.targets.length - set.unhealthy);
    const wanted = healthy + set.unhealthy;
    const kept = group.targets.slice(0, wanted);
    while (kept.length < wanted) {
      const id = privateIp(state.place, 900 + kept.length);
      kept.push({ id, port: kept[0]?.port ?? 8080, ...targetState(true, undefined) });
    }
    group.targets = kept.map((target, index) => ({ ...target, ...targetState(index < healthy, set) }));
    for (const target of group.targets.filter((one) => one.state === 'unhealthy')) {
      const why = `(reason ${target.description})`;
      tell(
        state,
        atMs,
        `(service ${service.name}) (port ${target.port}) is unhealthy in (target-group ${group.arn}) due to ${why}.`,
      );
    }
  }
  recount(state, atMs);
  stage.look(state, atMs);
}
