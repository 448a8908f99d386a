import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Card } from '../cards/card.ts';
import type { Reply } from '../chat/request.ts';
import type { Destination, MessageId, WantedMessage } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { toBlockKit } from './blocks/index.ts';

/** Hands a message to the outbox; resolved when it is durable. */
export type Want = (messages: readonly WantedMessage[]) => Promise<void>;

export interface ReplyOptions {
  readonly want: Want;
  readonly client: WebClient;
  readonly log: Log;
  readonly requestId: string;
  readonly dest: Destination;
  readonly user: string;
  readonly prefix: string;
  readonly thread?: MessageId;
  /** Slack's `response_url`, where the request brought one (5 uses in 30 minutes). */
  readonly respond?: RespondFn;
  /** Nobody else reads along: a private answer is an ordinary one. */
  readonly direct: boolean;
}

/** Answers through the outbox, under the request's own key: a retried request answers once. */
export function makeReply(options: ReplyOptions): Reply {
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
    prefix: options.prefix,
    editable: true,
    toChannel,
    toAsker: (card) => (options.direct ? toChannel(card) : toAsker(card, options)),
  };
}

/** Answers where the bot is no member of the channel: Slack's `response_url` reaches it all the same. */
export function makeResponseUrlReply(prefix: string, respond: RespondFn): Reply {
  return {
    prefix,
    editable: false,
    toChannel: async (card) => {
      await respond({ ...toBlockKit(card), response_type: 'in_channel', replace_original: false });
    },
    toAsker: async (card) => {
      await respond({ ...toBlockKit(card), response_type: 'ephemeral', replace_original: false });
    },
  };
}

async function toAsker(card: Card, options: ReplyOptions): Promise<void> {
  const content = toBlockKit(card);
  if (options.respond !== undefined) {
    await options.respond({ ...content, response_type: 'ephemeral', replace_original: false });
    return;
  }
  await options.client.chat.postEphemeral({
    channel: options.dest.channel,
    user: options.user,
    ...content,
    ...(options.thread === undefined ? {} : { thread_ts: options.thread }),
  });
}
