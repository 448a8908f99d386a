import type { MentionSpan } from '../../cards/card.ts';
import type { Person } from '../../domain/person.ts';

/** Whether Slack itself would know this person's id, so that a mention by id shows their present name. */
export function slackUser(person: Person): boolean {
  return person.platform === 'slack' && /^[UW][A-Z0-9]{2,20}$/.test(person.id);
}

/** Seconds since 1970 where Slack can show them in the reader's zone. */
export function unixSeconds(atMs: number): number | undefined {
  return Number.isFinite(atMs) && atMs >= 0 && atMs < 8.64e15 ? Math.floor(atMs / 1000) : undefined;
}

/** https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function dateTokens(style: 'time' | 'date' | 'date_time'): string {
  if (style === 'time') return '{time}';
  return style === 'date' ? '{date_short_pretty}' : '{date_short_pretty} {time}';
}

/** Whether Slack would notify somebody of this mention; of any other it knows nothing. */
export function slackMention({ platform, id, of }: MentionSpan): boolean {
  return platform === 'slack' && (of === 'person' ? /^[UW][A-Z0-9]{2,20}$/ : /^S[A-Z0-9]{2,20}$/).test(id);
}
