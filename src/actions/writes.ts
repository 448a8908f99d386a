import type { Access } from '../access/access.ts';
import type { Audit } from '../access/audit.ts';
import { orderTitle, writeReportCard } from '../cards/write-card.ts';
import { DeckhandError } from '../domain/errors.ts';
import { serviceKey } from '../domain/fleet.ts';
import { isSamePerson, type Person } from '../domain/person.ts';
import { formatDuration } from '../domain/time.ts';
import {
  CONFIRM_FIELD,
  confirmWord,
  isServiceOrder,
  PROPOSAL_MS,
  rightFor,
  type WritePlace,
  type WriteRecord,
} from '../domain/write.ts';
import { type Destination, destinationKey, type MessageId } from '../messaging/messenger.ts';
import type { Versioned } from '../store/versioned.ts';
import { did, didNot, type Performed } from './performed.ts';
import { changedSince } from './service-orders.ts';
import { inverseOf } from './undo.ts';
import { proposalMessage, REPORT_UNDONE_REV, reportMessage } from './write-messages.ts';
import { closeWrite, Taken, type WorkerOptions, WRITE_LEASE_MS, type WriteWorker } from './write-worker.ts';

/** Where somebody clicked. */
export interface ClickedAt {
  readonly dest: Destination;
  /** The message that holds the button. */
  readonly message: MessageId;
  /** The root that it is a reply to. */
  readonly thread?: MessageId;
  /** The message below which answers go; absent where there are no threads. */
  readonly below?: MessageId;
  readonly prefix: string;
}

export type WriteAction = {
  readonly kind: 'confirm' | 'cancel' | 'approve' | 'undo';
  readonly write: string;
  readonly at: ClickedAt;
  /** What stood in the card's inputs. */
  readonly typed?: Readonly<Record<string, string>>;
};

export interface WritesOptions extends WorkerOptions {
  readonly worker: WriteWorker;
  readonly access: Access;
  readonly audit: Audit;
  /** The key of one of our messages. */
  readonly keyOf: (dest: Destination, id: MessageId) => Promise<string | undefined>;
}

type Stored = Versioned<WriteRecord>;

/** Decides about proposed writes: each person is asked for their right at the moment of the click. */
export function makeWrites(
  options: WritesOptions,
): (action: WriteAction, person: Person) => Promise<Performed> {
  return async (action, person) => {
    try {
      const record =
        action.kind === 'undo'
          ? await undoRecord(options, action, person)
          : await options.store.get(action.write);
      if (record === undefined)
        return didNot('I do not know this proposal any more. Ask again; nothing changed.');
      if (action.kind === 'cancel')
        return await cancel(options, await placed(options, record, action), action, person);
      return await decided(options, record, action, person);
    } catch (error) {
      if (!(error instanceof DeckhandError)) throw error;
      if (error.code === 'denied') await noteRefusal(options, action, person, error.message);
      return didNot(error.message);
    }
  };
}

/** Confirm, approve and undo: the right, the state, what changed, the claim, and the call. */
async function decided(
  options: WritesOptions,
  record: Stored,
  action: WriteAction,
  person: Person,
): Promise<Performed> {
  const { value } = record;
  // The Undo button stands alone in its message: a second person approves by clicking it as well.
  const approves = action.kind === 'approve' || (action.kind === 'undo' && value.state === 'approving');
  const wanted = approves ? 'approving' : 'proposed';
  if (value.state !== wanted) return didNot(alreadyDecided(value, options.clock.now()));
  await options.access.require(person, { ...rightFor(value.order), prefix: action.at.prefix });
  const since = (approves ? value.confirmedAtMs : undefined) ?? value.proposedAtMs;
  if (options.clock.now() - since > PROPOSAL_MS) {
    const lapsed = 'It was left too long and has lapsed.';
    if (!(await closeWrite(options, await placed(options, record, action), lapsed)))
      return late(options, value.id);
    return didNot(
      `This was asked ${formatDuration(options.clock.now() - since)} ago, and much may have changed. Ask again; nothing changed.`,
    );
  }
  const problem = (approves ? approvalProblem(value, person) : undefined) ?? typedProblem(value, action);
  if (problem !== undefined) return didNot(problem);
  if (approves) {
    const lost = await lostRight(options, value);
    if (lost?.isOver) await closeWrite(options, await placed(options, record, action), lost.text);
    if (lost !== undefined) return didNot(lost.text);
  }
  if (!approves && value.isProtected) {
    return askSecond(options, await placed(options, record, action), action, person);
  }
  return carry(options, await placed(options, record, action), action, person);
}

