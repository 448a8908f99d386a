import type { Page } from '../aws/api.ts';

/** No listing of one region is longer; a server that hands out tokens for ever must not hold a collection. */
const MAX_PAGES = 1000;

/** All pages of a listing, in order. A token that repeats ends it. */
export async function allPages<T>(
  read: (next: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await read(next);
    items.push(...answer.items);
    next = answer.next;
    if (!next || seen.has(next)) break;
    seen.add(next);
  }
  return items;
}

/** Cuts a list into pieces of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}

/** Runs `work` for every item, at most `limit` at a time. The limiter in `aws` paces them; this bounds the queue. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let at = 0;
  const worker = async () => {
    while (at < items.length) {
      const item = items[at];
      at += 1;
      // The bounds were checked; `undefined` can only be an item of its own.
      await work(item as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
