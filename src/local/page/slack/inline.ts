/** Text as Slack shows it, parsed: everything in `text` is literal and ready to be drawn. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'pre'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly kind: 'user' | 'channel' | 'group'; readonly id: string; readonly label: string | undefined }
  | { readonly kind: 'broadcast'; readonly range: string }
  | { readonly kind: 'date'; readonly date: SlackDate };

/** A `<!date^…>` token or a rich text date. */
export interface SlackDate {
  readonly atMs: number;
  /** With `{date_short}`, `{time}` and so on. */
  readonly format: string;
  readonly href: string | undefined;
  readonly fallback: string;
}

/** Only web and mail addresses become links; anything else stays text. */
export function safeHref(url: string): string | undefined {
  return /^(https?:\/\/|mailto:)/i.test(url) ? url : undefined;
}
