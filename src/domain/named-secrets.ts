/** Stands where a secret was. */
export const REDACTED = '[redacted]';

const PASSWORD = 'pass(?:word|wd|phrase|code)|pwd';
const KEY = '(?:api|access|secret|private|encryption|signing|account)[ _-]?key(?:[_-]?id)?';

/**
 * A name that ends in a word for a secret, and what stands between it and its value: `DB_PASSWORD=`, `"apiKey": `,
 * `\"token\":\"`, `params[secret] => `, `<password>`, `--client-secret `. Names that go on (`token_type`, `secretName`,
 * `tokens`) are others.
 */
const NAMED = new RegExp(
  `(?:(?<password>${PASSWORD})|${KEY}|secret|token|signature|authorization)` +
    '(?:(?<sign>\\\\{0,4}["\'`]?\\]?[ \\t]{0,8}(?:=>|:=|=|:)[ \\t]{0,8})|(?<tag>>)|(?<gap>[ \\t]{1,4}(?=[^\\s-])))',
  'gi',
);

/** The values of names like `password` and `client_secret`, however they are assigned, taken out of a text. */
export function withoutNamedValues(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const found of text.matchAll(NAMED)) {
    if (found.index < from) continue;
    const value = secretAfter(text, found);
    if (value === undefined) continue;
    parts.push(text.slice(from, value.begin), REDACTED);
    from = value.end;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from);
}

interface Value {
  readonly begin: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

function secretAfter(text: string, found: RegExpExecArray): Value | undefined {
  const { password, sign, tag, gap } = found.groups ?? {};
  const begin = found.index + found[0].length;
  if (gap !== undefined && !isFlag(text, found.index)) return undefined;
  const value = tag === undefined ? valueAt(text, begin) : contentAt(text, begin);
  if (value === undefined || value.end <= value.begin) return undefined;
  // Longer ones are no prose, and what is looked at twice must be short.
  if (value.end - value.begin > LONGEST_PROSE) return value;
  const words = text.slice(value.begin, value.end);
  if (words.startsWith(REDACTED) || isHarmless(words)) return undefined;
  if (/^pwd/i.test(found[0]) && words.startsWith('/')) return undefined;
  const isProse = !value.isQuoted && sign !== undefined && /^[^=]*:[^=]*$/.test(sign);
  return isProse && !looksSecret(words, password !== undefined) ? undefined : value;
}

const LONGEST_PROSE = 200;

/** `--db-password hunter2`, `-token abc`. */
function isFlag(text: string, at: number): boolean {
  return /(?:^|\s)--?[\w-]*$/.test(text.slice(Math.max(0, at - 40), at));
}

/** Within quotes of any kind and depth of escaping, else up to a blank or a mark that ends a value. */
function valueAt(text: string, at: number): Value | undefined {
  const [opener = '', slashes = '', quote] = /^(\\{0,4})(["'`])/.exec(text.slice(at, at + 5)) ?? [];
  const begin = at + opener.length;
  return quote === undefined
    ? { ...bareValue(text, begin), isQuoted: false }
    : { begin, end: closingQuote(text, begin, quote, slashes.length), isQuoted: true };
}

function closingQuote(text: string, begin: number, quote: string, depth: number): number {
  let slashes = 0;
  for (let at = begin; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\n' || char === '\r') return at;
    if (char === '\\') slashes += 1;
    else {
      const closes = depth === 0 ? slashes % 2 === 0 : slashes <= depth;
      if (char === quote && closes) return at - (depth === 0 ? 0 : slashes);
      slashes = 0;
    }
  }
  return text.length;
}

const SCHEME = /^(?:bearer|basic|digest|token|apikey|negotiate|aws4-hmac-sha256)$/i;

/** One word; after the name of a scheme the next one as well. */
function bareValue(text: string, begin: number): { readonly begin: number; readonly end: number } {
  const end = wordEnd(text, begin);
  if (end - begin > 20 || !SCHEME.test(text.slice(begin, end))) return { begin, end };
  let next = end;
  while (next < text.length && next - end < 4 && text[next] === ' ') next += 1;
  if (next === end || text.startsWith(REDACTED, next)) return { begin, end: begin };
  return { begin, end: Math.max(end, wordEnd(text, next)) };
}

const ENDS_WORD = /[\s,;&"'`<>()[\]{}|]/;

function wordEnd(text: string, begin: number): number {
  let at = begin;
  while (at < text.length) {
    if (text.startsWith(REDACTED, at)) at += REDACTED.length;
    else if (ENDS_WORD.test(text.charAt(at))) break;
    else at += 1;
  }
  return at;
}

/** What stands between two tags of XML. */
function contentAt(text: string, begin: number): Value | undefined {
  const window = text.slice(begin, begin + 500);
  const length = window.indexOf('<');
  return length < 0 || /[\r\n]/.test(window.slice(0, length))
    ? undefined
    : { begin, end: begin + length, isQuoted: true };
}

/** Nothing at all, a placeholder, a mask, or the name of something that holds the secret. */
function isHarmless(value: string): boolean {
  return (
    !/[A-Za-z0-9]/.test(value) ||
    /^(?:null|undefined|none|nil|true|false|yes|no|empty|x+)$/i.test(value) ||
    /^(?:\$|\{\{|%|arn:aws|=)/.test(value)
  );
}

const PROSE =
  /^(?:an?|the|is|was|are|not|no|of|for|from|in|on|has|have|and|or|must|cannot|can't|could|failed|failure|missing|required|invalid|expired|incorrect|wrong|unknown|too|error|ok|valid|found|unable|denied|rejected|refused|changed|updated|rotated|set|unset|unauthorized|forbidden|mismatch|reset|authentication|access)\.?$/i;

/** After a colon there is as often a sentence as a value. */
function looksSecret(value: string, isPassword: boolean): boolean {
  // What is left around a secret that is gone is judged no more.
  if (value.includes(REDACTED)) return false;
  if (/(?:Exception|Error|Failure|Fault)[.:]?$/.test(value) || PROSE.test(value)) return false;
  if (isPassword || /^(?:bearer|basic)\s/i.test(value)) return true;
  return value.length >= 6 && (/\d/.test(value) || (value.length >= 20 && /[a-z][A-Z]/.test(value)));
}
