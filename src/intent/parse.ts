import type { Intent } from '../domain/intent.ts';
import type { CommandSpec } from './command-spec.ts';
import { unknownCommand } from './corrections.ts';
import { editDistance, forgiven, nearestWord } from './edit-distance.ts';
import { findCommand, GRAMMAR, UNCLEAR_WORDS } from './grammar.ts';
import { makeNameIndex } from './names.ts';
import type { ParseContext, ParseResult, Reading, ReadyContext } from './parse-result.ts';
import { isPlainWord, isPolite } from './plain-words.ts';
import { printIntent } from './print.ts';
import { readCommand } from './read-command.ts';
import { fromWords, type Token, tokenise, type Utterance } from './tokens.ts';

/**
 * Understands what a person said, by the grammar alone: a command, a correction where it is nearly one, else
 * `ask` with the whole sentence. Never throws, whatever the input.
 * @param input one sentence, or words that a shell has separated (a single word is read as a sentence).
 */
export function parse(input: string | readonly string[], context: ParseContext): ParseResult {
  const said = utterance(input);
  const tokens = withoutAddress(said.tokens);
  const [first, ...rest] = tokens;
  if (!first) return { intent: { command: 'help' } };
  const ready = { ...context, index: context.index ?? makeNameIndex(context.inventory, context.accounts) };
  const word = commandWord(first);
  const spec = findCommand(word);
  const reading = spec ? readCommand(spec, said, rest, ready) : misspelt(word, said, rest, ready);
  if (reading.kind === 'intent') return { intent: reading.intent };
  if (reading.kind === 'correction') return { correction: reading.correction };
  return { intent: { command: 'ask', text: said.source.trim() } satisfies Intent };
}

/** A sentence in code ticks is a command copied from somewhere; in quotes it is a quotation and left as it is. */
function utterance(input: string | readonly string[]): Utterance {
  const [only, ...more] = typeof input === 'string' ? [input] : input;
  if (only === undefined) return { source: '', tokens: [] };
  if (more.length > 0) return fromWords([only, ...more]);
  const copied = /^\s*(`{3}|`)([^`]+)\1\s*$/u.exec(only);
  return tokenise(copied?.[2] ?? only);
}

/** Takes off `/ecs`, a mention of the bot, and courtesy at the beginning. */
function withoutAddress(tokens: readonly Token[]): readonly Token[] {
  let from = 0;
  while (isAddress(tokens[from])) from += 1;
  while (from + 1 < tokens.length && isPolite(tokens[from])) from += 1;
  return tokens.slice(from);
}

function isAddress(token: Token | undefined): boolean {
  if (!token || token.quoted) return false;
  return token.mention || token.value.toLowerCase() === '/ecs';
}

/** The first word as a command would be written: `/Health,` is `health`. */
function commandWord(token: Token): string {
  if (token.quoted) return '';
  return token.value
    .toLowerCase()
    .replace(/^\//, '')
    .replace(/[.,!?:;]+$/, '');
}

/** No command, but perhaps nearly one: then what stands behind it must make sense for that one. */
function misspelt(word: string, said: Utterance, rest: readonly Token[], context: ReadyContext): Reading {
  const spec = nearlyCommand(word);
  if (!spec) return { kind: 'ask' };
  const reading = readCommand(spec, said, rest, context);
  if (reading.kind === 'ask') return reading;
  const understood = reading.kind === 'intent' ? reading.intent : reading.correction.understood;
  const good = reading.kind === 'intent' && !understood.unknown && !understood.ambiguous;
  // Something that only resembles a command and names nothing we know is a sentence.
  if (!good && rest.length > 1) return { kind: 'ask' };
  const suggestions =
    reading.kind === 'correction' && reading.correction.suggestions.length > 0
      ? reading.correction.suggestions
      : [printIntent(understood)];
  const place = { spec, understood, soFar: printIntent(understood) };
  return { kind: 'correction', correction: unknownCommand(place, word, suggestions) };
}

function nearlyCommand(word: string): CommandSpec | undefined {
  if (word.length < 3 || isPlainWord(word) || UNCLEAR_WORDS.includes(word)) return undefined;
  const words = GRAMMAR.flatMap((spec) => [spec.name, ...spec.aliases]).filter((name) => name.length > 3);
  const near = nearestWord(word, words);
  const spec = near === undefined ? undefined : findCommand(near);
  if (!spec || near === undefined || isInflected(word, near, spec)) return undefined;
  // Two commands that are equally near, one of which writes, would be a guess.
  const distance = editDistance(word, near, forgiven(word.length));
  const others = GRAMMAR.filter(
    (one) => one !== spec && editDistance(word, one.name, distance ?? 0) !== undefined,
  );
  return others.some((one) => one.write) ? undefined : spec;
}

/** `scaled`, `muting`: a report or a plan, not a slip. A plural is one only where it could be a report as well. */
function isInflected(word: string, near: string, spec: CommandSpec): boolean {
  const stem = near.replace(/e$/, '');
  if (!word.startsWith(stem)) return false;
  return (
    /^(?:e?d|ing|er|able)$/.test(word.slice(stem.length)) ||
    (spec.write && /^e?s$/.test(word.slice(stem.length)))
  );
}
