import type { StoppedTaskSpec } from '../scenario/service-schema.ts';
import type { Agenda } from './agenda.ts';
import { targetAddress, targetState } from './build-targets.ts';
import { makeTask, run, stop } from './build-tasks.ts';
import type { Emitter } from './emitter.ts';
import type { WorldDeployment, WorldTask } from './model.ts';
import { draw, hash } from './seeded.ts';
import { recount, type ServiceState, tell } from './service-state.ts';
import { instanceChange, taskChange } from './task-events.ts';

/** How long the steps of a task take, in simulated milliseconds. */
export const PACE = {
  pendingMs: 3000,
  runningMs: 9000,
  jitterMs: 4000,
  healthyMs: 8000,
  drainMs: 5000,
  stoppedMs: 3000,
  /** From the first STOPPED to the one that knows the network interface gone. */
  detachedMs: 1500,
  lookMs: 2000,
} as const;

/** What moves: shared by all that change a service. */
export interface Stage {
  readonly agenda: Agenda;
  readonly emitter: Emitter;
  readonly states: readonly ServiceState[];
  /** Changes told of each container instance, by ARN. */
  readonly instanceVersions: Map<string, number>;
  /** Puts a look by the scheduler on the agenda. */
  look(state: ServiceState, atMs: number): void;
}

/** The end that a task comes to by itself, and how long after its creation. */
export interface Doom {
  readonly death: StoppedTaskSpec;
  readonly runsMs: number;
  /** Called once the task has stopped. */
  readonly onStopped: (atMs: number) => void;
}

/**
 * A new task of a deployment: PROVISIONING now, RUNNING some seconds later, then a target that becomes healthy. With a
 * doom it comes to that end instead; one that stalls stays PENDING.
 */
export function startTask(
  stage: Stage,
  state: ServiceState,
  deployment: WorldDeployment,
  atMs: number,
  fate?: Doom | 'stalls',
): WorldTask {
  const task = addTask(state, deployment, atMs);
  state.steady = false;
  changed(stage, state, task, atMs, true);
  stage.agenda.add(atMs + PACE.pendingMs, (due) => becomePending(stage, state, task, due));
  if (fate === 'stalls') {
    state.stalled.add(task.id);
    return task;
  }
  if (fate) state.attempts.add(task.id);
  const runsAtMs = atMs + PACE.runningMs + jitterOf(task);
  if (fate?.death.stopCode === 'TaskFailedToStart') {
    stage.agenda.add(runsAtMs, (due) => die(stage, state, task, fate, due));
    return task;
  }
  stage.agenda.add(runsAtMs, (due) => becomeRunning(stage, state, task, due, fate === undefined));
  if (fate) stage.agenda.add(runsAtMs + fate.runsMs, (due) => die(stage, state, task, fate, due));
  return task;
}

/** A task that runs from this moment, for a change of state that the scenario orders: a pending one, else a new one. */
export function runAtOnce(
  stage: Stage,
  state: ServiceState,
  deployment: WorldDeployment,
  pending: WorldTask | undefined,
  atMs: number,
): void {
  const task = pending ?? addTask(state, deployment, atMs);
  state.stalled.delete(task.id);
  state.steady = false;
  run(task, atMs, state.containers);
  setTargets(state, task, 'healthy');
  changed(stage, state, task, atMs, pending === undefined);
}

/** What kept pending tasks from running is gone. */
export function resumeStalled(stage: Stage, state: ServiceState, atMs: number): void {
  for (const task of state.service.tasks.filter((one) => state.stalled.has(one.id))) {
    const dueMs = atMs + PACE.runningMs + jitterOf(task);
    stage.agenda.add(dueMs, (due) => becomeRunning(stage, state, task, due, true));
  }
  state.stalled.clear();
}

function addTask(state: ServiceState, deployment: WorldDeployment, atMs: number): WorldTask {
  const { place, cluster, containers, nextTask: n } = state;
  const task = makeTask(state.service, deployment, { place, cluster, containers, n, createdAtMs: atMs });
  state.nextTask += 1;
  state.service.tasks.push(task);
  state.everyTask.push(task);
  return task;
}

