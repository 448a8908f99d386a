import type { Audit } from '../access/audit.ts';
import { type WriteProgress, writeReportCard } from '../cards/write-card.ts';
import { BadRequest, Denied, NotFound, sentenceFor, Throttled } from '../domain/errors.ts';
import { serviceKey } from '../domain/fleet.ts';
import { type Clock, formatDuration } from '../domain/time.ts';
import {
  isServiceOrder,
  type ServiceOrder,
  UNDO_MS,
  type WriteRecord,
  type WriteResult,
} from '../domain/write.ts';
import type { WantedMessage } from '../messaging/messenger.ts';
import type { Versioned } from '../store/versioned.ts';
import type { WriteStore } from '../store/write-store.ts';
import type { Log } from '../telemetry/log.ts';
import { callAws, lookAt, type ServiceTools, wasTaken } from './service-orders.ts';
import { applySetting, type SettingStores } from './setting-orders.ts';
import { auditIntent, auditOutcome } from './write-audit.ts';
import { proposalMessage, REPORT_DONE_REV, reportMessage } from './write-messages.ts';

export interface WorkerOptions extends SettingStores {
  readonly store: WriteStore;
  readonly audit: Audit;
  readonly aws: ServiceTools;
  readonly want: (messages: readonly WantedMessage[]) => Promise<void>;
  /** The domain's clock: what people read, and AWS's times. */
  readonly clock: Clock;
  /** The machine's: leases. */
  readonly systemNow: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** Carries claimed writes to their end. */
export interface WriteWorker {
  /** From `claimed`: calls AWS and answers when AWS has; what follows goes on by itself. */
  carryOut(claimed: Versioned<WriteRecord>): Promise<WriteRecord>;
  /** Goes on with whatever a crash left, and closes approvals that nobody gave. */
  sweep(): Promise<void>;
  /** Resolves when nothing is under way here. */
  idle(): Promise<void>;
  /**
   * Resolves when the calls that are under way have been answered. Looking whether they took is left to the next
   * process, at once.
   */
  stop(): Promise<void>;
}

/**
 * A worker that has not written for so long is taken for dead. Longer than the slowest call: a role assumed twice and
 * the write itself, each given up after eight seconds.
 */
export const WRITE_LEASE_MS = 40_000;
/** Of the lease; the rest is for the call. */
const SPARE_MS = 10_000;
const LOOK_EVERY_MS = 2000;
const SLOWEST_LOOK_MS = 10_000;
/** After this AWS's own events tell the rest. */
const PATIENCE_MS = 10 * 60_000;
const SWEPT = 50;

/** A worker over store, AWS and outbox. */
export function makeWriteWorker(given: WorkerOptions): WriteWorker {
  const running = new Set<Promise<unknown>>();
  const end = makeEnd();
  const options: Working = {
    ...given,
    wait: (ms) => Promise.race([given.wait(ms), end.reached]),
    isEnding: () => end.isReached(),
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    const over = () => running.delete(work);
    work.then(over, over);
    return work;
  };
  const follow = (record: Versioned<WriteRecord>) => {
    const work = verify(options, record).catch((error: unknown) => {
      options.log.warn({ err: error, write: record.value.id }, 'a write is left to the sweeper');
    });
    void track(work);
  };
  const idle = async () => {
    while (running.size > 0) await Promise.allSettled(running);
  };
  return {
    carryOut: (claimed) => track(carryOut(options, claimed, follow)),
    idle,
    async sweep() {
      if (options.isEnding()) return;
      for (const found of await options.store.abandoned(options.systemNow(), SWEPT)) {
        try {
          await track(resume(options, found, follow));
        } catch (error) {
          const write = found.value.id;
          options.log.warn({ err: error, write }, 'a write could not be resumed; tried again');
        }
      }
    },
    stop: () => {
      end.reach();
      return idle();
    },
  };
}

interface Working extends WorkerOptions {
  readonly isEnding: () => boolean;
}

/** A moment that comes once. */
function makeEnd() {
  let isReached = false;
  let resolve = () => {};
  const reached = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    reached,
    isReached: () => isReached,
    reach: () => {
      isReached = true;
      resolve();
    },
  };
}

type Follow = (record: Versioned<WriteRecord>) => void;

