import type { ServiceSpec } from '../scenario/service-schema.ts';
import type { WorldCluster } from './model.ts';
import type { Place } from './place.ts';

const DAY_MS = 86_400_000;

/** Where and when a service is built. */
export interface ServiceContext {
  readonly place: Place;
  readonly cluster: WorldCluster;
  readonly family: string;
  readonly startMs: number;
}

/** Milliseconds from the start; a service is at least as old as its first deployment. */
export function createdAt(spec: ServiceSpec): number {
  return spec.createdAt ?? Math.min(-90 * DAY_MS, spec.deployments?.[0]?.at ?? 0);
}