function jitterOf(task: WorldTask): number {
  return Math.round(draw(hash(task.id), 0) * PACE.jitterMs);
}

function becomePending(stage: Stage, state: ServiceState, task: WorldTask, atMs: number): void {
  if (task.lastStatus !== 'PROVISIONING' || task.desiredStatus !== 'RUNNING') return;
  task.lastStatus = 'PENDING';
  task.version += 1;
  changed(stage, state, task, atMs);
}

function becomeRunning(
  stage: Stage,
  state: ServiceState,
  task: WorldTask,
  atMs: number,
  healthy: boolean,
): void {
  if (task.lastStatus !== 'PENDING' || task.desiredStatus !== 'RUNNING') return;
  run(task, atMs, state.containers);
  if (healthy && state.service.targetGroups.length > 0) {
    setTargets(state, task, 'initial');
    for (const group of state.service.targetGroups) {
      tell(
        state,
        atMs,
        `(service ${state.service.name}) registered 1 targets in (target-group ${group.arn})`,
      );
    }
    stage.agenda.add(atMs + PACE.healthyMs, (due) => becomeHealthy(stage, state, task, due));
  }
  changed(stage, state, task, atMs);
}

function becomeHealthy(stage: Stage, state: ServiceState, task: WorldTask, atMs: number): void {
  if (task.desiredStatus !== 'RUNNING' || task.lastStatus !== 'RUNNING') return;
  setTargets(state, task, 'healthy');
  recount(state, atMs);
  stage.look(state, atMs);
}

/**
 * The scheduler or a person stops a task: its targets drain, then it stops. `death` says why, in the words of ECS.
 */
export function stopTask(
  stage: Stage,
  state: ServiceState,
  task: WorldTask,
  death: Pick<StoppedTaskSpec, 'stopCode' | 'reason'>,
  atMs: number,
): void {
  if (task.desiredStatus === 'STOPPED') return;
  task.desiredStatus = 'STOPPED';
  task.stopCode = death.stopCode;
  task.stoppedReason = death.reason;
  task.version += 1;
  state.steady = false;
  const drains = hasTargets(state, task);
  if (drains) {
    setTargets(state, task, 'draining');
    tell(state, atMs, `(service ${state.service.name}) has begun draining connections on 1 tasks.`);
  }
  changed(stage, state, task, atMs);
  const leavesMs = atMs + (drains ? PACE.drainMs : 0) + 1000;
  stage.agenda.add(leavesMs, (due) => {
    if (task.lastStatus === 'STOPPED') return;
    task.lastStatus = 'DEPROVISIONING';
    task.version += 1;
    changed(stage, state, task, due);
  });
  stage.agenda.add(leavesMs + PACE.stoppedMs, (due) => endTask(stage, state, task, death, due));
}

/** `at` is the moment of the scenario's stopped task that this end is like. */
export type TaskEnd = Pick<StoppedTaskSpec, 'stopCode' | 'reason' | 'containers'> & { readonly at?: number };

/** The task is gone at once, with its targets. */
export function endTask(
  stage: Stage,
  state: ServiceState,
  task: WorldTask,
  death: TaskEnd,
  atMs: number,
): void {
  if (task.lastStatus === 'STOPPED') return;
  const ran = task.startedAtMs !== undefined;
  const wasLeaving = task.lastStatus === 'DEPROVISIONING';
  stop(task, death, atMs);
  if (!wasLeaving) tellLeaving(stage, state, task, atMs);
  if (ran && death.at !== undefined) state.deaths.set(task.id, { endedMs: atMs, likeMs: death.at });
  const had = hasTargets(state, task);
  dropTargets(state, task);
  state.steady = false;
  if (had) {
    for (const group of state.service.targetGroups) {
      tell(
        state,
        atMs,
        `(service ${state.service.name}) deregistered 1 targets in (target-group ${group.arn})`,
      );
    }
  }
  changed(stage, state, task, atMs, true);
  tellAgain(stage, state, task, atMs);
}

