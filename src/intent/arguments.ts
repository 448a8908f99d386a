import type { Intent } from '../domain/intent.ts';
import type { Argument } from './command-spec.ts';
import { parseCron } from './cron.ts';
import { nearestWord } from './edit-distance.ts';
import { isPlainWord } from './plain-words.ts';
import { knownZone, parseDuration, parseLookBack } from './time-words.ts';
import type { Token } from './tokens.ts';

/** What one argument took from the words of a command. */
export interface Taken {
  readonly fields: Partial<Intent>;
  /** The words that it left. */
  readonly rest: readonly Token[];
  readonly problem?: Problem;
}

/** Why an argument is not understood. Reported only if the remaining words are no sentence. */
export type Problem =
  | { readonly kind: 'missing'; readonly what: 'count' | 'duration' | 'user' | 'task' | 'cron' }
  | {
      readonly kind: 'bad';
      readonly what: 'count' | 'duration' | 'task' | 'cron' | 'zone' | 'metric';
      readonly said: string;
    }
  /** The words cannot be this command at all. */
  | { readonly kind: 'sentence' };

interface Moment {
  readonly nowMs: number;
  readonly zone?: string;
}

/**
 * Takes one argument out of the words; `undefined` for the arguments that are read elsewhere (names and text).
 * Arguments stand at the end, the name before them, as the usage lines have it.
 */
export function takeArgument(argument: Argument, words: readonly Token[], moment: Moment): Taken | undefined {
  switch (argument) {
    case 'metric':
      return takeMetric(words);
    case 'count':
      return takeCount(words);
    case 'duration':
      return takeDuration(words);
    case 'look_back':
      return takeLookBack(words, moment);
    case 'user':
      return takeUser(words) ?? { fields: {}, rest: words, problem: { kind: 'missing', what: 'user' } };
    case 'maybe_user':
      return takeUser(words) ?? { fields: {}, rest: words };
    case 'incident':
      return takeIncident(words);
    case 'task':
      return takeTask(words);
    case 'zone':
      return takeZone(words);
    case 'cron':
      return takeCron(words);
    case 'csv':
      return wordOf(words.at(-1)) === 'csv'
        ? { fields: { text: 'csv' }, rest: words.slice(0, -1) }
        : { fields: {}, rest: words };
    case 'service':
    case 'scope':
    case 'place':
    case 'said_scope':
    case 'note':
    case 'text':
    case 'maybe_text':
    case 'command':
      return undefined;
    default:
      return argument satisfies never;
  }
}

const METRICS = {
  cpu: 'cpu',
  memory: 'memory',
  mem: 'memory',
  latency: 'latency',
  requests: 'requests',
  request: 'requests',
  errors: 'errors',
  error: 'errors',
} as const;

/** The metrics that can be named, in the order of the usage line. */
export const METRIC_NAMES = ['cpu', 'memory', 'latency', 'requests', 'errors'] as const;

function takeMetric(words: readonly Token[]): Taken {
  const last = metricOf(words.at(-1));
  if (last) return { fields: { metric: last }, rest: words.slice(0, -1) };
  const first = metricOf(words[0]);
  if (first) return { fields: { metric: first }, rest: words.slice(1) };
  const said = wordOf(words.at(-1));
  if (words.length < 2 || nearestWord(said, METRIC_NAMES) === undefined) return { fields: {}, rest: words };
  return { fields: {}, rest: words.slice(0, -1), problem: { kind: 'bad', what: 'metric', said } };
}

function metricOf(token: Token | undefined): Intent['metric'] {
  const word = wordOf(token);
  return Object.hasOwn(METRICS, word) ? METRICS[word as keyof typeof METRICS] : undefined; // hasOwn has just said so
}

/** `4`, `suggested`, `+2`, `-2`; also `to 4`, `4 tasks`. */
function takeCount(words: readonly Token[]): Taken {
  const bare = /^tasks?$/.test(wordOf(words.at(-1))) ? words.slice(0, -1) : words;
  const said = wordOf(bare.at(-1));
  const rest = without('to', bare.slice(0, -1));
  if (said === 'suggested') return { fields: { count: 'suggested' }, rest };
  if (/^\d{1,9}$/.test(said)) return { fields: { count: Number(said) }, rest };
  if (/^[+-]\d{1,9}$/.test(said) && Number(said) !== 0) return { fields: { delta: Number(said) }, rest };
  const nearly = nearestWord(said, ['suggested']) !== undefined;
  if (nearly || /^[+-]?\d+(?:[.,]\d+)?(?:e\d+|%|x)?$/.test(said)) {
    return { fields: {}, rest, problem: { kind: 'bad', what: 'count', said } };
  }
  return { fields: {}, rest: words, problem: { kind: 'missing', what: 'count' } };
}

