import type { Command, Intent } from '../domain/intent.ts';
import type { ActionSpec, CommandSpec } from './command-spec.ts';
import { nearestWord } from './edit-distance.ts';
import { type FlagName, flagSpec } from './flags.ts';

/** A command that was almost right, and how to say it. Nothing has been done. */
export interface Correction {
  readonly kind: 'unknown_command' | 'unknown_action' | 'unknown_flag' | 'bad_value' | 'missing' | 'too_many';
  /** The command that was recognised, or that was probably meant. */
  readonly command: Command;
  /** The words that do not fit; empty where something is missing. Untrusted text. */
  readonly said: string;
  /** A sentence for the person who typed it. Holds `said`: untrusted text. */
  readonly text: string;
  /** Full commands that would be understood, best first. */
  readonly suggestions: readonly string[];
  /** What was understood in spite of it. Never to be carried out. */
  readonly understood: Intent;
}

/** What a correction needs beside its own subject. */
export interface Place {
  readonly spec: CommandSpec;
  readonly understood: Intent;
  /** The command as far as it was understood: `health prod --only critical`. */
  readonly soFar: string;
}

/** `health --fresch`: names the nearest flag and those that the command takes. */
export function unknownFlag(at: Place, said: string): Correction {
  const { spec } = at;
  const near = nearestWord(said, spec.flags);
  const allowed = spec.flags.map((flag) => `--${flag}`).join(', ');
  const takes = allowed === '' ? `\`${spec.name}\` takes no flags.` : `\`${spec.name}\` takes ${allowed}.`;
  const hint = near === undefined ? '' : ` Did you mean --${near}?`;
  return {
    ...base(at, 'unknown_flag', `--${said}`),
    text: `\`${spec.name}\` has no flag --${said}.${hint} ${takes}`,
    suggestions: near === undefined ? [at.soFar] : [`${at.soFar} ${flagExample(near)}`],
  };
}

/** `health --only terrible`, `--since` with nothing behind it. */
export function badFlagValue(at: Place, flag: FlagName, said: string): Correction {
  const { value } = flagSpec(flag);
  const near = Array.isArray(value) ? nearestWord(said, value as readonly string[]) : undefined;
  const got = said === '' ? `--${flag} needs a value` : `--${flag} does not understand "${said}"`;
  const choices = Array.isArray(value) ? (value as readonly string[]) : [];
  const first = near ?? choices[0];
  return {
    ...base(at, said === '' ? 'missing' : 'bad_value', said),
    text: `${got}: ${expected(flag)}`,
    suggestions: [`${at.soFar} ${first === undefined ? flagExample(flag) : `--${flag} ${first}`}`],
  };
}

/** `alerts opne`, `digest` alone. */
export function unknownAction(at: Place, said: string): Correction {
  const { spec } = at;
  const words = offered(spec).map((action) => action.word);
  const near = nearestWord(said, words);
  const ordered = near === undefined ? words : [near, ...words.filter((word) => word !== near)];
  const problem =
    said === '' ? `\`${spec.name}\` needs a second word` : `\`${spec.name}\` does not know "${said}"`;
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return {
    ...base(at, said === '' ? 'missing' : 'unknown_action', said),
    text: `${problem}.${hint} It takes ${list(words)}.`,
    suggestions: ordered.map((word) => `${spec.name} ${word}`),
  };
}

/** What a command that is answered today can do today; of the others, what they will do. */
function offered(spec: CommandSpec): readonly ActionSpec[] {
  return spec.actions.filter((action) => action.built || !spec.built);
}

/** Something that the command cannot do without. `what` continues "it needs …". */
export function missing(at: Place, what: string, suggestions: readonly string[] = []): Correction {
  return {
    ...base(at, 'missing', ''),
    text: `\`${at.spec.name}\` needs ${what}: ${usage(at.spec)}`,
    suggestions,
  };
}

/** A value in a place where it cannot be. `why` is a whole sentence. */
export function badValue(
  at: Place,
  said: string,
  why: string,
  suggestions: readonly string[] = [],
): Correction {
  return { ...base(at, 'bad_value', said), text: why, suggestions };
}

/** `health checkout payments`: one at a time. */
export function tooMany(at: Place, names: readonly string[], suggestions: readonly string[]): Correction {
  return {
    ...base(at, 'too_many', names.join(' ')),
    text: `\`${at.spec.name}\` takes one name at a time, and I know ${list(names)}.`,
    suggestions,
  };
}

/** `heath prod`: no command, but nearly one. */
export function unknownCommand(at: Place, said: string, suggestions: readonly string[]): Correction {
  return {
    ...base(at, 'unknown_command', said),
    text: `There is no command "${said}". Did you mean ${at.spec.name}?`,
    suggestions,
  };
}

function base(at: Place, kind: Correction['kind'], said: string) {
  return { kind, command: at.spec.name, said, understood: at.understood };
}

function expected(flag: FlagName): string {
  const { value, hint } = flagSpec(flag);
  if (Array.isArray(value)) return `it takes ${list(value as readonly string[])}.`;
  if (value === 'look_back')
    return 'say a length of time such as 90m, 24h or 2d, or today, yesterday, deploy.';
  if (value === 'number') return 'say a whole number from 1 to 10000.';
  if (value === 'zone') return 'say a time zone such as Europe/Amsterdam.';
  if (value === 'none') return 'it takes no value.';
  return `say it as --${flag} ${hint}.`;
}

function flagExample(flag: FlagName): string {
  const hint = flagSpec(flag).hint.split('|')[0] ?? '';
  return hint === '' ? `--${flag}` : `--${flag} ${hint}`;
}

function usage(spec: CommandSpec): string {
  return spec.usage.map((line) => `\`${line}\``).join(' or ');
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
