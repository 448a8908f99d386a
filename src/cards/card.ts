import type { Person } from '../domain/person.ts';
import type { ButtonPayload } from './payload.ts';

/**
 * A message, platform-neutral. `slack`, `teams` and `cli` each have one pure function that draws it.
 *
 * There is no markup in here: every string is literal text, whatever characters it holds, and the renderers
 * escape it. Emphasis, code and links are spans. That is what makes untrusted text harmless everywhere.
 */
export interface Card {
  /** First line, in bold: what this is about. */
  readonly title: string;
  readonly tone: Tone;
  /** One plain line for notifications, screen readers and platforms that show no blocks. */
  readonly summary: string;
  readonly blocks: readonly Block[];
  /** One line in a thread: the title is drawn as text, not as a heading. */
  readonly compact?: true;
}

/** How the card as a whole should feel. Shown as one mark and a word or colour, never as colour alone. */
export type Tone = 'good' | 'warning' | 'critical' | 'unknown' | 'info';

export type Block =
  | TextBlock
  | HeadingBlock
  | FactsBlock
  | ListBlock
  | TableBlock
  | CodeBlock
  | ChartBlock
  | ContextBlock
  | DividerBlock
  | ActionsBlock
  | InputBlock;

/** A paragraph. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: Inline;
}

/** A heading inside the card. */
export interface HeadingBlock {
  readonly kind: 'heading';
  readonly text: string;
}

/** Label and value pairs, two columns where there is room. */
export interface FactsBlock {
  readonly kind: 'facts';
  readonly facts: readonly { readonly label: string; readonly value: Inline }[];
}

/** One line or two per item, with a mark; the worst first. */
export interface ListBlock {
  readonly kind: 'list';
  readonly items: readonly ListItem[];
}

export interface ListItem {
  readonly mark?: Tone;
  readonly text: Inline;
  /** A second, quieter line. */
  readonly detail?: Inline;
  /** At most one button at the end of the item. */
  readonly button?: Button;
}

/** A native table where the platform has one, else aligned text that says the same. */
export interface TableBlock {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[];
  readonly rows: readonly (readonly Inline[])[];
}

/** Preformatted text: log lines, commands. */
export interface CodeBlock {
  readonly kind: 'code';
  readonly text: string;
}

/**
 * A small line chart where the platform has one, else {@link ChartBlock.summary}. It draws only when every series has
 * the same labels; times in labels are UTC.
 */
export interface ChartBlock {
  readonly kind: 'chart';
  readonly title: string;
  /** What the values are in: `%`, `ms`. */
  readonly unit: string;
  /** At most 20 points each, oldest first. */
  readonly series: readonly ChartSeries[];
  /** The same in words, shown with the chart as well: `35 % → 97 % over 3 h, now 96 %`. */
  readonly summary: string;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

/** Small print: data age, account and region, where the data came from. */
export interface ContextBlock {
  readonly kind: 'context';
  readonly text: Inline;
}

export interface DividerBlock {
  readonly kind: 'divider';
}

export interface ActionsBlock {
  readonly kind: 'actions';
  readonly buttons: readonly Button[];
}

/** A line to type into. What stands in it comes with every click on a button of the same card, under its id. */
export interface InputBlock {
  readonly kind: 'input';
  /** Letters, digits and underscores; unique within the card. */
  readonly id: string;
  readonly label: string;
  readonly placeholder?: string;
}

/** Text within a line. A bare string is literal. */
export type Inline = Span | readonly Span[];

export type Span =
  | string
  | { readonly kind: 'bold'; readonly text: string }
  | { readonly kind: 'italic'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  /** `url` must be http(s); renderers show any other as text. */
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** Named as the platform names people; on the other platform by display name. Never notifies anybody. */
  | { readonly kind: 'person'; readonly person: Person }
  /** Calls somebody, or a group: the one span that notifies. On a platform that does not know the id it is a name. */
  | MentionSpan
  /** Shown in the reader's zone where the platform offers it, else as UTC. */
  | { readonly kind: 'time'; readonly atMs: number; readonly style: 'time' | 'date' | 'date_time' };

export interface MentionSpan {
  readonly kind: 'mention';
  /** The platform that knows `id`. */
  readonly platform: 'slack' | 'teams';
  /** Slack: `U…` of a person, `S…` of a user group. Teams: the AAD object id or the channel account id of a person. */
  readonly id: string;
  readonly name: string;
  readonly of: 'person' | 'group';
}

export type Button = PressButton | LinkButton;

export interface PressButton {
  readonly kind: 'press';
  readonly label: string;
  readonly style?: 'primary' | 'danger';
  readonly payload: ButtonPayload;
  readonly confirm?: {
    readonly title: string;
    readonly text: string;
    readonly yes: string;
    readonly no: string;
  };
}

export interface LinkButton {
  readonly kind: 'link';
  readonly label: string;
  readonly url: string;
}

/** The plain characters of inline text, without emphasis. */
export function plainText(inline: Inline): string {
  const spans = Array.isArray(inline) ? (inline as readonly Span[]) : [inline as Span];
  return spans.map(plainSpan).join('');
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if (span.kind === 'person') return span.person.name;
  if (span.kind === 'mention') return span.name;
  if (span.kind === 'time') return plainTime(span.atMs, span.style);
  return span.text;
}

/** A moment in UTC, for readers whose zone is not known: `14:05 UTC`, `20 Nov 14:05 UTC`. */
export function plainTime(atMs: number, style: 'time' | 'date' | 'date_time'): string {
  if (!(Math.abs(atMs) <= LAST_DATE)) return 'unknown time';
  const date = new Date(atMs);
  const time = `${date.toISOString().slice(11, 16)} UTC`;
  if (style === 'time') return time;
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return style === 'date' ? day : `${day} ${time}`;
}

/** As `en-GB` writes them, which costs a hundred times more to ask. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'] as const;

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LAST_DATE = 8.64e15;
