import type { Scope, ServiceRef } from '../domain/fleet.ts';
import { inScope } from '../domain/fleet.ts';
import type { UnknownName } from '../domain/intent.ts';
import type { Lookup, NameEntry, NameIndex, NameKind, NameMatch } from './names.ts';
import { findName, nearNames, REGION_FORM } from './names.ts';
import { readPath } from './paths.ts';
import { isPlainWord } from './plain-words.ts';
import type { Token } from './tokens.ts';

/** What a command is about, as far as it was said. */
export type Target =
  /** Full names of what was said or given by the thread; empty if nothing was. */
  | { readonly kind: 'found'; readonly scope: Scope }
  /** Several services; `scope` holds what was said besides the name. */
  | { readonly kind: 'ambiguous'; readonly scope: Scope; readonly services: readonly ServiceRef[] }
  | { readonly kind: 'unknown'; readonly scope: Scope; readonly unknown: UnknownName }
  /** Several names, each known, where one is meant. */
  | { readonly kind: 'several'; readonly names: readonly string[] }
  /** These words are no name: somebody talks. */
  | { readonly kind: 'sentence' };

export interface TargetRequest {
  /** The words in the place of the name. */
  readonly phrase: readonly Token[];
  /** What was said with flags, already full names. */
  readonly flags: Scope;
  /** Whether a cluster, account or region will do, or only a service. */
  readonly takes: 'service' | 'scope';
  readonly thread: Scope;
  readonly index: NameIndex;
}

const SERVICE: readonly NameKind[] = ['service'];
const PLACES: readonly NameKind[] = ['cluster', 'account', 'region'];
const ANY: readonly NameKind[] = [...SERVICE, ...PLACES];

/**
 * Understands the words in the place of a name: a name in one or several words, a path (`account/cluster/service`),
 * `NAME in PLACE`, `cluster NAME`, `NAME PLACE`. The readings are tried in this order.
 */
export function findTarget(request: TargetRequest): Target {
  const phrase = request.phrase.filter((token) => token.value !== '');
  return (
    readWhole(request, phrase) ??
    readIn(request, phrase) ??
    readKindWord(request, phrase) ??
    readBeside(request, phrase) ??
    notFound(request, phrase)
  );
}

/** Flags and thread alone, where no name was said. */
export function targetWithoutName(request: TargetRequest): Target {
  const { flags, thread, takes, index } = request;
  const placeSaid = Object.keys(flags).length > 0;
  if (takes === 'scope' && placeSaid) return { kind: 'found', scope: flags };
  if (!placeSaid && thread.service === undefined) return { kind: 'found', scope: thread };
  if (thread.service === undefined) return { kind: 'found', scope: flags };
  if (!placeSaid) return threadService(thread, index);
  const match = findName(index, thread.service, { kinds: SERVICE, within: flags, until: 'exact' });
  if (match) return chosen(request, match, flags);
  return unknownName(request, 'service', thread.service, flags);
}

/** Turns what a flag said into a full name of the inventory. */
export function findPlace(
  index: NameIndex,
  kind: 'cluster' | 'account' | 'region',
  said: string,
): { readonly name: string } | { readonly unknown: UnknownName } {
  const match = findName(index, said, { kinds: [kind] });
  const [only, ...others] = match?.entries ?? [];
  if (only && others.length === 0) return { name: only.name };
  const suggestions = match
    ? match.entries.map((entry) => entry.name)
    : nearNames(index, said, { kinds: [kind] });
  return { unknown: { [kind]: said, suggestions } };
}

function threadService(thread: Scope, index: NameIndex): Target {
  const entry = index.byKind.service.find((one) => one.name === thread.service);
  const there = entry?.refs.filter((ref) => inScope(ref, thread)) ?? [];
  if (there.length <= 1) return { kind: 'found', scope: thread };
  const { service: _, ...scope } = thread;
  return { kind: 'ambiguous', scope, services: there };
}

/** The whole phrase as one name or one path. */
function readWhole(request: TargetRequest, phrase: readonly Token[]): Target | undefined {
  const said = spoken(phrase);
  const path = readPath(request.index, said, request.flags, request.takes);
  if (path) return pickService(request, path.refs, path.scope);
  // A name of several words that is also a sentence must be that name exactly.
  const until = hasPlainWord(phrase) ? 'singular' : 'typo';
  const kinds = request.takes === 'service' ? SERVICE : ANY;
  const match = findName(request.index, said, { kinds, within: request.flags, until });
  return match && chosen(request, match, request.flags);
}