async function carryOut(
  options: Working,
  claimed: Versioned<WriteRecord>,
  follow: Follow,
): Promise<WriteRecord> {
  const { clock } = options;
  let current = claimed;
  try {
    await auditIntent(options.audit, current.value);
    current = await step(options, current, { state: 'calling', callingAtMs: clock.now() });
  } catch (error) {
    if (error instanceof Taken) throw error;
    const text = `I could not write down what I was about to do, so I did not do it. ${sentenceFor(error).message}`;
    await auditIntent(options.audit, current.value);
    return (await finish(options, current, { outcome: 'not_done', text, atMs: clock.now() })).value;
  }
  const steppedAtMs = options.systemNow();
  await showProgress(options, current.value, undefined);
  // Showing it waits for the store: whoever took this process for dead meanwhile has ended the write.
  if (options.systemNow() - steppedAtMs > SPARE_MS) current = await step(options, current, {});
  const called = await call(options, current);
  if (called.value.state === 'called') follow(called);
  return called.value;
}

/** Somebody else went on with this write: this process is late. */
export class Taken extends Error {}

async function call(options: Working, calling: Versioned<WriteRecord>): Promise<Versioned<WriteRecord>> {
  const { order } = calling.value;
  const { clock } = options;
  if (!isServiceOrder(order)) return setSetting(options, calling);
  let deployment: string | undefined;
  try {
    ({ deployment } = await callAws(order, calling.value, options.aws));
  } catch (error) {
    const { message } = sentenceFor(error);
    options.log.warn({ err: error, write: calling.value.id }, 'a write was not taken');
    if (isRefusal(error)) {
      const text = `AWS refused it, so nothing changed. ${message}`;
      return finish(options, calling, { outcome: 'failed', text, atMs: clock.now() });
    }
    return reconcile(options, calling, order, message);
  }
  // Not within the try: that the store does not take this says nothing about AWS, and the sweep finds it as `calling`.
  return step(options, calling, { state: 'called', deployment });
}

/** Errors after which it is certain that nothing happened. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof Denied ||
    error instanceof BadRequest ||
    error instanceof NotFound ||
    error instanceof Throttled
  );
}

/** The call got no answer, or its process died: what AWS shows decides. It is never sent again. */
async function reconcile(
  options: Working,
  calling: Versioned<WriteRecord>,
  order: ServiceOrder,
  why: string,
): Promise<Versioned<WriteRecord>> {
  const { clock, aws } = options;
  const { callingAtMs = clock.now() } = calling.value;
  const { taken, deployment, now } = await wasTaken(order, callingAtMs, aws);
  if (taken)
    return step(options, calling, { state: 'called', ...(deployment === undefined ? {} : { deployment }) });
  const text = `${why} AWS shows no effect (${now}). Look again in a minute before you repeat it.`;
  return finish(options, calling, { outcome: 'unsure', text, atMs: clock.now() });
}

async function setSetting(
  options: Working,
  calling: Versioned<WriteRecord>,
): Promise<Versioned<WriteRecord>> {
  const result = await applySetting(calling.value, options);
  return finish(options, calling, { ...result, atMs: options.clock.now() });
}

/** Looks until it took, failed, or has taken too long; how far it is stands in the thread. */
async function verify(options: Working, called: Versioned<WriteRecord>): Promise<void> {
  const { clock, wait } = options;
  const { order } = called.value;
  if (!isServiceOrder(order)) return;
  const beganMs = called.value.callingAtMs ?? clock.now();
  let current = called;
  let pauseMs = LOOK_EVERY_MS;
  let last = 'AWS took it';
  for (;;) {
    await wait(pauseMs);
    if (options.isEnding()) return handOver(options, current);
    pauseMs = Math.min(pauseMs * 1.3, SLOWEST_LOOK_MS);
    try {
      const look = await lookAt(order, current.value, options.aws);
      if (look.state === 'ended') {
        await finish(options, current, { ...look, atMs: clock.now() });
        return;
      }
      last = look.text;
    } catch (error) {
      last = `I cannot look at the moment: ${sentenceFor(error).message}`;
      if (error instanceof NotFound) {
        await finish(options, current, { outcome: 'failed', text: last, atMs: clock.now() });
        return;
      }
    }
    const elapsedMs = clock.now() - beganMs;
    if (elapsedMs > PATIENCE_MS) {
      const text = `AWS took it, but after ${formatDuration(elapsedMs)} it has not come to rest: ${last}.`;
      await finish(options, current, { outcome: 'unsure', text, atMs: clock.now() });
      return;
    }
    current = await step(options, current, {});
    await showProgress(options, current.value, { elapsedMs, text: last });
  }
}

/** Gives the lease up: whichever process sweeps next goes on with it. */
async function handOver(
  { store, systemNow }: Working,
  { version, value }: Versioned<WriteRecord>,
): Promise<void> {
  await store.save(version, value, systemNow());
}

