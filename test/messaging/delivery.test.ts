import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deliveryProblem,
  deliveryWith,
  fasterDelivery,
  DELIVERY_DEFAULTS as settings,
} from '../../src/domain/delivery-settings.ts';
import {
  type Action,
  claimed,
  goneFromChannel,
  laneOf,
  nextStep,
  rankOf,
  resumed,
  wanted,
} from '../../src/messaging/delivery.ts';
import { type Outcome, settle } from '../../src/messaging/settle.ts';
import type { OutboxRecord } from '../../src/store/outbox-store.ts';
import { cardOf, message, slackChannel } from './world.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const DEST = 'slack/T1/C1';
const at = (nowMs: number, order = 1) => ({ nowMs, order });

function want(record: OutboxRecord | undefined, rev = 1, nowMs = NOW, more = {}): OutboxRecord {
  const next = wanted(record, DEST, message(slackChannel('C1'), 'inc/1/root', rev, more), at(nowMs));
  if (!next) throw new Error('nothing new was wanted');
  return next;
}

function attempt(record: OutboxRecord, action: Action, outcome: Outcome, nowMs = NOW) {
  const claim = claimed(record, action, { nowMs, holder: 'w', leaseMs: settings.leaseMs });
  const made = { action, epoch: claim.epoch, rev: claim.want.rev };
  return settle(claim, made, outcome, nowMs + 100, settings);
}

const answered: Outcome = { kind: 'answered', id: '1' };
const unknown: Outcome = { kind: 'unknown', why: 'No answer.' };
const sent = (): OutboxRecord => attempt(want(undefined), 'post', answered).record;

describe('delivery, wanting', () => {
  it('wants the same revision only once', () => {
    expect(
      wanted(want(undefined), DEST, message(slackChannel('C1'), 'inc/1/root', 1), at(NOW)),
    ).toBeUndefined();
  });

  it('keeps only the newest of several edits', () => {
    const record = want(want(sent(), 5), 9);
    expect(record.want).toEqual({ rev: 9, card: cardOf('inc/1/root r9') });
    expect(nextStep(record, settings)?.action).toBe('edit');
  });

  it('ignores an older revision that comes late', () => {
    expect(
      wanted(want(sent(), 5), DEST, message(slackChannel('C1'), 'inc/1/root', 3), at(NOW)),
    ).toBeUndefined();
  });

  it('does not disturb a request that is under way', () => {
    const claim = claimed(want(undefined), 'post', { nowMs: NOW, holder: 'w', leaseMs: settings.leaseMs });
    expect(want(claim, 2)).toMatchObject({ state: 'sending', epoch: 1, holder: 'w', want: { rev: 2 } });
  });
});

describe('delivery, posting', () => {
  it('is done when the platform answered', () => {
    expect(sent()).toMatchObject({ state: 'sent', have: { id: '1', rev: 1 }, leaseUntilMs: 0 });
    expect(nextStep(sent(), settings)).toBeUndefined();
    expect(rankOf(sent())).toBeUndefined();
  });

  it('edits at once when a newer revision was wanted during the request', () => {
    const claim = claimed(want(undefined), 'post', { nowMs: NOW, holder: 'w', leaseMs: settings.leaseMs });
    const { record } = settle(want(claim, 2), { action: 'post', epoch: 1, rev: 1 }, answered, NOW, settings);
    expect(nextStep(record, settings)).toEqual({ action: 'edit', atMs: NOW });
  });

  it('waits as long as the platform asks, and posts again', () => {
    const { record } = attempt(want(undefined), 'post', { kind: 'throttled', retryAfterMs: 7_000, why: 'w' });
    expect(nextStep(record, settings)).toEqual({ action: 'post', atMs: NOW + 7_100 });
  });

  it('looks before it posts again when the answer is not known', () => {
    const { record } = attempt(want(undefined), 'post', unknown);
    expect(nextStep(record, settings)).toEqual({ action: 'reconcile', atMs: NOW + settings.reconcileMs });
  });

  it('takes a silent worker for one whose answer is not known', () => {
    const claim = claimed(want(undefined), 'post', { nowMs: NOW, holder: 'w', leaseMs: settings.leaseMs });
    expect(nextStep(claim, settings)).toEqual({ action: 'reconcile', atMs: NOW + settings.reconcileMs });
  });

  it('takes an answer that comes after the time-out but before anybody looked', () => {
    const claim = claimed(want(undefined), 'post', { nowMs: NOW, holder: 'w', leaseMs: settings.leaseMs });
    const made = { action: 'post', epoch: 1, rev: 1 } as const;
    const unsure = settle(claim, made, unknown, NOW + 10_000, settings).record;
    expect(settle(unsure, made, answered, NOW + 12_000, settings).record).toMatchObject({
      state: 'sent',
      have: { id: '1' },
    });
  });

  it('tries a simple form of what is refused, then parks it and says so', () => {
    const first = attempt(want(undefined), 'post', { kind: 'refused', why: 'invalid_blocks' });
    expect(first).toMatchObject({ record: { state: 'new', simple: true } });
    const second = attempt(first.record, 'post', { kind: 'refused', why: 'invalid_blocks' });
    expect(second).toMatchObject({
      record: { state: 'parked' },
      note: { kind: 'parked', why: 'invalid_blocks' },
    });
    expect(nextStep(second.record, settings)).toBeUndefined();
    expect(nextStep(resumed(second.record, NOW), settings)?.action).toBe('post');
  });

  it('pauses the channel that refuses us, and keeps the message', () => {
    const { record, note } = attempt(want(undefined), 'post', { kind: 'denied', why: 'revoked' });
    expect(note).toEqual({ kind: 'pause_channel', why: 'revoked' });
    expect(record.state).toBe('new');
  });

  it('asks for the root to be posted anew when the thread is gone', () => {
    const reply = want(undefined, 1, NOW, { parent: 'inc/1/root' });
    expect(attempt(reply, 'post', { kind: 'thread_gone', why: 'gone' }).note).toEqual({
      kind: 'parent_gone',
    });
    expect(goneFromChannel(sent(), '1', NOW)?.state).toBe('new');
    expect(goneFromChannel(sent(), '2', NOW)).toBeUndefined();
  });

  it('posts a reply to somebody else into the channel when their message is gone', () => {
    const reply = want(undefined, 1, NOW, { thread: '77' });
    const { record, note } = attempt(reply, 'post', { kind: 'thread_gone', why: 'gone' });
    expect([record.thread, record.state, note]).toEqual([undefined, 'new', undefined]);
  });
});

