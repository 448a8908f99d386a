import { conversationKey } from './keys.ts';
import type { Table } from './table.ts';

/** The service URL of a Teams conversation, and of the conversation that spoke last (one tenant has one). */
export interface ConversationStore {
  remember(conversation: string, serviceUrl: string): Promise<void>;
  serviceUrl(conversation: string): Promise<string | undefined>;
}

const LATEST = 'latest';

/**
 * Service URLs in the table. What an activity told since the start counts most, then the preset, then what earlier
 * activities told.
 * @param preset where Teams is before anybody has spoken.
 */
export function makeConversationStore(table: Table, preset: string | undefined): ConversationStore {
  const known = new Map<string, string>();
  const read = async (conversation: string): Promise<string | undefined> => {
    const stored = (await table.get(conversationKey(conversation)))?.['serviceUrl'];
    return typeof stored === 'string' ? stored : undefined;
  };
  return {
    async remember(conversation, serviceUrl) {
      if (known.get(conversation) === serviceUrl) return;
      for (const key of [conversation, LATEST]) {
        await table.put({ ...conversationKey(key), serviceUrl });
        known.set(key, serviceUrl);
      }
    },
    serviceUrl: async (conversation) =>
      known.get(conversation) ??
      known.get(LATEST) ??
      preset ??
      (await read(conversation)) ??
      (await read(LATEST)),
  };
}
