import type { Cast, CastPerson } from '../cast.ts';
import type { JsonObject } from '../json.ts';

/** A member, guest or bot. */
export interface SlackUser {
  readonly id: string;
  /** The handle. */
  readonly name: string;
  readonly realName: string;
  readonly teamId: string;
  readonly email: string;
  readonly isBot: boolean;
  /** From another workspace, seen through a shared channel. */
  readonly isStranger: boolean;
  readonly zone: string;
}

/** A channel or a direct message with the bot. */
export interface Conversation {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'private' | 'im';
  /** The other side of a direct message. */
  readonly user?: string;
  readonly members: Set<string>;
  readonly createdAtMs: number;
  isArchived: boolean;
  /** Deleted, or made private without the bot: it cannot be found any more. */
  isGone: boolean;
}

/** A message as the workspace keeps it. */
export interface StoredMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly user: string;
  readonly isBot: boolean;
  text: string;
  blocks: readonly JsonObject[] | undefined;
  attachments: readonly JsonObject[] | undefined;
  metadata: JsonObject | undefined;
  editedTs: string | undefined;
  readonly ephemeralFor: string | undefined;
  readonly clientId: string | undefined;
  /** A deleted root whose replies remain. */
  isTombstone: boolean;
  readonly reactions: Map<string, Set<string>>;
}

/** What a caller gives for a new message; the workspace adds its time. */
export type NewMessage = Pick<StoredMessage, 'channel' | 'user' | 'isBot' | 'text'> &
  Partial<
    Pick<StoredMessage, 'threadTs' | 'blocks' | 'attachments' | 'metadata' | 'ephemeralFor' | 'clientId'>
  >;

/** The parts of a message that an edit may change; what is absent stays. */
export type MessageEdit = Partial<Pick<StoredMessage, 'text' | 'blocks' | 'attachments' | 'metadata'>>;

/** Everything that changes in a workspace, in order. */
export type WorkspaceChange =
  | { readonly kind: 'posted'; readonly message: StoredMessage }
  | { readonly kind: 'edited'; readonly message: StoredMessage; readonly before: JsonObject }
  | { readonly kind: 'deleted'; readonly message: StoredMessage };

/** Users, channels and messages: the state behind the Web API. One instance per loopback Slack. */
export class Workspace {
  readonly cast: Cast['slack'];
  readonly users = new Map<string, SlackUser>();
  readonly conversations = new Map<string, Conversation>();
  /** Messages that still grow, and until when at most. */
  readonly streams = new Map<StoredMessage, number>();
  private readonly messages = new Map<string, StoredMessage[]>();
  private readonly listeners: ((change: WorkspaceChange) => void)[] = [];
  private readonly nowMs: () => number;
  private lastMicros = 0;

  constructor(cast: Cast, nowMs: () => number) {
    this.cast = cast.slack;
    this.nowMs = nowMs;
    for (const person of cast.people) this.users.set(person.slackId, userOf(person, cast));
    this.users.set(cast.slack.botUserId, botUser(cast));
    const everyone = cast.people.map((person) => person.slackId);
    for (const { id, name, botIsMember } of cast.slack.channels) {
      const members = new Set(botIsMember ? [...everyone, cast.slack.botUserId] : everyone);
      this.addConversation({ id, name, kind: 'channel', members });
    }
    for (const person of cast.people) {
      const members = new Set([person.slackId, cast.slack.botUserId]);
      this.addConversation({ id: person.slackDm, name: '', kind: 'im', user: person.slackId, members });
    }
  }

  /** Calls back after every change, in order, while the change is being made: listeners must be quick. */
  onChange(listener: (change: WorkspaceChange) => void): void {
    this.listeners.push(listener);
  }

  /** The system's clock, in milliseconds. */
  now(): number {
    return this.nowMs();
  }

  isStreaming(message: StoredMessage): boolean {
    return (this.streams.get(message) ?? 0) > this.nowMs();
  }

