import { type Inline, type MentionSpan, plainTime, type Span } from '../../cards/card.ts';
import { fitSpans, foldSpans } from '../../cards/inline.ts';
import { cleanLine, cleanText, safeUrl, truncate } from '../../cards/literal.ts';
import type { AdaptiveElement } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';

/** How a line looks as a whole. */
export interface LineStyle {
  readonly size?: 'Small' | 'Medium' | 'Large';
  readonly weight?: 'Bolder';
  readonly subtle?: true;
  readonly spacing?: 'None' | 'Small' | 'Medium';
}

/**
 * One line. Rich text is exact because it has no markup, so it is the rule; links and times in the reader's zone
 * exist only in the markdown of a TextBlock, so a line that has one is escaped instead.
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
export function textLine(
  line: Inline,
  style: LineStyle = {},
  max: number = TEAMS_LIMITS.textChars,
): AdaptiveElement {
  const spans = fitSpans(foldSpans(line), max, spanLength);
  return spans.some(needsMarkdown) ? textBlock(spans, style) : richTextBlock(spans, style);
}

/** The length of a span in either form; markdown is the longer one. */
export function spanLength(span: Span): number {
  return markdownSpan(span).length;
}

/** Inline text as markdown, for TextBlocks and facts. */
export function toMarkdown(inline: Inline, max: number): string {
  return fitSpans(foldSpans(inline), max, spanLength).map(markdownSpan).join('').trim();
}

/** One line of text for places without markup: buttons, `speak`, `fallbackText`. */
export function toPlainLine(text: string, max: number): string {
  return breakCommands(truncate(cleanLine(text).trim(), max));
}

