import { type Activity, CardFactory } from 'botbuilder';
import type { Card } from '../cards/card.ts';
import { NotFound, NotSent, ThreadGone } from '../domain/errors.ts';
import type { Destination, MessageId, Messenger, PostOptions } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { toAdaptiveCard } from './cards/index.ts';
import type { Connector } from './connector.ts';
import { type ConversationBook, isChannel, threadOf } from './conversations.ts';
import { translateTeamsError } from './errors.ts';

export interface TeamsMessengerOptions {
  readonly connectors: (serviceUrl: string) => Promise<Connector>;
  readonly book: ConversationBook;
  readonly log: Log;
}

/** Teams as the outbox sees it: one request per call; see {@link Messenger} for what is thrown. */
export function makeTeamsMessenger(options: TeamsMessengerOptions): Messenger {
  const connectorFor = async (dest: Destination): Promise<Connector> => {
    const serviceUrl = await options.book.serviceUrl(dest.channel);
    if (serviceUrl === undefined) {
      throw new NotSent(
        'I do not know yet where Teams is: say something to me there, or set TEAMS_SERVICE_URL.',
      );
    }
    return options.connectors(serviceUrl);
  };
  const call = async <T>(
    what: string,
    dest: Destination,
    request: (connector: Connector) => Promise<T>,
  ): Promise<T> => {
    try {
      return await request(await connectorFor(dest));
    } catch (error) {
      options.log.warn({ err: error, dest: dest.channel }, 'a call to Teams failed');
      throw translateTeamsError(error, what);
    }
  };
  return {
    platform: 'teams',
    post(dest, card, post) {
      const { thread } = post;
      const activity = cardActivity(card, post);
      if (!isChannel(dest.channel))
        return call('a post', dest, (connector) => connector.send(dest.channel, activity));
      if (thread === undefined)
        return call('a post', dest, (connector) => connector.createPost(dest.channel, activity));
      const conversation = threadOf(dest.channel, thread);
      return inThread(() => call('a reply', dest, (connector) => connector.send(conversation, activity)));
    },
    edit: (dest, id, card, post) =>
      call('an edit', dest, (connector) =>
        connector.update(conversationOf(dest, id, post.thread), id, { ...cardActivity(card, post), id }),
      ),
    // Reading a channel needs a permission that a tenant's owner grants; without it nothing can be searched.
    find: async () => undefined,
    delete: (dest, id, remove) =>
      call('a deletion', dest, (connector) => connector.remove(conversationOf(dest, id, remove.thread), id)),
  };
}

/** Teams says 404 for a root that was deleted and for a channel that was; the next post of a root tells them apart. */
async function inThread<T>(reply: () => Promise<T>): Promise<T> {
  try {
    return await reply();
  } catch (error) {
    if (error instanceof NotFound)
      throw new ThreadGone('The thread to reply to is gone.', { cause: error.cause });
    throw error;
  }
}

/** A message of a channel lives in the conversation of its thread; a root is its own. */
export function conversationOf(dest: Destination, id: MessageId, thread: MessageId | undefined): string {
  return isChannel(dest.channel) ? threadOf(dest.channel, thread ?? id) : dest.channel;
}

/** A message that holds one card. The summary is what notifications show. */
export function cardActivity(card: Card, post: PostOptions): Partial<Activity> {
  return {
    type: 'message',
    summary: card.summary,
    attachments: [
      CardFactory.adaptiveCard(
        toAdaptiveCard(card, {
          messageKey: post.key,
          ...(post.simple === undefined ? {} : { simple: true }),
        }),
      ),
    ],
  };
}
