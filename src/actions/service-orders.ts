import { clampCount, countBounds, type DefaultMaximum } from '../assess/scaling.ts';
import type { AwsApi } from '../aws/api.ts';
import type { DeploymentStages, ServiceDeployments } from '../aws/service-deployments.ts';
import type { TaskAtWork, TaskReader } from '../aws/tasks.ts';
import type { AwsWriter, WriteTarget } from '../aws/write.ts';
import { type AccountConfig, accountNamed } from '../domain/accounts.ts';
import { NotFound } from '../domain/errors.ts';
import { revisionWords, type ScalingBounds, type ServiceRef } from '../domain/fleet.ts';
import { isTaggedProtected, type ServiceOrder, type WriteRecord } from '../domain/write.ts';
import { type HookOrder, hookMeaning, hookWasTaken, lookAtHook } from './hook-order.ts';
import { type LiveService, readLive } from './live.ts';
import type { Look } from './look.ts';

/** AWS as orders need it. */
export interface ServiceTools {
  readonly accounts: readonly AccountConfig[];
  readonly api: (account: AccountConfig, region: string) => Pick<AwsApi, 'describeServices'>;
  readonly tasks: (account: AccountConfig, region: string) => Pick<TaskReader, 'find'>;
  /** The live bounds of Application Auto Scaling; never from memory. */
  readonly scaling: (ref: ServiceRef) => Promise<ScalingBounds | undefined>;
  readonly writer: AwsWriter;
  readonly deployments: (account: AccountConfig, region: string) => Pick<ServiceDeployments, 'describe'>;
  /** Where nothing else limits a count. */
  readonly defaultMaximum?: DefaultMaximum;
}

/**
 * Whether an order still means what the person saw.
 * @returns what changed meanwhile, in a sentence; undefined when it may be carried out as it stands.
 */
export async function changedSince(
  { order, isProtected }: { readonly order: ServiceOrder; readonly isProtected: boolean },
  tools: ServiceTools,
  nowMs: number,
): Promise<string | undefined> {
  const live = await liveOf(order.ref, tools);
  if (!isProtected && isTaggedProtected(live.tags)) {
    return `${order.ref.service} has been marked as protected since you were asked, so a second person has to approve.`;
  }
  if (order.kind === 'hook') return hookMeaning(order, await waitingDeployment(order, tools), nowMs);
  if (order.kind === 'stop') return stopMeaning(order, tools);
  const { seen } = order;
  if (live.taskDefinition !== seen.taskDefinition) {
    return `${order.ref.service} runs ${revisionWords(live.taskDefinition)} now; it was ${revisionWords(seen.taskDefinition)} when you were asked.`;
  }
  if (order.kind === 'scale') return scaleMeaning(order, live, tools);
  if (live.deployment !== seen.deployment) {
    return `${order.ref.service} has begun another deployment since you were asked.`;
  }
  return undefined;
}

/** Calls AWS, once. @throws the errors of {@link AwsWriter} */
export async function callAws(
  order: ServiceOrder,
  record: Pick<WriteRecord, 'id' | 'confirmedBy' | 'proposedBy'>,
  tools: ServiceTools,
): Promise<{ readonly deployment: string }> {
  const { ref } = order;
  const by = record.confirmedBy ?? record.proposedBy;
  const target: WriteTarget = {
    account: accountOf(ref, tools),
    region: ref.region,
    cluster: ref.cluster,
    arn: resourceOf(order),
    by,
    write: record.id,
  };
  switch (order.kind) {
    case 'scale':
      return tools.writer.updateService(target, { desired: order.count });
    case 'redeploy':
      return tools.writer.updateService(target, { forceNewDeployment: true });
    case 'rollback':
      return tools.writer.updateService(target, { taskDefinition: order.to });
    case 'stop':
      await tools.writer.stopTask(target, `Stopped by ${by.name} through Deckhand (${record.id})`);
      return { deployment: '' };
    case 'hook':
      await tools.writer.continueDeployment(target, { hook: order.hook, action: order.answer });
      return { deployment: '' };
  }
}

