import { withEmoji } from './emoji.ts';
import { type Inline, safeHref } from './inline.ts';

/**
 * Slack's mrkdwn, as https://docs.slack.dev/messaging/formatting-message-text describes it. `&lt;`, `&gt;` and `&amp;`
 * are turned back only in literal text, after everything else is understood, so nothing escaped can become a
 * mention, a link or formatting.
 */
export function parseMrkdwn(source: string): readonly Inline[] {
  return source.split(/```([\s\S]*?)```/).flatMap((part, index) => {
    if (index % 2 === 1) return [{ kind: 'pre' as const, text: unescape(trimNewline(part)) }];
    const text = index > 0 ? part.replace(/^\n/, '') : part;
    return text === '' ? [] : quotesAndLines(text);
  });
}

/** Slack's plain_text: literal, but with emoji names unless they are switched off. */
export function parsePlain(source: string, withNames = true): readonly Inline[] {
  const text = unescape(source);
  return [{ kind: 'text', text: withNames ? withEmoji(text) : text }];
}

/** Turns Slack's three entities back. For literal text only. */
export function unescape(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

function trimNewline(text: string): string {
  return text.replace(/^\n/, '').replace(/\n$/, '');
}

const QUOTED = /^(?:&gt;|>) ?/;

function quotesAndLines(text: string): readonly Inline[] {
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = QUOTED.test(line);
    const last = groups.at(-1);
    const content = quoted ? line.replace(QUOTED, '') : line;
    if (last?.quoted === quoted) last.lines.push(content);
    else groups.push({ quoted, lines: [content] });
  }
  return groups.flatMap(({ quoted, lines }): readonly Inline[] => {
    const children = inline(lines.join('\n'));
    return quoted ? [{ kind: 'quote', children }] : children;
  });
}

/** What may stand before an opening and after a closing mark: no letter, digit or the mark itself. */
const marked = (mark: string, inner: string): string =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)(${inner}+?)(?<=\\S)${mark}(?![\\p{L}\\p{N}${mark}])`;

const TOKEN = new RegExp(
  [
    '`([^`\\n]+)`',
    '<([^<>\\n]+)>',
    marked('\\*', '[^*\\n]'),
    marked('_', '(?:[^_\\n]|(?<=[\\p{L}\\p{N}])_(?=[\\p{L}\\p{N}]))'),
    marked('~', '[^~\\n]'),
    '(https?://[^\\s<>|`]*[^\\s<>|`.,;:!?)\\]\'"*_~])',
  ].join('|'),
  'gu',
);

function inline(source: string): readonly Inline[] {
  const out: Inline[] = [];
  let from = 0;
  for (const match of source.matchAll(TOKEN)) {
    literal(out, source.slice(from, match.index));
    out.push(token(match));
    from = match.index + match[0].length;
  }
  literal(out, source.slice(from));
  return out;
}

function literal(out: Inline[], source: string): void {
  if (source !== '') out.push({ kind: 'text', text: withEmoji(unescape(source)) });
}

function token(match: RegExpExecArray): Inline {
  const [whole, code, angle, bold, italic, strike] = match;
  if (code !== undefined) return { kind: 'code', text: unescape(code) };
  if (angle !== undefined) return special(angle);
  if (bold !== undefined) return { kind: 'bold', children: inline(bold) };
  if (italic !== undefined) return { kind: 'italic', children: inline(italic) };
  if (strike !== undefined) return { kind: 'strike', children: inline(strike) };
  return { kind: 'link', href: unescape(whole), children: [{ kind: 'text', text: unescape(whole) }] };
}

/** What stands between real angle brackets: a mention, a date, a link. */
function special(content: string): Inline {
  const bar = content.indexOf('|');
  const target = bar < 0 ? content : content.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(content.slice(bar + 1));
  const id = target.slice(1);
  if (target.startsWith('@')) return { kind: 'user', id, label };
  if (target.startsWith('#')) return { kind: 'channel', id, label };
  if (target.startsWith('!')) return command(id, label);
  const href = safeHref(unescape(target));
  if (!href) return { kind: 'text', text: unescape(`<${content}>`) };
  const text = label === undefined ? href.replace(/^mailto:/, '') : withEmoji(label);
  return { kind: 'link', href, children: [{ kind: 'text', text }] };
}

function command(name: string, label: string | undefined): Inline {
  if (name === 'here' || name === 'channel' || name === 'everyone') return { kind: 'broadcast', range: name };
  const [what, first = '', format = '', href] = name.split('^');
  if (what === 'subteam') return { kind: 'group', id: first, label };
  if (what === 'date') {
    const link = href === undefined ? undefined : safeHref(unescape(href));
    return {
      kind: 'date',
      date: { atMs: Number(first) * 1000, format: unescape(format), href: link, fallback: label ?? '' },
    };
  }
  return { kind: 'text', text: label ?? `<!${name}>` };
}
