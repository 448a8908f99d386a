import type { Card } from '../cards/card.ts';
import type { Reply } from '../chat/request.ts';
import type { Destination, MessageId, WantedMessage } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connector } from './connector.ts';
import { isChannel, threadOf } from './conversations.ts';
import { cardActivity } from './messenger.ts';

export interface TeamsReplyOptions {
  readonly want: (messages: readonly WantedMessage[]) => Promise<void>;
  readonly connector: () => Promise<Connector>;
  readonly log: Log;
  readonly requestId: string;
  readonly dest: Destination;
  /** The channel account of the asker (`29:…`): targeted messages go to it. */
  readonly accountId: string;
  readonly tenant: string;
  readonly thread?: MessageId;
  /** Nobody else reads along: a private answer is an ordinary one. */
  readonly direct: boolean;
}

/** Answers through the outbox, under the request's own key: a retried activity answers once. */
export function makeTeamsReply(options: TeamsReplyOptions): Reply {
  let rev = 0;
  const toChannel = async (card: Card) => {
    rev += 1;
    await options.want([
      {
        dest: options.dest,
        key: `live/${options.requestId}`,
        rev,
        card,
        urgency: 'ack',
        ...(options.thread === undefined ? {} : { thread: options.thread }),
      },
    ]);
  };
  return {
    prefix: options.direct ? '' : '@Deckhand',
    editable: true,
    toChannel,
    toAsker: (card) => (options.direct ? toChannel(card) : toAsker(card, options)),
  };
}

/** A targeted message in the conversation; where Teams refuses it, the one-to-one chat. At most once either way. */
async function toAsker(card: Card, options: TeamsReplyOptions): Promise<void> {
  const { dest, thread } = options;
  const connector = await options.connector();
  const activity = cardActivity(card, { key: `ask/${options.requestId}` });
  const conversation =
    isChannel(dest.channel) && thread !== undefined ? threadOf(dest.channel, thread) : dest.channel;
  try {
    await connector.sendTargeted(conversation, {
      ...activity,
      recipient: { id: options.accountId, name: '' },
    });
  } catch (error) {
    options.log.info({ err: error }, 'no targeted message; answering in the one-to-one chat');
    await connector.send(await connector.openChat(options.accountId, options.tenant), activity);
  }
}
