import { beginDeployment } from './deployments.ts';
import type { WorldDeployment, WorldHook } from './model.ts';
import { serviceDeploymentArn } from './place.ts';
import { hexId } from './seeded.ts';
import { hookChange } from './service-events.ts';
import { activeTasks, type ServiceState, tell } from './service-state.ts';
import type { Stage } from './task-life.ts';

/** What a pause hook waits when nothing else is said: 1,440 minutes, then the deployment goes back. */
const HOOK_WAITS_MS = 86_400_000;

/** What a scenario may say of a hook; the rest is as AWS would have it. */
export type HookOrder = Partial<
  Pick<WorldHook, 'id' | 'stage' | 'expiresAtMs' | 'timeoutAction' | 'deploymentArn'>
>;

/**
 * The newest deployment stops at a pause hook until somebody answers or the time is up. One that is complete cannot
 * wait: then another of the same revision has begun.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
export function pauseDeployment(
  stage: Stage,
  state: ServiceState,
  order: HookOrder,
  atMs: number,
): WorldDeployment | undefined {
  const deployment = pausable(stage, state, atMs);
  if (!deployment) return undefined;
  const hook: WorldHook = { ...usualHook(state, deployment, atMs), ...order, status: 'AWAITING_ACTION' };
  deployment.hook = hook;
  deployment.updatedAtMs = atMs;
  state.steady = false;
  stage.agenda.add(Math.max(atMs, hook.expiresAtMs), (due) => {
    if (deployment.hook === hook) endHook(stage, state, deployment, 'TIMED_OUT', due);
  });
  return deployment;
}

/** The hook as it would be if the deployment waited now. */
export function usualHook(state: ServiceState, deployment: WorldDeployment, atMs: number): WorldHook {
  return {
    id: `ecs-pause-${hexId(`${state.place.seed}/hook/${deployment.id}/${atMs}`, 43)}`,
    stage: 'POST_SCALE_UP',
    status: 'AWAITING_ACTION',
    expiresAtMs: atMs + HOOK_WAITS_MS,
    timeoutAction: 'ROLLBACK',
    deploymentArn: serviceDeploymentArn(state.service.arn, deployment.id),
  };
}

/** The deployment that waits for an answer, if one does. */
export function pausedDeployment(state: ServiceState): WorldDeployment | undefined {
  const newest = state.service.deployments.at(-1);
  return newest?.state === 'IN_PROGRESS' && newest.hook?.status === 'AWAITING_ACTION' ? newest : undefined;
}

/**
 * The end of a wait. ECS tells it: HOOK_SUCCEEDED for CONTINUE, HOOK_FAILED for ROLLBACK, HOOK_TIMED_OUT. Then the
 * deployment goes on or back.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_hook_state_change_events.html
 */
export function endHook(
  stage: Stage,
  state: ServiceState,
  deployment: WorldDeployment,
  status: Exclude<WorldHook['status'], 'AWAITING_ACTION'>,
  atMs: number,
  isTold = false,
): void {
  const { hook } = deployment;
  if (deployment !== pausedDeployment(state) || !hook) return;
  hook.status = status;
  deployment.updatedAtMs = atMs;
  if (!isTold) stage.emitter.send(hookChange(state, `HOOK_${status}`, hook, atMs), atMs);
  const goesOn = status === 'SUCCEEDED' || (status === 'TIMED_OUT' && hook.timeoutAction === 'CONTINUE');
  if (goesOn) goOn(stage, state, deployment, atMs);
  else goBack(stage, state, deployment, atMs);
}

function pausable(stage: Stage, state: ServiceState, atMs: number): WorldDeployment | undefined {
  const newest = state.service.deployments.at(-1);
  if (newest && newest.state !== 'IN_PROGRESS') {
    beginDeployment(stage, state, { revision: newest.revision, force: true }, atMs);
  }
  return state.service.deployments.at(-1);
}

function goOn(stage: Stage, state: ServiceState, deployment: WorldDeployment, atMs: number): void {
  state.held = 0;
  if (activeTasks(state).some((task) => task.revision !== deployment.revision)) state.rolling = true;
  stage.look(state, atMs);
}

/** To the last that completed, of another revision where there is one. It is a deployment of its own. */
function goBack(stage: Stage, state: ServiceState, deployment: WorldDeployment, atMs: number): void {
  const { deployments, name } = state.service;
  const completed = deployments.filter((one) => one.state === 'COMPLETED');
  const good = completed.findLast((one) => one.revision !== deployment.revision) ?? completed.at(-1);
  deployment.state = 'FAILED';
  deployment.reason = 'ECS deployment rolled back: a lifecycle hook asked for it.';
  state.held = 0;
  if (!good) return;
  tell(state, atMs, `(service ${name}) rolling back to deployment ${good.id}.`);
  const reason = `ECS deployment lifecycle hook: rolling back to deploymentId ${good.id}.`;
  beginDeployment(stage, state, { revision: good.revision, reason }, atMs);
}
