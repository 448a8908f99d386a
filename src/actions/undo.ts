import { BadRequest } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import { formatDuration } from '../domain/time.ts';
import { isServiceOrder, type WriteRecord } from '../domain/write.ts';

/**
 * The write that sets a service back to what it was before. It is compared with AWS like any other: if the service is
 * not as the first write left it, nothing happens.
 * @throws BadRequest when there is nothing to take back, or not any more.
 */
export function inverseOf(
  original: WriteRecord,
  { id, person, nowMs }: { readonly id: string; readonly person: Person; readonly nowMs: number },
): WriteRecord {
  const { order, undoUntilMs } = original;
  if (undoUntilMs === undefined || !isServiceOrder(order))
    throw new BadRequest('This cannot be taken back by a button. Nothing changed.');
  if (undoUntilMs <= nowMs) {
    throw new BadRequest(
      `Undo works for 15 minutes, and those ended ${formatDuration(nowMs - undoUntilMs)} ago. Ask for the change itself; nothing changed.`,
    );
  }
  const { ref, arn, seen } = order;
  const shared = {
    id,
    state: 'proposed',
    from: original.to,
    to: original.from,
    evidence: [],
    notes: [],
    isProtected: original.isProtected,
    proposedBy: person,
    proposedAtMs: nowMs,
    undoes: original.id,
    ...(original.costDelta === undefined ? {} : { costDelta: -original.costDelta }),
  } as const;
  if (order.kind === 'scale' && seen.desired > 0) {
    const now = { ...seen, desired: order.count };
    return { ...shared, order: { kind: 'scale', ref, arn, count: seen.desired, isBack: true, seen: now } };
  }
  if (order.kind === 'rollback') {
    const now = { ...seen, taskDefinition: order.to, deployment: original.deployment ?? '' };
    return { ...shared, order: { kind: 'rollback', ref, arn, to: seen.taskDefinition, seen: now } };
  }
  throw new BadRequest('This cannot be taken back by a button. Nothing changed.');
}
