import { distance as levenshtein } from 'fastest-levenshtein';

/**
 * How many letters were mistyped between two words: insertions, deletions, replacements and swaps of neighbours,
 * each counting one and no part edited twice ("optimal string alignment"). A swap is the most frequent slip of a
 * thumb, so `chekcout` is one mistake away from `checkout`, not two.
 * @returns the distance, or `undefined` where it is over `atMost`.
 */
export function editDistance(a: string, b: string, atMost: number): number | undefined {
  if (Math.abs(a.length - b.length) > atMost) return undefined;
  // A swap is two plain edits: what is further than that cannot be near, and this test is the quicker one.
  const plain = levenshtein(a, b);
  if (plain <= 1 || plain > 2 * atMost) return plain <= atMost ? plain : undefined;
  const aligned = alignment(a, b);
  return aligned <= atMost ? aligned : undefined;
}

/** How many mistakes are forgiven in something that was typed: 1 up to seven letters, else 2. */
export function forgiven(letters: number): number {
  return letters <= 7 ? 1 : 2;
}

/** The word of a list that is nearest to what was typed and within what is forgiven. The first wins a tie. */
export function nearestWord<Word extends string>(said: string, words: readonly Word[]): Word | undefined {
  const typed = said.toLowerCase();
  let best: Word | undefined;
  let atMost = forgiven(typed.length);
  for (const word of words) {
    const distance = editDistance(typed, word.toLowerCase(), atMost);
    if (distance === undefined) continue;
    if (best === undefined || distance < atMost) best = word;
    atMost = distance;
  }
  return best;
}

function alignment(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(before, j - 2) + 1);
      }
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
