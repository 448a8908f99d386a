import type { Scope, ServiceRef } from '../domain/fleet.ts';
import { inScope } from '../domain/fleet.ts';
import { editDistance, forgiven } from './edit-distance.ts';

export type NameKind = 'service' | 'cluster' | 'account' | 'region';

/** One name of the inventory and where it occurs. */
export interface NameEntry {
  readonly kind: NameKind;
  /** As AWS or the configuration writes it. */
  readonly name: string;
  readonly shape: Shape;
  /** The services that have this name or lie within it. Empty for an account without services. */
  readonly refs: readonly ServiceRef[];
}

/** What is compared instead of the name itself: no case, no separators, with and without plural. */
interface Shape {
  readonly words: readonly string[];
  readonly singularWords: readonly string[];
  /** From each word on to the end: `checkoutapi`, `api`. */
  readonly tails: readonly string[];
  readonly singularTails: readonly string[];
  /** The words in one: `checkoutapi`. */
  readonly plain: string;
  readonly singular: string;
  /** Its digits in order. A typo never changes one: `worker-1` is not a misspelt `worker-2`. */
  readonly digits: string;
}

/** Every name of an inventory, ready to be looked up. Built once per inventory; 5,000 services take some ms. */
export interface NameIndex {
  readonly byKind: Readonly<Record<NameKind, readonly NameEntry[]>>;
}

/** How well a name fits, best first. `exact` is the name itself; `same` differs in case, separators, plural. */
export const TIERS = ['exact', 'same', 'singular', 'starts', 'contains', 'typo'] as const;
export type Tier = (typeof TIERS)[number];

export interface Lookup {
  readonly kinds: readonly NameKind[];
  /** Only what lies here is looked at. */
  readonly within?: Scope;
  /** The last tier that is still accepted. */
  readonly until?: Tier;
}

export interface NameMatch {
  readonly tier: Tier;
  readonly kind: NameKind;
  /** Never empty. Several where the name is part of several. */
  readonly entries: readonly NameEntry[];
}

/**
 * Prepares an inventory for look-ups.
 * @param accounts names of accounts that are watched, which may have no service.
 */
export function makeNameIndex(refs: readonly ServiceRef[], accounts: readonly string[] = []): NameIndex {
  return {
    byKind: {
      service: entriesOf('service', refs, []),
      cluster: entriesOf('cluster', refs, []),
      account: entriesOf('account', refs, accounts),
      region: entriesOf('region', refs, []),
    },
  };
}

/**
 * Finds what a person means by a name. The better tier wins over the kind, within a tier the first kind that has
 * it: an exact cluster wins over part of a service's name. A typo counts only if it fits one name.
 */
export function findName(index: NameIndex, said: string, lookup: Lookup): NameMatch | undefined {
  const shape = shapeOf(said);
  if (shape.plain === '') return undefined;
  const last = TIERS.indexOf(lookup.until ?? 'typo');
  for (const tier of TIERS.slice(0, last + 1)) {
    const matches = lookup.kinds.flatMap((kind): NameMatch[] => {
      const entries = index.byKind[kind].filter(
        (entry) => fits(tier, said, shape, entry) && isWithin(entry, lookup.within),
      );
      return entries.length === 0 ? [] : [{ tier, kind, entries }];
    });
    const match = bestKind(matches);
    if (match) return tier === 'typo' && match.entries.length > 1 ? undefined : match;
  }
  return undefined;
}

/** A name that is part of several clusters but of one account means the account; services come before either. */
function bestKind(matches: readonly NameMatch[]): NameMatch | undefined {
  const [first] = matches;
  if (!first || first.kind === 'service') return first;
  return matches.find((match) => match.entries.length === 1) ?? first;
}

/**
 * Full names near to what was said, best first: misspelt, cut off, or part of a longer name.
 * @param atMost how many.
 */
export function nearNames(index: NameIndex, said: string, lookup: Lookup, atMost = 5): readonly string[] {
  const shape = shapeOf(said);
  if (shape.plain === '') return [];
  const near = new Map<string, number>();
  const compared = new Map<string, number>();
  for (const entry of lookup.kinds.flatMap((kind) => index.byKind[kind])) {
    const score = strangeness(shape, entry.shape, compared);
    if (score === undefined || !isWithin(entry, lookup.within)) continue;
    near.set(entry.name, Math.min(score, near.get(entry.name) ?? score));
  }
  const sorted = [...near].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.slice(0, atMost).map(([name]) => name);
}

