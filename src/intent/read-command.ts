import type { Scope } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { type Problem, takeArgument, wordOf } from './arguments.ts';
import type { ActionSpec, Argument, CommandSpec } from './command-spec.ts';
import {
  badFlagValue,
  type Correction,
  missing,
  type Place,
  tooMany,
  unknownAction,
  unknownCommand,
  unknownFlag,
} from './corrections.ts';
import { nearestWord } from './edit-distance.ts';
import { findCommand, GRAMMAR } from './grammar.ts';
import { findName } from './names.ts';
import type { ParseContext, Reading, ReadyContext } from './parse-result.ts';
import { isPlainWord, withoutCourtesy } from './plain-words.ts';
import { printIntent } from './print.ts';
import { problemCorrection } from './problem-corrections.ts';
import { type FlagReading, readFlags, splitFlags } from './read-flags.ts';
import { readNote } from './read-note.ts';
import { findTarget, type Target, targetWithoutName } from './target.ts';
import { type Token, textFrom, type Utterance } from './tokens.ts';

const ASK: Reading = { kind: 'ask' };

/**
 * Reads the words behind a command strictly: all of them must make sense, or it is not that command. Only where
 * they do, a wrong flag or a missing value is corrected; a sentence that merely begins with the word is not.
 */
export function readCommand(
  spec: CommandSpec,
  said: Utterance,
  rest: readonly Token[],
  context: ReadyContext,
): Reading {
  const chosen = chooseAction(spec, withoutCourtesy(rest), context);
  if ('kind' in chosen) return chosen;
  const { action, words } = chosen;
  const free = action === undefined ? rest : rest.slice(1);
  const takes = action?.takes ?? spec.takes;
  const start: Intent = {
    command: spec.name,
    ...(action && action.word !== 'all' && { action: action.word }),
  };
  const writes = action?.write ?? spec.write;
  if (takes.includes('note')) return readNote(spec, said, free, context);
  if (takes.includes('text') || takes.includes('maybe_text')) {
    return readText(spec, start, textFrom(said, free[0]), takes.includes('text'));
  }
  // A question about a change is no order to make it.
  if (writes && /\?\s*$/.test(said.source)) return ASK;
  const reading = readWords(spec, takes, start, words, context, false);
  if (!hasLeftovers(reading) || !words.some((token) => token.value.startsWith('-'))) return reading;
  const greedy = readWords(spec, takes, start, words, context, true);
  return hasLeftovers(greedy) ? reading : greedy;
}

/** Words that make no sense may belong to a flag: `--grep connection refused`. */
function hasLeftovers(reading: Reading): boolean {
  if (reading.kind === 'ask') return true;
  return (reading.kind === 'intent' ? reading.intent : reading.correction.understood).unknown !== undefined;
}

type Choice = { readonly action: ActionSpec | undefined; readonly words: readonly Token[] };

/** Takes the second word off where the command has one. */
function chooseAction(spec: CommandSpec, rest: readonly Token[], context: ReadyContext): Choice | Reading {
  if (spec.action === 'none') return { action: undefined, words: rest };
  const said = wordOf(rest[0]);
  const action = spec.actions.find((one) => one.word === said);
  if (action) return { action, words: rest.slice(1) };
  const at = place(spec, { command: spec.name });
  if (rest.length === 0) {
    return spec.action === 'required' ? corrected(unknownAction(at, '')) : { action: undefined, words: rest };
  }
  const nearly =
    nearestWord(
      said,
      spec.actions.map((one) => one.word),
    ) !== undefined;
  const isName = findName(context.index, said, {
    kinds: ['service', 'cluster', 'account', 'region'],
    until: 'starts',
  });
  const namesAllowed = spec.takes.some((one) => one === 'said_scope' || one === 'place');
  if (namesAllowed && (isName || !nearly || rest.length > 1)) return { action: undefined, words: rest };
  if (said.startsWith('-') && spec.action === 'optional') return { action: undefined, words: rest };
  if (isPlainWord(said) || (rest.length > 1 && !nearly)) return ASK;
  return corrected(unknownAction(at, rest[0]?.value ?? ''));
}

function readText(spec: CommandSpec, start: Intent, text: string, needed: boolean): Reading {
  if (text !== '') return { kind: 'intent', intent: { ...start, text } };
  if (!needed) return { kind: 'intent', intent: start };
  return corrected(missing(place(spec, start), `something after \`${start.action ?? spec.name}\``));
}

function readWords(
  spec: CommandSpec,
  takes: readonly Argument[],
  start: Intent,
  tokens: readonly Token[],
  context: ReadyContext,
  greedy: boolean,
): Reading {
  const split = splitFlags(tokens, greedy);
  const flags = readFlags(split.flags, spec, context);
  let intent: Intent = { ...start, ...flags.fields };
  let words: readonly Token[] = split.words;
  const problems: Problem[] = [];
  for (const argument of takes) {
    const taken = takeArgument(argument, words, context);
    if (!taken) continue;
    intent = { ...intent, ...taken.fields };
    words = taken.rest;
    if (taken.problem) problems.push(taken.problem);
  }
  if (problems.some((problem) => isSentence(problem, context))) return ASK;
  if (takes.includes('command')) return readTopic(spec, words, flags);
  const target = readTarget(takes, intent, words, flags.scope, context);
  if (target.kind === 'sentence') return ASK;
  return conclude(
    spec,
    takes,
    { intent, target, flags, problems: problems.filter((one) => one.kind !== 'sentence') },
    words,
  );
}