/** `checkout in prod`, `in eu-west-1`. */
function readIn(request: TargetRequest, phrase: readonly Token[]): Target | undefined {
  const at = phrase.findLastIndex((token) => !token.quoted && token.value.toLowerCase() === 'in');
  if (at < 0) return undefined;
  const place = phrase.slice(at + 1);
  const name = phrase.slice(0, at);
  if (place.length === 0 || hasPlainWord(place)) return { kind: 'sentence' };
  return inPlace(request, name, place);
}

function inPlace(request: TargetRequest, name: readonly Token[], place: readonly Token[]): Target {
  const scopes = placesOf(request, place);
  if (scopes.length === 0) {
    if (name.length > 0 && findTarget({ ...request, phrase: name }).kind === 'sentence') {
      return { kind: 'sentence' };
    }
    const service = name.length === 0 ? readWhole(request, place) : undefined;
    return service ?? unknownPlace(request, place);
  }
  const targets = scopes.map((scope) => insideOf(request, name, scope));
  const found = targets.find((target) => target.kind === 'found') ?? targets[0];
  return found ?? { kind: 'sentence' };
}

function insideOf(request: TargetRequest, name: readonly Token[], scope: Scope): Target {
  const inner = { ...request, phrase: name, flags: { ...request.flags, ...scope } };
  return name.length === 0 ? targetWithoutName(inner) : findTarget(inner);
}

/** What a place may be, best first: cluster, account, region; or several of them, one a word. */
function placesOf(request: TargetRequest, place: readonly Token[]): readonly Scope[] {
  const { index, flags } = request;
  const path = readPath(index, spoken(place), flags, 'scope');
  if (path && path.scope.service === undefined) return [path.scope];
  const whole = findName(index, spoken(place), { kinds: PLACES, within: flags });
  if (whole) {
    const others = PLACES.map((kind) =>
      findName(index, spoken(place), { kinds: [kind], within: flags, until: 'starts' }),
    );
    return [whole, ...others].flatMap((match) => onlyName(match));
  }
  if (place.length === 1) return [];
  const each = place.map((token) => onlyName(findName(index, token.value, { kinds: PLACES }))[0]);
  if (each.some((scope) => scope === undefined)) return [];
  return [Object.assign({}, ...each) as Scope]; // each is a Scope: undefined was ruled out above
}

/** `cluster prod`, `checkout service`: the word for a kind beside a name. */
function readKindWord(request: TargetRequest, phrase: readonly Token[]): Target | undefined {
  if (phrase.length < 2) return undefined;
  for (const [word, rest] of [
    [phrase[0], phrase.slice(1)],
    [phrase.at(-1), phrase.slice(0, -1)],
  ] as const) {
    const kind = ANY.find((one) => !word?.quoted && word?.value.toLowerCase() === one);
    if (!kind || hasPlainWord(rest) || (request.takes === 'service' && kind !== 'service')) continue;
    const match = findName(request.index, spoken(rest), { kinds: [kind], within: request.flags });
    if (match) return chosen(request, match, request.flags);
  }
  return undefined;
}

/** `checkout staging`, `staging checkout`: a name and a place without a word between them; the place exactly. */
function readBeside(request: TargetRequest, phrase: readonly Token[]): Target | undefined {
  if (phrase.length < 2 || hasPlainWord(phrase)) return undefined;
  for (const [place, name] of [
    [phrase.slice(-1), phrase.slice(0, -1)],
    [phrase.slice(0, 1), phrase.slice(1)],
  ] as const) {
    const match = findName(request.index, spoken(place), {
      kinds: PLACES,
      within: request.flags,
      until: 'singular',
    });
    for (const scope of onlyName(match)) {
      const inside = { ...request, flags: { ...request.flags, ...scope } };
      const target = readWhole({ ...inside, takes: 'service' }, name);
      if (target) return target;
    }
  }
  return undefined;
}

