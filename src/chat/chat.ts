import { progressCard } from '../cards/progress-card.ts';
import type { Asking } from '../commands/index.ts';
import type { Intent } from '../domain/intent.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';
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
  const asking: Asking = { person: request.person, prefix: reply.prefix };
  const said = {
    words: request.text,
    ...(thread === undefined ? {} : { thread: thread.subject }),
    ...(request.zone === undefined ? {} : { zone: request.zone }),
  };
  const incident = thread?.incident === undefined ? undefined : { incident: thread.incident };
  const answer = deps.converse.hear(said, asking, incident);
  if (request.overheard) {
    const outcome = await answer;
    if (outcome.intent === undefined || outcome.intent.command === 'ask' || outcome.verdict === 'failed')
      return;
    await show(outcome, reply);
    return;
  }
  const outcome = await withProgress(deps, answer, reply);
  if (outcome.intent !== undefined && outcome.error === undefined)
    await remember(deps, request, outcome.intent);
}

async function clicked(deps: ChatDeps, click: ChatClick, reply: Reply): Promise<void> {
  const asking: Asking = { person: click.person, prefix: reply.prefix };
  const { payload } = click;
  switch (payload.do) {
    case 'run':
      await withProgress(deps, deps.converse.run(payload.intent, asking), reply);
      return;
    case 'ack': {
      const outcome = await deps.converse.act({ kind: 'ack', incident: payload.incident }, asking);
      // The message itself says who has it now; only a refusal needs words.
      if (outcome.verdict !== 'ok') await show(outcome, reply);
      return;
    }
    case 'confirm':
    case 'cancel':
    case 'approve':
    case 'undo': {
      const { dest, message, thread, below } = click;
      const at = {
        dest,
        message,
        prefix: reply.prefix,
        ...(thread === undefined ? {} : { thread }),
        ...(below === undefined ? {} : { below }),
      };
      const outcome = await deps.converse.act({ kind: payload.do, write: payload.write, at }, asking);
      if (outcome.verdict !== 'ok') await show(outcome, reply);
    }
  }
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

async function remember(deps: ChatDeps, request: ChatRequest, intent: Intent): Promise<void> {
  try {
    await deps.threads.remember(request.dest, request.thread, request.id, intent);
  } catch (error) {
    deps.log.warn({ err: error }, 'what the thread is about could not be kept');
  }
}

async function withProgress(deps: ChatDeps, answer: Promise<Outcome>, reply: Reply): Promise<Outcome> {
  const startedMs = deps.clock.now();
  const slow = Symbol('slow');
  const first = await Promise.race([answer, deps.wait(PROGRESS_AFTER_MS).then(() => slow)]);
  const showing =
    first === slow && reply.editable && (await showProgress(deps, deps.clock.now() - startedMs, reply));
  const outcome = await answer;
  // Once something stands in the channel it must not be left saying "looking".
  await show(showing ? { ...outcome, audience: 'channel' } : outcome, reply);
  return outcome;
}

/** Whether it stands in the channel now. The answer does not depend on it. */
async function showProgress(deps: ChatDeps, elapsedMs: number, reply: Reply): Promise<boolean> {
  try {
    await reply.toChannel(progressCard({ title: 'Looking at the fleet', elapsedMs }));
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