/** The one resource that a session for this order may touch. */
function resourceOf(order: ServiceOrder): string {
  if (order.kind === 'stop') return order.taskArn;
  return order.kind === 'hook' ? order.deploymentArn : order.arn;
}

/**
 * Whether a call whose answer is not known had its effect. `redeploy` is not idempotent: a deployment that is newer
 * than the call is taken for it.
 */
export async function wasTaken(
  order: ServiceOrder,
  callingAtMs: number,
  tools: ServiceTools,
): Promise<{ readonly taken: boolean; readonly deployment?: string; readonly now: string }> {
  if (order.kind === 'hook') return hookWasTaken(order, await waitingDeployment(order, tools));
  const live = await liveOf(order.ref, tools);
  switch (order.kind) {
    case 'scale':
      return { taken: live.desired === order.count, now: tasks(live.desired) };
    case 'rollback':
      return {
        taken: live.taskDefinition === order.to,
        deployment: live.deployment,
        now: revisionWords(live.taskDefinition),
      };
    case 'redeploy': {
      const primary = live.deployments.find(({ isPrimary }) => isPrimary);
      const taken =
        primary !== undefined &&
        primary.id !== order.seen.deployment &&
        primary.createdAtMs >= callingAtMs - CLOCK_SKEW_MS;
      return { taken, deployment: live.deployment, now: revisionWords(live.taskDefinition) };
    }
    case 'stop': {
      const task = await tools
        .tasks(accountOf(order.ref, tools), order.ref.region)
        .find(order.ref.cluster, order.task);
      const taken = task === undefined || isEnding(task);
      return { taken, now: task?.lastStatus.toLowerCase() ?? 'gone' };
    }
  }
}

/** How far it is. @throws what the reading throws; the caller looks again. */
export async function lookAt(
  order: ServiceOrder,
  record: Pick<WriteRecord, 'deployment'>,
  tools: ServiceTools,
): Promise<Look> {
  if (order.kind === 'hook') return lookAtHook(order, await waitingDeployment(order, tools));
  const live = await liveOf(order.ref, tools);
  switch (order.kind) {
    case 'scale':
      return lookAtCount(order, live);
    case 'redeploy':
    case 'rollback':
      return lookAtDeployment(order, record.deployment ?? '', live);
    case 'stop': {
      const task = await tools
        .tasks(accountOf(order.ref, tools), order.ref.region)
        .find(order.ref.cluster, order.task);
      const running = `${live.running} of ${live.desired} tasks run`;
      if (task !== undefined && task.lastStatus !== 'STOPPED')
        return { state: 'waiting', text: `the task is ${task.lastStatus.toLowerCase()}` };
      return {
        state: 'ended',
        outcome: 'done',
        text: `The task has stopped. ${running}; ECS starts another where one is missing.`,
        after: running,
      };
    }
  }
}

/** `4 tasks` */
export function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

const CLOCK_SKEW_MS = 5000;

function liveOf(ref: ServiceRef, tools: ServiceTools): Promise<LiveService> {
  return readLive(tools.api(accountOf(ref, tools), ref.region), ref);
}

function accountOf(ref: ServiceRef, { accounts }: ServiceTools): AccountConfig {
  return accountNamed(ref.account, accounts);
}

/** The deployment that a hook order is about, as ECS tells it now. @throws NotFound */
async function waitingDeployment(order: HookOrder, tools: ServiceTools): Promise<DeploymentStages> {
  const reader = tools.deployments(accountOf(order.ref, tools), order.ref.region);
  const [found] = await reader.describe([order.deploymentArn]);
  if (found !== undefined) return found;
  throw new NotFound(`The deployment of ${order.ref.service} that waited is not there any more.`);
}