/** Of two accounts on two platforms nobody can tell whether they are one human. */
function approvalProblem({ confirmedBy }: WriteRecord, person: Person): string | undefined {
  if (confirmedBy === undefined || isSamePerson(confirmedBy, person))
    return 'You confirmed it yourself: a second, different person has to approve. Nothing changed yet.';
  if (confirmedBy.platform !== person.platform) {
    const where = confirmedBy.platform === 'slack' ? 'Slack' : 'Teams';
    return `${confirmedBy.name} confirmed it in ${where}, so somebody else has to approve it in ${where}: I cannot tell whether two accounts are one person. Nothing changed yet.`;
  }
  return undefined;
}

/** A right that was taken away counts for nothing, however early its owner clicked. */
async function lostRight({ access }: WritesOptions, { confirmedBy, order }: WriteRecord) {
  if (confirmedBy === undefined) return undefined;
  const decision = await access.decide(confirmedBy, rightFor(order));
  if (decision.allowed) return undefined;
  const isOver = decision.why !== 'unreadable' && decision.why !== 'groups_unreadable';
  const text = isOver
    ? `${confirmedBy.name} confirmed it and may not do so any more. Nothing changed; ask again.`
    : `I cannot read at the moment whether ${confirmedBy.name}, who confirmed it, still may. Nothing changed yet; try again in a minute.`;
  return { isOver, text };
}

/** Where a name has to be typed beside the button, the button alone does nothing and the proposal stays. */
function typedProblem({ order }: WriteRecord, { kind, typed }: WriteAction): string | undefined {
  const word = confirmWord(order);
  const said = typed?.[CONFIRM_FIELD]?.trim() ?? '';
  if (word === undefined || said.toLowerCase() === word.toLowerCase()) return undefined;
  const button = kind === 'approve' ? 'Approve' : 'Confirm';
  const wrong =
    said === '' ? 'Nothing is typed beside the button.' : 'You typed something else than its name.';
  return `${wrong} Type \`${word}\` there, then click ${button} again. Nothing changed.`;
}

async function askSecond(
  options: WritesOptions,
  record: Stored,
  { kind }: WriteAction,
  person: Person,
): Promise<Performed> {
  const { store, clock, systemNow, want } = options;
  const value: WriteRecord = {
    ...record.value,
    state: 'approving',
    confirmedBy: person,
    confirmedAtMs: clock.now(),
  };
  if (!(await store.save(record.version, value, systemNow() + PROPOSAL_MS))) return late(options, value.id);
  await want(proposalMessage(value));
  return did(
    kind === 'undo'
      ? 'This service is protected: within 15 minutes a second person has to click Undo as well.'
      : 'Confirmed. A second person has to approve it within 15 minutes.',
  );
}

async function carry(
  options: WritesOptions,
  record: Stored,
  action: WriteAction,
  person: Person,
): Promise<Performed> {
  const { value } = record;
  const { order } = value;
  if (!isServiceOrder(order)) return claim(options, record, action, person);
  const service = serviceKey(order.ref);
  if (!(await options.store.lock(service, value.id, options.systemNow() + WRITE_LEASE_MS))) {
    return late(
      options,
      value.id,
      `Another change of ${order.ref.service} is under way. Look at its outcome, then ask again; I changed nothing.`,
    );
  }
  try {
    const changed = await changedSince(
      { order, isProtected: value.isProtected },
      options.aws,
      options.clock.now(),
    );
    if (changed === undefined) return await claim(options, record, action, person);
    const text = `${changed} Nothing changed; ask again if you still want it.`;
    return (await closeWrite(options, record, text)) ? didNot(text) : await late(options, value.id);
  } finally {
    await options.store.unlock(service, value.id);
  }
}

/** The one moment that decides who did it: a write on the version that everybody else saw as well. */
async function claim(
  options: WritesOptions,
  record: Stored,
  action: WriteAction,
  person: Person,
): Promise<Performed> {
  const { store, clock, systemNow } = options;
  const value: WriteRecord = {
    ...record.value,
    state: 'claimed',
    ...(record.value.state === 'approving'
      ? { approvedBy: person }
      : { confirmedBy: person, confirmedAtMs: clock.now() }),
  };
  if (!(await store.save(record.version, value, systemNow() + WRITE_LEASE_MS)))
    return late(options, value.id);
  if (action.kind === 'undo') await takeUndoAway(options, action.write);
  const after = await carriedOut(options, { value, version: record.version + 1 });
  if (after === undefined) return late(options, value.id);
  const isLost = after.result !== undefined && after.result.outcome !== 'done';
  if (isLost) return didNot(after.result?.text ?? '');
  // A message that the outbox does not know stands where the bot is no member: replies may not get there.
  const isSeen = action.kind === 'undo' || after.place?.card !== undefined;
  if (isSeen) return did(`${orderTitle(after)}. I tell how it goes in the thread.`);
  const unseen = `${orderTitle(after)}: it is taken. If no report comes here, invite me to this channel; \`audit\` has the outcome.`;
  return { ...did(unseen), tell: true };
}

