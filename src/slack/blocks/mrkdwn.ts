import { type Inline, type MentionSpan, plainTime, type Span } from '../../cards/card.ts';
import { fitSpans, spansOf } from '../../cards/inline.ts';
import { cleanLine, cleanText, safeUrl, truncate } from '../../cards/literal.ts';
import { dateTokens, slackMention, slackUser, unixSeconds } from './spans.ts';

/**
 * Inline text as mrkdwn, for the places that take nothing else: fields, context, sections beside a button, the
 * message's `text`. Everything else is rich text, which has no markup that could be injected.
 *
 * mrkdwn has no escape for its formatting characters, so the ones that could open or close something are replaced
 * by their look-alikes; names such as `prod_core` are untouched. Mentions, emoji codes, and addresses are broken by
 * an invisible word joiner. Escaping: https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function toMrkdwn(inline: Inline, max: number): string {
  return drawSpans(fitSpans(spansOf(inline), max, measure));
}

/** Plain text for headers, buttons and confirms: one line, inert even where a client formats it after all. */
export function toPlainLine(text: string): string {
  return inert(cleanLine(text)).trim();
}

/** An exact word or number in literal text that some client might still read as a mention is broken up. */
export function breakMentions(text: string): string {
  return text.replace(/<(?=!(?:channel|here|everyone|subteam|date)|[@#][A-Z0-9])/g, `<${JOINER}`);
}

function drawSpans(spans: readonly Span[]): string {
  return spans.reduce<string>((text, span) => {
    const next = drawSpan(span);
    return text + (needsGap(text, next) ? GAP : '') + next;
  }, '');
}

/** One more than the span alone: it may need a gap before it. */
function measure(span: Span): number {
  return drawSpan(span).length + 1;
}

function drawSpan(span: Span): string {
  if (typeof span === 'string') return literal(cleanText(span));
  switch (span.kind) {
    case 'bold':
      return wrapped('*', literal(cleanLine(span.text)));
    case 'italic':
      return wrapped('_', literal(cleanLine(span.text)));
    case 'code':
      return wrapped('`', escape(cleanLine(span.text).replaceAll('`', LOOK_ALIKE['`'] ?? "'")));
    case 'link':
      return link(span.text, span.url);
    case 'person':
      return slackUser(span.person) ? `<@${span.person.id}>` : literal(cleanLine(span.person.name));
    case 'mention':
      return mention(span);
    case 'time':
      return time(span.atMs, span.style);
    default:
      return span satisfies never;
  }
}

/** https://docs.slack.dev/messaging/formatting-message-text#mentioning-groups */
function mention(span: MentionSpan): string {
  if (!slackMention(span)) return literal(cleanLine(span.name));
  return span.of === 'person' ? `<@${span.id}>` : `<!subteam^${span.id}>`;
}

/** A formatting mark works only next to a gap, and never around nothing. */
function wrapped(mark: string, text: string): string {
  const inner = text.trim();
  if (inner === '') return text;
  const lead = text.slice(0, text.length - text.trimStart().length);
  const trail = text.slice(text.trimEnd().length);
  return `${lead}${mark}${inner}${mark}${trail}`;
}

function link(text: string, url: string): string {
  const href = safeUrl(url, LONGEST_LINK);
  const label = cleanLine(text).trim() || cleanLine(url);
  return href === undefined ? literal(label) : `<${escape(href)}|${literal(truncate(label, LONGEST_LABEL))}>`;
}

function time(atMs: number, style: 'time' | 'date' | 'date_time'): string {
  const unix = unixSeconds(atMs);
  const plain = plainTime(atMs, style);
  return unix === undefined ? plain : `<!date^${unix}^${dateTokens(style)}|${plain}>`;
}

function literal(text: string): string {
  return escape(inert(text));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** No formatting, emoji, mention or address is left in it; nothing is visibly different but rare look-alikes. */
function inert(text: string): string {
  return breakMentions(text)
    .replace(FORMATTING, (mark, at: number) => (acts(text, mark, at) ? (LOOK_ALIKE[mark] ?? mark) : mark))
    .replace(/:(?=[\p{L}\p{N}_+'-]+:)/gu, `:${JOINER}`)
    .replace(/(^|[^\p{L}\p{N}])([@#])(?=\p{L})/gu, `$1$2${JOINER}`)
    .replaceAll('](', `]${JOINER}(`)
    .replace(/:\/\//g, `:${JOINER}//`)
    .replace(/\bwww\.(?=\S)/gi, (www) => `${www.slice(0, 3)}${JOINER}.`)
    .replace(/\bmailto:(?=\S)/gi, (scheme) => `${scheme.slice(0, -1)}${JOINER}:`);
}

/** Whether a mark stands where mrkdwn could read it as formatting. Within a word `_` never does. */
function acts(text: string, mark: string, at: number): boolean {
  const before = text[at - 1] ?? '';
  const after = text[at + 1] ?? '';
  if (mark === '_' && WORD.test(before) && WORD.test(after)) return false;
  return mark === '`' || !(/\s/.test(before) && /\s/.test(after));
}

function needsGap(text: string, next: string): boolean {
  const last = text.at(-1) ?? '';
  const first = next[0] ?? '';
  if (last === '' || /\s/.test(last) || /\s/.test(first)) return false;
  return MARK.test(first) ? !OPENERS.test(last) : MARK.test(last) && !CLOSERS.test(first);
}

const FORMATTING = /[*_~`]/g;
const MARK = /[*_`]/;
const WORD = /[\p{L}\p{N}]/u;
const OPENERS = /[([{"'/]/;
const CLOSERS = /[)\]}"'.,:;!?/]/;
const LOOK_ALIKE: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼', '`': 'ˋ' };
/** U+2060, invisible and never a place to break a line. */
const JOINER = '\u2060';
/** U+200B: Slack counts it as a gap between words. */
const GAP = '\u200B';
/** A link must fit into a field as a whole. */
const LONGEST_LINK = 1500;
const LONGEST_LABEL = 80;
