/**
 * Where Teams conversations live. Every activity tells the service URL of its tenant's region; proactive posts need
 * it later, after a restart too, so it is kept in the store.
 */
export interface ConversationBook {
  /** Remembers what an incoming activity told. */
  remember(conversation: string, serviceUrl: string): Promise<void>;
  /** The service URL for a conversation, or of any other of ours; undefined before the first activity. */
  serviceUrl(conversation: string): Promise<string | undefined>;
}

const ROOT = ';messageid=';

/** `19:…@thread.tacv2;messageid=1700000000000` → the channel and the root of the thread. */
export function splitConversation(id: string): {
  readonly channel: string;
  readonly root: string | undefined;
} {
  const at = id.indexOf(ROOT);
  return at < 0
    ? { channel: id, root: undefined }
    : { channel: id.slice(0, at), root: id.slice(at + ROOT.length) };
}

/** The conversation in which a thread of a channel goes on. */
export function threadOf(channel: string, root: string): string {
  return `${channel}${ROOT}${root}`;
}

/** Channels have threads; one-to-one and group chats have not. */
export function isChannel(conversation: string): boolean {
  return /@thread\.(tacv2|skype)$/.test(splitConversation(conversation).channel);
}
