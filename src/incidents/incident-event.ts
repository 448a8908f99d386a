import type { WaitingHook } from '../domain/incident.ts';

/**
 * One event, understood: ECS's own families, a CloudWatch alarm, an ECS call that CloudTrail saw, or something that
 * Deckhand inferred because AWS does not say it.
 */
export interface IncidentEvent {
  readonly id: string;
  /**
   * `eventName`, or for state changes without one the state: `TASK_STOPPED`. Alarms are `CLOUDWATCH_ALARM`, calls
   * `API_UpdateService`, what was inferred `DECKHAND_…`; all of them have an entry in the catalogue.
   */
  readonly name: string;
  readonly source: 'ecs' | 'alarm' | 'cloudtrail' | 'deckhand';
  /** As AWS says it. What is good news or bad the catalogue decides. */
  readonly level: 'info' | 'warn' | 'error';
  readonly atMs: number;
  /** What was inferred: the trouble began then, as far as it can be known. */
  readonly sinceMs?: number;
  /** The 12-digit id. */
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string | undefined;
  readonly service: string | undefined;
  /** In AWS's own words. Untrusted. */
  readonly reason: string | undefined;
  /**
   * What within the service it is about, where that ends by itself: an alarm's name, a hook's id. A failure with a
   * subject is over only when an event with the same subject `ends` it; one without is over with a steady state.
   */
  readonly subject?: string;
  /** The subject is over: the alarm is OK again, the hook was answered. */
  readonly ends?: true;
  readonly task?: StoppedTask;
  readonly hook?: WaitingHook;
  readonly deploymentId?: string;
  /** CloudTrail: who called, and with what (`the console`, `Terraform`, `the AWS CLI`). Untrusted. */
  readonly caller?: { readonly name: string; readonly through: string };
  /** Alarms: the name of the metric, where it is one: `CPUUtilization`. */
  readonly metric?: string;
  /** Alarms: the dimensions of the metric, by which the service is found. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** `detail.version` of state changes: of two with one fingerprint the higher one counts. */
  readonly version?: number;
  /** Sent by `alerts test`. */
  readonly isTest?: true;
  /** The same for two deliveries of one fact, whatever their event ids. */
  readonly fingerprint: string;
}

/** A task that ended. Texts are untrusted. */
export interface StoppedTask {
  readonly id: string;
  readonly arn: string;
  readonly taskDefinitionArn: string | undefined;
  readonly zone: string | undefined;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly containers: readonly {
    readonly name: string;
    readonly exitCode: number | undefined;
    readonly reason: string | undefined;
  }[];
}

/** A sign of life that a watched account sends on a schedule. */
export interface Canary {
  readonly accountId: string;
  readonly region: string;
  readonly atMs: number;
}

/** What a queue message holds: an event, a sign of life, or something that is none of ours and may be dropped. */
export type ParsedMessage =
  | { readonly kind: 'event'; readonly event: IncidentEvent }
  | { readonly kind: 'canary'; readonly canary: Canary }
  | { readonly kind: 'foreign'; readonly source: string };