/** The longest length of time that the words end with: `2h`, `for 2 hours`, `1h 30m`. */
function takeDuration(words: readonly Token[]): Taken {
  const found = trailing(words, parseDuration);
  if (found) return { fields: { durationMs: found.value }, rest: without('for', words.slice(0, found.at)) };
  const said = wordOf(words.at(-1));
  if (/^\d/.test(said) && words.length > 1) {
    const rest = without('for', words.slice(0, -1));
    return { fields: {}, rest, problem: { kind: 'bad', what: 'duration', said } };
  }
  return { fields: {}, rest: words, problem: { kind: 'missing', what: 'duration' } };
}

function takeLookBack(words: readonly Token[], moment: Moment): Taken {
  // `deploy` needs its flag: as a bare word it is more likely a name.
  const found = trailing(words, (text) => (/deploy/i.test(text) ? undefined : parseLookBack(text, moment)));
  return found ? { fields: found.value, rest: words.slice(0, found.at) } : { fields: {}, rest: words };
}

function trailing<Value>(
  words: readonly Token[],
  read: (text: string) => Value | undefined,
): { readonly value: Value; readonly at: number } | undefined {
  for (let at = Math.max(0, words.length - 4); at < words.length; at += 1) {
    const tail = words.slice(at);
    if (tail.some((token) => token.quoted)) continue;
    const value = read(tail.map(wordOf).join(' '));
    if (value !== undefined) return { value, at };
  }
  return undefined;
}

/** `@olivia`, a mention, `slack:U012AB3CD`, `me`. */
function takeUser(words: readonly Token[]): Taken | undefined {
  const at = words.findIndex(
    (token) => token.mention || /^(?:slack|teams|cli):\S+$/i.test(token.value) || wordOf(token) === 'me',
  );
  const token = words[at];
  if (!token) return undefined;
  const before = without('to', words.slice(0, at));
  const user = token.mention ? token.value : token.value.replace(/[.,!?;]+$/, '');
  return { fields: { user }, rest: [...before, ...words.slice(at + 1)] };
}

/** `#12`, anywhere; a bare number only when it stands alone. */
function takeIncident(words: readonly Token[]): Taken {
  const at = words.findIndex((token) => /^#\d{1,9}$/.test(wordOf(token)));
  const lone = words.length === 1 && /^\d{1,9}$/.test(wordOf(words[0])) ? 0 : at;
  const said = words[lone];
  if (!said) return { fields: {}, rest: words };
  const rest = words.filter((token) => token !== said);
  const fields = { incident: Number(wordOf(said).replace('#', '')) };
  return rest.length === 0 ? { fields, rest } : { fields, rest, problem: { kind: 'sentence' } };
}

const TASK = /^(?:arn:aws[\w-]*:ecs:[^\s]+:task\/\S+|[0-9a-f]{6,}|(?=[\w-]*\d)[\w-]{8,})$/i;

/** A task's id (or enough of it), or its ARN; one word. */
function takeTask(words: readonly Token[]): Taken {
  const [first, ...rest] = words[0] && wordOf(words[0]) === 'task' ? words.slice(1) : words;
  if (!first) return { fields: {}, rest: words, problem: { kind: 'missing', what: 'task' } };
  const said = first.value.replace(/[.,!?;:]+$/, '');
  if (isPlainWord(said)) return { fields: {}, rest, problem: { kind: 'sentence' } };
  if (!TASK.test(said)) return { fields: {}, rest, problem: { kind: 'bad', what: 'task', said } };
  return { fields: { task: said }, rest };
}

/** The zone behind a schedule: `Europe/Amsterdam`, `in Europe/Amsterdam`, `UTC`. */
function takeZone(words: readonly Token[]): Taken {
  const said = words.at(-1)?.value.replace(/[.,!?;]+$/, '') ?? '';
  const zone = words.length > 1 ? knownZone(said) : undefined;
  const rest = without('in', words.slice(0, -1));
  if (zone !== undefined) return { fields: { zone }, rest };
  if (/^[a-z_]{3,}\/[a-z_/]{2,}$/i.test(said)) {
    return { fields: {}, rest, problem: { kind: 'bad', what: 'zone', said } };
  }
  return { fields: {}, rest: words };
}

/** Five fields, in quotes or not, or a nickname such as `@daily`. */
function takeCron(words: readonly Token[]): Taken {
  if (words.length === 0) return { fields: {}, rest: [], problem: { kind: 'missing', what: 'cron' } };
  const said = words.map((token) => (token.mention ? `@${token.value}` : token.value)).join(' ');
  const cron = parseCron(said);
  if (cron !== undefined) return { fields: { cron }, rest: [] };
  if (words.some((token) => isPlainWord(token.value))) {
    return { fields: {}, rest: words, problem: { kind: 'sentence' } };
  }
  return { fields: {}, rest: [], problem: { kind: 'bad', what: 'cron', said } };
}

function without(word: string, words: readonly Token[]): readonly Token[] {
  return wordOf(words.at(-1)) === word ? words.slice(0, -1) : words;
}

/** The word in lower case without the sentence's punctuation; empty for what is quoted, which is never a keyword. */
export function wordOf(token: Token | undefined): string {
  if (!token || token.quoted || token.mention) return '';
  return token.value.toLowerCase().replace(/(?<=[\p{L}\p{N}])[.,!?;:]+$/u, '');
}
