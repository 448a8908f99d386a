import {
  type FleetSnapshot,
  HEALTHS,
  type Health,
  type LoadBalancer,
  type ServiceSnapshot,
  serviceKey,
} from '../domain/fleet.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { assessHealth, byWorstHealth, type HealthAssessment } from './health.ts';

/** A service with its judgement. */
export interface AssessedService extends HealthAssessment {
  readonly service: ServiceSnapshot;
}

export interface AssessedFleet {
  readonly counts: Readonly<Record<Health, number>>;
  /** Worst first; among equals those with more reasons first, then by account, region, cluster and name. */
  readonly services: readonly AssessedService[];
}

/** Judges every service of a snapshot. */
export function assessFleet(
  snapshot: FleetSnapshot,
  { nowMs, thresholds }: { readonly nowMs: number; readonly thresholds: Thresholds },
): AssessedFleet {
  const context = { nowMs, thresholds, missing: snapshot.missing };
  const balancers = new Map(
    (snapshot.loadBalancers ?? []).map((each) => [balancerKey(each, each.dimension), each]),
  );
  const balancersOf = ({ ref, targetGroups }: ServiceSnapshot) => {
    const dimensions = new Set(targetGroups.flatMap((group) => group.loadBalancer ?? []));
    return [...dimensions].flatMap((dimension) => balancers.get(balancerKey(ref, dimension)) ?? []);
  };
  const services = snapshot.services
    .map((service) => ({
      service,
      ...assessHealth(service, { ...context, loadBalancers: balancersOf(service) }),
    }))
    .sort(worstFirst);
  return { counts: countsOf(services), services };
}

function balancerKey(
  { account, region }: Pick<LoadBalancer, 'account' | 'region'>,
  dimension: string,
): string {
  return `${account}/${region}/${dimension}`;
}

/** How many services have each health; all four are always there. */
export function countsOf(services: readonly { readonly health: Health }[]): Readonly<Record<Health, number>> {
  const counts = { good: 0, warning: 0, critical: 0, unknown: 0 } satisfies Record<Health, number>;
  for (const health of HEALTHS) counts[health] = services.filter((each) => each.health === health).length;
  return counts;
}

function worstFirst(a: AssessedService, b: AssessedService): number {
  const byReasons = worstReasons(b) - worstReasons(a);
  return (
    byWorstHealth(a.health, b.health) ||
    byReasons ||
    compare(serviceKey(a.service.ref), serviceKey(b.service.ref))
  );
}

function worstReasons({ health, reasons }: HealthAssessment): number {
  return reasons.filter((reason) => reason.health === health).length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