/** Writes the outcome down, then tells it; each part may be repeated without harm. */
async function finish(
  options: Working,
  seen: Versioned<WriteRecord>,
  result: WriteResult,
): Promise<Versioned<WriteRecord>> {
  const { value } = seen;
  const mayUndo =
    isUndoable(value) &&
    (result.outcome === 'done' || result.outcome === 'unsure') &&
    value.state === 'called';
  const finished = await step(options, seen, {
    state: 'finished',
    result: { outcome: result.outcome, text: result.text, atMs: result.atMs, ...afterOf(result) },
    ...(mayUndo ? { undoUntilMs: result.atMs + UNDO_MS } : {}),
  });
  return tell(options, finished);
}

function afterOf({ after }: WriteResult): { readonly after?: string } {
  return after === undefined ? {} : { after };
}

function isUndoable({ order, undoes }: WriteRecord): boolean {
  if (undoes !== undefined) return false;
  // A button never goes to 0: what was off before is switched off by hand.
  return order.kind === 'rollback' || (order.kind === 'scale' && order.seen.desired > 0);
}

async function tell(options: Working, finished: Versioned<WriteRecord>): Promise<Versioned<WriteRecord>> {
  const { value } = finished;
  await auditOutcome(options.audit, value);
  await options.want([
    ...proposalMessage(value),
    ...reportMessage(value, REPORT_DONE_REV, writeReportCard(value, { nowMs: options.clock.now() })),
  ]);
  if (isServiceOrder(value.order)) await options.store.unlock(serviceKey(value.order.ref), value.id);
  const done: WriteRecord = { ...value, state: 'done' };
  await options.store.save(finished.version, done);
  return { value: done, version: finished.version + 1 };
}

/** What a dead process left, by how far it had come. */
async function resume(options: Working, found: Versioned<WriteRecord>, follow: Follow): Promise<void> {
  const { clock } = options;
  const { value } = found;
  if (value.state === 'approving') {
    const closed = 'Nobody approved it within 15 minutes, so it will not happen.';
    await closeWrite(options, found, closed);
    return;
  }
  // Taking the lease is a write on the version that was seen: of several sweepers one goes on.
  const mine = await step(options, found, {}).catch((error: unknown) => {
    if (error instanceof Taken) return undefined;
    throw error;
  });
  if (mine === undefined) return;
  switch (value.state) {
    case 'claimed': {
      await auditIntent(options.audit, value);
      const text = 'I was interrupted before I called AWS. Nothing changed; ask again.';
      await finish(options, mine, { outcome: 'not_done', text, atMs: clock.now() });
      return;
    }
    case 'calling': {
      const next = isServiceOrder(value.order)
        ? await reconcile(options, mine, value.order, 'I was interrupted while I called AWS.')
        : await setSetting(options, mine);
      if (next.value.state === 'called') follow(next);
      return;
    }
    case 'called':
      follow(mine);
      return;
    case 'finished':
      await tell(options, mine);
      return;
    case 'proposed':
    case 'done':
    case 'closed':
      return;
  }
}

/** Ends a proposal that will not happen, and says so where it stands. */
export async function closeWrite(
  options: Pick<WorkerOptions, 'store' | 'want'>,
  seen: Versioned<WriteRecord>,
  closed: string,
): Promise<boolean> {
  const value: WriteRecord = { ...seen.value, state: 'closed', closed };
  if (!(await options.store.save(seen.version, value))) return false;
  await options.want(proposalMessage(value));
  return true;
}

/** Moves the record on and prolongs the lease. @throws Taken when another process has moved it. */
async function step(
  { store, systemNow }: WorkerOptions,
  seen: Versioned<WriteRecord>,
  change: Partial<WriteRecord>,
): Promise<Versioned<WriteRecord>> {
  const value = { ...seen.value, ...change };
  if (!(await store.save(seen.version, value, systemNow() + WRITE_LEASE_MS)))
    throw new Taken(`Another process goes on with ${value.id}.`);
  return { value, version: seen.version + 1 };
}

async function showProgress(
  options: Working,
  value: WriteRecord,
  progress: WriteProgress | undefined,
): Promise<void> {
  const rev = 1 + Math.floor((progress?.elapsedMs ?? 0) / 1000);
  const card = writeReportCard(value, {
    nowMs: options.clock.now(),
    ...(progress === undefined ? {} : { progress }),
  });
  try {
    await options.want([...proposalMessage(value), ...reportMessage(value, rev, card)]);
  } catch (error) {
    options.log.warn({ err: error, write: value.id }, 'the progress of a write could not be shown');
  }
}