  /** A channel by id or `#name`, or the direct message with a user; undefined when there is none. */
  find(channel: string): Conversation | undefined {
    const byId = this.conversations.get(channel);
    if (byId !== undefined) return byId.isGone ? undefined : byId;
    const name = channel.replace(/^#/, '');
    for (const each of this.conversations.values()) {
      if (!each.isGone && (each.user === channel || (each.kind !== 'im' && each.name === name))) return each;
    }
    return undefined;
  }

  /** Everything in a channel, oldest first; ephemeral messages are among them. */
  messagesOf(channel: string): readonly StoredMessage[] {
    return this.messages.get(channel) ?? [];
  }

  message(channel: string, ts: string): StoredMessage | undefined {
    return this.messagesOf(channel).find((message) => message.ts === ts);
  }

  /** The replies to a root, oldest first, without those that only one person sees. */
  repliesOf(channel: string, rootTs: string): readonly StoredMessage[] {
    return this.messagesOf(channel).filter(
      (message) => message.threadTs === rootTs && message.ts !== rootTs && message.ephemeralFor === undefined,
    );
  }

  post(message: NewMessage): StoredMessage {
    const stored: StoredMessage = {
      ...message,
      ts: this.nextTs(),
      threadTs: message.threadTs,
      blocks: message.blocks,
      attachments: message.attachments,
      metadata: message.metadata,
      ephemeralFor: message.ephemeralFor,
      clientId: message.clientId,
      editedTs: undefined,
      isTombstone: false,
      reactions: new Map(),
    };
    const list = this.messages.get(message.channel);
    if (list === undefined) this.messages.set(message.channel, [stored]);
    else list.push(stored);
    this.announce({ kind: 'posted', message: stored });
    return stored;
  }

  /** Changes a message; `before` is how it looked, as the change event carries it. */
  edit(message: StoredMessage, edit: MessageEdit, before: JsonObject): void {
    Object.assign(message, edit, { editedTs: this.nextTs() });
    this.announce({ kind: 'edited', message, before });
  }

  /** Removes a message; a root with replies leaves "This message was deleted." behind, as in Slack. */
  remove(message: StoredMessage): void {
    const list = this.messages.get(message.channel) ?? [];
    if (message.threadTs === undefined && this.repliesOf(message.channel, message.ts).length > 0) {
      const empty = { blocks: undefined, attachments: undefined, metadata: undefined };
      Object.assign(message, empty, { isTombstone: true, text: 'This message was deleted.' });
    } else {
      list.splice(list.indexOf(message), 1);
    }
    this.announce({ kind: 'deleted', message });
  }

  /** A new timestamp id, later than every one before it: seconds with six decimals. */
  nextTs(): string {
    this.lastMicros = Math.max(Math.floor(this.nowMs() * 1000), this.lastMicros + 1);
    const seconds = Math.floor(this.lastMicros / 1_000_000);
    return `${seconds}.${String(this.lastMicros % 1_000_000).padStart(6, '0')}`;
  }

  private addConversation(
    conversation: Pick<Conversation, 'id' | 'name' | 'kind' | 'members'> & { readonly user?: string },
  ): void {
    const state = { createdAtMs: this.nowMs(), isArchived: false, isGone: false };
    this.conversations.set(conversation.id, { ...conversation, ...state });
  }

  private announce(change: WorkspaceChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function userOf(person: CastPerson, cast: Cast): SlackUser {
  const isStranger = person.role === 'stranger';
  return {
    id: person.slackId,
    name: person.handle,
    realName: person.name,
    teamId: isStranger ? cast.slack.otherTeamId : cast.slack.teamId,
    email: person.email,
    isBot: false,
    isStranger,
    zone: cast.zone,
  };
}

function botUser(cast: Cast): SlackUser {
  return {
    id: cast.slack.botUserId,
    name: cast.slack.botName.toLowerCase(),
    realName: cast.slack.botName,
    teamId: cast.slack.teamId,
    email: '',
    isBot: true,
    isStranger: false,
    zone: cast.zone,
  };
}
