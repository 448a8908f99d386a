import { createHash } from 'node:crypto';

/** One page of a list and the token for the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * Cuts one page. The token is opaque and bound to its query: `scope` names the operation, account, region and
 * filters. Throws what `refuse` makes for a token of another query or of somebody's own making.
 */
export function pageOf<T>(
  items: readonly T[],
  query: {
    readonly token: string | undefined;
    readonly size: number;
    readonly scope: readonly unknown[];
    readonly id: (item: T) => string;
    readonly refuse: () => Error;
  },
): Page<T> {
  const scope = JSON.stringify(query.scope);
  const start =
    query.token === undefined ? 0 : startAfter(items, readToken(query.token, scope, query.refuse), query.id);
  const page = items.slice(start, start + query.size);
  const last = page.at(-1);
  const more = start + query.size < items.length && last !== undefined;
  return {
    items: page,
    next: more ? writeToken({ after: query.id(last), offset: start + query.size }, scope) : undefined,
  };
}

/** Where a page ended: after this item, or at this offset if the item is gone since. */
interface Position {
  readonly after: string;
  readonly offset: number;
}

/** Makes an opaque token of a position; also used where a page is not a slice of a list. */
export function writeToken(position: Position, scope: string): string {
  const payload = Buffer.from(JSON.stringify([position.after, position.offset])).toString('base64url');
  return `${payload}.${seal(payload, scope)}`;
}

/** Reads a token back; throws what `refuse` makes if it was not made by {@link writeToken} for this scope. */
export function readToken(token: string, scope: string, refuse: () => Error): Position {
  const [payload = '', given] = token.split('.');
  if (given !== seal(payload, scope)) throw refuse();
  const [after, offset] = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return { after, offset };
}

function startAfter<T>(items: readonly T[], position: Position, id: (item: T) => string): number {
  const found = items.findIndex((item) => id(item) === position.after);
  return found < 0 ? position.offset : found + 1;
}

function seal(payload: string, scope: string): string {
  return createHash('sha256').update(`${scope}\n${payload}`).digest('base64url').slice(0, 22);
}
