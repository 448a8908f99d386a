import type { Audit, AuditLine } from '../access/audit.ts';
import { orderTitle } from '../cards/write-card.ts';
import { serviceKey } from '../domain/fleet.ts';
import { personKey } from '../domain/person.ts';
import { isServiceOrder, type WriteRecord } from '../domain/write.ts';

/** Written before anything is called. Throws when it cannot be written. */
export function auditIntent(audit: Audit, record: WriteRecord): Promise<void> {
  const beganMs = record.confirmedAtMs ?? record.proposedAtMs;
  return audit.write(1, record.id, beganMs, {
    ...auditFacts(record),
    atMs: beganMs,
    after: record.to,
    result: 'asked',
  });
}

/** Written when the outcome is known; repeated without harm. */
export function auditOutcome(audit: Audit, record: WriteRecord): Promise<void> {
  const { result, confirmedAtMs, proposedAtMs } = record;
  if (result === undefined) return Promise.resolve();
  return audit.write(2, record.id, confirmedAtMs ?? proposedAtMs, {
    ...auditFacts(record),
    atMs: result.atMs,
    result: result.outcome,
    why: result.text,
    ...(result.after === undefined ? {} : { after: result.after }),
  });
}

/** What the audit says of a write in every line. */
function auditFacts(record: WriteRecord): Omit<AuditLine, 'atMs' | 'result'> {
  const { order, place, evidence, approvedBy, from } = record;
  return {
    by: record.confirmedBy ?? record.proposedBy,
    action: `${record.undoes === undefined ? '' : 'undo '}${order.kind.replace('_', ' ')}`,
    target: isServiceOrder(order) ? serviceKey(order.ref) : orderTitle(record),
    before: from,
    ...(place === undefined ? {} : { place: place.dest }),
    ...(evidence.length === 0 ? {} : { evidence: [...evidence] }),
    ...(approvedBy === undefined ? {} : { approvedBy: personKey(approvedBy) }),
  };
}
