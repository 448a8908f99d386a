import { progressCard } from '../cards/progress-card.ts';
import type { Asking } from '../commands/index.ts';
import type { Intent } from '../domain/intent.ts';
import type { Clock } from '../domain/time.ts';
import { commandSpec } from '../intent/grammar.ts';
import type { Log } from '../telemetry/log.ts';
import { isDeedIntent } from './by-hand.ts';
import type { Converse, Outcome } from './converse.ts';
import { makeOnce } from './once.ts';
import type { Chat, ChatClick, ChatRequest, Reply } from './request.ts';
import type { ThreadContext, ThreadMemory } from './thread-memory.ts';

export interface ChatDeps {
  readonly converse: Converse;
  readonly threads: ThreadMemory;
  /** The machine's clock. */
  readonly clock: Clock;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** Work that takes longer shows that it goes on. */
const PROGRESS_AFTER_MS = 2000;
/** How often what is shown is brought up to date; platforms take few edits. */
const PROGRESS_EVERY_MS = 4000;

/** How far the work is, as far as it says so. */
interface Progress {
  done: number;
  total: number;
  /** Hears of every change once something is shown. */
  onChange: () => void;
}

function noProgress(): Progress {
  return { done: 0, total: 0, onChange: () => undefined };
}

/** The conversation as people in Slack and Teams have it: threads, progress, who sees what. */
export function makeChat(deps: ChatDeps): Chat {
  const isNew = makeOnce(deps.clock);
  return {
    say: async (request, reply) => {
      if (isNew(request.id)) await logged(deps, () => say(deps, request, reply));
    },
    click: (click, reply) => logged(deps, () => clicked(deps, click, reply)),
  };
}

async function say(deps: ChatDeps, request: ChatRequest, reply: Reply): Promise<void> {
  const thread = await recall(deps, request);
  const progress = noProgress();
  const asking: Asking = {
    ...askingOf(request.person, reply, progress),
    channel: request.dest.channel,
    ...(request.mentions === undefined ? {} : { mentions: request.mentions }),
  };
  const said = {
    words: request.text,
    ...(thread === undefined ? {} : { thread: thread.subject }),
    ...(request.zone === undefined ? {} : { zone: request.zone }),
  };
  const incident = thread?.incident === undefined ? undefined : { incident: thread.incident };
  const answer = deps.converse.hear(said, asking, incident);
  if (request.overheard) {
    const outcome = await answer;
    if (isForUs(outcome, thread?.incident !== undefined)) await show(outcome, reply);
    return;
  }
  const outcome = await withProgress(deps, answer, reply, progress);
  if (outcome.intent !== undefined && outcome.error === undefined)
    await remember(deps, request, outcome.intent);
}

/**
 * Of what people say to each other in a thread of ours: a command that is understood to the letter. Somebody who
 * acknowledges must hear that it did not work, and so must whoever does something else to the incident in its own
 * thread; anything else that failed may not have been meant for us, and neither may a word that is no more than a
 * command to come.
 */
function isForUs({ intent, verdict }: Outcome, isIncidents: boolean): boolean {
  if (intent === undefined || intent.command === 'ask' || !commandSpec(intent.command).built) return false;
  if (verdict !== 'failed') return true;
  return intent.unknown === undefined && (intent.command === 'ack' || (isIncidents && isDeedIntent(intent)));
}

async function clicked(deps: ChatDeps, click: ChatClick, reply: Reply): Promise<void> {
  const progress = noProgress();
  const asking = { ...askingOf(click.person, reply, progress), channel: click.dest.channel };
  const { payload } = click;
  switch (payload.do) {
    case 'run': {
      const outcome = await withProgress(deps, deps.converse.run(payload.intent, asking), reply, progress);
      const thread = click.below ?? click.thread ?? click.message;
      if (outcome.error === undefined) await remember(deps, { ...click, thread }, payload.intent);
      return;
    }
    case 'ack': {
      const { incident } = payload;
      const action = { kind: 'deed', deed: { kind: 'ack' }, incident, prefix: reply.prefix } as const;
      const outcome = await deps.converse.act(action, asking);
      // The message itself says who has it now; only a refusal needs words.
      if (outcome.verdict !== 'ok') await show(outcome, reply);
      return;
    }
    case 'deed':
    case 'mute':
    case 'unmute':
    case 'remute':
      await show(await deps.converse.press(payload, asking), reply);
      return;
    case 'hook':
      await show(await deps.converse.answerHook(payload.incident, payload.answer, asking), reply);
      return;
    case 'confirm':
    case 'cancel':
    case 'approve':
    case 'undo': {
      const { dest, message, thread, below, typed } = click;
      const at = {
        dest,
        message,
        prefix: reply.prefix,
        ...(thread === undefined ? {} : { thread }),
        ...(below === undefined ? {} : { below }),
      };
      const outcome = await deps.converse.act(
        { kind: payload.do, write: payload.write, at, ...(typed === undefined ? {} : { typed }) },
        asking,
      );
      if (outcome.verdict !== 'ok' || outcome.tell) await show(outcome, reply);
    }
  }
}

function askingOf(person: Asking['person'], reply: Reply, progress: Progress): Asking {
  return {
    person,
    prefix: reply.prefix,
    onProgress: (done, total) => {
      Object.assign(progress, { done, total });
      progress.onChange();
    },
  };
}

/** A store that is down must not keep people from reading. */
async function recall(deps: ChatDeps, request: ChatRequest): Promise<ThreadContext | undefined> {
  try {
    return await deps.threads.recall(request.dest, request.thread);
  } catch (error) {
    deps.log.warn({ err: error }, 'what the thread is about could not be read');
    return request.thread === undefined ? undefined : { subject: {} };
  }
}

async function remember(
  deps: ChatDeps,
  request: Pick<ChatRequest, 'dest' | 'thread' | 'id'>,
  intent: Intent,
): Promise<void> {
  try {
    await deps.threads.remember(request.dest, request.thread, request.id, intent);
  } catch (error) {
    deps.log.warn({ err: error }, 'what the thread is about could not be kept');
  }
}

async function withProgress(
  deps: ChatDeps,
  answer: Promise<Outcome>,
  reply: Reply,
  progress: Progress,
): Promise<Outcome> {
  const startedMs = deps.clock.now();
  const slow = Symbol('slow');
  const first = await Promise.race([answer, deps.wait(PROGRESS_AFTER_MS).then(() => slow)]);
  const edits =
    first === slow && reply.editable ? showingProgress(deps, startedMs, reply, progress) : undefined;
  const outcome = await answer;
  progress.onChange = () => undefined;
  // Once something stands in the channel it must not be left saying "looking".
  const isShown = (await edits?.()) ?? false;
  await show(isShown ? { ...outcome, audience: 'channel' } : outcome, reply);
  return outcome;
}

/**
 * Shows progress now, and again when it has changed and some seconds have gone by.
 * @returns what resolves, when the last edit is out, to whether something stands in the channel.
 */
function showingProgress(
  deps: ChatDeps,
  startedMs: number,
  reply: Reply,
  progress: Progress,
): () => Promise<boolean> {
  let shownAtMs = deps.clock.now();
  let isShown = showProgress(deps, progressTitle(progress), shownAtMs - startedMs, reply);
  progress.onChange = () => {
    const nowMs = deps.clock.now();
    if (nowMs - shownAtMs < PROGRESS_EVERY_MS) return;
    shownAtMs = nowMs;
    const title = progressTitle(progress);
    isShown = isShown.then(async (was) => {
      if (was) await showProgress(deps, title, nowMs - startedMs, reply);
      return was;
    });
  };
  return () => isShown;
}

/** `Looking at the fleet: 312 of 1,240 services`; the whole is known only after a while. */
function progressTitle({ done, total }: Progress): string {
  const title = 'Looking at the fleet';
  if (total === 0) return title;
  return `${title}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} services`;
}

/** Whether it stands in the channel now. The answer does not depend on it. */
async function showProgress(
  deps: ChatDeps,
  title: string,
  elapsedMs: number,
  reply: Reply,
): Promise<boolean> {
  try {
    await reply.showProgress(progressCard({ title, elapsedMs }));
    return true;
  } catch (error) {
    deps.log.warn({ err: error }, 'progress could not be shown');
    return false;
  }
}

async function show(outcome: Outcome, reply: Reply): Promise<void> {
  if (outcome.audience === 'channel') await reply.toChannel(outcome.card);
  else await reply.toAsker(outcome.card);
}

async function logged(deps: ChatDeps, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    deps.log.error({ err: error }, 'an answer could not be given');
  }
}
