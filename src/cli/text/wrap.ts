/**
 * Breaks a line between words so that no line is wider than `width`, except for a single word that is. Lines after
 * the first begin with `indent`; the first keeps its own leading spaces and the gaps inside it.
 */
export function wrap(line: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const [gap, word] of pieces(line)) {
    const longer = current + gap + word;
    if (current.trim() !== '' && longer.length > width) {
      lines.push(current);
      current = indent + word;
    } else current = longer;
  }
  return current.trim() === '' ? lines : [...lines, current.trimEnd()];
}

/** Each word with the spaces before it. */
function pieces(line: string): [gap: string, word: string][] {
  return [...line.matchAll(/( *)([^ ]+)/g)].map((match) => [match[1] ?? '', match[2] ?? '']);
}