/** Mentions, template and date functions of literal text are broken by an invisible word joiner. */
export function breakCommands(text: string): string {
  return text
    .replace(/<(?=[a-z/!?])/gi, `<${JOINER}`)
    .replace(/\{(?=\{)/g, `{${JOINER}`)
    .replace(/\$(?=\{)/g, `$${JOINER}`);
}

/** Preformatted: one line of monospaced rich text; leading spaces would collapse, so they do not break. */
export function codeLine(line: string): AdaptiveElement {
  const text = truncate(cleanText(line).replaceAll('\t', '    '), TEAMS_LIMITS.codeLineChars);
  const run = {
    type: 'TextRun',
    text: breakCommands(text).replaceAll(' ', NBSP) || NBSP,
    fontType: 'Monospace',
    size: 'Small',
  };
  return { type: 'RichTextBlock', spacing: 'None', inlines: [run] };
}

function richTextBlock(spans: readonly Span[], style: LineStyle): AdaptiveElement {
  const inlines = spans.flatMap((span) => textRun(span, style));
  return {
    type: 'RichTextBlock',
    ...(style.spacing && { spacing: style.spacing }),
    inlines: inlines.length > 0 ? inlines : [{ type: 'TextRun', text: NBSP }],
  };
}

function textRun(span: Span, style: LineStyle): AdaptiveElement[] {
  const text = breakCommands(cleanText(runText(span)));
  if (text === '') return [];
  const kind = typeof span === 'string' ? 'literal' : span.kind;
  return [
    {
      type: 'TextRun',
      text,
      ...(style.size && { size: style.size }),
      ...((style.weight || kind === 'bold' || kind === 'person' || kind === 'mention') && {
        weight: 'Bolder',
      }),
      ...(style.subtle && { isSubtle: true }),
      ...(kind === 'italic' && { italic: true }),
      ...(kind === 'code' && { fontType: 'Monospace' }),
    },
  ];
}

function textBlock(spans: readonly Span[], style: LineStyle): AdaptiveElement {
  return {
    type: 'TextBlock',
    wrap: true,
    ...(style.spacing && { spacing: style.spacing }),
    ...(style.size && { size: style.size }),
    ...(style.weight && { weight: style.weight }),
    ...(style.subtle && { isSubtle: true }),
    text: spans.map(markdownSpan).join('').trim(),
  };
}

/** A link that cannot be one, and a time that cannot be localized, are plain words. */
function needsMarkdown(span: Span): boolean {
  if (typeof span === 'string') return false;
  return (
    (span.kind === 'link' && linkUrl(span.url) !== undefined) ||
    (span.kind === 'mention' && mentionMark(span) !== undefined) ||
    (span.kind === 'time' && iso(span.atMs) !== undefined)
  );
}

function runText(span: Span): string {
  if (typeof span === 'string') return span;
  if (span.kind === 'person') return cleanLine(span.person.name);
  if (span.kind === 'mention') return cleanLine(span.name);
  if (span.kind === 'time') return plainTime(span.atMs, span.style);
  return span.kind === 'link' ? span.text || span.url : span.text;
}

function markdownSpan(span: Span): string {
  if (typeof span === 'string') return escape(cleanLine(span));
  switch (span.kind) {
    case 'bold':
      return wrapped('**', escape(cleanLine(span.text)));
    case 'italic':
      return wrapped('_', escape(cleanLine(span.text)));
    case 'code':
      return escape(cleanLine(span.text));
    case 'person':
      return wrapped('**', escape(cleanLine(span.person.name)));
    case 'mention':
      return mentionMark(span) ?? wrapped('**', escape(cleanLine(span.name)));
    case 'link':
      return link(span.text, span.url);
    case 'time':
      return time(span.atMs, span.style);
    default:
      return span satisfies never;
  }
}

/**
 * What a card's `msteams.entities` must repeat to the letter; undefined where Teams knows nobody of this id. Only people
 * can be mentioned in a card:
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#mention-support-within-adaptive-cards
 */
export function mentionMark({ platform, of, id, name }: MentionSpan): string | undefined {
  if (platform !== 'teams' || of !== 'person' || !/^[\w:.@+-]{1,200}$/.test(id)) return undefined;
  const plain = cleanLine(name)
    .replace(/[<>&*_[\]{}()`~|\\$#:"]/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return plain === '' ? undefined : `<at>${truncate(plain, LONGEST_LABEL)}</at>`;
}

function wrapped(mark: string, text: string): string {
  const inner = text.trim();
  if (inner === '') return text;
  const lead = text.slice(0, text.length - text.trimStart().length);
  return `${lead}${mark}${inner}${mark}${text.slice(text.trimEnd().length)}`;
}

function link(text: string, url: string): string {
  const label = escape(truncate(cleanLine(text).trim() || cleanLine(url), LONGEST_LABEL));
  const href = linkUrl(url);
  return href === undefined ? label : `[${label}](${href})`;
}

function linkUrl(url: string): string | undefined {
  return safeUrl(url, LONGEST_LINK);
}

/** Strict RFC 3339 without fractions, else Teams shows the raw function. */
function time(atMs: number, style: 'time' | 'date' | 'date_time'): string {
  const at = iso(atMs);
  if (at === undefined) return escape(plainTime(atMs, style));
  if (style === 'time') return `{{TIME(${at})}}`;
  return style === 'date' ? `{{DATE(${at}, SHORT)}}` : `{{DATE(${at}, SHORT)}} {{TIME(${at})}}`;
}

function iso(atMs: number): string | undefined {
  if (!(atMs >= 0 && atMs < LAST_FOUR_DIGIT_YEAR)) return undefined;
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** CommonMark: every character that could begin or end markup, and what counts at the start of a line. */
function escape(text: string): string {
  return (
    breakCommands(text)
      .replace(/[\\`*[\]~|]/g, '\\$&')
      .replace(/_/g, (mark, at: number, whole: string) => (insideWord(whole, at) ? mark : `\\${mark}`))
      .replace(/&(?=#?\w+;)/g, '\\&')
      // <1@example> would be a mail address; the word joiner is U+2060.
      .replace(/<(?=[^\s\u2060])/g, `<${JOINER}`)
      .replace(/^(\s*)([#>+=-])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])/, '$1\\$2')
      .replace(/:\/\//g, `:${JOINER}//`)
      .replace(/\bwww\.(?=\S)/gi, (www) => `${www.slice(0, 3)}${JOINER}.`)
  );
}

function insideWord(text: string, at: number): boolean {
  return WORD.test(text[at - 1] ?? '') && WORD.test(text[at + 1] ?? '');
}

const WORD = /[\p{L}\p{N}]/u;
const JOINER = '\u2060';
const NBSP = '\u00A0';
const LONGEST_LABEL = 80;
/** Less than the smallest place it may stand in. */
const LONGEST_LINK = 480;
const LAST_FOUR_DIGIT_YEAR = Date.UTC(10_000, 0, 1);