/** Before it is STOPPED a task is DEPROVISIONING; codes and reasons are known then. */
function tellLeaving(stage: Stage, state: ServiceState, task: WorldTask, atMs: number): void {
  const leaving: WorldTask = { ...task, lastStatus: 'DEPROVISIONING', stoppedAtMs: undefined };
  stage.emitter.send(taskChange(state, leaving, atMs), atMs);
  task.version += 1;
}

/** A task on Fargate is told STOPPED once more, with a higher version, when its network interface is gone. */
function tellAgain(stage: Stage, state: ServiceState, task: WorldTask, atMs: number): void {
  if (state.service.launchType !== 'FARGATE') return;
  stage.agenda.add(atMs + PACE.detachedMs, (due) => {
    task.version += 1;
    stage.emitter.send(taskChange(state, task, due), due);
  });
}

/** What a raw event says of a task comes true: it is gone, and that event alone tells it. */
export function vanish(
  stage: Stage,
  state: ServiceState,
  task: WorldTask,
  death: TaskEnd,
  atMs: number,
): void {
  stop(task, death, atMs);
  dropTargets(state, task);
  state.steady = false;
  recount(state, atMs);
  stage.look(state, atMs);
}

function die(stage: Stage, state: ServiceState, task: WorldTask, doom: Doom, atMs: number): void {
  if (task.desiredStatus === 'STOPPED') return;
  endTask(stage, state, task, doom.death, atMs);
  doom.onStopped(atMs);
}

/** After every change of a task: counts, its event, its instance's event, and a look by the scheduler. */
function changed(stage: Stage, state: ServiceState, task: WorldTask, atMs: number, resources = false): void {
  recount(state, atMs);
  stage.emitter.send(taskChange(state, task, atMs), atMs);
  const instance = state.cluster.instances.find((one) => one.arn === task.containerInstanceArn);
  if (resources && instance) {
    const version = (stage.instanceVersions.get(instance.arn) ?? 1 + (hash(instance.arn) % 900)) + 1;
    stage.instanceVersions.set(instance.arn, version);
    const neighbours = stage.states.filter((one) => one.cluster === state.cluster);
    const body = instanceChange(neighbours, instance, version, atMs);
    if (body) stage.emitter.send(body, atMs);
  }
  stage.look(state, atMs);
}

function hasTargets(state: ServiceState, task: WorldTask): boolean {
  const { id, port } = targetAddress(state.service, task, state.cluster);
  return state.service.targetGroups.some((group) =>
    group.targets.some((target) => target.id === id && target.port === port),
  );
}

function setTargets(state: ServiceState, task: WorldTask, kind: 'initial' | 'healthy' | 'draining'): void {
  const address = targetAddress(state.service, task, state.cluster);
  for (const group of state.service.targetGroups) {
    const others = group.targets.filter((target) => target.id !== address.id || target.port !== address.port);
    group.targets = [...others, { ...address, ...stateOf(kind) }];
  }
}

/** Reason codes of DescribeTargetHealth. */
function stateOf(kind: 'initial' | 'healthy' | 'draining') {
  switch (kind) {
    case 'healthy':
      return targetState(true, undefined);
    case 'initial':
      return {
        state: kind,
        reason: 'Elb.RegistrationInProgress',
        description: 'Target registration is in progress',
      };
    case 'draining':
      return {
        state: kind,
        reason: 'Target.DeregistrationInProgress',
        description: 'Target deregistration is in progress',
      };
  }
}

function dropTargets(state: ServiceState, task: WorldTask): void {
  const address = targetAddress(state.service, task, state.cluster);
  for (const group of state.service.targetGroups) {
    group.targets = group.targets.filter(
      (target) => target.id !== address.id || target.port !== address.port,
    );
  }
}