describe('delivery, reconciling', () => {
  const unsure = (): OutboxRecord => attempt(want(undefined), 'post', unknown).record;

  it('uses what it finds, and looks again later', () => {
    const { record } = attempt(unsure(), 'reconcile', { kind: 'found', ids: ['4'] }, NOW + 20_000);
    expect(record).toMatchObject({ state: 'sent', have: { id: '4', rev: 1 } });
    expect(nextStep(record, settings)).toEqual({ action: 'verify', atMs: NOW + 20_100 + settings.verifyMs });
  });

  it('keeps the first of several and deletes the others at once', () => {
    const { record } = attempt(unsure(), 'reconcile', { kind: 'found', ids: ['4', '6'] }, NOW + 20_000);
    expect(record).toMatchObject({ have: { id: '4' }, strays: ['6'] });
    expect(nextStep(record, settings)).toEqual({ action: 'verify', atMs: NOW + 20_100 });
  });

  it('posts again when there is nothing, and still looks for a late copy after that', () => {
    const { record } = attempt(unsure(), 'reconcile', { kind: 'found', ids: [] }, NOW + 20_000);
    expect(nextStep(record, settings)?.action).toBe('post');
    const again = attempt(record, 'post', answered, NOW + 21_000).record;
    expect(nextStep(again, settings)).toEqual({ action: 'verify', atMs: NOW + 21_100 + settings.verifyMs });
  });

  it('posts again where it cannot search', () => {
    const { record } = attempt(unsure(), 'reconcile', { kind: 'found', ids: undefined }, NOW + 20_000);
    expect(nextStep(record, settings)?.action).toBe('post');
  });

  it('stays unsure as long as the search does not answer', () => {
    const { record } = attempt(unsure(), 'reconcile', unknown, NOW + 20_000);
    expect(nextStep(record, settings)?.action).toBe('reconcile');
  });

  it('ends after a late look that finds nothing, looks again after one that does', () => {
    const found = attempt(unsure(), 'reconcile', { kind: 'found', ids: ['4'] }, NOW + 20_000).record;
    const clean = { kind: 'looked', keep: '4', others: [], deleted: [] } as const;
    expect(nextStep(attempt(found, 'verify', clean, NOW + 90_000).record, settings)).toBeUndefined();
    const dirty = { kind: 'looked', keep: '4', others: ['9'], deleted: ['9'] } as const;
    const again = attempt(found, 'verify', dirty, NOW + 90_000).record;
    expect(nextStep(again, settings)).toEqual({ action: 'verify', atMs: NOW + 90_100 + settings.verifyMs });
  });
});

