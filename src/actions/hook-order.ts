import type { DeploymentStages, LifecycleHook } from '../aws/service-deployments.ts';
import type { ServiceOrder } from '../domain/write.ts';
import type { Look } from './look.ts';

/** An answer to the lifecycle hook that a deployment waits at. */
export type HookOrder = Extract<ServiceOrder, { kind: 'hook' }>;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/continue-service-deployment.html */
const WAITS = 'AWAITING_ACTION';
const GONE_BY = 'TIMED_OUT';

/** Whether the hook still waits for this answer. @returns what changed meanwhile; undefined when it waits. */
export function hookMeaning(
  order: HookOrder,
  deployment: DeploymentStages,
  nowMs: number,
): string | undefined {
  const hook = hookIn(order, deployment);
  const { service } = order.ref;
  if (hook === undefined) return `The deployment of ${service} waits at this hook no more.`;
  if (hook.status === GONE_BY) return timedOut(service, hook);
  if (hook.status !== WAITS)
    return `The hook of ${service} has been answered already (${words(hook.status)}).`;
  return hook.expiresAtMs !== undefined && hook.expiresAtMs <= nowMs ? timedOut(service, hook) : undefined;
}

/** Whether a call whose answer is not known had its effect: the hook waits no more, and not because its time was up. */
export function hookWasTaken(
  order: HookOrder,
  deployment: DeploymentStages,
): { readonly taken: boolean; readonly now: string } {
  const hook = hookIn(order, deployment);
  const taken = hook?.status !== WAITS && hook?.status !== GONE_BY;
  return { taken, now: `the hook is ${words(hook?.status ?? 'gone')}` };
}

/** How far the deployment is after the answer. */
export function lookAtHook(order: HookOrder, deployment: DeploymentStages): Look {
  const hook = hookIn(order, deployment);
  if (hook?.status === WAITS) return { state: 'waiting', text: 'ECS has not left the hook yet' };
  const after = words(deployment.status);
  if (hook?.status === GONE_BY) {
    const text = `The time of the hook was up before the answer counted. The deployment is ${after}.`;
    return { state: 'ended', outcome: 'failed', text, after };
  }
  const isBack = /^ROLLBACK|^STOP|FAILED/.test(deployment.status);
  if (order.answer === 'ROLLBACK' && !isBack && deployment.status !== 'SUCCESSFUL')
    return { state: 'waiting', text: `the deployment is ${after}` };
  const stage = deployment.stage === undefined ? '' : ` (${words(deployment.stage)})`;
  const text =
    order.answer === 'ROLLBACK'
      ? `The deployment goes back: it is ${after}.`
      : `The deployment goes on${stage}.`;
  return { state: 'ended', outcome: 'done', text, after };
}

function hookIn({ hook }: HookOrder, { hooks }: DeploymentStages): LifecycleHook | undefined {
  return hooks.find(({ id }) => id === hook);
}

function timedOut(service: string, { timeoutAction }: LifecycleHook): string {
  const then = timeoutAction === undefined ? '' : ` ECS does this then: ${words(timeoutAction)}.`;
  return `The time of the hook of ${service} is up.${then}`;
}

/** `POST_SCALE_UP` → `post scale up` */
function words(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}
