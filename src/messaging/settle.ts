import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { OutboxRecord } from '../store/outbox-store.ts';
import { type Attempt, doubtOf } from './delivery.ts';
import type { MessageId } from './messenger.ts';

/** What became of a request. */
export type Outcome = Success | Failure;

export type Success =
  /** `post`: the new message; `edit`: the id that was given. */
  | { readonly kind: 'answered'; readonly id: MessageId }
  /** `reconcile`: what carries the key, oldest first; `undefined` where one cannot search. */
  | { readonly kind: 'found'; readonly ids: readonly MessageId[] | undefined }
  /** `verify`: which one stays, which others there were, which of them are deleted for certain. */
  | {
      readonly kind: 'looked';
      readonly keep: MessageId;
      readonly others: readonly MessageId[];
      readonly deleted: readonly MessageId[];
    };

/** The kinds are those of the Messenger's errors; `why` is a sentence for people. */
export type Failure =
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | undefined; readonly why: string }
  | { readonly kind: 'not_sent'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'thread_gone'; readonly why: string }
  | { readonly kind: 'gone'; readonly why: string }
  | { readonly kind: 'denied'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** What else is to be done after a step. */
export type Note =
  | { readonly kind: 'pause_channel'; readonly why: string }
  | { readonly kind: 'parked'; readonly why: string }
  | { readonly kind: 'parent_gone' };

export interface Settled {
  readonly record: OutboxRecord;
  readonly note?: Note;
}

/** The record after an attempt. `record` is as stored now; another worker may have claimed it meanwhile. */
export function settle(
  record: OutboxRecord,
  attempt: Attempt,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): Settled {
  if (record.epoch !== attempt.epoch)
    return { record: afterLostClaim(record, attempt, outcome, nowMs, settings) };
  const free = { ...record, leaseUntilMs: 0, holder: undefined };
  const settled = settleOwn(free, attempt, outcome, nowMs, settings);
  return { ...settled, record: withStrayAdopted(settled.record, nowMs) };
}

function settleOwn(
  record: OutboxRecord,
  attempt: Attempt,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): Settled {
  switch (attempt.action) {
    case 'post':
      return afterPost(record, attempt, outcome, nowMs, settings);
    case 'edit':
      return afterEdit(record, attempt, outcome, nowMs, settings);
    case 'reconcile':
      return afterReconcile(record, outcome, nowMs, settings);
    case 'verify':
      return { record: afterVerify(record, outcome, nowMs, settings) };
  }
}

function afterPost(
  record: OutboxRecord,
  attempt: Attempt,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): Settled {
  if (outcome.kind === 'answered') {
    return { record: arrived(record, { id: outcome.id, rev: attempt.rev }, nowMs, settings) };
  }
  if (outcome.kind === 'unknown') {
    const again = failed(record, outcome.why);
    const waitMs = Math.max(settings.reconcileMs, backoff(again.failures, settings));
    const dueMs = (record.triedAtMs ?? nowMs) + waitMs;
    return { record: { ...again, state: 'unsure', doubt: doubtOf(record), dueMs } };
  }
  if (outcome.kind === 'thread_gone') {
    const again = { ...failed(record, outcome.why), state: 'new' as const };
    if (record.parent === undefined) return { record: { ...again, thread: undefined, dueMs: nowMs } };
    const dueMs = nowMs + backoff(again.failures, settings);
    return { record: { ...again, dueMs }, note: { kind: 'parent_gone' } };
  }
  return withoutEffect({ ...record, state: 'new' }, outcome, nowMs, settings);
}

function afterEdit(
  record: OutboxRecord,
  attempt: Attempt,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): Settled {
  if (outcome.kind === 'answered') {
    const have = { id: outcome.id, rev: attempt.rev };
    return { record: { ...record, have, failures: 0, why: undefined, dueMs: nowMs } };
  }
  if (outcome.kind === 'gone' || outcome.kind === 'thread_gone') {
    // Somebody deleted it. If the channel itself is gone, the post will say so.
    return { record: { ...record, state: 'new', have: undefined, verifyAtMs: undefined, dueMs: nowMs } };
  }
  if (outcome.kind === 'unknown') {
    // An edit that arrives late must not overtake the next one.
    return { record: { ...failed(record, outcome.why), dueMs: nowMs + settings.reconcileMs } };
  }
  return withoutEffect(record, outcome, nowMs, settings);
}

function afterReconcile(
  record: OutboxRecord,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): Settled {
  if (outcome.kind === 'found') {
    const [first, ...others] = outcome.ids ?? [];
    if (first === undefined) {
      // A platform that answers the search is there again: what waited out its failure goes at once.
      const answers = outcome.ids !== undefined || record.failures <= 1;
      return {
        record: {
          ...record,
          state: 'new',
          dueMs: nowMs + (answers ? 0 : backoff(record.failures, settings)),
        },
      };
    }
    const strays = [...new Set([...record.strays, ...others])];
    return {
      record: arrived({ ...record, strays }, { id: first, rev: doubtOf(record).rev }, nowMs, settings),
    };
  }
  if (outcome.kind === 'refused' || outcome.kind === 'thread_gone') {
    // What cannot be asked cannot be found: at least once.
    return { record: { ...record, state: 'new', dueMs: nowMs } };
  }
  if (outcome.kind === 'unknown') {
    const again = failed(record, outcome.why);
    return { record: { ...again, dueMs: nowMs + backoff(again.failures, settings) } };
  }
  return withoutEffect(record, outcome, nowMs, settings);
}

function afterVerify(
  record: OutboxRecord,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): OutboxRecord {
  if (outcome.kind === 'looked') {
    if (outcome.others.length === 0)
      return { ...record, strays: [], doubt: undefined, verifyAtMs: undefined };
    const { keep, others, deleted } = outcome;
    const moved = record.have?.id === keep ? {} : { have: { id: keep, rev: doubtOf(record).rev } };
    const strays = others.filter((id) => !deleted.includes(id));
    return { ...record, ...moved, strays, verifyAtMs: nowMs + settings.verifyMs };
  }
  const waitMs = outcome.kind === 'throttled' ? (outcome.retryAfterMs ?? 0) : 0;
  return { ...record, verifyAtMs: nowMs + Math.max(waitMs, settings.verifyMs) };
}

/** Failures that mean the same for every action: nothing happened, for certain. */
function withoutEffect(
  record: OutboxRecord,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): Settled {
  if (!('why' in outcome))
    throw new TypeError(`A step ended with an outcome it cannot have: ${outcome.kind}`);
  const { kind, why } = outcome;
  if (kind === 'throttled') {
    const waitMs = outcome.retryAfterMs ?? backoff(record.failures + 1, settings);
    return { record: { ...record, dueMs: nowMs + waitMs, why } };
  }
  if (kind === 'gone' || kind === 'denied') {
    return { record: { ...record, dueMs: nowMs, why }, note: { kind: 'pause_channel', why } };
  }
  if (kind === 'refused') {
    if (!record.simple) return { record: { ...record, simple: true, dueMs: nowMs, why } };
    return { record: { ...record, state: 'parked', why }, note: { kind: 'parked', why } };
  }
  const again = failed(record, why);
  return { record: { ...again, dueMs: nowMs + backoff(again.failures, settings) } };
}

/** The message is there. As long as a copy may be there as well, a late look follows. */
function arrived(
  record: OutboxRecord,
  have: NonNullable<OutboxRecord['have']>,
  nowMs: number,
  settings: DeliverySettings,
): OutboxRecord {
  const strays = record.strays.filter((id) => id !== have.id);
  const lookMs = strays.length > 0 ? nowMs : nowMs + settings.verifyMs;
  const verifyAtMs = strays.length > 0 || record.doubt ? lookMs : undefined;
  return { ...record, have, strays, verifyAtMs, state: 'sent', failures: 0, why: undefined, dueMs: nowMs };
}

/**
 * The answer came after somebody else had claimed the record. A copy that is known to exist is used if none is
 * known yet, else it is deleted; everything else the new claimer will find out.
 */
function afterLostClaim(
  record: OutboxRecord,
  attempt: Attempt,
  outcome: Outcome,
  nowMs: number,
  settings: DeliverySettings,
): OutboxRecord {
  if (attempt.action !== 'post' || outcome.kind !== 'answered') return record;
  if (record.have?.id === outcome.id || record.strays.includes(outcome.id)) return record;
  const known = { ...record, strays: [...record.strays, outcome.id] };
  if (record.state === 'sending') return known;
  if (record.state === 'sent') return { ...known, verifyAtMs: nowMs };
  const have = { id: outcome.id, rev: attempt.rev };
  const doubt = record.doubt ?? { sinceMs: record.triedAtMs ?? nowMs, rev: attempt.rev };
  return arrived({ ...record, doubt, epoch: record.epoch + 1, leaseUntilMs: 0 }, have, nowMs, settings);
}

/** A copy that came to light while this attempt failed is the message. */
function withStrayAdopted(record: OutboxRecord, nowMs: number): OutboxRecord {
  const [first, ...strays] = record.strays;
  if (record.have || record.state === 'sent' || first === undefined) return record;
  const have = { id: first, rev: doubtOf(record).rev };
  return { ...record, have, strays, state: 'sent', dueMs: nowMs, verifyAtMs: nowMs };
}

/** Of all copies: the one that stays, and the others. The known one stays while it is still there. */
export function copiesOf(
  have: MessageId,
  found: readonly MessageId[] | undefined,
  strays: readonly MessageId[],
): { readonly keep: MessageId; readonly others: readonly MessageId[] } {
  const keep = found === undefined || found.includes(have) ? have : (found[0] ?? have);
  const others = new Set([...(found ?? []), ...strays]);
  others.delete(keep);
  return { keep, others: [...others] };
}

function failed(record: OutboxRecord, why: string): OutboxRecord {
  return { ...record, failures: record.failures + 1, why };
}

function backoff(failures: number, settings: DeliverySettings): number {
  return Math.min(settings.backoffMaxMs, settings.backoffMs * 2 ** Math.min(failures - 1, 20));
}
