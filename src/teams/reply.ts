import type { Card } from '../cards/card.ts';
import type { Reply } from '../chat/request.ts';
import type { Live } from '../messaging/live.ts';
import type { Destination, MessageId } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connector } from './connector.ts';
import { isChannel, threadOf } from './conversations.ts';
import { cardActivity, conversationOf } from './messenger.ts';

export interface TeamsReplyOptions {
  readonly answers: Pick<Live, 'open'>;
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
  const { requestId, dest, thread } = options;
  const answer = options.answers.open({ requestId, dest, ...(thread === undefined ? {} : { thread }) });
  const past = makePastOutbox(options);
  const orPast = (put: (card: Card) => Promise<void>) => async (card: Card) => {
    try {
      await put(card);
    } catch (error) {
      options.log.warn({ err: error }, 'an answer goes out without the outbox: the store does not take it');
      await past(card);
    }
  };
  const toChannel = orPast((card) => answer.finish(card));
  return {
    prefix: options.direct ? '' : '@Deckhand',
    editable: true,
    showProgress: orPast((card) => answer.show(card)),
    toChannel,
    toAsker: (card) => (options.direct ? toChannel(card) : toAsker(card, options)),
  };
}

/** With the store down people still get answers, straight and at most once; the first is edited by those that follow. */
function makePastOutbox(options: TeamsReplyOptions): (card: Card) => Promise<void> {
  let posted: MessageId | undefined;
  return async (card) => {
    const connector = await options.connector();
    const activity = cardActivity(card, { key: keyOf(options) });
    const { dest, thread } = options;
    if (posted !== undefined) {
      await connector.update(conversationOf(dest, posted, thread), posted, { ...activity, id: posted });
    } else if (isChannel(dest.channel) && thread === undefined) {
      posted = await connector.createPost(dest.channel, activity);
    } else {
      posted = await connector.send(conversationOf(dest, thread ?? '', thread), activity);
    }
  };
}

function keyOf({ requestId }: TeamsReplyOptions): string {
  return `live/${requestId}`;
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