function notFound(request: TargetRequest, phrase: readonly Token[]): Target {
  if (hasPlainWord(phrase)) return { kind: 'sentence' };
  const kinds = request.takes === 'service' ? SERVICE : ANY;
  const each = phrase.map((token) =>
    findName(request.index, token.value, { kinds, within: request.flags, until: 'singular' }),
  );
  if (phrase.length > 1 && each.every((match) => match !== undefined)) {
    return { kind: 'several', names: each.flatMap((match) => match?.entries[0]?.name ?? []) };
  }
  const target = unknownName(request, 'service', spoken(phrase), request.flags);
  // Several words that resemble nothing are more likely a sentence than a name.
  const resembles = target.kind === 'unknown' && target.unknown.suggestions.length > 0;
  return phrase.length === 1 || (resembles && phrase.length <= 4) ? target : { kind: 'sentence' };
}

/** Several clusters or accounts cannot be chosen between by a service: they are offered as suggestions. */
function chosen(request: TargetRequest, match: NameMatch, said: Scope): Target {
  if (match.kind === 'service') return pickService(request, refsOf(match.entries, said), said);
  const [only, ...others] = match.entries;
  if (only && others.length === 0) return { kind: 'found', scope: { ...said, [match.kind]: only.name } };
  const suggestions = match.entries.map((entry) => entry.name);
  return {
    kind: 'unknown',
    scope: said,
    unknown: { [match.kind]: spoken(request.phrase), suggestions },
  };
}

/** One service, or the thread's among several, or the choice. */
function pickService(request: TargetRequest, refs: readonly ServiceRef[], said: Scope): Target {
  const [first, ...others] = refs;
  if (!first) return { kind: 'found', scope: said };
  if (others.length === 0) return { kind: 'found', scope: { service: first.service, ...said } };
  const { service, ...place } = request.thread;
  for (const thread of service === undefined ? [place] : [request.thread, place]) {
    const near = Object.keys(thread).length === 0 ? [] : refs.filter((ref) => inScope(ref, thread));
    const [own, ...more] = near;
    if (own && more.length === 0) {
      return { kind: 'found', scope: { service: own.service, ...place, ...said } };
    }
  }
  return { kind: 'ambiguous', scope: said, services: refs };
}

function unknownPlace(request: TargetRequest, place: readonly Token[]): Target {
  const said = spoken(place);
  const several = findName(request.index, said, { kinds: PLACES });
  if (several && several.entries.length > 1) return chosen({ ...request, phrase: place }, several, {});
  return unknownName({ ...request, takes: 'scope' }, 'cluster', said, request.flags);
}

/** Nothing has this name: what is near here, else where else the name exists. */
function unknownName(
  request: TargetRequest,
  kind: 'service' | 'cluster',
  said: string,
  scope: Scope,
): Target {
  const { index } = request;
  const last = said.split('/').at(-1) ?? said;
  const lookup: Lookup = {
    kinds: kind === 'cluster' ? PLACES : request.takes === 'service' ? SERVICE : ANY,
  };
  const here = nearNames(index, last, { ...lookup, within: scope });
  const there = kind === 'cluster' ? undefined : findName(index, last, { kinds: SERVICE });
  const paths = (there?.entries ?? [])
    .flatMap((entry) => entry.refs)
    .map((ref) => `${ref.cluster}/${ref.service}`);
  // The very name in another place is likelier meant than a similar one here.
  const sameName = there !== undefined && ['exact', 'same', 'singular'].includes(there.tier);
  const ordered = sameName ? [...paths, ...here] : [...here, ...(here.length === 0 ? paths : [])];
  const suggestions = [...new Set(ordered)].slice(0, 5);
  const key = REGION_FORM.test(said) ? 'region' : kind;
  return { kind: 'unknown', scope, unknown: { [key]: said, suggestions } };
}

function onlyName(match: NameMatch | undefined): readonly Scope[] {
  const [only, ...others] = match?.entries ?? [];
  return only && others.length === 0 ? [{ [only.kind]: only.name }] : [];
}

function refsOf(entries: readonly NameEntry[], within: Scope): readonly ServiceRef[] {
  return entries.flatMap((entry) => entry.refs).filter((ref) => inScope(ref, within));
}

function spoken(phrase: readonly Token[]): string {
  return phrase.map((token) => token.value).join(' ');
}

function hasPlainWord(phrase: readonly Token[]): boolean {
  return phrase.some((token) => !token.quoted && isPlainWord(token.value));
}