describe('delivery, a claim that was lost', () => {
  const made = { action: 'post', epoch: 1, rev: 1 } as const;
  const first = (): OutboxRecord =>
    claimed(want(undefined), 'post', { nowMs: NOW, holder: 'a', leaseMs: settings.leaseMs });

  it('deletes its own copy when the other has posted one', () => {
    const unsure = attempt(first(), 'reconcile', { kind: 'found', ids: [] }, NOW + 20_000).record;
    const others = attempt(unsure, 'post', { kind: 'answered', id: '8' }, NOW + 20_000).record;
    const { record } = settle(others, made, answered, NOW + 30_000, settings);
    expect(record).toMatchObject({ have: { id: '8' }, strays: ['1'], verifyAtMs: NOW + 30_000 });
  });

  it('is taken as the message when the other has none yet', () => {
    const unsure = attempt(first(), 'reconcile', { kind: 'found', ids: [] }, NOW + 20_000).record;
    const { record } = settle(unsure, made, answered, NOW + 20_200, settings);
    expect(record).toMatchObject({ state: 'sent', have: { id: '1' } });
  });

  it('is taken as the message when the other is posting and fails', () => {
    const unsure = attempt(first(), 'reconcile', { kind: 'found', ids: [] }, NOW + 20_000).record;
    const other = claimed(unsure, 'post', { nowMs: NOW + 20_200, holder: 'b', leaseMs: settings.leaseMs });
    const noted = settle(other, made, answered, NOW + 20_300, settings).record;
    expect(noted).toMatchObject({ state: 'sending', strays: ['1'] });
    const failed = settle(
      noted,
      { ...made, epoch: other.epoch },
      { kind: 'throttled', retryAfterMs: 1, why: '' },
      NOW + 20_400,
      settings,
    );
    expect(failed.record).toMatchObject({ state: 'sent', have: { id: '1' } });
  });
});

describe('delivery, editing', () => {
  it('sends the latest text again after an unknown outcome, but not before the first can have arrived', () => {
    const { record } = attempt(want(sent(), 2), 'edit', unknown);
    expect(nextStep(record, settings)).toEqual({ action: 'edit', atMs: NOW + 100 + settings.reconcileMs });
  });

  it('posts anew what somebody deleted', () => {
    const { record } = attempt(want(sent(), 2), 'edit', { kind: 'gone', why: 'message_not_found' });
    expect(nextStep(record, settings)?.action).toBe('post');
  });
});

describe('delivery, order', () => {
  it('ranks new critical roots, acknowledgements, other roots, edits, facts', () => {
    const root = want(undefined, 1, NOW, { urgency: 'critical' });
    const ack = want(sent(), 2, NOW, { urgency: 'ack' });
    const fact = want(undefined, 1, NOW, { parent: 'inc/1/root' });
    expect([root, ack, want(undefined), want(sent(), 2), fact].map(rankOf)).toEqual([0, 1, 2, 3, 4]);
  });

  it('puts replies of one thread into one lane, answers to one person into none', () => {
    const fact = want(undefined, 1, NOW, { parent: 'inc/1/root' });
    expect(laneOf(fact)).toBe(laneOf({ ...fact, key: 'inc/1/fact/2' }));
    expect(laneOf(want(undefined, 1, NOW, { unordered: true }))).toBeUndefined();
  });
});

describe('delivery, any sequence of steps', () => {
  const outcome = fc.oneof(
    fc.record({ kind: fc.constant('answered' as const), id: fc.constantFrom('1', '2', '3') }),
    fc.record({
      kind: fc.constantFrom('not_sent', 'refused', 'thread_gone', 'gone', 'denied', 'unknown'),
      why: fc.constant('w'),
    }),
    fc.record({
      kind: fc.constant('throttled' as const),
      retryAfterMs: fc.nat(90_000),
      why: fc.constant('w'),
    }),
  );

  it('never forgets a message: until its last revision is there, something comes next or it is parked', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outcome, fc.boolean()), { maxLength: 30 }), (steps) => {
        let record = want(undefined);
        let now = NOW;
        for (const [result, edit] of steps) {
          if (edit) record = want(record, record.want.rev + 1, now);
          const next = nextStep(record, settings);
          if (!next) break;
          now = Math.max(now, next.atMs);
          record = attempt(record, next.action, fitting(next.action, result), now).record;
          expect(record.leaseUntilMs).toBe(0);
          const done = record.have?.rev === record.want.rev && record.state === 'sent';
          expect(done || record.state === 'parked' || nextStep(record, settings) !== undefined).toBe(true);
        }
      }),
    );
  });

  /** An answer as the request of this action can give it. */
  function fitting(action: Action, result: Outcome): Outcome {
    if (result.kind !== 'answered') return result;
    if (action === 'reconcile') return { kind: 'found', ids: [result.id] };
    if (action === 'verify') return { kind: 'looked', keep: result.id, others: [], deleted: [] };
    return result;
  }
});

describe('delivery settings', () => {
  it('have the order that the machine rests on', () => {
    const { clientTimeoutMs, leaseMs, reconcileMs, verifyMs } = settings;
    expect(clientTimeoutMs < leaseMs && leaseMs < reconcileMs && reconcileMs < verifyMs).toBe(true);
    expect(deliveryProblem(settings)).toBeUndefined();
    expect(deliveryProblem(deliveryWith({ leaseMs: 5_000 }))).toMatch(
      /^clientTimeoutMs \(10000\) must be less/,
    );
  });

  it('keep their proportions when they are made faster', () => {
    expect(fasterDelivery(settings, 20)).toMatchObject({
      clientTimeoutMs: 500,
      leaseMs: 750,
      reconcileMs: 1_000,
    });
  });
});
