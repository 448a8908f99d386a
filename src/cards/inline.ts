import type { Inline, Span } from './card.ts';
import { cleanLine, cutAt } from './literal.ts';

/** Inline text as a list of spans. */
export function spansOf(inline: Inline): readonly Span[] {
  return isSpans(inline) ? inline : [inline];
}

/** Several inlines as one. */
export function joinInline(...parts: readonly Inline[]): readonly Span[] {
  return parts.flatMap(spansOf);
}

/** How many characters a platform needs for one span. */
export type Measure = (span: Span) => number;

/**
 * As many spans as fit into `max`, the last one cut if need be, and what is left for another block. A link, a
 * person and a time are never cut.
 */
export function takeSpans(
  spans: readonly Span[],
  max: number,
  measure: Measure,
): { readonly taken: readonly Span[]; readonly rest: readonly Span[] } {
  let used = 0;
  for (const [index, span] of spans.entries()) {
    const size = sizeUpTo(span, max - used, measure);
    if (used + size <= max) {
      used += size;
      continue;
    }
    const [head, tail] = splitSpan(span, max - used, measure);
    const before = spans.slice(0, index);
    const after = spans.slice(index + 1);
    return {
      taken: head === undefined ? before : [...before, head],
      rest: tail === undefined ? after : [tail, ...after],
    };
  }
  return { taken: spans, rest: [] };
}

/** The spans cut to `max`; what was cut shows as `…`. */
export function fitSpans(spans: readonly Span[], max: number, measure: Measure): readonly Span[] {
  const fitting = spans.map((span) =>
    textOf(span) === undefined && measure(span) > max ? unlinked(span) : span,
  );
  const whole = takeSpans(fitting, max, measure);
  if (whole.rest.length === 0) return whole.taken;
  return [...takeSpans(fitting, max - 1, measure).taken, '…'];
}

/** A link whose address alone is too long for its place keeps its words. */
function unlinked(span: Span): Span {
  return typeof span !== 'string' && span.kind === 'link' ? span.text : span;
}

/** The spans cut into pieces of at most `max`. Nothing is lost; one indivisible span larger than `max` is. */
export function chunkSpans(
  spans: readonly Span[],
  max: number,
  measure: Measure,
): readonly (readonly Span[])[] {
  const chunks: (readonly Span[])[] = [];
  let left = spans;
  while (left.length > 0) {
    const { taken, rest } = takeSpans(left, max, measure);
    if (taken.length > 0) chunks.push(taken);
    left = taken.length === 0 && rest.length === left.length ? rest.slice(1) : rest;
  }
  return chunks;
}

/** The lines of inline text. A break inside a span ends the line and the span goes on in the next. */
export function linesOf(inline: Inline): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  for (const span of spansOf(inline)) {
    const text = textOf(span);
    if (text === undefined) {
      lines.at(-1)?.push(span);
      continue;
    }
    for (const [index, piece] of text.split(/\r\n|[\n\r\u2028\u2029]/).entries()) {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push(withText(span, piece));
    }
  }
  return lines;
}

/** Inline text for a place that has one line. */
export function foldSpans(inline: Inline): readonly Span[] {
  return spansOf(inline).map((span) => {
    const text = textOf(span);
    return text === undefined ? span : withText(span, cleanLine(text));
  });
}

function isSpans(inline: Inline): inline is readonly Span[] {
  return Array.isArray(inline);
}

function splitSpan(
  span: Span,
  room: number,
  measure: Measure,
): readonly [head: Span | undefined, tail: Span | undefined] {
  const text = textOf(span);
  if (text === undefined) return [undefined, span];
  const fits = longestFit(text.slice(0, enoughFor(room)), (piece) => measure(withText(span, piece)) <= room);
  if (fits === 0) return [undefined, span];
  return [
    withText(span, text.slice(0, fits)),
    fits < text.length ? withText(span, text.slice(fits)) : undefined,
  ];
}

/** The size of a span, or any number beyond `room`: a megabyte of log need not be measured to know that. */
function sizeUpTo(span: Span, room: number, measure: Measure): number {
  const text = textOf(span);
  if (text === undefined || text.length <= enoughFor(room)) return measure(span);
  const size = measure(withText(span, text.slice(0, enoughFor(room))));
  return size > room ? size : measure(span);
}

/** More characters than ever fit, unless most of them are invisible. */
function enoughFor(room: number): number {
  return 2 * Math.max(0, room) + 100;
}

/** The length of the longest beginning that fits; escaping makes it shorter than the room, so it is searched. */
function longestFit(text: string, fits: (piece: string) => boolean): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  let length = cutAt(text, low).length;
  while (length > 0 && !fits(text.slice(0, length))) length -= 1;
  return length;
}

/** The text of a span that may be cut or broken into lines. */
function textOf(span: Span): string | undefined {
  if (typeof span === 'string') return span;
  return span.kind === 'bold' || span.kind === 'italic' || span.kind === 'code' ? span.text : undefined;
}

function withText(span: Span, text: string): Span {
  if (typeof span === 'string') return text;
  return span.kind === 'bold' || span.kind === 'italic' || span.kind === 'code' ? { ...span, text } : span;
}
