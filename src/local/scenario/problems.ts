import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';

export type Path = readonly PropertyKey[];

/** One thing that is wrong with a file. `expected` completes "expected …", `found` completes "found …". */
export interface Problem {
  readonly path: Path;
  readonly expected: string;
  readonly found: string;
  /** A known word that is near to what was found. */
  readonly suggestion?: string | undefined;
}

/** What zod found, one problem for each key. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], file: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, file));
}

function problemsOfIssue(issue: z.core.$ZodIssue, file: unknown): Problem[] {
  const found = describe(valueAt(file, issue.path));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message.replace(/^one of the keys /, '').split(', ');
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        expected: issue.message,
        found: `the unknown key ${JSON.stringify(key)}`,
        suggestion: nearest(key, known),
      }));
    }
    case 'invalid_value': {
      const words = issue.values.map(String);
      const value = valueAt(file, issue.path);
      const suggestion = typeof value === 'string' ? nearest(value, words) : undefined;
      return [{ path: issue.path, expected: `one of ${words.join(', ')}`, found, suggestion }];
    }
    case 'invalid_key': {
      const expected = issue.issues[0]?.message ?? issue.message;
      return [{ path: issue.path, expected, found: `the name ${JSON.stringify(issue.path.at(-1))}` }];
    }
    case 'invalid_type':
      return [{ path: issue.path, expected: expectedType(issue), found }];
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
      return [{ path: issue.path, expected: issue.message, found }];
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list [time, value]',
  object: 'an object',
  record: 'an object',
};

function expectedType(issue: z.core.$ZodIssueInvalidType): string {
  const own = !issue.message.startsWith('Invalid input');
  return own ? issue.message : (TYPE_WORDS[issue.expected] ?? issue.expected);
}

/** The known word that somebody may have meant: at most two letters away, a third of a short word. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const sameLetters = known.find((name) => name.toLowerCase() === lower);
  if (sameLetters !== undefined) return sameLetters;
  const best = closest(word, [...known]);
  const allowed = Math.max(1, Math.min(3, Math.floor(best.length / 3)));
  return distance(word, best) <= allowed ? best : undefined;
}

/** `accounts[0].regions.us-east-1.clusters`: how a path stands in a message. */
export function formatPath(path: Path): string {
  if (path.length === 0) return '(the whole file)';
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** The value below a path, as the file holds it. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.hasOwn(here, key) ? Reflect.get(here, key) : undefined;
  }
  return here;
}

/** A value of the file as it stands in "found …". */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const written = JSON.stringify(value) ?? typeof value;
  return written.length > 80 ? `${written.slice(0, 77)}…` : written;
}