/** The bounds are read again: the policy may have been changed since the proposal. */
async function scaleMeaning(
  order: Extract<ServiceOrder, { kind: 'scale' }>,
  live: LiveService,
  tools: ServiceTools,
): Promise<string | undefined> {
  const { ref, seen, count } = order;
  if (live.desired !== seen.desired) {
    return `${ref.service} is set to ${tasks(live.desired)} now; it was ${tasks(seen.desired)} when you were asked.`;
  }
  if (count === 0) return live.deploying ? deployingSentence(ref) : undefined;
  const had = order.isBack ? Math.max(count, live.desired) : live.desired;
  const bounds = countBounds(await tools.scaling(ref), live.tags, had, tools.defaultMaximum);
  const clamped = clampCount(count, live, bounds);
  if (clamped.kind === 'change' && clamped.count === count) return undefined;
  if (clamped.kind === 'none' && clamped.why === 'deploying') {
    return deployingSentence(ref);
  }
  return `${ref.service} may have ${bounds.min} to ${bounds.max} tasks now, and ${count} is outside of that.`;
}

function deployingSentence({ service }: ServiceRef): string {
  return `${service} has a deployment running, and I take no tasks away during one.`;
}

async function stopMeaning(
  order: Extract<ServiceOrder, { kind: 'stop' }>,
  tools: ServiceTools,
): Promise<string | undefined> {
  const reader = tools.tasks(accountOf(order.ref, tools), order.ref.region);
  const task = await reader.find(order.ref.cluster, order.task);
  return task === undefined || isEnding(task)
    ? `Task ${order.task.slice(0, 8)} has stopped already.`
    : undefined;
}

/**
 * Whether it has been told to end; the status follows seconds later.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
function isEnding({ lastStatus, desiredStatus }: TaskAtWork): boolean {
  return (
    desiredStatus === 'STOPPED' ||
    ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED', 'DELETED'].includes(lastStatus)
  );
}

function lookAtCount(order: Extract<ServiceOrder, { kind: 'scale' }>, live: LiveService): Look {
  const { count } = order;
  if (live.desired !== count) {
    return {
      state: 'ended',
      outcome: 'done',
      text: `AWS took it. Since then the count has been set to ${live.desired}, by the scaling policy or by somebody else.`,
      after: tasks(live.desired),
    };
  }
  if (live.running === count && live.pending === 0) {
    const text = count === 0 ? 'No task runs now.' : `${tasks(count)} run now.`;
    return { state: 'ended', outcome: 'done', text, after: tasks(count) };
  }
  return { state: 'waiting', text: `${live.running} of ${tasks(count)} run` };
}

function lookAtDeployment(order: ServiceOrder, id: string, live: LiveService): Look {
  const ours = live.deployments.find((each) => each.id === id);
  const after = revisionWords(live.taskDefinition);
  if (ours === undefined || !ours.isPrimary) {
    return {
      state: 'ended',
      outcome: 'failed',
      text: `AWS took it, but another deployment has replaced it: ${order.ref.service} runs ${after}.`,
      after,
    };
  }
  if (ours.state === 'FAILED') {
    return { state: 'ended', outcome: 'failed', text: `The deployment failed.${ecsSays(live)}`, after };
  }
  const settled = live.running === live.desired && live.pending === 0 && live.deployments.length === 1;
  if (ours.state === 'COMPLETED' || (ours.state === undefined && settled)) {
    return {
      state: 'ended',
      outcome: 'done',
      text: `The deployment is complete: ${tasks(live.running)} run ${after}.`,
      after,
    };
  }
  return { state: 'waiting', text: `${ours.running} of ${tasks(live.desired)} run the new deployment` };
}

/** Why it does not come to rest, as ECS tells it. */
function ecsSays({ newestEvent }: LiveService): string {
  return newestEvent === undefined ? '' : ` ECS says: ${newestEvent}`;
}
