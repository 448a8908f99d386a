import type { Deployment, ServiceInventory, TaskDefinition } from '../domain/fleet.ts';
import type { DeploymentDiff } from '../domain/incident.ts';

const RECENT_MS = 24 * 60 * 60_000;

/** A deployment that may be behind what happens, and the revision that ran before it. */
export interface Change {
  readonly deployment: Deployment;
  /** The ARN of a task definition; undefined where ECS shows it no more. */
  readonly before: string | undefined;
}

/**
 * The newest deployment that is under way or began within a day. One that failed and was rolled back counts before
 * the deployment that put the old revision back: that one changes nothing.
 */
export function newestChange({ deployments }: ServiceInventory, nowMs: number): Change | undefined {
  const newestFirst = deployments.toSorted((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0));
  const newest = newestFirst[0];
  const recent = newestFirst.filter(
    ({ rolloutState, createdAtMs }) =>
      rolloutState === 'IN_PROGRESS' || (createdAtMs !== undefined && nowMs - createdAtMs <= RECENT_MS),
  );
  const deployment = recent.find(({ rolloutState }) => rolloutState === 'FAILED') ?? recent[0];
  if (deployment === undefined) return undefined;
  const others = newestFirst.filter((each) => each !== deployment);
  const earlier = others.find((each) => (each.createdAtMs ?? 0) <= (deployment.createdAtMs ?? 0));
  const rolledBackTo = newest === deployment ? undefined : newest;
  return { deployment, before: (earlier ?? rolledBackTo)?.taskDefinition };
}

/** Deployments that came to rest, newest first: {@link Change.before} where ECS shows the old deployment no more. */
export function revisionBefore(
  { deployment }: Change,
  past: readonly { readonly taskDefinition: string; readonly atMs: number }[],
): string | undefined {
  const beganMs = deployment.createdAtMs ?? Number.POSITIVE_INFINITY;
  // The history counts its own begin of the same deployment; clocks of two services differ by little.
  return past.find(({ atMs }) => atMs < beganMs - SAME_MS)?.taskDefinition;
}

const SAME_MS = 5000;

/** What a change amounts to. Images of revisions that cannot be read are left out, not guessed. */
export async function diffOf(
  { deployment, before }: Change,
  read: (arn: string) => Promise<TaskDefinition>,
  onFailure: (error: unknown) => void,
): Promise<DeploymentDiff> {
  const side = async (arn: string) => {
    try {
      const { revision, containers } = await read(arn);
      return { revision, images: containers.map(({ image }) => image) };
    } catch (error) {
      onFailure(error);
      return { revision: Number(/:(\d+)$/.exec(arn)?.[1] ?? 0), images: [] };
    }
  };
  const [to, from] = await Promise.all([
    side(deployment.taskDefinition),
    before === undefined ? undefined : side(before),
  ]);
  return {
    atMs: deployment.createdAtMs ?? deployment.updatedAtMs ?? 0,
    state: deployment.rolloutState,
    to,
    ...(from === undefined ? {} : { from }),
  };
}
