import {
  BadRequest,
  Denied,
  NotFound,
  NotSent,
  sentenceFor,
  ThreadGone,
  Throttled,
} from '../domain/errors.ts';
import type { Timers } from '../domain/time.ts';
import type { OutboxRecord } from '../store/outbox-store.ts';
import { type Action, doubtOf } from './delivery.ts';
import type { Destination, MessageId, Messenger, PostOptions } from './messenger.ts';
import { copiesOf, type Failure, type Outcome } from './settle.ts';

/** How far the platform's clock and ours may differ. */
const CLOCK_SKEW_MS = 60_000;

export interface RequestOptions {
  readonly messenger: Messenger;
  readonly dest: Destination;
  readonly action: Action;
  readonly record: OutboxRecord;
  /** The root of the thread to post into. */
  readonly thread: MessageId | undefined;
  readonly timers: Timers;
  readonly timeoutMs: number;
}

/**
 * Makes the request of one step and says what became of it; never throws. A request that outlives the time-out has
 * an unknown outcome; `late` gets what it ends with after all.
 */
export async function request(options: RequestOptions, late: (outcome: Outcome) => void): Promise<Outcome> {
  const running = send(options).catch((error: unknown) => failureOf(error));
  let cancel = (): void => undefined;
  const timeout = new Promise<undefined>((resolve) => {
    cancel = options.timers.after(options.timeoutMs, () => resolve(undefined));
  });
  const inTime = await Promise.race([running, timeout]);
  cancel();
  if (inTime) return inTime;
  void handOn(running, late);
  return { kind: 'unknown', why: `${platformName(options.dest)} did not answer in time.` };
}

async function handOn(running: Promise<Outcome>, late: (outcome: Outcome) => void): Promise<void> {
  late(await running);
}

async function send(options: RequestOptions): Promise<Outcome> {
  const { messenger, dest, action, record } = options;
  const card = record.want.card;
  switch (action) {
    case 'post':
      return { kind: 'answered', id: await messenger.post(dest, card, postOptions(options)) };
    case 'edit': {
      const id = idOf(record);
      await messenger.edit(dest, id, card, postOptions(options));
      return { kind: 'answered', id };
    }
    case 'reconcile':
      return { kind: 'found', ids: await find(options) };
    case 'verify':
      return lookForCopies(options);
  }
}

async function lookForCopies(options: RequestOptions): Promise<Outcome> {
  const { messenger, dest, record } = options;
  const { keep, others } = copiesOf(idOf(record), await find(options), record.strays);
  const deleted: MessageId[] = [];
  for (const id of others) {
    if (await deleteCopy(messenger, dest, id, options.thread)) deleted.push(id);
  }
  return { kind: 'looked', keep, others, deleted };
}

/** Whether the copy is gone for certain; if not, the next look tries again. */
async function deleteCopy(
  messenger: Messenger,
  dest: Destination,
  id: MessageId,
  thread: MessageId | undefined,
): Promise<boolean> {
  try {
    await messenger.delete(dest, id, thread === undefined ? {} : { thread });
    return true;
  } catch (error) {
    return error instanceof NotFound;
  }
}

function find({
  messenger,
  dest,
  record,
  thread,
}: RequestOptions): Promise<readonly MessageId[] | undefined> {
  const sinceMs = doubtOf(record).sinceMs - CLOCK_SKEW_MS;
  return messenger.find(dest, record.key, { sinceMs, ...(thread === undefined ? {} : { thread }) });
}

function postOptions({ record, thread }: RequestOptions): PostOptions {
  return {
    key: record.key,
    ...(thread === undefined ? {} : { thread }),
    ...(record.simple ? { simple: true } : {}),
  };
}

function idOf(record: OutboxRecord): MessageId {
  if (!record.have) throw new TypeError(`The message ${record.key} has no id yet.`);
  return record.have.id;
}

/** What an error of the Messenger says about the request. Everything that is not named leaves it open. */
export function failureOf(error: unknown): Failure {
  const why = sentenceFor(error).message;
  if (error instanceof Throttled) return { kind: 'throttled', retryAfterMs: error.retryAfterMs, why };
  if (error instanceof NotSent) return { kind: 'not_sent', why };
  if (error instanceof ThreadGone) return { kind: 'thread_gone', why };
  if (error instanceof NotFound) return { kind: 'gone', why };
  if (error instanceof Denied) return { kind: 'denied', why };
  if (error instanceof BadRequest) return { kind: 'refused', why };
  return { kind: 'unknown', why };
}

function platformName(dest: Destination): string {
  return dest.platform === 'slack' ? 'Slack' : 'Teams';
}
