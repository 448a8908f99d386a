import { breakerThreshold, failDeployment } from './deployments.ts';
import { serviceAction } from './service-events.ts';
import { activeTasks, type ServiceState, tell } from './service-state.ts';
import { endTask, type Stage, startTask } from './task-life.ts';

const LONGEST_RUN_MS = 20_000;
/** ECS says that starts are impaired after a few failures in a row. */
const IMPAIRED_AFTER = 3;

/** Whether new tasks of the newest revision do not come up. */
export function failsToStart(state: ServiceState): boolean {
  return isFailing(state) && state.failing?.kind === 'start';
}

function isFailing(state: ServiceState): boolean {
  return state.failing !== undefined && state.service.deployments.at(-1)?.revision === state.failing.revision;
}

/** Puts the next failure of the newest revision on the agenda, unless one is there. */
export function expectFailure(stage: Stage, state: ServiceState, atMs: number): void {
  const { failing } = state;
  if (!failing || !isFailing(state) || state.failureDue) return;
  state.failureDue = true;
  stage.agenda.add(atMs, (due) => {
    state.failureDue = false;
    if (!isFailing(state)) return;
    fail(stage, state, due);
    const newest = state.service.deployments.at(-1);
    if (isFailing(state) && newest?.state !== 'FAILED') expectFailure(stage, state, due + failing.intervalMs);
  });
}

function fail(stage: Stage, state: ServiceState, atMs: number): void {
  const { failing, service } = state;
  const newest = service.deployments.at(-1);
  const death = failing?.deaths[state.failures % failing.deaths.length];
  if (!failing || !newest || !death || service.desired === 0 || newest.state === 'FAILED') return;
  state.failures += 1;
  if (failing.kind === 'crash') {
    const victim = activeTasks(state).find(
      (task) => task.lastStatus === 'RUNNING' && task.revision === failing.revision,
    );
    if (victim) endTask(stage, state, victim, death, atMs);
    return;
  }
  if (newest.state === 'COMPLETED' && activeTasks(state).length >= service.desired) return;
  const runsMs = Math.min(LONGEST_RUN_MS, Math.round(failing.intervalMs / 3));
  const onStopped = (due: number) => failed(stage, state, newest.id, due);
  const task = startTask(stage, state, newest, atMs, { death, runsMs, onStopped });
  tell(state, atMs, `(service ${service.name}) has started 1 tasks: (task ${task.id}).`);
}

/** A task of a deployment failed: the deployment counts it, and the circuit breaker may trip. */
function failed(stage: Stage, state: ServiceState, deploymentId: string, atMs: number): void {
  const { service } = state;
  const deployment = service.deployments.find((one) => one.id === deploymentId);
  if (!deployment) return;
  if (state.failures >= IMPAIRED_AFTER && !state.impairedTold) {
    state.impairedTold = true;
    tell(state, atMs, `(service ${service.name}) is unable to consistently start tasks successfully.`);
    stage.emitter.send(serviceAction(state, 'SERVICE_TASK_START_IMPAIRED', atMs), atMs);
  }
  if (deployment !== service.deployments.at(-1) || deployment.state !== 'IN_PROGRESS') return;
  deployment.failedTasks += 1;
  deployment.updatedAtMs = atMs;
  const trips = deployment.failedTasks >= breakerThreshold(service.desired);
  if (service.circuitBreaker.enable && service.controller === 'ECS' && trips)
    failDeployment(stage, state, atMs);
}
