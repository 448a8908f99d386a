import type { WebClient } from '@slack/web-api';
import type { Card } from '../cards/card.ts';
import { Unreachable } from '../domain/errors.ts';
import type { Destination, FindOptions, MessageId, Messenger, PostOptions } from '../messaging/messenger.ts';
import { toBlockKit } from './blocks/index.ts';
import { slackErrorWord, translateSlackError } from './errors.ts';

/** Our key travels in the message's metadata, where `conversations.history` can find it again. */
const EVENT_TYPE = 'deckhand_message';

/** Slack as the outbox sees it: one request per call; see {@link Messenger} for what is thrown. */
export function makeSlackMessenger(client: WebClient): Messenger {
  return {
    platform: 'slack',
    post: (dest, card, options) => post(client, dest, card, options),
    edit: (dest, id, card, options) => edit(client, dest, id, card, options),
    find: (dest, key, options) => whereAllowed(() => find(client, dest, key, options)),
    delete: async (dest, id) => {
      await call('chat.delete', () => client.chat.delete({ channel: dest.channel, ts: id }));
    },
  };
}

async function post(
  client: WebClient,
  dest: Destination,
  card: Card,
  options: PostOptions,
): Promise<MessageId> {
  const answer = await call('chat.postMessage', () =>
    client.chat.postMessage({
      channel: dest.channel,
      ...content(card, options),
      ...(options.thread === undefined ? {} : { thread_ts: options.thread }),
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
  if (!answer.ts) throw new Unreachable('Slack did not say which message it posted.');
  return answer.ts;
}

async function edit(
  client: WebClient,
  dest: Destination,
  id: MessageId,
  card: Card,
  options: PostOptions,
): Promise<void> {
  await call('chat.update', () =>
    client.chat.update({ channel: dest.channel, ts: id, ...content(card, options) }),
  );
}

function content(card: Card, options: PostOptions) {
  const { text, blocks } = toBlockKit(card, options.simple === undefined ? {} : { withoutNewest: true });
  return { text, blocks, metadata: { event_type: EVENT_TYPE, event_payload: { k: options.key } } };
}

/**
 * Roots are looked for in the channel's history, replies in their thread. Pages go on until the moment asked for:
 * other people's messages may have come in between.
 */
async function find(
  client: WebClient,
  dest: Destination,
  key: string,
  options: FindOptions,
): Promise<readonly MessageId[]> {
  const found: MessageId[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(
      options.thread === undefined ? 'conversations.history' : 'conversations.replies',
      () => readPage(client, dest, options, cursor),
    );
    for (const message of page.messages ?? []) {
      const carried: object | undefined = message.metadata?.event_payload;
      if (carried !== undefined && 'k' in carried && carried.k === key && message.ts !== undefined)
        found.push(message.ts);
    }
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return found.sort((a, b) => Number(a) - Number(b));
}

/** `undefined` where the app was installed without the scopes to read back (channels:history, groups:history). */
async function whereAllowed<T>(search: () => Promise<T>): Promise<T | undefined> {
  try {
    return await search();
  } catch (error) {
    if (slackErrorWord(error) === 'missing_scope') return undefined;
    throw error;
  }
}

function readPage(client: WebClient, dest: Destination, options: FindOptions, cursor: string | undefined) {
  const common = {
    channel: dest.channel,
    oldest: (options.sinceMs / 1000).toFixed(6),
    inclusive: true,
    include_all_metadata: true,
    limit: 200,
    ...(cursor === undefined ? {} : { cursor }),
  };
  return options.thread === undefined
    ? client.conversations.history(common)
    : client.conversations.replies({ ...common, ts: options.thread });
}

async function call<T>(method: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw translateSlackError(error, method);
  }
}