/** `stop alerts` is a sentence; `stop checkout-api` is a task forgotten, and told so. */
function isSentence(problem: Problem, { index }: ReadyContext): boolean {
  if (problem.kind !== 'bad' || problem.what !== 'task') return problem.kind === 'sentence';
  return findName(index, problem.said, { kinds: ['service'], until: 'singular' }) === undefined;
}

/** `help scale`. */
function readTopic(spec: CommandSpec, words: readonly Token[], flags: FlagReading): Reading {
  const [first, ...more] = words;
  const said = wordOf(first).replace(/^\//, '');
  const at = place(spec, { command: spec.name });
  if (flags.wrong) return words.length === 0 ? corrected(unknownFlag(at, flags.wrong.name)) : ASK;
  if (!first) return { kind: 'intent', intent: { command: spec.name } };
  const topic = findCommand(said);
  if (topic && more.length === 0)
    return { kind: 'intent', intent: { command: spec.name, action: topic.name } };
  const near = nearestWord(
    said,
    GRAMMAR.map((one) => one.name),
  );
  const meant = near === undefined ? undefined : findCommand(near);
  if (more.length > 0 || !meant || isPlainWord(said)) return ASK;
  const help: Intent = { command: spec.name, action: meant.name };
  return corrected(unknownCommand({ ...at, spec: meant, understood: help }, said, [printIntent(help)]));
}

/** What stands in the place of the name, together with flags and thread. */
function readTarget(
  takes: readonly Argument[],
  intent: Intent,
  words: readonly Token[],
  flags: Scope,
  context: ReadyContext,
): Target {
  const kind = takes.find((one) => ['service', 'scope', 'place', 'said_scope', 'incident'].includes(one));
  const thread =
    kind === 'said_scope' || kind === undefined || (intent.user !== undefined && intent.command === 'audit')
      ? {}
      : threadOf(context);
  const scoped = kind === 'scope' || kind === 'place' || kind === 'said_scope';
  const [first, ...more] = words;
  const all = scoped && wordOf(first) === 'all' && more.length === 0;
  const request = {
    phrase: all ? [] : words,
    flags,
    takes: scoped ? ('scope' as const) : ('service' as const),
    thread: all && kind !== 'place' ? {} : thread,
    index: context.index,
  };
  if (request.phrase.length === 0) {
    const settled = intent.incident !== undefined;
    return targetWithoutName(settled ? { ...request, thread: {} } : request);
  }
  // Whoever is mentioned beside a command that takes nobody (or one more) is talked to, not named.
  const talk = kind === undefined || words.some((token) => token.mention);
  return talk ? { kind: 'sentence' } : findTarget(request);
}

function threadOf(context: ParseContext): Scope {
  const { account, cluster, region, service } = context.thread ?? {};
  return {
    ...(service !== undefined && { service }),
    ...(cluster !== undefined && { cluster }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
}

interface Parts {
  readonly intent: Intent;
  readonly target: Exclude<Target, { kind: 'sentence' }>;
  readonly flags: FlagReading;
  readonly problems: readonly Exclude<Problem, { kind: 'sentence' }>[];
}

/** The words make sense: what is wrong is corrected, flags first, then values, then a missing name. */
function conclude(
  spec: CommandSpec,
  takes: readonly Argument[],
  parts: Parts,
  words: readonly Token[],
): Reading {
  const intent = withTarget(parts.intent, parts.target, parts.flags);
  const at = place(spec, intent);
  const { wrong } = parts.flags;
  if (wrong) {
    return corrected(
      wrong.bad && spec.flags.some((flag) => flag === wrong.name)
        ? badFlagValue(at, spec.flags.find((flag) => flag === wrong.name) ?? 'only', wrong.bad.value ?? '')
        : unknownFlag(at, wrong.name),
    );
  }
  if (parts.target.kind === 'several') {
    const { names } = parts.target;
    return corrected(
      tooMany(
        at,
        names,
        names.map((name) => printIntent({ ...parts.intent, service: name })),
      ),
    );
  }
  const [problem] = parts.problems;
  if (problem) return corrected(problemCorrection(at, problem));
  const named =
    intent.service !== undefined || intent.unknown !== undefined || intent.ambiguous !== undefined;
  if (takes.includes('service') && !named && words.length === 0) {
    return corrected(missing(at, 'the name of a service'));
  }
  const placed = named || intent.cluster !== undefined || intent.account !== undefined;
  if (takes.includes('place') && !placed) {
    return corrected(missing(at, 'the name of a service, cluster or account'));
  }
  return { kind: 'intent', intent };
}

function withTarget(intent: Intent, target: Parts['target'], flags: FlagReading): Intent {
  const { service, cluster, account, region } = target.kind === 'several' ? flags.scope : target.scope;
  const full: Intent = {
    ...intent,
    ...(service !== undefined && { service }),
    ...(cluster !== undefined && { cluster }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
  if (flags.unknown) return { ...full, unknown: flags.unknown };
  if (target.kind === 'ambiguous') return { ...full, ambiguous: { service: target.services } };
  return target.kind === 'unknown' ? { ...full, unknown: target.unknown } : full;
}

function place(spec: CommandSpec, understood: Intent): Place {
  return { spec, understood, soFar: printIntent(understood) };
}

function corrected(correction: Correction): Reading {
  return { kind: 'correction', correction };
}
