import {
  type FleetSnapshot,
  type LoadBalancer,
  type MissingPart,
  type ServiceRef,
  serviceKey,
} from '../domain/fleet.ts';
import type { RegionRead } from './region-types.ts';

/** One snapshot of what several regions told; sorted, so that the same fleet always gives the same snapshot. */
export function mergeReads(reads: readonly RegionRead[], atMs: number): FleetSnapshot {
  return {
    atMs,
    services: sortedBy(
      reads.flatMap((read) => read.services),
      (service) => serviceKey(service.ref),
    ),
    loadBalancers: sortedBy(
      reads.flatMap((read) => read.loadBalancers),
      (balancer: LoadBalancer) => `${balancer.account}/${balancer.region}/${balancer.dimension}`,
    ),
    missing: sortedMissing(reads.flatMap((read) => read.missing)),
  };
}

/** Refs in the order of {@link serviceKey}. */
export function sortedRefs(refs: readonly ServiceRef[]): readonly ServiceRef[] {
  return sortedBy(refs, serviceKey);
}

/** Missing parts in a stable order. */
export function sortedMissing(parts: readonly MissingPart[]): readonly MissingPart[] {
  return sortedBy(parts, (part) => `${part.account}/${part.region}/${part.action}/${part.why}`);
}

function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}
