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

/**
 * One installation serves one workspace and one tenant, and their channels' ids are unique without them. A channel
 * that is only configured must be the same destination as when somebody speaks in it.
 */
export const ANY_TENANT = '-';

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
  /** The platform refused the card once (BadRequest): draw it without the newest blocks, as text that says the same. */
  readonly simple?: true;
}

export interface FindOptions {
  /** Search the replies of this root instead of the channel's own messages. */
  readonly thread?: MessageId;
  /** Only messages posted at or after this moment. */
  readonly sinceMs: number;
}

/**
 * One chat platform as the outbox sees it. Each call makes exactly one request (`find` may page), ends within the
 * client time-out and has no retry of its own. What it throws tells the outbox what became of the request:
 *
 * | thrown | the request | the outbox |
 * |---|---|---|
 * | `Throttled` (retryAfterMs) | refused for certain | waits, this channel alone |
 * | `NotSent` | had no effect for certain: connection refused, 412, a named error that passes | tries again soon |
 * | `BadRequest` | the content is refused | tries `simple`, then parks the message |
 * | `ThreadGone` | the root to reply to is gone | posts the root anew if it is ours |
 * | `NotFound` | `post`, `find`: the channel is gone; `edit`, `delete`: the message is gone | pauses the channel; posts anew |
 * | `Denied` | token revoked, not a member of the channel | pauses the channel |
 * | `Unreachable`, any other | not known: time-out, reset, 5XX, `internal_error`, `fatal_error` | reconciles |
 */
export interface Messenger {
  readonly platform: 'slack' | 'teams';
  post(dest: Destination, card: Card, options: PostOptions): Promise<MessageId>;
  edit(dest: Destination, id: MessageId, card: Card, options: PostOptions): Promise<void>;
  /**
   * Our own messages that carry this key, oldest first. `undefined` where this destination cannot be searched at
   * all (Teams without ChannelMessage.Read.Group, Slack without the history scope): the outbox goes on without.
   */
  find(dest: Destination, key: string, options: FindOptions): Promise<readonly MessageId[] | undefined>;
  /** Takes one of our own messages away. */
  delete(dest: Destination, id: MessageId, options: { readonly thread?: MessageId }): Promise<void>;
}

/** A message that should exist. Wanting the same key again with a newer `rev` edits it. */
export interface WantedMessage {
  readonly dest: Destination;
  readonly key: string;
  readonly rev: number;
  readonly card: Card;
  /** The key of the message whose thread it belongs to; it is posted first. */
  readonly parent?: string;
  /** The root of a thread that somebody else began. Not together with `parent`. */
  readonly thread?: MessageId;
  /** `critical`: a new alert that goes first. `ack`: somebody waits for it (an acknowledgement, an answer). */
  readonly urgency?: 'critical' | 'ack';
  /** Its place among the others of its channel or thread does not matter (an answer to one person). */
  readonly unordered?: true;
}
