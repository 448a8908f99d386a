import type { DeliverySettings } from '../domain/delivery-settings.ts';
import type { OutboxRecord, Rank } from '../store/outbox-store.ts';
import type { WantedMessage } from './messenger.ts';

/**
 * The delivery of one message as pure steps: what is wanted, what comes next, what a claim and what an answer make
 * of the record. Nothing here touches a store, a platform or a clock. The order of a step around a request is
 *
 *     claim(record) is stored → the request → settle(the record as it is by then, outcome) is stored
 *
 * and a process may die between any two of them.
 */
export type Action = 'post' | 'edit' | 'reconcile' | 'verify';

/** An attempt as its worker remembers it. */
export interface Attempt {
  readonly action: Action;
  readonly epoch: number;
  /** The revision that was sent. */
  readonly rev: number;
}

/**
 * The record after somebody wanted the message. `undefined`: this revision, or a newer one, is wanted already.
 * `order` places it among the others of its channel.
 */
export function wanted(
  record: OutboxRecord | undefined,
  dest: string,
  message: WantedMessage,
  at: { readonly nowMs: number; readonly order: number },
): OutboxRecord | undefined {
  const want = { rev: message.rev, card: message.card };
  if (!record) return fresh(dest, message, at);
  if (record.want.rev >= message.rev) return undefined;
  const idle = record.state === 'parked' || (record.state === 'sent' && !needsEdit(record));
  return {
    ...record,
    want,
    urgency: message.urgency,
    ...(idle ? { order: at.order, wantedAtMs: at.nowMs, dueMs: at.nowMs, failures: 0 } : {}),
    ...(record.state === 'parked' ? unparked(record) : {}),
  };
}

function fresh(
  dest: string,
  message: WantedMessage,
  { nowMs, order }: { readonly nowMs: number; readonly order: number },
): OutboxRecord {
  const { key, rev, card, parent, thread, urgency, unordered } = message;
  const asked = { dest, key, want: { rev, card }, parent, thread, urgency, unordered };
  const untried = { state: 'new' as const, epoch: 0, leaseUntilMs: 0, strays: [], failures: 0 };
  return { ...asked, ...untried, order, wantedAtMs: nowMs, dueMs: nowMs };
}

/** A parked message gets another chance. */
export function resumed(record: OutboxRecord, nowMs: number): OutboxRecord {
  return { ...record, ...unparked(record), dueMs: nowMs };
}

function unparked(record: OutboxRecord): Partial<OutboxRecord> {
  return { state: record.have ? 'sent' : 'new', simple: undefined, failures: 0, why: undefined };
}

/** What the message needs next and from when on; `undefined`: nothing. */
export function nextStep(
  record: OutboxRecord,
  settings: DeliverySettings,
): { readonly action: Action; readonly atMs: number } | undefined {
  const from = Math.max(record.dueMs, record.leaseUntilMs);
  switch (record.state) {
    case 'new':
      return { action: 'post', atMs: from };
    case 'unsure':
      return { action: 'reconcile', atMs: from };
    case 'sending': {
      // Its worker is silent: after the lease it counts as unsure.
      const lookMs = (record.triedAtMs ?? 0) + settings.reconcileMs;
      return { action: 'reconcile', atMs: Math.max(record.leaseUntilMs, lookMs) };
    }
    case 'parked':
      return undefined;
    case 'sent':
      return afterSent(record, from);
  }
}

function afterSent(record: OutboxRecord, fromMs: number): { action: Action; atMs: number } | undefined {
  const verifyMs =
    record.verifyAtMs === undefined ? Infinity : Math.max(record.verifyAtMs, record.leaseUntilMs);
  const editMs = needsEdit(record) ? fromMs : Infinity;
  if (verifyMs === Infinity && editMs === Infinity) return undefined;
  return editMs <= verifyMs ? { action: 'edit', atMs: editMs } : { action: 'verify', atMs: verifyMs };
}

function needsEdit(record: OutboxRecord): boolean {
  return record.have !== undefined && record.want.rev > record.have.rev;
}

/**
 * The rank among the undone of the channel: new critical roots, what somebody waits for, other roots, edits, facts;
 * then late looks, then what is parked. `undefined`: nothing to do.
 */
export function rankOf(record: OutboxRecord): Rank | undefined {
  if (record.state === 'parked') return 9;
  const posting = record.state !== 'sent';
  if (!posting && !needsEdit(record)) return record.verifyAtMs === undefined ? undefined : 8;
  if (record.urgency === 'ack') return 1;
  if (!posting) return 3;
  if (record.parent !== undefined || record.thread !== undefined) return 4;
  return record.urgency === 'critical' ? 0 : 2;
}

/**
 * Messages of one lane are posted in the order in which they were wanted, each after the one before it is known to
 * be there. `undefined`: the message stands in no line (it is posted already, or its place does not matter).
 */
export function laneOf(record: OutboxRecord): string | undefined {
  if (record.state === 'sent' || record.state === 'parked' || record.unordered) return undefined;
  const place = record.parent === undefined ? `root:${record.thread ?? ''}` : `thread:${record.parent}`;
  return `${record.urgency ?? ''}:${place}`;
}

/** The record while `holder` works on it; to be stored before the request starts. */
export function claimed(
  record: OutboxRecord,
  action: Action,
  claim: { readonly nowMs: number; readonly holder: string; readonly leaseMs: number },
): OutboxRecord {
  const base = {
    ...record,
    epoch: record.epoch + 1,
    holder: claim.holder,
    leaseUntilMs: claim.nowMs + claim.leaseMs,
  };
  switch (action) {
    case 'post':
      return { ...base, state: 'sending', triedAtMs: claim.nowMs, triedRev: record.want.rev };
    case 'edit':
      return { ...base, triedAtMs: claim.nowMs };
    case 'reconcile':
      return { ...base, state: 'unsure', doubt: doubtOf(record) };
    case 'verify':
      return base;
  }
}

/** From when on, and with which revision at least, there may be a copy that nobody told us of. */
export function doubtOf(record: OutboxRecord): NonNullable<OutboxRecord['doubt']> {
  return record.doubt ?? { sinceMs: record.triedAtMs ?? record.wantedAtMs, rev: record.triedRev ?? 0 };
}

/** The claim was stored too late to be used: nothing was sent, the record is as before. */
export function unclaimed(record: OutboxRecord, before: OutboxRecord, attempt: Attempt): OutboxRecord {
  if (record.epoch !== attempt.epoch) return record;
  return {
    ...record,
    state: before.state,
    leaseUntilMs: 0,
    triedAtMs: before.triedAtMs,
    doubt: before.doubt,
  };
}

/** A reply could not be posted because `thread`, this message, is gone: it is posted anew. */
export function goneFromChannel(
  record: OutboxRecord,
  thread: string,
  nowMs: number,
): OutboxRecord | undefined {
  if (record.have?.id !== thread || record.state !== 'sent') return undefined;
  return { ...record, state: 'new', have: undefined, verifyAtMs: undefined, dueMs: nowMs };
}
