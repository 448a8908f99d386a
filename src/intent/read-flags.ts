import type { Scope } from '../domain/fleet.ts';
import type { Intent, UnknownName } from '../domain/intent.ts';
import type { CommandSpec } from './command-spec.ts';
import { nearestWord } from './edit-distance.ts';
import { FLAG_NAMES, FLAGS, type FlagName, flagSpec, isFlagName } from './flags.ts';
import type { NameIndex } from './names.ts';
import { findPlace } from './target.ts';
import { knownZone, parseLookBack } from './time-words.ts';
import type { Token } from './tokens.ts';

/** A flag as it was typed. */
export interface SaidFlag {
  /** In lower case; not necessarily a flag of the command, or of any. */
  readonly name: string;
  /** `undefined` where nothing stands behind it. */
  readonly value: string | undefined;
}

/** The words of a command, its flags taken out. */
export interface Split {
  readonly words: readonly Token[];
  readonly flags: readonly SaidFlag[];
}

/** What the flags mean. */
export interface FlagReading {
  readonly fields: Partial<Intent>;
  /** Full names. */
  readonly scope: Scope;
  readonly unknown: UnknownName | undefined;
  /** The first flag that the command does not take, or whose value makes no sense. */
  readonly wrong: { readonly name: string; readonly bad: SaidFlag | undefined } | undefined;
}

/**
 * Takes the flags out: `--flag value`, `--flag=value`. A length of time may be two words (`--since 2 hours`).
 * @param greedy the second try: a flag that holds text takes every word up to the next flag, an unknown one takes one.
 */
export function splitFlags(tokens: readonly Token[], greedy: boolean): Split {
  const words: Token[] = [];
  const flags: SaidFlag[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    const said = token && flagOf(token);
    if (!token || !said) {
      if (token) words.push(token);
      continue;
    }
    const taken = said.value === undefined ? valueWords(tokens, i + 1, said.name, greedy) : 0;
    const behind = tokens.slice(i + 1, i + 1 + taken).map((one) => one.value);
    flags.push({ name: said.name, value: said.value ?? (taken > 0 ? behind.join(' ') : undefined) });
    i += taken;
  }
  return { words, flags };
}

/** Understands flags; the last one wins where one is said twice. */
export function readFlags(
  flags: readonly SaidFlag[],
  spec: CommandSpec,
  context: { readonly index: NameIndex; readonly nowMs: number; readonly zone?: string },
): FlagReading {
  let fields: Partial<Intent> = {};
  let scope: Scope = {};
  let unknown: UnknownName | undefined;
  let wrong: FlagReading['wrong'];
  for (const flag of flags) {
    if (!isFlagName(flag.name) || !spec.flags.includes(flag.name)) {
      wrong ??= { name: flag.name, bad: undefined };
    } else if (flag.name === 'account' || flag.name === 'cluster' || flag.name === 'region') {
      const place = flag.value === undefined ? undefined : findPlace(context.index, flag.name, flag.value);
      if (!place) wrong ??= { name: flag.name, bad: flag };
      else if ('unknown' in place) unknown ??= place.unknown;
      else scope = { ...scope, [flag.name]: place.name };
    } else {
      const field = fieldOf(flag.name, flag.value, context);
      if (field) fields = { ...fields, ...field };
      else wrong ??= { name: flag.name, bad: flag };
    }
  }
  return { fields, scope, unknown, wrong };
}

/** `--only`, `--only=critical`; also `-only` where that is a flag of ours, since phones eat dashes. */
function flagOf(token: Token): SaidFlag | undefined {
  if (token.quoted) return undefined;
  const match = /^(--?)(\p{L}[\p{L}\p{N}_-]*)(?:=(.*))?$/su.exec(token.value);
  const name = match?.[2]?.toLowerCase();
  if (name === undefined || (match?.[1] === '-' && !isFlagName(name))) return undefined;
  return { name, value: match?.[3] };
}

/** How many of the words behind a flag are its value; a flag that does not exist has one on the second try. */
function valueWords(tokens: readonly Token[], from: number, name: string, greedy: boolean): number {
  const next = tokens.slice(from).findIndex((token) => flagOf(token) !== undefined);
  const free = next < 0 ? tokens.length - from : next;
  const meant = isFlagName(name) ? name : nearestWord(name, FLAG_NAMES);
  if (!meant) return greedy ? Math.min(free, 1) : 0;
  const { value } = flagSpec(meant);
  if (value === 'none') return 0;
  if (greedy && value === 'words') return free;
  if (value === 'look_back' && free > 1) {
    const two = tokens.slice(from, from + 2).map((token) => token.value);
    const reads = (text: string) => parseLookBack(text, { nowMs: 0 }) !== undefined;
    if (!reads(two[0] ?? '') && reads(two.join(' '))) return 2;
  }
  return Math.min(free, 1);
}

type Reader = (
  value: string,
  context: { readonly nowMs: number; readonly zone?: string },
) => Partial<Intent> | undefined;

const READERS: Readonly<
  Record<Exclude<FlagName, 'account' | 'cluster' | 'region' | 'fresh' | 'diagnose'>, Reader>
> = {
  only: (value) => oneOf('only', FLAGS.only.value, value),
  health: (value) => oneOf('only', FLAGS.only.value, value),
  priority: (value) => oneOf('priority', FLAGS.priority.value, value),
  since: (value, context) => parseLookBack(value, context),
  grep: (value) => ({ grep: value }),
  container: (value) => ({ container: value }),
  limit: (value) => {
    const limit = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    return limit >= 1 && limit <= 10_000 ? { limit } : undefined;
  },
  zone: (value) => {
    const zone = knownZone(value);
    return zone === undefined ? undefined : { zone };
  },
};

function fieldOf(
  name: Exclude<FlagName, 'account' | 'cluster' | 'region'>,
  value: string | undefined,
  context: { readonly nowMs: number; readonly zone?: string },
): Partial<Intent> | undefined {
  if (name === 'fresh' || name === 'diagnose') {
    if (value === undefined || /^(?:true|yes|on)$/i.test(value)) return { [name]: true };
    return /^(?:false|no|off)$/i.test(value) ? {} : undefined;
  }
  const words = flagSpec(name).value === 'words';
  const said = (words ? value : value?.replace(/[.,!?;:]+$/, ''))?.trim() ?? '';
  return said === '' ? undefined : READERS[name](said, context);
}

function oneOf<Key extends string, Word extends string>(key: Key, words: readonly Word[], said: string) {
  const word = words.find((one) => one === said.toLowerCase());
  return word === undefined ? undefined : ({ [key]: word } as { readonly [K in Key]: Word }); // computed keys widen
}
