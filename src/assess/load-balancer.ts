import type { LoadBalancer, ServiceSnapshot } from '../domain/fleet.ts';
import { newestCount, recentCount } from './metric-window.ts';

/** A load balancer's own 5XX of the last five minutes, as one of its services sees them. */
export interface LoadBalancer5xx {
  /** Its name: `edge` of `app/edge/50dc…`. */
  readonly name: string;
  readonly count: number;
  /** They are this service's: it is alone there, or the only one there with unhealthy targets. */
  readonly own: boolean;
}

/** The own 5XX of every application load balancer that a service is on, those without any left out. */
export function loadBalancer5xxOf(
  service: ServiceSnapshot,
  loadBalancers: readonly LoadBalancer[],
  atMs: number,
): readonly LoadBalancer5xx[] {
  return loadBalancers.flatMap((balancer) => {
    if (balancer.account !== service.ref.account || balancer.region !== service.ref.region) return [];
    const own = service.targetGroups.filter((group) => group.loadBalancer === balancer.dimension);
    const count = recentCount(balancer.elb5xx, atMs) ?? 0;
    if (own.length === 0 || count === 0) return [];
    const ownDimensions = new Set(own.map((group) => group.dimension));
    const name = balancer.dimension.split('/')[1] ?? balancer.dimension;
    return [{ name, count, own: isOwn(balancer, ownDimensions, atMs) }];
  });
}

function isOwn(balancer: LoadBalancer, ownGroups: ReadonlySet<string>, atMs: number): boolean {
  const others = balancer.targetGroups.filter((group) => !ownGroups.has(group.dimension));
  if (others.length === 0) return true;
  const unhealthy = (groups: LoadBalancer['targetGroups']) =>
    groups.some((group) => (newestCount(group.unhealthyHosts, atMs) ?? 0) > 0);
  const mine = balancer.targetGroups.filter((group) => ownGroups.has(group.dimension));
  return unhealthy(mine) && !unhealthy(others);
}
