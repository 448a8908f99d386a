import type { ServiceInventory, ServiceSnapshot } from '../domain/fleet.ts';
import type { Thresholds } from '../domain/thresholds.ts';

/** What one look at a service tells about missing tasks. */
export interface Shortfall {
  /** For how long tasks have been missing without a sign of progress; undefined when no time is known. */
  readonly sinceMs: number | undefined;
  /** It has lasted too long, and no deployment is on its way that would explain it. */
  readonly stuck: boolean;
  /** A deployment is progressing. */
  readonly deploying: boolean;
}

/**
 * Judges running < desired as of the moment of the look. One look has no history, so the shortfall counts from the latest of the PRIMARY
 * deployment's createdAt and updatedAt and the newest sign of progress; without any of these it counts as lasting
 * too long.
 * @returns undefined when nothing is missing.
 */
export function shortfallOf(
  service: ServiceInventory & Pick<ServiceSnapshot, 'inventoryAtMs'>,
  thresholds: Pick<Thresholds, 'shortfallMs' | 'progressMs'>,
): Shortfall | undefined {
  if (service.running >= service.desired) return undefined;
  const nowMs = service.inventoryAtMs;
  const primary = service.deployments.find((each) => each.status === 'PRIMARY');
  const progressAtMs = newestProgressMs(service);
  const times = [primary?.createdAtMs, primary?.updatedAtMs, progressAtMs].flatMap((at) => at ?? []);
  const sinceMs = times.length === 0 ? undefined : Math.max(...times);
  const deploying =
    primary?.rolloutState === 'IN_PROGRESS' &&
    primary.failedTasks === 0 &&
    progressAtMs !== undefined &&
    nowMs - progressAtMs <= thresholds.progressMs;
  const lasting = sinceMs === undefined || nowMs - sinceMs >= thresholds.shortfallMs;
  return { sinceMs, deploying, stuck: lasting && !deploying };
}

/** When ECS last started or registered a task, or changed the desired count, as its event messages tell. */
export function newestProgressMs(service: Pick<ServiceInventory, 'events'>): number | undefined {
  const times = service.events.filter(({ message }) => isProgress(message)).map(({ atMs }) => atMs);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * `has started 2 tasks: …`, `registered 1 targets in …`, `registered 1 instances in …`, `updated desired count
 * to 4`, `Successfully set desired count to 4`, `updated computedDesiredCount for …`. Messages about tasks that
 * fail to start, stop or are deregistered are none.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
function isProgress(message: string): boolean {
  return (
    /\b(?:started|registered)\s+\d+\s+(?:\w+\s+)?(?:tasks?|targets?|instances?)\b/i.test(message) ||
    /\b(?:set|setting|changed?|updated?|scaled?)\b[^.]*desired\s?count\b/i.test(message) ||
    /desired\s?count\b[^.]*\b(?:was |has been |is )?(?:set|changed|updated)\b/i.test(message) ||
    /\bcomputedDesiredCount\b/.test(message)
  );
}
