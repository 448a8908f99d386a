import type { Intent } from '../domain/intent.ts';
import { isFlagName } from './flags.ts';
import { isPlainWord } from './plain-words.ts';
import { printDuration } from './time-words.ts';

/**
 * An intent as the command that a person could type, for buttons, help and suggestions. It is understood again as
 * the same intent, wherever it is said. A name that was ambiguous or unknown is printed as far as it is known.
 */
export function printIntent(intent: Intent): string {
  if (intent.command === 'ask') return intent.text ?? '';
  const words: string[] = [intent.command];
  if (intent.action !== undefined) words.push(intent.action);
  words.push(...subject(intent), ...values(intent), ...flags(intent));
  if (intent.text !== undefined) words.push(...text(intent, intent.text));
  return words.join(' ');
}

function subject(intent: Intent): string[] {
  const name = intent.service ?? intent.unknown?.service;
  const words: string[] = [];
  if (intent.incident !== undefined) words.push(`#${intent.incident}`);
  if (name !== undefined) words.push(word(name));
  if (intent.task !== undefined) words.push(intent.task);
  if (intent.user !== undefined) words.push(person(intent.user));
  return words;
}

function values(intent: Intent): string[] {
  const words: string[] = [];
  if (intent.metric !== undefined) words.push(intent.metric);
  if (intent.count !== undefined) words.push(String(intent.count));
  if (intent.delta !== undefined) words.push(intent.delta > 0 ? `+${intent.delta}` : String(intent.delta));
  if (intent.durationMs !== undefined) words.push(printDuration(intent.durationMs));
  if (intent.cron !== undefined) words.push(`"${intent.cron}"`);
  if (intent.zone !== undefined) words.push(intent.zone);
  return words;
}

function flags(intent: Intent): string[] {
  const { unknown } = intent;
  const only = intent.command === 'recommend' ? 'health' : 'only';
  const since = intent.since ?? (intent.sinceMs === undefined ? undefined : printDuration(intent.sinceMs));
  const said: readonly (readonly [string, string | number | undefined])[] = [
    ['cluster', intent.cluster ?? unknown?.cluster],
    ['account', intent.account ?? unknown?.account],
    ['region', intent.region ?? unknown?.region],
    [only, intent.only],
    ['priority', intent.priority],
    ['since', since],
    ['grep', intent.grep],
    ['limit', intent.limit],
    ['container', intent.container],
  ];
  const words = said.flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag} ${flagValue(value)}`],
  );
  if (intent.fresh) words.push('--fresh');
  if (intent.diagnose) words.push('--diagnose');
  return words;
}

/** A note is set off with two dashes, so that its first word is not taken for a name. */
function text(intent: Intent, said: string): string[] {
  if (intent.command !== 'note' || intent.incident !== undefined) return [said];
  return ['--', said];
}

/** A name is quoted where its word would mean something else, or holds a space. */
function word(name: string): string {
  const plain = /^[\p{L}\p{N}][\p{L}\p{N}._/-]*$/u.test(name) && !isKeyword(name);
  return plain ? name : quoted(name);
}

function flagValue(value: string | number): string {
  const said = String(value);
  return /^[\p{L}\p{N}][\p{L}\p{N}._/-]*[\p{L}\p{N}]$|^[\p{L}\p{N}]$/u.test(said) ? said : quoted(said);
}

/** Words of the grammar, numbers and lengths of time are never names unless quoted. */
function isKeyword(name: string): boolean {
  const lower = name.toLowerCase();
  if (isPlainWord(lower) || isFlagName(lower) || /^\d/.test(lower)) return true;
  return /^(?:all|open|mine|test|list|add|remove|why|now|schedule|resume|suggested|tasks?|cpu|mem|memory|latency|requests?|errors?|cluster|service|overnight|please|pls|plz|thanks|thx|ty)$/.test(
    lower,
  );
}

function quoted(value: string): string {
  if (!value.includes('"')) return `"${value}"`;
  return value.includes("'") ? `\`${value}\`` : `'${value}'`;
}

function person(user: string): string {
  if (user === 'me' || /^(?:slack|teams|cli):/i.test(user)) return user;
  return /^[^\s@/<>]+$/.test(user) ? `@${user}` : `<at>${user}</at>`;
}
