import { plural } from './quantity.ts';

/** What a piece of a message holds, in words that a remainder line can count: `item`, `row`, `line`, `paragraph`. */
export interface Holds {
  readonly noun: string;
  readonly count: number;
}

/** One drawn piece of a message with its price. */
export interface Part<T> {
  readonly drawn: T;
  /** In the platform's own measure: characters on Slack, bytes on Teams. */
  readonly cost: number;
  readonly holds: Holds;
  /** Title and buttons: these are kept before anything else. */
  readonly essential?: boolean;
}

export interface Budget {
  readonly parts: number;
  readonly cost: number;
}

/**
 * Fits parts into one message. All of them when they fit; else the essential ones and, in order, as many of the
 * others as there is room for, with a last part that says what was left out. Nothing disappears silently.
 */
export function fitParts<T>(
  parts: readonly Part<T>[],
  budget: Budget,
  remainder: (sentence: string) => Part<T>,
): readonly Part<T>[] {
  if (parts.length <= budget.parts && costOf(parts) <= budget.cost) return parts;
  const reserve = remainder(leftOut(parts.map((part) => part.holds)));
  const kept = new Set<Part<T>>();
  let left = budget.cost - reserve.cost;
  const keep = (part: Part<T>): boolean => {
    if (kept.size + 2 > budget.parts || part.cost > left) return false;
    left -= part.cost;
    kept.add(part);
    return true;
  };
  for (const part of parts) if (part.essential) keep(part);
  for (const part of parts) if (!part.essential && !keep(part)) break;
  const dropped = parts.filter((part) => !kept.has(part));
  return [...parts.filter((part) => kept.has(part)), remainder(leftOut(dropped.map((part) => part.holds)))];
}

function costOf<T>(parts: readonly Part<T>[]): number {
  return parts.reduce((sum, part) => sum + part.cost, 0);
}

function leftOut(all: readonly Holds[]): string {
  const counts = new Map<string, number>();
  for (const { noun, count } of all) if (count > 0) counts.set(noun, (counts.get(noun) ?? 0) + count);
  const parts = [...counts].map(([noun, count]) => plural(count, noun));
  return `Not shown, too long for one message: ${parts.join(', ') || 'spacing only'}.`;
}
