import { endHook, type HookOrder, pauseDeployment, pausedDeployment, usualHook } from './hooks.ts';
import type { WorldHook } from './model.ts';
import { hookChange } from './service-events.ts';
import type { ServiceState } from './service-state.ts';
import type { Stage } from './task-life.ts';

type Fields = Readonly<Record<string, unknown>>;

const ENDS: Readonly<Record<string, Exclude<WorldHook['status'], 'AWAITING_ACTION'>>> = {
  HOOK_SUCCEEDED: 'SUCCEEDED',
  HOOK_FAILED: 'FAILED',
  HOOK_TIMED_OUT: 'TIMED_OUT',
};

/** A hook event by name: the deployment waits, or its wait ends. Where nothing waits, the end is told and no more. */
export function sendHook(stage: Stage, state: ServiceState, eventName: string, atMs: number): void {
  const status = ENDS[eventName];
  const waiting = pausedDeployment(state);
  if (status !== undefined && waiting) return endHook(stage, state, waiting, status, atMs);
  const deployment =
    eventName === 'HOOK_AWAITING_ACTION'
      ? pauseDeployment(stage, state, {}, atMs)
      : state.service.deployments.at(-1);
  if (!deployment) return;
  const hook = deployment.hook ?? usualHook(state, deployment, atMs);
  stage.emitter.send(hookChange(state, eventName, hook, atMs), atMs);
}

/** What ECS shows of a service agrees with a raw hook event afterwards, under the ids that the event gives. */
export function followHook(stage: Stage, event: Fields, atMs: number): void {
  const detail = event['detail'];
  if (event['detail-type'] !== 'ECS Hook State Change' || !isFields(detail)) return;
  const state = stage.states.find(({ service }) => service.arn === detail['serviceArn']);
  if (!state) return;
  const status = ENDS[String(detail['eventName'])];
  const waiting = pausedDeployment(state);
  if (detail['eventName'] === 'HOOK_AWAITING_ACTION' && detail['hookType'] !== 'AWS_LAMBDA') {
    pauseDeployment(stage, state, orderOf(detail), atMs);
  } else if (status !== undefined && waiting?.hook?.id === detail['hookId'] && waiting) {
    endHook(stage, state, waiting, status, atMs, true);
  }
}

function orderOf(detail: Fields): HookOrder {
  const expiresAtMs = Date.parse(String(detail['expiresAt']));
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const id = text(detail['hookId']);
  const stage = text(detail['lifecycleStage']);
  const deploymentArn = text(detail['serviceDeploymentArn']);
  return {
    ...(id === undefined ? {} : { id }),
    ...(stage === undefined ? {} : { stage }),
    ...(deploymentArn === undefined ? {} : { deploymentArn }),
    ...(Number.isNaN(expiresAtMs) ? {} : { expiresAtMs }),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
