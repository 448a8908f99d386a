import { expect, it } from 'vitest';
import { type HookOrder, hookMeaning, hookWasTaken, lookAtHook } from '../../src/actions/hook-order.ts';
import type { DeploymentStages } from '../../src/aws/service-deployments.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const ORDER: HookOrder = {
  kind: 'hook',
  ref: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' },
  arn: 'arn:aws:ecs:eu-west-1:111122223333:service/core/web',
  seen: { desired: 2, running: 2, taskDefinition: 'web:7', deployment: 'ecs-svc/1' },
  deploymentArn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/core/web/abc',
  hook: 'h1',
  answer: 'CONTINUE',
};

function waitingAt(status: string | undefined): DeploymentStages {
  const hook = { id: 'h1', kind: 'PAUSE', expiresAtMs: NOW + 60_000, timeoutAction: 'ROLLBACK' };
  return {
    arn: ORDER.deploymentArn,
    status: 'IN_PROGRESS',
    reason: undefined,
    stage: 'POST_SCALE_UP',
    createdAtMs: NOW - 60_000,
    updatedAtMs: NOW,
    hooks: status === undefined ? [] : [{ ...hook, status }],
  };
}

it.each([
  ['AWAITING_ACTION', false],
  ['SUCCEEDED', true],
  ['FAILED', true],
  [undefined, true],
  // Its time was up: what ECS did then was nobody's answer.
  ['TIMED_OUT', false],
])('an answer that was never heard of counts as given where the hook is %s: %s', (status, taken) => {
  expect(hookWasTaken(ORDER, waitingAt(status)).taken).toBe(taken);
});

it('a hook whose time is up says what ECS does then, before an answer and after it', () => {
  expect(hookMeaning(ORDER, waitingAt('AWAITING_ACTION'), NOW)).toBeUndefined();
  expect(hookMeaning(ORDER, waitingAt('TIMED_OUT'), NOW)).toBe(
    'The time of the hook of web is up. ECS does this then: rollback.',
  );
  expect(hookMeaning(ORDER, waitingAt('AWAITING_ACTION'), NOW + 60_000)).toContain('is up');
  expect(lookAtHook(ORDER, waitingAt('TIMED_OUT'))).toMatchObject({ state: 'ended', outcome: 'failed' });
});
