import type { Trend } from '../domain/incident.ts';
import { formatDuration } from '../domain/time.ts';
import type { ChartBlock } from './card.ts';
import { formatLatency, formatPercent } from './quantity.ts';

/** A measure over the last hours as a small chart that also says itself in words; nothing from less than two points. */
export function trendChart({ title, unit, points: all }: Trend): ChartBlock | undefined {
  const points = all.filter(({ value, atMs }) => Number.isFinite(value) && Number.isFinite(atMs)).slice(-20);
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const style = last.atMs - first.atMs < DAY ? 'time' : 'date_time';
  return {
    kind: 'chart',
    title,
    unit,
    series: [
      {
        name: title,
        points: points.map(({ atMs, value }) => ({ label: label(atMs, style), value: tenths(value) })),
      },
    ],
    summary: inWords(points, unit),
  };
}

/** `35 % → 97 % over 3 h, now 96 %`: where it began, how far it went from there, and how it is. */
function inWords(points: Trend['points'], unit: string): string {
  const first = points[0] ?? { atMs: 0, value: 0 };
  const last = points.at(-1) ?? first;
  const furthest = points.reduce((far, one) =>
    Math.abs(one.value - first.value) > Math.abs(far.value - first.value) ? one : far,
  );
  const span = formatDuration(last.atMs - first.atMs);
  const [from, to, now] = [first, furthest, last].map(({ value }) => quantity(value, unit));
  if (from === to) return `steady at ${now} over ${span}`;
  return `${from} → ${to} over ${span}${to === now ? '' : `, now ${now}`}`;
}

function quantity(value: number, unit: string): string {
  if (unit === '%') return formatPercent(value);
  if (unit === 'ms') return formatLatency(value);
  const rounded =
    Number.isInteger(value) || Math.abs(value) >= 10 ? Math.round(value) : Number(value.toFixed(1));
  return `${rounded} ${unit}`.trim();
}

/** As exact as a chart this small can show. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function label(atMs: number, style: 'time' | 'date_time'): string {
  const iso = new Date(atMs).toISOString();
  return style === 'time' ? iso.slice(11, 16) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}

const DAY = 24 * 60 * 60 * 1000;
