import type { MissingPart, ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { makeNameIndex, type NameIndex } from '../intent/names.ts';
import { parse } from '../intent/parse.ts';
import type { ParseResult } from '../intent/parse-result.ts';

/** Every name that is watched, and which parts of the fleet could not be listed. */
export interface Names {
  readonly refs: readonly ServiceRef[];
  readonly missing: readonly MissingPart[];
}

export interface Said {
  /** One sentence, or words that a shell has separated. */
  readonly words: string | readonly string[];
  /** What the thread is about; absent outside of threads. */
  readonly thread?: Partial<ServiceRef>;
  readonly zone?: string;
}

export interface Understood {
  readonly result: ParseResult;
  /** Present where names mattered. */
  readonly names?: Names;
}

export interface UnderstandDeps {
  readonly names: () => Promise<Names>;
  readonly accounts: readonly string[];
  readonly now: () => number;
}

/**
 * Words → Intent. The names of the fleet are fetched only when the words need them: `help` answers while an account
 * is slow.
 */
export function makeUnderstand(deps: UnderstandDeps): (said: Said) => Promise<Understood> {
  let index: { readonly refs: readonly ServiceRef[]; readonly made: NameIndex } | undefined;
  const indexOf = (refs: readonly ServiceRef[]): NameIndex => {
    if (index?.refs !== refs) index = { refs, made: makeNameIndex(refs, deps.accounts) };
    return index.made;
  };
  return async ({ words, thread, zone }) => {
    const context = {
      accounts: deps.accounts,
      nowMs: deps.now(),
      ...(thread === undefined ? {} : { thread }),
      ...(zone === undefined ? {} : { zone }),
    };
    const without = parse(words, { ...context, inventory: [] });
    if (without.intent !== undefined && isNameless(without.intent)) return { result: without };
    const names = await deps.names();
    return { result: parse(words, { ...context, inventory: names.refs, index: indexOf(names.refs) }), names };
  };
}

/** Understood in full without knowing any name. */
function isNameless(intent: Intent): boolean {
  // What is said of a numbered incident needs no fleet, which may not answer just then.
  if (intent.incident !== undefined) return true;
  return (
    intent.command !== 'ask' &&
    intent.unknown === undefined &&
    intent.service === undefined &&
    intent.text === undefined
  );
}
