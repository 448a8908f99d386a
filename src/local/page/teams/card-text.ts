import MarkdownIt from 'markdown-it';
import { type Json, object, objects, string } from '../json.ts';

/**
 * The Markdown of Adaptive Cards in Teams: emphasis, links and lists, nothing else
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format). Raw HTML is shown
 * as text.
 */
const CARD_MARKDOWN = new MarkdownIt({ html: false, linkify: false, breaks: true }).disable([
  'image',
  'heading',
  'lheading',
  'table',
  'code',
  'fence',
  'blockquote',
  'hr',
  'reference',
  'html_block',
]);

/** The Markdown of a bot's plain message in Teams, which knows code and quotes as well. */
const MESSAGE_MARKDOWN = new MarkdownIt({ html: false, linkify: true, breaks: true }).disable(['image']);

/** Private-use characters that stand for the ends of a mention while Markdown is made; never typed by anybody. */
const OPEN = '\uE000';
const SHUT = '\uE001';

/** A card's text as safe HTML. Mentions were marked by {@link markMentions}. */
export function cardHtml(text: string): string {
  return mentionHtml(CARD_MARKDOWN.render(text));
}

/** A bot's message as safe HTML; `<at>Name</at>` becomes a mention. */
export function messageHtml(text: string): string {
  return mentionHtml(MESSAGE_MARKDOWN.render(mark(plainMarks(text))));
}

/** What a person wrote, split at mentions; odd parts are names. Always literal. */
export function splitMentions(text: string): readonly string[] {
  return text.split(/<at>([^<]*)<\/at>/i);
}

/**
 * The card with those `<at>Name</at>` marked that `msteams.entities` backs; Teams shows any other as it is written.
 */
export function markMentions(card: Json): Json {
  const entities = objects(object(card.msteams).entities).filter((entity) => entity.type === 'mention');
  const names = new Set(entities.map((entity) => string(entity.text)));
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return mark(plainMarks(value), names);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'data' || key === 'url' ? inner : walk(inner),
      ]),
    );
  };
  return object(walk(card));
}

function mark(text: string, only?: ReadonlySet<string>): string {
  return text.replace(/<at>([^<]*)<\/at>/gi, (whole, name: string) =>
    only && !only.has(whole) ? whole : `${OPEN}${name}${SHUT}`,
  );
}

/** Nobody else may bring the marks along. */
function plainMarks(text: string): string {
  return text.replace(/[\uE000\uE001]/g, '');
}

function mentionHtml(html: string): string {
  return html.replaceAll(OPEN, '<span class="mention">').replaceAll(SHUT, '</span>');
}
