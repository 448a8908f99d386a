import type { Card } from '../cards/card.ts';

/**
 * Where messages go: `slack/<team>/<channel>` or `teams/<tenant>/<conversation>`. The team or tenant may be `-`
 * where the platform does not need it.
 */
export interface Destination {
  readonly platform: 'slack' | 'teams';
  readonly tenant: string;
  readonly channel: string;
}

/** The string form of a destination; channels may hold `/`, so it is always the rest. */
export function destinationKey(dest: Destination): string {
  return `${dest.platform}/${dest.tenant}/${dest.channel}`;
}

/** The inverse of {@link destinationKey}. */
export function parseDestination(key: string): Destination | undefined {
  const match = /^(slack|teams)\/([^/]+)\/(.+)$/.exec(key);
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  return { platform: match[1] as 'slack' | 'teams', tenant: match[2], channel: match[3] };
}

/** The platform's own id of a posted message: Slack's `ts`, Teams' activity id. */
export type MessageId = string;

export interface PostOptions {
  /** Deterministic: `inc/<id>/root`, `inc/<id>/fact/<key>`, `live/<requestId>`. Travels with the message. */
  readonly key: string;
  /** The root message of the thread to post into. */
  readonly thread?: MessageId;
}

/**
 * One chat platform as the outbox sees it. Each call makes exactly one request, with a time-out and no retry of
 * its own. Errors: `Throttled` (with retryAfterMs), `NotFound` (channel or message gone), `Denied` (token, not a
 * member), `BadRequest` (the platform refuses the content), `Unreachable` (the outcome is not known).
 */
export interface Messenger {
  readonly platform: 'slack' | 'teams';
  post(dest: Destination, card: Card, options: PostOptions): Promise<MessageId>;
  edit(dest: Destination, id: MessageId, card: Card, options: PostOptions): Promise<void>;
}

/** A message that should exist. Wanting the same key again with a newer `rev` edits it. */
export interface WantedMessage {
  readonly dest: Destination;
  readonly key: string;
  readonly rev: number;
  readonly card: Card;
  /** The key of the message whose thread it belongs to. */
  readonly parent?: string;
}
