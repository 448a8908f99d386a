import { missingPart } from '../aws/errors.ts';
import type { IamAction } from '../aws/permissions.ts';
import { NotFound } from '../domain/errors.ts';
import type { MissingPart } from '../domain/fleet.ts';

/** One call without an answer is bad luck; this many (each tried three times) mean that the others fare no better. */
const UNANSWERED_IS_DOWN = 3;

/**
 * The failures of one collection. A failing call becomes a {@link MissingPart} here and leaves the rest alone;
 * what vanished while it was being read is no failure.
 */
export class Failures {
  readonly #parts = new Map<string, { readonly part: MissingPart; readonly where: Set<string> }>();
  readonly #unanswered = new Map<string, number>();
  readonly #account: string;
  readonly #region: string;

  constructor(account: string, region: string) {
    this.#account = account;
    this.#region = region;
  }

  /**
   * Runs a call. `where` names the cluster when the call is about one; parts that fail alike in several clusters
   * become one.
   * @returns the answer, or `undefined` when it failed (recorded) or its object is gone.
   */
  async attempt<T>(action: IamAction, call: () => Promise<T>, where?: string): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof NotFound)) this.record(error, action, where);
      return undefined;
    }
  }

  record(error: unknown, action: IamAction, where?: string): void {
    this.#add(missingPart(error, { account: this.#account, region: this.#region, action }), where);
  }

  /** Records that an answer came without some of what was asked for. */
  incomplete(action: IamAction, why: string): void {
    this.#add({ account: this.#account, region: this.#region, action, why, kind: 'other' });
  }

  /** Takes over what other reads of the same region recorded. */
  merge(other: Failures): void {
    for (const { part, where } of other.#parts.values()) {
      if (where.size === 0) this.#add(part);
      for (const place of where) this.#add(part, place);
    }
  }

  #add(part: MissingPart, where?: string): void {
    const key = JSON.stringify([part.action, part.kind, part.why]);
    const known = this.#parts.get(key) ?? { part, where: new Set<string>() };
    if (where !== undefined) known.where.add(where);
    this.#parts.set(key, known);
    if (part.kind === 'unreachable') {
      this.#unanswered.set(part.action, (this.#unanswered.get(part.action) ?? 0) + 1);
    }
  }

  /** Whether further calls of this action are wasted: it was refused, or several got no answer. */
  hopeless(action: IamAction): boolean {
    if ((this.#unanswered.get(action) ?? 0) >= UNANSWERED_IS_DOWN) return true;
    return [...this.#parts.values()].some(
      ({ part }) => part.action === action && (part.kind === 'denied' || part.kind === 'credentials'),
    );
  }

  /** Sorted, so that the same failures give the same list. */
  list(): readonly MissingPart[] {
    return [...this.#parts.values()]
      .map(({ part, where }) => (where.size === 0 ? part : { ...part, why: withPlaces(part.why, where) }))
      .sort((a, b) => compare(a.action, b.action) || compare(a.why, b.why));
  }
}

function withPlaces(why: string, where: ReadonlySet<string>): string {
  const names = [...where].sort();
  const shown = names.slice(0, 3).join(', ');
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${why.replace(/\.$/, '')} (cluster ${shown}${rest}).`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