/** Undefined when another process took it over meanwhile. */
async function carriedOut(options: WritesOptions, record: Stored): Promise<WriteRecord | undefined> {
  try {
    return await options.worker.carryOut(record);
  } catch (error) {
    if (error instanceof Taken) return undefined;
    throw error;
  }
}

async function cancel(
  options: WritesOptions,
  record: Stored,
  { at: { prefix } }: WriteAction,
  person: Person,
): Promise<Performed> {
  const { value } = record;
  if (value.state !== 'proposed' && value.state !== 'approving')
    return didNot(alreadyDecided(value, options.clock.now()));
  const isTheirs = [value.proposedBy, value.confirmedBy].some(
    (each) => each !== undefined && isSamePerson(each, person),
  );
  // Whoever could have done it may also call it off.
  if (!isTheirs) await options.access.require(person, { ...rightFor(value.order), prefix });
  if (!(await closeWrite(options, record, `${person.name} cancelled it. Nothing changed.`)))
    return late(options, value.id);
  return did('Cancelled. Nothing changed.');
}

/** Somebody was faster: says what has become of it. */
async function late({ store, clock }: WritesOptions, id: string, otherwise?: string): Promise<Performed> {
  const now = (await store.get(id))?.value;
  if (now === undefined || now.state === 'proposed' || now.state === 'approving')
    return didNot(otherwise ?? 'Somebody clicked at the same moment. Look at the message again.');
  return didNot(alreadyDecided(now, clock.now()));
}

function alreadyDecided(record: WriteRecord, nowMs: number): string {
  const { state, confirmedBy, confirmedAtMs, closed, result } = record;
  switch (state) {
    case 'proposed':
      return 'This has not been confirmed yet. Nothing changed.';
    case 'approving':
      return `${confirmedBy?.name ?? 'Somebody'} has confirmed it; a second person has to approve. Nothing changed.`;
    case 'closed':
      return `This button has lost its meaning. ${closed ?? ''}`.trim();
    case 'claimed':
    case 'calling':
    case 'called':
    case 'finished':
    case 'done': {
      const ago = confirmedAtMs === undefined ? '' : ` ${formatDuration(nowMs - confirmedAtMs)} ago`;
      const ended = result === undefined ? 'It is under way.' : result.text;
      return `${confirmedBy?.name ?? 'Somebody'} confirmed it${ago}. ${ended} Your click changed nothing.`;
    }
  }
}

/** The record knows where it stands from the first click on, so that a crash can be told there. */
async function placed(options: WritesOptions, record: Stored, { at, kind }: WriteAction): Promise<Stored> {
  const { dest, below, message, thread } = at;
  // An Undo button sits in the report of another write; that message stays as it is.
  const key = kind === 'undo' ? undefined : await options.keyOf(dest, message).catch(() => undefined);
  const place: WritePlace = record.value.place ?? {
    dest: destinationKey(dest),
    ...(below === undefined ? {} : { below }),
    ...(key === undefined
      ? {}
      : { card: { key, ...(thread === undefined || thread === message ? {} : { thread }) } }),
  };
  return { ...record, value: { ...record.value, place } };
}

/** The write that takes another one back; its id comes from the other's, so that it happens once. */
async function undoRecord(
  options: WritesOptions,
  { write }: WriteAction,
  person: Person,
): Promise<Stored | undefined> {
  const { store, clock } = options;
  const original = await store.get(write);
  if (original === undefined) return undefined;
  const id = `${write}-undo`;
  const existing = await store.get(id);
  if (existing !== undefined) return existing;
  // Kept by the click that is allowed to do it; version 0 lets one of several through.
  return { value: inverseOf(original.value, { id, person, nowMs: clock.now() }), version: 0 };
}

/** The report of the first write loses its button. */
async function takeUndoAway(options: WritesOptions, write: string): Promise<void> {
  const original = (await options.store.get(write))?.value;
  if (original === undefined) return;
  const { undoUntilMs: _over, ...rest } = original;
  const card = writeReportCard(rest, { nowMs: options.clock.now() });
  await options.want(reportMessage(rest, REPORT_UNDONE_REV, card)).catch((error: unknown) => {
    options.log.warn({ err: error, write }, 'a report keeps an Undo button that works no more');
  });
}

async function noteRefusal(
  options: WritesOptions,
  { write, kind, at }: WriteAction,
  person: Person,
  why: string,
): Promise<void> {
  const record = (await options.store.get(write).catch(() => undefined))?.value;
  const order = record?.order;
  await options.audit.note({
    by: person,
    atMs: options.clock.now(),
    place: destinationKey(at.dest),
    action: `${kind} ${order?.kind.replace('_', ' ') ?? 'write'}`,
    target: order !== undefined && isServiceOrder(order) ? serviceKey(order.ref) : write,
    result: 'refused',
    why,
  });
}
