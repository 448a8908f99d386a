import type { RichTextBlock, RichTextElement } from '@slack/types';
import { type MentionSpan, plainTime, type Span } from '../../cards/card.ts';
import { cleanLine, cleanText, safeUrl } from '../../cards/literal.ts';
import { SLACK_LIMITS } from './limits.ts';
import { breakMentions } from './mrkdwn.ts';
import { dateTokens, slackMention, slackUser, unixSeconds } from './spans.ts';

/**
 * Inline text as rich text: exact, because it has no markup at all. Slack itself prefers it to mrkdwn
 * (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). Undefined when nothing visible is left.
 */
export function richText(spans: readonly Span[]): RichTextBlock | undefined {
  const elements = spans.flatMap(toElement);
  if (elements.length === 0) return undefined;
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

/** Preformatted text, exact to the character. */
export function preformatted(text: string): RichTextBlock {
  const element: RichTextElement = { type: 'text', text: breakMentions(text) };
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [element] }] };
}

/** What a span costs in characters. */
export function richLength(span: Span): number {
  return toElement(span).reduce((sum, element) => sum + elementLength(element), 0);
}

function toElement(span: Span): RichTextElement[] {
  if (typeof span === 'string') return plain(cleanText(span));
  switch (span.kind) {
    case 'bold':
      return plain(cleanText(span.text), { bold: true });
    case 'italic':
      return plain(cleanText(span.text), { italic: true });
    case 'code':
      return plain(cleanLine(span.text), { code: true });
    case 'link':
      return link(span.text, span.url);
    case 'person':
      return slackUser(span.person)
        ? [{ type: 'user', user_id: span.person.id }]
        : plain(cleanLine(span.person.name));
    case 'mention':
      return mention(span);
    case 'time':
      return time(span.atMs, span.style);
    default:
      return span satisfies never;
  }
}

function mention(span: MentionSpan): RichTextElement[] {
  if (!slackMention(span)) return plain(cleanLine(span.name));
  return span.of === 'person'
    ? [{ type: 'user', user_id: span.id }]
    : [{ type: 'usergroup', usergroup_id: span.id }];
}

function plain(text: string, style?: { bold?: true; italic?: true; code?: true }): RichTextElement[] {
  if (text === '') return [];
  return [{ type: 'text', text: breakMentions(text), ...(style && { style }) }];
}

function link(text: string, url: string): RichTextElement[] {
  const label = cleanLine(text).trim() || cleanLine(url);
  const href = safeUrl(url, SLACK_LIMITS.urlChars / 2);
  return href === undefined ? plain(label) : [{ type: 'link', url: href, text: breakMentions(label) }];
}

function time(atMs: number, style: 'time' | 'date' | 'date_time'): RichTextElement[] {
  const timestamp = unixSeconds(atMs);
  const fallback = plainTime(atMs, style);
  if (timestamp === undefined) return plain(fallback);
  return [{ type: 'date', timestamp, format: dateTokens(style), fallback }];
}

function elementLength(element: RichTextElement): number {
  return Object.values(element).reduce(
    (sum: number, value: unknown) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  );
}
