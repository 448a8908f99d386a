import * as AC from 'adaptivecards/dist/adaptivecards.js';
import { object, objects, string } from '../json.ts';

/** What of a series is drawn. */
interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: string; readonly y: number }[];
}

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT] = [320, 120];
const COLORS = ['var(--link)', 'var(--critical)', 'var(--good)', 'var(--warning)', 'var(--muted)'];

/**
 * `Chart.Line`, which Teams has and the library does not: the lines, their range, and the first and last moment
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards).
 */
export class LineChart extends AC.CardElement {
  #title = '';
  #unit = '';
  #zone = '';
  #lines: readonly Line[] = [];

  override getJsonTypeName(): string {
    return 'Chart.Line';
  }

  protected override internalParse(source: object, context: AC.SerializationContext): void {
    super.internalParse(source, context);
    const json = object(source);
    this.#title = string(json.title);
    this.#unit = string(json.yAxisTitle);
    this.#zone = string(json.xAxisTitle);
    this.#lines = objects(json.data).map((series) => ({
      name: string(series.legend),
      points: objects(series.values).flatMap(({ x, y }) =>
        typeof y === 'number' ? [{ x: String(x), y }] : [],
      ),
    }));
  }

  protected override internalRender(): HTMLElement {
    const values = this.#lines.flatMap(({ points }) => points.map(({ y }) => y));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const figure = document.createElement('figure');
    figure.className = 'ac-chart';
    const caption = document.createElement('figcaption');
    caption.textContent = this.#title;
    figure.append(caption, this.#range(`${high} ${this.#unit}`), this.#drawing(low, high));
    const ends = this.#lines[0]?.points ?? [];
    figure.append(
      this.#range(`${low} ${this.#unit}`),
      moments([ends[0], ends.at(-1)].map((end) => `${end?.x ?? ''} ${this.#zone}`)),
    );
    return figure;
  }

  #range(text: string): HTMLElement {
    const line = document.createElement('small');
    line.textContent = text;
    return line;
  }

  #drawing(low: number, high: number): SVGElement {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', this.#title);
    for (const [index, { points }] of this.#lines.entries()) {
      const line = document.createElementNS(SVG, 'polyline');
      line.setAttribute(
        'points',
        points.map(({ y }, at) => place(at, points.length, y, low, high)).join(' '),
      );
      line.setAttribute('stroke', COLORS[index % COLORS.length] ?? '');
      svg.append(line);
    }
    return svg;
  }
}

function place(at: number, count: number, y: number, low: number, high: number): string {
  const left = count < 2 ? 0 : (at / (count - 1)) * WIDTH;
  const up = high === low ? 0.5 : (y - low) / (high - low);
  return `${left.toFixed(1)},${(HEIGHT - 2 - up * (HEIGHT - 4)).toFixed(1)}`;
}

function moments(texts: readonly string[]): HTMLElement {
  const row = document.createElement('small');
  row.className = 'ac-chart-moments';
  for (const text of texts) {
    const end = document.createElement('span');
    end.textContent = text;
    row.append(end);
  }
  return row;
}
