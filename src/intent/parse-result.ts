import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import type { Correction } from './corrections.ts';
import type { NameIndex } from './names.ts';

/** What a sentence is understood against. */
export interface ParseContext {
  /** Every service that is watched. */
  readonly inventory: readonly ServiceRef[];
  /** The inventory made ready (`makeNameIndex`); saves building it for each sentence. Must be of this inventory. */
  readonly index?: NameIndex;
  /** Names of accounts that are watched, also those without services. */
  readonly accounts?: readonly string[];
  /** What the thread is about in which it was said; `{}` in a thread about nothing we know. */
  readonly thread?: Partial<ServiceRef>;
  readonly nowMs: number;
  /** The person's IANA time zone; UTC if it is not known. */
  readonly zone?: string;
}

/** What was understood, or how to say it so that it is. */
export type ParseResult =
  | { readonly intent: Intent; readonly correction?: never }
  | { readonly correction: Correction; readonly intent?: never };

/** {@link ParseContext} with the inventory made ready. */
export type ReadyContext = ParseContext & { readonly index: NameIndex };

/** The outcome of reading words as one certain command. `ask`: they are not that command. */
export type Reading =
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'correction'; readonly correction: Correction }
  | { readonly kind: 'ask' };
