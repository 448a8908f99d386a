import { stripVTControlCharacters } from 'node:util';

/**
 * Literal text made harmless before a platform escapes it: no terminal sequences, no control characters, no
 * bidirectional overrides (they make a line read as something else), no halves of surrogate pairs. Line breaks
 * and tabs stay.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(LINE_BREAKS, '\n')
    .replace(INVISIBLE, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** {@link cleanText} for places that have one line: breaks and tabs become a space. */
export function cleanLine(text: string): string {
  return cleanText(text)
    .replace(/[ \t]*\n[\s]*/g, ' ')
    .replaceAll('\t', ' ');
}

/** At most `max` UTF-16 units, cut between graphemes; what was cut shows as `…`. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  return max < 1 ? '' : `${cutAt(text, max - 1).trimEnd()}…`;
}

/** The longest beginning of `text` that has at most `max` UTF-16 units and does not split a grapheme. */
export function cutAt(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 0) return '';
  const start = Math.max(0, max - LONGEST_GRAPHEME);
  const window = text.slice(start, max + LONGEST_GRAPHEME);
  const at = graphemes.segment(window).containing(max - start)?.index ?? 0;
  if (start + at > 0) return text.slice(0, start + at);
  return text.slice(0, isHighSurrogate(text, max - 1) ? max - 1 : max);
}

/** The url as a browser would open it when it is http(s) and not absurdly long, else undefined. */
export function safeUrl(url: string, maxLength: number): string | undefined {
  try {
    const parsed = new URL(url.trim());
    if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return undefined;
    const href = parsed.href.replace(/[|<>()"`\\]/g, percentEncode);
    return href.length <= maxLength ? href : undefined;
  } catch {
    return undefined;
  }
}

const LINE_BREAKS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
/** Control characters except tab and line feed, bidirectional controls, byte order marks. */
const INVISIBLE = /(?![\t\n])\p{Cc}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
/** Longer clusters (stacked accents) may be cut; nobody reads them. */
const LONGEST_GRAPHEME = 64;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function isHighSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
