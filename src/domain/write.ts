import type { GrantAction, RightAsked } from './access.ts';
import type { ServiceRef } from './fleet.ts';
import type { Person } from './person.ts';
import type { Route } from './route.ts';

/** What a service looked like at one moment, as far as a write is about it. */
export interface ServiceState {
  readonly desired: number;
  readonly running: number;
  readonly taskDefinition: string;
  /** The PRIMARY deployment; empty where there is none. */
  readonly deployment: string;
}

/** What is to be changed in AWS. */
export type ServiceOrder = { readonly ref: ServiceRef; readonly arn: string; readonly seen: ServiceState } & (
  | {
      readonly kind: 'scale';
      readonly count: number;
      /** Back to what it was before: the default maximum, which comes from the present count, does not hold. */
      readonly isBack?: true;
    }
  | { readonly kind: 'redeploy' }
  | { readonly kind: 'rollback'; readonly to: string }
  | { readonly kind: 'stop'; readonly task: string; readonly taskArn: string }
  /** Answers the lifecycle hook that a deployment waits at. */
  | {
      readonly kind: 'hook';
      readonly deploymentArn: string;
      readonly hook: string;
      readonly answer: 'CONTINUE' | 'ROLLBACK';
    }
);

/** What is to be changed in Deckhand's own configuration. */
export type GrantOrder =
  | {
      readonly kind: 'grant_add';
      readonly who: string;
      readonly on: string;
      readonly actions: readonly GrantAction[];
      readonly untilMs?: number;
    }
  | { readonly kind: 'grant_remove'; readonly grant: string; readonly was: string };

export type RouteOrder =
  | { readonly kind: 'route_add'; readonly route: Omit<Route, 'id'> }
  | { readonly kind: 'route_remove'; readonly route: string; readonly was: string };

export type Order = ServiceOrder | GrantOrder | RouteOrder;

/** Whether an order is about a service in AWS. */
export function isServiceOrder(order: Order): order is ServiceOrder {
  return 'ref' in order;
}

/** What somebody must be allowed for an order. To switch a service off is for administrators. */
export function rightFor(order: Order): RightAsked {
  if (!isServiceOrder(order)) return { action: 'admin', target: {} };
  if (order.kind === 'hook') return { action: 'hooks', target: order.ref };
  if (confirmWord(order) === undefined) return { action: order.kind, target: order.ref };
  return { action: 'admin', target: order.ref, doing: `switch ${order.ref.service} off` };
}

/** What has to be typed beside the button: no click alone switches a service off. */
export function confirmWord(order: Order): string | undefined {
  return order.kind === 'scale' && order.count === 0 ? order.ref.service : undefined;
}

/** The input of a proposal that {@link confirmWord} is typed into. */
export const CONFIRM_FIELD = 'confirm_name';

/**
 * - `proposed`: shown, nothing done. `approving`: a protected service; confirmed, a second person is awaited.
 * - `claimed`: somebody's click has it. `calling`: written down before the call. `called`: AWS took it.
 * - `finished`: the outcome is known and is being told. `done`: told. `closed`: it will not happen.
 */
export type WriteState =
  | 'proposed'
  | 'approving'
  | 'claimed'
  | 'calling'
  | 'called'
  | 'finished'
  | 'done'
  | 'closed';

/** How a write ended. `unsure`: what AWS did is not known for certain, and the text says what to look at. */
export interface WriteResult {
  readonly outcome: 'done' | 'not_done' | 'failed' | 'unsure';
  /** Sentences for people. */
  readonly text: string;
  readonly atMs: number;
  readonly after?: string;
}

/** Where the proposal stands and where its report goes, in strings of `messaging`. */
export interface WritePlace {
  /** `slack/-/C1` */
  readonly dest: string;
  /** The message that the report is a reply to. */
  readonly below?: string;
  /** The proposal's own message, to be edited. */
  readonly card?: { readonly key: string; readonly thread?: string };
}

/** One write from its proposal to its end. Its id is the idempotency key. */
export interface WriteRecord {
  readonly id: string;
  readonly order: Order;
  readonly state: WriteState;
  /** `4 tasks`, `revision 42` … */
  readonly from: string;
  readonly to: string;
  /** Dollars a month, more or less than now; absent where it cannot be told. */
  readonly costDelta?: number;
  /** What the person was shown as the reason. */
  readonly evidence: readonly string[];
  /** What else the person should know before confirming. */
  readonly notes: readonly string[];
  /** Two people must want it. */
  readonly isProtected: boolean;
  readonly proposedBy: Person;
  readonly proposedAtMs: number;
  readonly confirmedBy?: Person;
  readonly confirmedAtMs?: number;
  readonly approvedBy?: Person;
  readonly place?: WritePlace;
  readonly callingAtMs?: number;
  /** The deployment that AWS started for it. */
  readonly deployment?: string;
  readonly result?: WriteResult;
  /** The write that this one takes back. */
  readonly undoes?: string;
  /** Until then its Undo button works. */
  readonly undoUntilMs?: number;
  /** Why it will not happen. */
  readonly closed?: string;
}

/** Whether a service's own tag `deckhand:protected` asks for a second person. */
export function isTaggedProtected(tags: Readonly<Record<string, string>>): boolean {
  const tag = tags['deckhand:protected'];
  return tag !== undefined && !/^(false|no|0|off)$/i.test(tag.trim());
}

/** A person's decision counts this long; after it the world may be another. */
export const PROPOSAL_MS = 15 * 60_000;
export const UNDO_MS = 15 * 60_000;
