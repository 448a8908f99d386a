import { completeDeployment } from './deployments.ts';
import { failsToStart } from './failing.ts';
import { pausedDeployment } from './hooks.ts';
import type { WorldDeployment, WorldTask } from './model.ts';
import { serviceAction } from './service-events.ts';
import { activeTasks, type ServiceState, tell } from './service-state.ts';
import { type Stage, startTask, stopTask } from './task-life.ts';

const PLACEMENT_REPEAT_MS = 5 * 60_000;

/**
 * One look of the service scheduler: starts what is missing, stops what is too much, and announces that a deployment
 * is complete and the service steady. The shortfall that a scenario orders (`held`) is not healed.
 */
export function look(stage: Stage, state: ServiceState, atMs: number): void {
  const primary = state.service.deployments.at(-1);
  if (!primary) return;
  const active = activeTasks(state).filter((task) => !state.attempts.has(task.id));
  const mine = active.filter((task) => belongsTo(state, primary, task));
  const old = active.filter((task) => !mine.includes(task));
  const goal = Math.max(0, state.service.desired - state.held);
  const missing = goal - (state.rolling ? mine.length : active.length);
  if (missing > 0) start(stage, state, missing, active.length, atMs);
  if (pausedDeployment(state)) return;
  shrink(stage, state, { mine, old, goal }, atMs);
  settle(stage, state, atMs);
}

function belongsTo(state: ServiceState, primary: WorldDeployment, task: WorldTask): boolean {
  return task.deploymentId === primary.id || (state.adopts && task.revision === primary.revision);
}

/** New tasks of the newest deployment, at most twice the desired count at a time (maximumPercent 200). */
function start(stage: Stage, state: ServiceState, missing: number, active: number, atMs: number): void {
  const primary = state.service.deployments.at(-1);
  if (!primary || primary.state === 'FAILED' || failsToStart(state)) return;
  if (state.placementMessage !== undefined) return tellPlacement(stage, state, state.placementMessage, atMs);
  const room = Math.max(0, 2 * state.service.desired - active);
  const started = Array.from({ length: Math.min(missing, room) }, () =>
    startTask(stage, state, primary, atMs),
  );
  tellStarted(state, started, atMs);
}

/** Says so in the service's events, as ECS does. */
export function tellStarted(state: ServiceState, tasks: readonly WorldTask[], atMs: number): void {
  if (tasks.length === 0) return;
  const names = tasks.map((task) => `(task ${task.id})`).join(' ');
  tell(state, atMs, `(service ${state.service.name}) has started ${tasks.length} tasks: ${names}.`);
}

function tellPlacement(stage: Stage, state: ServiceState, message: string, atMs: number): void {
  if (state.placementToldMs !== undefined && atMs - state.placementToldMs < PLACEMENT_REPEAT_MS) return;
  state.placementToldMs = atMs;
  tell(state, atMs, message);
  const fargate = state.service.launchType === 'FARGATE';
  const reason = fargate ? 'RESOURCE:FARGATE' : /cpu/i.test(message) ? 'RESOURCE:CPU' : 'RESOURCE:MEMORY';
  const containerInstanceArns = state.cluster.instances.map((instance) => instance.arn);
  const where = fargate ? {} : { containerInstanceArns };
  const body = serviceAction(state, 'SERVICE_TASK_PLACEMENT_FAILURE', atMs, { ...where, reason });
  stage.emitter.send(body, atMs);
}

interface Surplus {
  readonly mine: readonly WorldTask[];
  readonly old: readonly WorldTask[];
  readonly goal: number;
}

/** Old tasks make way once new ones are healthy; beyond the goal the youngest go. */
function shrink(stage: Stage, state: ServiceState, { mine, old, goal }: Surplus, atMs: number): void {
  const ready = mine.filter((task) => isReady(state, task)).length;
  const spare = state.rolling ? ready + old.length - goal : mine.length + old.length - goal;
  const leaving = old.slice(0, Math.max(0, Math.min(spare, old.length)));
  const tooMany = mine.length - Math.max(goal - (old.length - leaving.length), 0);
  const surplus = state.rolling ? mine.length - goal : tooMany;
  const doomed = [...leaving, ...(surplus > 0 ? mine.slice(-surplus) : [])];
  if (doomed.length === 0) return;
  const primary = state.service.deployments.at(-1);
  for (const task of doomed) {
    const reason = `Scaling activity initiated by (deployment ${primary?.id})`;
    stopTask(stage, state, task, { stopCode: 'ServiceSchedulerInitiated', reason }, atMs);
  }
  const names = doomed.map((task) => `(task ${task.id})`).join(' ');
  tell(state, atMs, `(service ${state.service.name}) has stopped ${doomed.length} running tasks: ${names}.`);
}

/** Runs, and every target of it is healthy. */
function isReady(state: ServiceState, task: WorldTask): boolean {
  if (task.lastStatus !== 'RUNNING') return false;
  const addresses = [
    task.ip,
    state.cluster.instances.find((one) => one.arn === task.containerInstanceArn)?.ec2InstanceId,
  ];
  return !state.service.targetGroups.some((group) =>
    group.targets.some((target) => addresses.includes(target.id) && target.state === 'initial'),
  );
}

/** Steady state is told once after a change: all there, all ready, nothing leaving. */
function settle(stage: Stage, state: ServiceState, atMs: number): void {
  const { service } = state;
  if (state.steady) return;
  const living = service.tasks.filter((task) => task.lastStatus !== 'STOPPED');
  const active = activeTasks(state);
  const primary = service.deployments.at(-1);
  const allMine = !state.rolling || (primary && active.every((task) => belongsTo(state, primary, task)));
  const steady =
    living.length === active.length &&
    active.length === service.desired &&
    allMine &&
    active.every((task) => isReady(state, task));
  if (!steady || failsToStart(state)) return;
  state.steady = true;
  state.failures = 0;
  state.impairedTold = false;
  completeDeployment(stage, state, atMs);
  tell(state, atMs, `(service ${service.name}) has reached a steady state.`);
  stage.emitter.send(serviceAction(state, 'SERVICE_STEADY_STATE', atMs), atMs);
}
