/** Prints rows under their headings, the first column to the left and numbers to the right. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  const ruler = widths.map((width) => '-'.repeat(width)).join('  ');
  process.stdout.write(`${[line(headings), ruler, ...rows.map(line)].join('\n')}\n\n`);
}
