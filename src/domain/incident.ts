import type { Person } from './person.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What an incident is about. Events may name a service outside the inventory, or only a cluster or account,
 * so everything below the region may be missing.
 */
export interface IncidentTarget {
  readonly account: string;
  readonly region: string;
  readonly cluster?: string;
  readonly service?: string;
}

/** One thing that was learnt about an incident; shown once in its thread. */
export interface IncidentFact {
  /** Deterministic: the same event gives the same key, so that it is told once. */
  readonly key: string;
  readonly atMs: number;
  /** Literal text, possibly untrusted (a stop reason); renderers escape it. */
  readonly text: string;
  readonly detail?: string;
  /** `worse` and `better` are what the reader scans for. */
  readonly kind: 'worse' | 'better' | 'neutral';
}

/** Everything on one service from the first event to the resolution. */
export interface Incident {
  readonly id: string;
  /** The number people use: `#12`. */
  readonly number: number;
  readonly target: IncidentTarget;
  readonly severity: Severity;
  /** The event name that tells the present cause, for example `SERVICE_DEPLOYMENT_FAILED`. */
  readonly cause: string;
  readonly title: string;
  readonly state: 'open' | 'acknowledged' | 'resolved';
  readonly openedAtMs: number;
  readonly lastSeenAtMs: number;
  /** How many events of WARN or ERROR kind it has absorbed. */
  readonly count: number;
  /** The reason in the event, as AWS gave it. Untrusted. */
  readonly reason?: string;
  readonly facts: readonly IncidentFact[];
  readonly acknowledged?: { readonly by: Person; readonly atMs: number };
  /** The count that the load asked for when it was looked at, where more tasks can help. */
  readonly suggestedCount?: number;
  readonly resolved?: { readonly atMs: number; readonly how: string; readonly by?: Person };
  /** Rises by one with every change; messages carry it as their revision. */
  readonly version: number;
}
