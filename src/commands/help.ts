import { helpCard } from '../cards/help-card.ts';
import { notBuiltCard } from '../cards/not-built-card.ts';
import { waitingLine } from '../cards/outbox-card.ts';
import type { Collector } from '../collector/collector.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { findCommand } from '../intent/grammar.ts';
import { helpFor } from '../intent/help.ts';
import type { Answer, Asking, Handler } from './command.ts';
import { type OutboxDeps, waitingChannels } from './outbox.ts';

export interface HelpDeps {
  readonly collector: Pick<Collector, 'inventory'>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Undefined where nothing keeps messages. */
  readonly outbox?: OutboxDeps['outbox'];
}

/** Help must come at once, even when an account does not answer: then the examples have made-up names. */
const PATIENCE_MS = 1000;

/** `help [command]` */
export function makeHelpCommand(deps: HelpDeps): Handler {
  return async (intent, asking) => {
    const [sample, notice] = await Promise.all([sampleService(deps), whatWaits(deps)]);
    const topic = intent.action === undefined ? undefined : findCommand(intent.action);
    if (topic !== undefined && !topic.built) return notBuilt(topic.name, sample, asking);
    const help = helpFor({ sample, prefix: '', ...(topic === undefined ? {} : { command: topic.name }) });
    return {
      card: helpCard({
        command: asking.prefix,
        ...help,
        ...(topic === undefined ? {} : { topic: topic.name }),
        ...(topic === undefined && notice !== undefined ? { notice } : {}),
      }),
      data: help,
      verdict: 'ok',
    };
  };
}

/** What is said about a command that is understood but not answered yet. */
export async function answerNotBuilt(deps: HelpDeps, intent: Intent, asking: Asking): Promise<Answer> {
  const name = intent.action === undefined ? intent.command : `${intent.command} ${intent.action}`;
  return notBuilt(name, await sampleService(deps), asking);
}

function notBuilt(name: string, sample: ServiceRef | undefined, asking: Asking): Answer {
  const instead = helpFor({ sample, prefix: '' }).entries.slice(0, 3);
  return { card: notBuiltCard({ name, command: asking.prefix, instead }), verdict: 'incomplete' };
}

/** What is held up, in one line; undefined also where that cannot be told soon. */
async function whatWaits({ outbox, wait }: HelpDeps): Promise<string | undefined> {
  if (outbox === undefined) return undefined;
  const line = waitingChannels(outbox).then(
    (channels) => waitingLine(channels, outbox.now()),
    () => undefined,
  );
  return Promise.race([line, wait(PATIENCE_MS).then(() => undefined)]);
}

async function sampleService(deps: HelpDeps): Promise<ServiceRef | undefined> {
  const names = deps.collector.inventory().catch(() => []);
  const known = await Promise.race([names, deps.wait(PATIENCE_MS).then(() => [])]);
  return known[0];
}
