import { deploymentReason } from './build-deployments.ts';
import type { WorldDeployment } from './model.ts';
import { deploymentId, taskDefinitionArn } from './place.ts';
import { deploymentChange } from './service-events.ts';
import { activeTasks, type ServiceState, tell } from './service-state.ts';
import type { Stage } from './task-life.ts';

export interface DeploymentOrder {
  readonly revision: number;
  /** All tasks are replaced, also those of the same revision. */
  readonly force?: boolean;
  readonly reason?: string;
}

/** A new deployment becomes PRIMARY; the scheduler replaces the tasks of the one before. */
export function beginDeployment(
  stage: Stage,
  state: ServiceState,
  order: DeploymentOrder,
  atMs: number,
): void {
  const { revision } = order;
  const id = deploymentId(state.place, state.nextDeployment);
  state.nextDeployment += 1;
  const before = state.service.deployments.at(-1);
  // A newer deployment takes over: nobody waits for the answer any more.
  if (before?.hook?.status === 'AWAITING_ACTION') before.hook.status = 'FAILED';
  const deployment: WorldDeployment = {
    id,
    revision,
    taskDefinitionArn: taskDefinitionArn(state.place, state.family, revision),
    createdAtMs: atMs,
    updatedAtMs: atMs,
    state: 'IN_PROGRESS',
    reason: order.reason ?? deploymentReason('IN_PROGRESS', id),
    failedTasks: 0,
  };
  state.service.deployments.push(deployment);
  state.rolling = true;
  state.adopts = order.force !== true;
  state.steady = false;
  state.failures = 0;
  stage.emitter.send(deploymentChange(state, 'SERVICE_DEPLOYMENT_IN_PROGRESS', deployment), atMs);
  stage.look(state, atMs);
}

/** The newest deployment, if it was in progress, is complete: all tasks are its own. */
export function completeDeployment(stage: Stage, state: ServiceState, atMs: number): void {
  const primary = state.service.deployments.at(-1);
  if (primary?.state !== 'IN_PROGRESS') return;
  primary.state = 'COMPLETED';
  primary.reason = deploymentReason('COMPLETED', primary.id);
  primary.updatedAtMs = atMs;
  if (state.rolling) rememberReplacement(state, primary, atMs);
  state.rolling = false;
  tell(state, atMs, `(service ${state.service.name}) (deployment ${primary.id}) deployment completed.`);
  stage.emitter.send(deploymentChange(state, 'SERVICE_DEPLOYMENT_COMPLETED', primary), atMs);
}

/** What came with another revision left with it; what piled up in the old tasks is gone with them. */
function rememberReplacement(state: ServiceState, primary: WorldDeployment, atMs: number): void {
  if (activeTasks(state).every((task) => task.createdAtMs >= primary.createdAtMs))
    state.replacedAtMs.push(atMs);
  const before = state.service.deployments.slice(0, -1).findLast((one) => one.revision !== primary.revision);
  const good = state.service.deployments
    .slice(0, -1)
    .some((one) => one.revision === primary.revision && one.state === 'COMPLETED');
  const goesBack = before !== undefined && (good || primary.revision < before.revision);
  if (goesBack) state.recovered.push({ sinceMs: before.createdAtMs, untilMs: atMs });
}

/**
 * The circuit breaker's end of a deployment: FAILED, and where it may, back to the last one that completed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function failDeployment(stage: Stage, state: ServiceState, atMs: number): void {
  const primary = state.service.deployments.at(-1);
  if (primary?.state !== 'IN_PROGRESS') return;
  primary.state = 'FAILED';
  primary.reason = deploymentReason('FAILED', primary.id);
  primary.updatedAtMs = atMs;
  const { name } = state.service;
  tell(state, atMs, `(service ${name}) (deployment ${primary.id}) deployment failed: tasks failed to start.`);
  stage.emitter.send(deploymentChange(state, 'SERVICE_DEPLOYMENT_FAILED', primary), atMs);
  rollBack(stage, state, primary, atMs);
}

/** Only with `rollback`, and only to a deployment of another revision that completed. */
export function rollBack(stage: Stage, state: ServiceState, failed: WorldDeployment, atMs: number): void {
  const { circuitBreaker, deployments, name } = state.service;
  const good = deployments.findLast((one) => one.state === 'COMPLETED' && one.revision !== failed.revision);
  if (!circuitBreaker.enable || !circuitBreaker.rollback || !good) return;
  tell(state, atMs, `(service ${name}) rolling back to deployment ${good.id}.`);
  state.held = 0;
  const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${good.id}.`;
  beginDeployment(stage, state, { revision: good.revision, reason }, atMs);
}

/** Failed tasks after which the circuit breaker trips: half the desired count, at least 3, at most 200. */
export function breakerThreshold(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(0.5 * desired)));
}
