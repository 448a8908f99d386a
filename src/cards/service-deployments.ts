import type { Deployment, ServiceSnapshot } from '../domain/fleet.ts';
import { formatDuration } from '../domain/time.ts';
import type { ListItem, Span, Tone } from './card.ts';
import { shortImage } from './image-name.ts';

/** The deployments, PRIMARY first: state, revision, age, progress, and the reason where ECS gives one. */
export function deploymentItems({ deployments }: ServiceSnapshot, nowMs: number): ListItem[] {
  if (deployments.length === 0) return [{ text: 'None that ECS tells of.' }];
  return deployments
    .toSorted((a, b) => rank(a) - rank(b) || (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0))
    .map((deployment) => deploymentItem(deployment, nowMs));
}

/** `checkout:42` of a task definition's ARN. */
export function shortTaskDefinition(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The repository and tag of an image; the registry's host says little and is long. */
export function imageSpans(image: string): readonly Span[] {
  return [{ kind: 'code', text: shortImage(image) }];
}

function rank({ status }: Deployment): number {
  return ['PRIMARY', 'ACTIVE', 'INACTIVE'].indexOf(status);
}

function deploymentItem(deployment: Deployment, nowMs: number): ListItem {
  const { failedTasks, running, desired, pending, createdAtMs, rolloutReason } = deployment;
  const details = [
    `${running} of ${desired} running`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(failedTasks > 0 ? [`${failedTasks} failed ${failedTasks === 1 ? 'task' : 'tasks'}`] : []),
    ...(rolloutReason ? [rolloutReason] : []),
  ];
  const age = createdAtMs === undefined ? '' : `, began ${formatDuration(nowMs - createdAtMs)} ago`;
  return {
    mark: mark(deployment),
    text: [
      { kind: 'code', text: shortTaskDefinition(deployment.taskDefinition) },
      ` ${state(deployment)}${age}`,
    ],
    detail: details.join(' · '),
  };
}

function state({ status, rolloutState }: Deployment): string {
  const rollout = rolloutState === undefined ? '' : ` ${ROLLOUT_WORDS[rolloutState]}`;
  return status === 'PRIMARY'
    ? `is the current one:${rollout || ' running'}`
    : `is being replaced:${rollout || ' draining'}`;
}

const ROLLOUT_WORDS = { COMPLETED: 'completed', FAILED: 'failed', IN_PROGRESS: 'in progress' } as const;

function mark({ rolloutState, failedTasks }: Deployment): Tone {
  if (rolloutState === 'FAILED') return 'critical';
  if (failedTasks > 0) return 'warning';
  return rolloutState === 'COMPLETED' ? 'good' : 'info';
}
