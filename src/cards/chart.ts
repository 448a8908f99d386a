import type { ChartBlock } from './card.ts';
import { cleanLine } from './literal.ts';

/** What of a chart a platform can draw: every series with one finite value for each category. */
export interface DrawnChart {
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

export interface ChartLimits {
  readonly series: number;
  readonly points: number;
  readonly labelChars: number;
  /** So many letters of all labels together stand side by side; with more, points are left out. */
  readonly rowChars?: number;
}

/**
 * The newest points and first series of a chart within the limits of a platform; undefined where it cannot be drawn
 * truthfully (no points, a gap, series that do not match), so that its summary stands alone.
 */
export function drawnChart({ series, title }: ChartBlock, limits: ChartLimits): DrawnChart | undefined {
  const [first] = series;
  if (first === undefined || first.points.length < 2) return undefined;
  const labels = first.points.map(({ label }) => label);
  const fits = series.every(
    ({ points }) =>
      points.length === labels.length &&
      points.every(({ label, value }, index) => label === labels[index] && Number.isFinite(value)),
  );
  if (!fits) return undefined;
  const categories = labels
    .slice(-limits.points)
    .map((label) => cleanLine(label).trim().slice(0, limits.labelChars).trim());
  if (categories.includes('') || new Set(categories).size < categories.length) return undefined;
  const newest = first.points.slice(-limits.points).map(({ value }) => value);
  const kept = telling(newest, mostLabels(categories, limits.rowChars));
  const only = <T>(all: readonly T[]) => all.filter((_, index) => kept.has(index));
  return {
    categories: only(categories),
    series: series.slice(0, limits.series).map(({ name, points }) => ({
      name: cleanLine(name).trim() || cleanLine(title).trim(),
      values: only(points.slice(-limits.points).map(({ value }) => value)),
    })),
  };
}

function mostLabels(categories: readonly string[], rowChars = Number.POSITIVE_INFINITY): number {
  return Math.max(FEWEST_POINTS, Math.floor(rowChars / Math.max(...categories.map(({ length }) => length))));
}

/** A tenth of the range: less cannot be seen. */
const CLEARLY = 0.1;
/** Fewer would hide how it went. */
const FEWEST_POINTS = 5;

/**
 * Which of many points are drawn: the first, the last, and from stretches of the same length between them the middle,
 * or the one that is clearly further from the one drawn before, so that no peak is lost.
 */
function telling(values: readonly number[], most: number): ReadonlySet<number> {
  const end = values.length - 1;
  if (values.length <= most) return new Set(values.keys());
  const kept = [0];
  const clearly = (Math.max(...values) - Math.min(...values)) * CLEARLY;
  for (let part = 0; part < most - 2; part++) {
    const from = 1 + Math.floor((part * (end - 1)) / (most - 2));
    const to = 1 + Math.floor(((part + 1) * (end - 1)) / (most - 2));
    const before = values[kept.at(-1) ?? 0] ?? 0;
    const stretch = Array.from({ length: to - from }, (_, index) => from + index);
    const far = (index: number) => Math.abs((values[index] ?? 0) - before);
    const middle = stretch[Math.floor((stretch.length - 1) / 2)] ?? from;
    const furthest = stretch.reduce((so, index) => (far(index) > far(so) ? index : so), middle);
    kept.push(far(furthest) > far(middle) + clearly ? furthest : middle);
  }
  return new Set([...kept, end]);
}

/** A line of text as high as one letter: `▁▂▅█`, the lowest value to the highest. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  return values
    .map((value) => BARS[span === 0 ? 0 : Math.round(((value - low) / span) * (BARS.length - 1))] ?? '')
    .join('');
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** `CPU, %`: what the values are, for a title or an axis. */
export function chartTitle({ title, unit }: Pick<ChartBlock, 'title' | 'unit'>): string {
  const [name, measure] = [cleanLine(title).trim(), cleanLine(unit).trim()];
  if (measure === '' || name.includes(measure)) return name;
  return name === '' ? measure : `${name}, ${measure}`;
}
