import type { LoadBalancer, ServiceInventory, ServiceMetrics, TargetGroup } from '../domain/fleet.ts';
import { TimedCache } from './cache.ts';
import type { DescribedService } from './inventory.ts';
import type { Bounds } from './targets.ts';

/** The name lists of one region by key: clusters, and the services of each. */
export type NameLists = TimedCache<readonly string[]>;

/**
 * Everything that is remembered of one region. All but the metrics can be written down as lines of text and taken
 * over from them, by a later run or another replica.
 */
export class RegionMemory {
  readonly lists: NameLists = new TimedCache();
  readonly details = new TimedCache<DescribedService>();
  readonly bounds = new TimedCache<Bounds | undefined>();
  readonly metrics = new TimedCache<ServiceMetrics>();
  readonly balancers = new TimedCache<LoadBalancer>();
  groups: { readonly value: ReadonlyMap<string, TargetGroup>; readonly atMs: number } | undefined;

  /** The inventory as lines, the first of which names the format. */
  toLines(heardAtMs: number | undefined): readonly string[] {
    const lines = [JSON.stringify({ format: FORMAT, heardAtMs })];
    for (const [key, { value, atMs }] of this.lists.entries()) lines.push(line('list', key, atMs, value));
    for (const [key, { value, atMs }] of this.details.entries())
      lines.push(line('service', key, atMs, value));
    for (const [key, { value, atMs }] of this.bounds.entries())
      lines.push(line('bounds', key, atMs, value ?? null));
    for (const [arn, group] of this.groups?.value ?? []) {
      lines.push(line('group', arn, this.groups?.atMs ?? 0, group));
    }
    return lines;
  }

  /**
   * Takes over what was read between two moments and is newer than what is known. Lines of another format, written by another version of Deckhand,
   * are left alone.
   * @returns when events of this region were last heard, as the writer knew.
   */
  adopt(lines: readonly string[], notBeforeMs: number, notAfterMs: number): number | undefined {
    // The first line is an object of ours, or belongs to another format and then fails the comparison.
    const head = JSON.parse(lines[0] ?? '{}') as { readonly format?: number; readonly heardAtMs?: number };
    if (head.format !== FORMAT) return undefined;
    const groups = new Map<string, TargetGroup>();
    let groupsAtMs = 0;
    for (const text of lines.slice(1)) {
      // Written by `toLines` of the same format.
      const [kind, key, atMs, value] = JSON.parse(text) as Line;
      if (atMs < notBeforeMs || atMs > notAfterMs) continue;
      if (kind === 'list') this.lists.setNewer(key, value, atMs);
      else if (kind === 'service') this.details.setNewer(key, value, atMs);
      else if (kind === 'bounds') this.bounds.setNewer(key, value ?? undefined, atMs);
      else {
        groups.set(key, value);
        groupsAtMs = atMs;
      }
    }
    if (groupsAtMs > (this.groups?.atMs ?? 0)) this.groups = { value: groups, atMs: groupsAtMs };
    return head.heardAtMs;
  }

  /** Forgets a service that is gone. */
  forget(key: string): void {
    for (const cache of [this.details, this.bounds, this.metrics]) cache.delete(key);
  }
}

/** Raise it when a shape below changes. */
const FORMAT = 1;

type Line =
  | readonly ['list', string, number, readonly string[]]
  | readonly ['service', string, number, DescribedService]
  | readonly ['bounds', string, number, Bounds | null]
  | readonly ['group', string, number, TargetGroup];

function line(...parts: Line): string {
  return JSON.stringify(parts);
}

/** Whether a service stands as it is wanted, so that only an event could tell of a change. */
export function isSettled({
  desired,
  running,
  pending,
  deployments,
}: Omit<ServiceInventory, 'targetGroups'>): boolean {
  return (
    running === desired &&
    pending === 0 &&
    deployments.every((each) => each.status !== 'ACTIVE' && each.rolloutState !== 'IN_PROGRESS')
  );
}
