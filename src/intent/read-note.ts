import type { Scope } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { wordOf } from './arguments.ts';
import type { CommandSpec } from './command-spec.ts';
import { missing } from './corrections.ts';
import { findName } from './names.ts';
import type { Reading, ReadyContext } from './parse-result.ts';
import { isPlainWord } from './plain-words.ts';
import { readFlags, splitFlags } from './read-flags.ts';
import { findTarget, type Target, targetWithoutName } from './target.ts';
import { type Token, textFrom, type Utterance } from './tokens.ts';

interface Subject {
  readonly incident?: number;
  readonly target?: Target;
  /** How many words it took. */
  readonly length: number;
}

/**
 * `note [NAME|#n] TEXT`: the text is free, so only the beginning is looked at. Two dashes set a name off from the
 * text (`note checkout -- pool exhausted`); without them the longest exact name counts, or a single word that fits
 * a service. In a thread the text begins at once, unless another service is named exactly.
 */
export function readNote(
  spec: CommandSpec,
  said: Utterance,
  words: readonly Token[],
  context: ReadyContext,
): Reading {
  const subject =
    byNumber(words) ??
    beforeDashes(spec, words, context) ??
    byExactName(words, context) ??
    byOneWord(words, context);
  const text = textFrom(said, words[subject?.length ?? 0]);
  const target = subject?.target ?? (subject?.incident === undefined ? fromThread(context) : undefined);
  const understood: Intent = {
    command: spec.name,
    ...(subject?.incident !== undefined && { incident: subject.incident }),
    ...fieldsOf(target),
    ...(text !== '' && { text }),
  };
  if (text !== '') return { kind: 'intent', intent: understood };
  const place = { spec, understood, soFar: spec.name };
  return { kind: 'correction', correction: missing(place, 'a text') };
}

function fieldsOf(target: Target | undefined): Partial<Intent> {
  if (!target || target.kind === 'sentence' || target.kind === 'several') return {};
  if (target.kind === 'ambiguous') return { ...target.scope, ambiguous: { service: target.services } };
  if (target.kind === 'unknown') return { ...target.scope, unknown: target.unknown };
  return target.scope;
}

function byNumber(words: readonly Token[]): Subject | undefined {
  const match = /^#(\d{1,9})$/.exec(wordOf(words[0]));
  if (!match) return undefined;
  return { incident: Number(match[1]), length: isDashes(words[1]) ? 2 : 1 };
}

function beforeDashes(
  spec: CommandSpec,
  words: readonly Token[],
  context: ReadyContext,
): Subject | undefined {
  const at = words.findIndex(isDashes);
  if (at < 0 || at > 12) return undefined;
  if (at === 0) return { length: 1 };
  const split = splitFlags(words.slice(0, at), false);
  const flags = readFlags(split.flags, spec, context);
  if (flags.wrong || flags.unknown) return undefined;
  const target = findTarget({ ...request(split.words, context), flags: flags.scope });
  return target.kind === 'found' || target.kind === 'ambiguous' ? { target, length: at + 1 } : undefined;
}

function byExactName(words: readonly Token[], context: ReadyContext): Subject | undefined {
  const own = context.thread?.service;
  for (let length = Math.min(4, words.length - 1); length > 0; length -= 1) {
    const name = words.slice(0, length);
    const phrase = name.map((token) => token.value.replace(/:$/, '')).join(' ');
    const until = context.thread === undefined ? 'singular' : 'exact';
    const exact = findName(context.index, phrase, { kinds: ['service'], until }) ?? phrase.includes('/');
    if (!exact || phrase === own) continue;
    const target = findTarget(
      request(
        name.map((token) => ({ ...token, value: token.value.replace(/:$/, '') })),
        context,
      ),
    );
    if (target.kind === 'found' || target.kind === 'ambiguous') return { target, length };
  }
  return undefined;
}

function byOneWord(words: readonly Token[], context: ReadyContext): Subject | undefined {
  const [first] = words;
  if (!first || words.length < 2 || context.thread !== undefined || isPlainWord(first.value))
    return undefined;
  const target = findTarget(request([first], context));
  return target.kind === 'found' || target.kind === 'ambiguous' ? { target, length: 1 } : undefined;
}

function fromThread(context: ReadyContext): Target {
  return targetWithoutName(request([], context));
}

function request(phrase: readonly Token[], context: ReadyContext) {
  const thread: Scope = context.thread ?? {};
  return { phrase, flags: {}, takes: 'service' as const, thread, index: context.index };
}

/** Two dashes by themselves, or the one long dash that phones make of them. */
function isDashes(token: Token | undefined): boolean {
  return token !== undefined && !token.quoted && /^(?:--|[\u2013-\u2015])$/u.test(token.value);
}
