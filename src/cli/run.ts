import type { Converse, Outcome } from '../chat/converse.ts';
import type { Said, Understood } from '../chat/understand.ts';
import { BadRequest, sentenceFor } from '../domain/errors.ts';
import type { Intent } from '../domain/intent.ts';
import type { Person } from '../domain/person.ts';
import type { CliArguments } from './arguments.ts';
import { readUtterance } from './stdin.ts';
import { toText } from './text/index.ts';

export interface CliDeps {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly converse: Converse;
  /** How a person would type an intent: what a button of a card becomes in a terminal. */
  readonly commandOf: (intent: Intent) => string;
  readonly print: (text: string) => void;
  readonly lines: AsyncIterable<string>;
  /** Columns of the terminal; undefined when the output is no terminal. */
  readonly width: number | undefined;
  readonly person: Person;
}

/** 0 done and healthy, 1 unhealthy, 2 failed, ambiguous, unknown, refused or incomplete; 2 wins. */
export type ExitCode = 0 | 1 | 2;

/** How commands are written on the command line; suggestions start with it. */
const PREFIX = 'npm run -s ecs --';

/** Runs what a person could type in chat and prints the answer. */
export async function runCli(args: CliArguments, deps: CliDeps): Promise<ExitCode> {
  if (args.stdin && args.intent) return understandLines(deps);
  if (args.stdin) return printError(new BadRequest('Reading log lines is not available yet.'), true, deps);
  if (args.intent) return understandOne({ words: args.words }, deps);
  const outcome = await deps.converse.hear({ words: args.words }, { person: deps.person, prefix: PREFIX });
  printOutcome(outcome, args.json, deps);
  return exitCodeOf(outcome);
}

/** Prints any error as the command line does. */
export function printError(error: unknown, json: boolean, { print }: Pick<CliDeps, 'print'>): ExitCode {
  const { code, message } = sentenceFor(error);
  print(json ? JSON.stringify({ error: { code, message } }) : message);
  return 2;
}

function printOutcome(outcome: Outcome, json: boolean, deps: CliDeps): void {
  if (!json) {
    const { commandOf, width } = deps;
    deps.print(toText(outcome.card, width === undefined ? { commandOf } : { commandOf, width, color: true }));
  } else if (outcome.error !== undefined) {
    deps.print(JSON.stringify({ error: outcome.error }));
  } else {
    deps.print(JSON.stringify({ intent: outcome.intent, card: outcome.card, data: outcome.data }));
  }
}

function exitCodeOf({ verdict }: Outcome): ExitCode {
  if (verdict === 'ok') return 0;
  return verdict === 'unhealthy' ? 1 : 2;
}

async function understandOne(said: Said, deps: CliDeps): Promise<ExitCode> {
  const { result } = await deps.understand(said);
  if (result.correction !== undefined) return printError(new BadRequest(result.correction.text), true, deps);
  deps.print(JSON.stringify(result.intent));
  return result.intent.ambiguous !== undefined || result.intent.unknown !== undefined ? 2 : 0;
}

/** One line in, one line out, whatever the line holds. */
async function understandLines(deps: CliDeps): Promise<ExitCode> {
  let worst: ExitCode = 0;
  for await (const line of deps.lines) {
    try {
      const code = await understandOne(readUtterance(line), deps);
      if (code > worst) worst = code;
    } catch (error) {
      worst = printError(error, true, deps);
    }
  }
  return worst;
}
