import { remember } from '../failures.ts';
import type { Principal } from './service.ts';

/** A call that changes the fleet, taken or refused, as CloudTrail tells it. */
export interface TrailEvent {
  /** `ecs:UpdateService` */
  readonly action: string;
  readonly region: string;
  /** The ARNs that it was about. */
  readonly resources: readonly string[];
  /** `arn:aws:sts::111122223333:assumed-role/deckhand-spoke/<session>` */
  readonly caller: string;
  readonly sourceIdentity: string | undefined;
  /** `ok` or the error code that was answered. */
  readonly outcome: string;
}

/** Remembers who changed what, in order. */
export interface Trail {
  readonly events: readonly TrailEvent[];
  record(event: Omit<TrailEvent, 'caller' | 'sourceIdentity'>, caller: Principal): void;
}

/** A trail that begins empty and forgets only what is very old. */
export function makeTrail(): Trail {
  const events: TrailEvent[] = [];
  return {
    events,
    record: (event, { arn, sourceIdentity }) => remember(events, { ...event, caller: arn, sourceIdentity }),
  };
}
