/** One word of what was said. */
export interface Token {
  /** Without quotes, code ticks and the platform's wrapping. */
  readonly value: string;
  /** In quotes or code ticks: always a value, never a word of the grammar. */
  readonly quoted: boolean;
  /** A mention of a person: `value` is the platform's id, or the name where it gives no more. */
  readonly mention: boolean;
  /** Where it begins in {@link Utterance.source}. */
  readonly start: number;
  readonly end: number;
}

/** What was said, and its words. */
export interface Utterance {
  readonly source: string;
  readonly tokens: readonly Token[];
}

const INVISIBLE = /[\u200b-\u200f\u2060\ufeff]/gu;

/**
 * Cuts a sentence into words: quotes (the curly ones of phones too) and code ticks hold words together; what Slack
 * and Teams make of links, mentions and `&` is undone; the dash that phones make of `--` is a flag again.
 */
export function tokenise(source: string): Utterance {
  const plain = straighten(source);
  const tokens: Token[] = [];
  let at = 0;
  while (at < plain.length) {
    const gap = /^\s+/u.exec(plain.slice(at))?.[0].length ?? 0;
    at += gap;
    if (at >= plain.length) break;
    const token = wrapped(source, at) ?? quotedAt(plain, source, at) ?? bare(plain, source, at);
    if (token.value !== '' || token.quoted) tokens.push(token);
    at = token.end;
  }
  return { source, tokens };
}

/** Words that a shell has separated already: each is one value, whatever it holds. */
export function fromWords(words: readonly string[]): Utterance {
  const tokens: Token[] = [];
  let start = 0;
  for (const word of words) {
    const end = start + word.length;
    const [only, ...more] = tokenise(word).tokens;
    const whole = { value: dashes(word), quoted: false, mention: false };
    tokens.push({ ...(only && more.length === 0 ? only : whole), start, end });
    start = end + 1;
  }
  return { source: words.join(' '), tokens: tokens.filter((token) => token.value !== '') };
}

/** The words from a token on, as they were typed, with links and `&` as the person meant them. */
export function textFrom(said: Utterance, first: Token | undefined): string {
  if (!first) return '';
  const whole = said.tokens.at(-1) === first && first.quoted;
  return whole ? first.value : unescape(said.source.slice(first.start)).trim();
}

/** A word that was copied from an answer: chat has signs of its own where `*` and the like would format. */
function copied(word: string): string {
  return word
    .replace(INVISIBLE, '')
    .replace(/[∗＿∼]/gu, (sign) => ({ '∗': '*', '＿': '_', '∼': '~' })[sign] ?? sign);
}

/** Every character is replaced by one other, so that positions stay those of the source. */
function straighten(source: string): string {
  return source
    .replace(/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]/gu, '"')
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/gu, "'")
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/gu, ' ');
}

const PERSON = /^<@([^>|]+)(?:\|[^>]*)?>/u;
const TEAMS_PERSON = /^<at[^>]*>([^<]*)<\/at>/iu;
const LINK = /^<((?:https?|mailto|tel|ftp):[^>|]*)(?:\|([^>]*))?>/iu;

/** A link or mention as the platforms write them. What follows up to the next space belongs to the word. */
function wrapped(source: string, start: number): Token | undefined {
  const rest = source.slice(start);
  const person = PERSON.exec(rest) ?? TEAMS_PERSON.exec(rest);
  if (person) {
    const end = start + person[0].length;
    return { value: unescape(person[1] ?? '').trim(), quoted: false, mention: true, start, end };
  }
  const link = LINK.exec(rest);
  if (!link) return undefined;
  const tail = /^\S*/u.exec(rest.slice(link[0].length))?.[0] ?? '';
  const end = start + link[0].length + tail.length;
  return { value: unescape(`${link[0]}${tail}`), quoted: false, mention: false, start, end };
}

function quotedAt(plain: string, source: string, start: number): Token | undefined {
  const mark = /^(?:```|["'`])/u.exec(plain.slice(start))?.[0];
  if (mark === undefined) return undefined;
  const close = closing(plain, mark, start + mark.length);
  if (close === undefined) return undefined;
  const value = unescape(source.slice(start + mark.length, close))
    .replace(INVISIBLE, '')
    .trim();
  return { value, quoted: true, mention: false, start, end: close + mark.length };
}

/** The next mark that ends a word, so that the apostrophe of `don't` ends nothing. */
function closing(plain: string, mark: string, from: number): number | undefined {
  for (let at = plain.indexOf(mark, from); at >= 0; at = plain.indexOf(mark, at + 1)) {
    if (/^(?:$|[\s.,;:!?)])/u.test(plain.slice(at + mark.length))) return at;
  }
  return undefined;
}

function bare(plain: string, source: string, start: number): Token {
  const whole = /^\S+/u.exec(plain.slice(start))?.[0] ?? '';
  // --grep="two words": the quotes may stand behind the equals sign.
  const sign = /^[-\u2010-\u2015\u2212]+[\p{L}-]+=(?=["'`])/u.exec(whole)?.[0].length ?? 0;
  const quoted = sign > 0 ? quotedAt(plain, source, start + sign) : undefined;
  if (quoted) {
    const value = dashes(plain.slice(start, start + sign)) + quoted.value;
    return { value, quoted: false, mention: false, start, end: quoted.end };
  }
  const end = start + whole.length;
  const value = undecorated(dashes(copied(unescape(source.slice(start, end)))));
  const mention = /^@[^@/]+$/u.test(value);
  return { value: mention ? value.slice(1) : value, quoted: false, mention, start, end };
}

/** `*checkout*` and `_checkout_` as chat writes bold and italic. */
function undecorated(word: string): string {
  return /^([*_~])(.*[\p{L}\p{N}])\1$/u.exec(word)?.[2] ?? word;
}

function dashes(word: string): string {
  if (/^[\u2010-\u2015\u2212](?=\d)/u.test(word)) return `-${word.slice(1)}`;
  return word.replace(/^(?:--|-?[\u2010-\u2015\u2212]+-?)(?=\p{L})/u, '--');
}

/** A link becomes what was typed; mentions of people and channels keep the platform's form without the label. */
function unescape(text: string): string {
  return text
    .replace(/<((?:https?|mailto|tel|ftp):[^>|]*)(?:\|([^>]*))?>/giu, (_, url: string, label?: string) => {
      return label || url.replace(/^(?:mailto|tel):/iu, '');
    })
    .replace(/<([@#][^>|]+)\|[^>]*>/gu, '<$1>')
    .replace(/&lt;/gu, '<')
    .replace(/&gt;/gu, '>')
    .replace(/&amp;/gu, '&');
}
