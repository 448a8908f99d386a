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
  /** When it was first known: how long nobody has had it counts from here. */
  readonly openedAtMs: number;
  /** When the trouble began, where that was earlier than it was known. */
  readonly sinceMs?: number;
  readonly lastSeenAtMs: number;
  /** How many signs of trouble it has absorbed: events of WARN or ERROR kind, alarms, failing stops of tasks. */
  readonly count: number;
  /** The reason in the event, as AWS gave it. Untrusted. */
  readonly reason?: string;
  readonly facts: readonly IncidentFact[];
  /** Who has it; `assignedBy` where somebody else gave it to them. */
  readonly acknowledged?: { readonly by: Person; readonly atMs: number; readonly assignedBy?: Person };
  readonly resolved?: { readonly atMs: number; readonly how: string; readonly by?: Person };
  /** It had been resolved and failed again then. */
  readonly reopenedAtMs?: number;
  /** Its place is muted until then: nobody is reminded. */
  readonly mutedUntilMs?: number;
  /** Where its route says to read what to do; the service's own runbook stands in the findings. */
  readonly runbookUrl?: string;
  /** What a look at AWS has added since it opened; absent until then. */
  readonly findings?: Findings;
  /** A deployment that waits for somebody's answer. */
  readonly hook?: WaitingHook;
  /** The services that fail for the same reason, this one among them. Only on the incident that lists them. */
  readonly members?: readonly GroupMember[];
  /** It was closed because another incident tells its story. */
  readonly merged?: { readonly into: string; readonly number: number };
  /** The channels in which it has been told, as `slack/-/C012AB3CD`; what stands there is edited until the end. */
  readonly toldIn?: readonly string[];
  /** Made by `alerts test`: labelled everywhere. */
  readonly isTest?: true;
  /** Rises with every change; messages carry it as their revision. */
  readonly version: number;
}

/** One service of a group of services that fail for one reason. */
export interface GroupMember {
  readonly target: IncidentTarget;
  /** Its own incident, closed as merged unless it is the one that lists them. */
  readonly incident: string;
  readonly number: number;
  readonly atMs: number;
  readonly count: number;
  readonly isOver: boolean;
  /** What its own incident says: it may have become graver than what all share. */
  readonly severity?: Severity;
  readonly title?: string;
  readonly lastSeenAtMs?: number;
}

/**
 * A deployment that is paused at a lifecycle hook until somebody answers or the time is up
 * (docs.aws.amazon.com/AmazonECS/latest/developerguide/continue-service-deployment.html).
 */
export interface WaitingHook {
  readonly id: string;
  /** `arn:aws:ecs:…:service-deployment/core/web/abc` */
  readonly deploymentArn: string;
  readonly expiresAtMs?: number;
  /** `POST_SCALE_UP` and the like. */
  readonly stage?: string;
}

/** What a look at AWS adds to what the event said. Every part may be missing: a slow or denied call delays nothing. */
export interface Findings {
  readonly atMs: number;
  readonly tasks?: {
    readonly running: number;
    readonly desired: number;
    /** Tasks are missing, and nothing has progressed since then. */
    readonly stillSinceMs?: number;
  };
  /** Why the service is not healthy at this moment besides missing tasks, in sentences, the gravest first. */
  readonly health: readonly string[];
  /** The count that its load asks for, where more tasks would help. */
  readonly suggestedCount?: number;
  /** What the newest deployment changed; images with their tags, untrusted. */
  readonly deployment?: DeploymentDiff;
  readonly targets?: {
    readonly healthy: number;
    readonly unhealthy: number;
    /** The load balancer's own words. Untrusted. */
    readonly why?: string;
  };
  /** The newest stops of its tasks, newest first. */
  readonly stops?: readonly StopEvidence[];
  readonly trend?: Trend;
  /** From the service's tag `runbook`; what its route says stands in the incident. */
  readonly runbookUrl?: string;
}

export interface DeploymentDiff {
  readonly atMs: number;
  readonly state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | undefined;
  readonly from?: { readonly revision: number; readonly images: readonly string[] };
  readonly to: { readonly revision: number; readonly images: readonly string[] };
}

/** One task that ended, as it was written down when its event came. Texts are untrusted. */
export interface StopEvidence {
  readonly taskId: string;
  readonly atMs: number;
  readonly stopCode?: string;
  readonly reason?: string;
  readonly revision?: number;
  readonly containers: readonly {
    readonly name: string;
    readonly exitCode?: number;
    readonly reason?: string;
    /** The last lines that it logged, oldest first, secrets taken out; absent where none could be read. */
    readonly lastLines?: readonly string[];
  }[];
}

/** A measure over the last hours, for a small chart. */
export interface Trend {
  readonly title: string;
  /** `%`, `ms`, `errors`. */
  readonly unit: string;
  /** At most 20, oldest first. */
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/** What people do to an incident by hand. */
export type Deed =
  | { readonly kind: 'ack' }
  | { readonly kind: 'release' }
  | { readonly kind: 'assign'; readonly to: Person }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'resolve' }
  /** Takes a resolution back that somebody made by hand. */
  | { readonly kind: 'reopen' };

/** What became of a deed. `gone`: the incident is not known any more. */
export type DeedOutcome =
  | 'done'
  /** It is so already: acknowledging one's own, releasing what nobody has. */
  | 'already'
  /** Somebody else has it: not to be acknowledged or released over their head. */
  | 'taken'
  | 'resolved'
  | 'gone';