function entriesOf(kind: NameKind, refs: readonly ServiceRef[], more: readonly string[]): NameEntry[] {
  const byName = new Map<string, ServiceRef[]>(more.map((name) => [name, []]));
  for (const ref of refs) {
    const same = byName.get(ref[kind]);
    if (same) same.push(ref);
    else byName.set(ref[kind], [ref]);
  }
  return [...byName].map(([name, its]) => ({ kind, name, shape: shapeOf(name), refs: its }));
}

function fits(tier: Tier, said: string, shape: Shape, entry: NameEntry): boolean {
  const other = entry.shape;
  switch (tier) {
    case 'exact':
      return entry.name === said;
    case 'same':
      return other.plain === shape.plain;
    case 'singular':
      return (
        other.singular === shape.singular || other.plain === shape.singular || other.singular === shape.plain
      );
    case 'starts':
      return (
        startsWords(shape.words, other.words, other.tails) ||
        startsWords(shape.singularWords, other.singularWords, other.singularTails)
      );
    case 'contains':
      return shape.plain.length >= 3 && other.plain.includes(shape.plain);
    case 'typo':
      return isTypo(shape, entry);
    default:
      return tier satisfies never;
  }
}

/**
 * `check api` and `checkapi`, `api` fit `checkout-api` and `check-api`: what was said begins at a word's beginning
 * and runs on, or each of its words begins a word of the name, in order.
 */
function startsWords(said: readonly string[], name: readonly string[], tails: readonly string[]): boolean {
  const joined = said.join('');
  if (joined.length < 2) return false;
  if (tails.some((tail) => tail.startsWith(joined))) return true;
  if (said.length === 1) return false;
  let next = 0;
  for (const word of name) {
    const wanted = said[next];
    if (wanted !== undefined && word.startsWith(wanted)) next += 1;
  }
  return next === said.length;
}

/** How AWS writes regions: `eu-west-1`, `us-gov-east-1`. */
export const REGION_FORM = /^[a-z]{2}(-[a-z]+)+-\d$/;

function isTypo(shape: Shape, entry: NameEntry): boolean {
  if (shape.plain.length < 3 || shape.digits !== entry.shape.digits) return false;
  // `search x` is not a misspelt `search`: a whole word more is no slip.
  if (shape.words.length > entry.shape.words.length) return false;
  // Another region of AWS is meant, not a misspelt one of ours: eu-north-1 is two letters from eu-south-1.
  if (entry.kind === 'region' && REGION_FORM.test(shape.words.join('-'))) return false;
  return editDistance(shape.plain, entry.shape.plain, forgiven(shape.plain.length)) !== undefined;
}

/**
 * How far what was said is from a name, half a point more when it is only near to a part of it; `undefined` if
 * that is over what still looks alike.
 */
function strangeness(said: Shape, name: Shape, known: Map<string, number>): number | undefined {
  const length = said.plain.length;
  const limit = length <= 3 ? 1 : Math.max(2, Math.ceil(length / 3));
  // Names of one fleet begin alike: a part that was compared before is not compared again.
  const to = (part: string) => {
    const distance = known.get(part) ?? editDistance(said.plain, part, limit) ?? Number.POSITIVE_INFINITY;
    known.set(part, distance);
    return distance;
  };
  const parts = name.tails.flatMap((tail) => [tail.slice(0, length), tail.slice(0, length + 1)]);
  const best = Math.min(
    to(name.plain),
    ...parts.map((part) => (part === name.plain ? to(part) : to(part) + 0.5)),
  );
  return best < length && best <= limit + 0.5 ? best : undefined;
}

function isWithin(entry: NameEntry, within: Scope | undefined): boolean {
  if (within === undefined || Object.keys(within).length === 0) return true;
  return entry.refs.some((ref) => inScope(ref, within));
}

function shapeOf(name: string): Shape {
  const spaced = name
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase();
  const words = spaced.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const singularWords = words.map(singular);
  const plain = words.join('');
  return {
    words,
    singularWords,
    tails: tailsOf(words),
    singularTails: tailsOf(singularWords),
    plain,
    singular: singularWords.join(''),
    digits: plain.replace(/\P{N}+/gu, ''),
  };
}

function tailsOf(words: readonly string[]): readonly string[] {
  return words.map((_, from) => words.slice(from).join(''));
}

function singular(word: string): string {
  if (word.length < 4 || word.endsWith('ss')) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
