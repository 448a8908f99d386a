import { helpCard } from '../cards/help-card.ts';
import { notBuiltCard } from '../cards/not-built-card.ts';
import type { Collector } from '../collector/collector.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { findCommand } from '../intent/grammar.ts';
import { helpFor } from '../intent/help.ts';
import type { Answer, Asking, Handler } from './command.ts';

export interface HelpDeps {
  readonly collector: Pick<Collector, 'inventory'>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Help must come at once, even when an account does not answer: then the examples have made-up names. */
const PATIENCE_MS = 1000;

/** `help [command]` */
export function makeHelpCommand(deps: HelpDeps): Handler {
  return async (intent, asking) => {
    const sample = await sampleService(deps);
    const topic = intent.action === undefined ? undefined : findCommand(intent.action);
    if (topic !== undefined && !topic.built) return notBuilt(topic.name, sample, asking);
    const help = helpFor({ sample, prefix: '', ...(topic === undefined ? {} : { command: topic.name }) });
    return {
      card: helpCard({ command: asking.prefix, ...help }),
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

async function sampleService(deps: HelpDeps): Promise<ServiceRef | undefined> {
  const names = deps.collector.inventory().catch(() => []);
  const known = await Promise.race([names, deps.wait(PATIENCE_MS).then(() => [])]);
  return known[0];
}
