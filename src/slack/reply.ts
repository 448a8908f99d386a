import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Card } from '../cards/card.ts';
import type { Reply } from '../chat/request.ts';
import { Denied, NotFound } from '../domain/errors.ts';
import type { Live } from '../messaging/live.ts';
import type { Destination, MessageId } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { toBlockKit } from './blocks/index.ts';
import { makeSlackMessenger } from './messenger.ts';

/** Opens an answer that goes through the outbox. */
export type Answers = Pick<Live, 'open'>;

export interface ReplyOptions {
  readonly answers: Answers;
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
  /** Nobody knows whether we may post there: post straight, and take the `response_url` where that is refused. */
  readonly tryFirst?: boolean;
}

/** Answers through the outbox, under the request's own key: a retried request answers once. */
export function makeReply(options: ReplyOptions): Reply {
  const { requestId, dest } = options;
  const answer = options.answers.open({ requestId, dest, ...threadOf(options) });
  const past = makePastOutbox(options);
  const orPast = (put: (card: Card) => Promise<void>) => async (card: Card) => {
    try {
      await put(card);
    } catch (error) {
      options.log.warn({ err: error }, 'an answer goes out without the outbox: the store does not take it');
      await past(card);
    }
  };
  const finish = orPast((card) => answer.finish(card));
  const toChannel = options.tryFirst ? makeTrying(options, past, finish) : finish;
  return {
    prefix: options.prefix,
    editable: true,
    showProgress: options.tryFirst ? async () => undefined : orPast((card) => answer.show(card)),
    toChannel,
    toAsker: (card) => (options.direct ? toChannel(card) : toAsker(card, options)),
  };
}

/** Answers where the bot is no member of the channel: Slack's `response_url` reaches it all the same. */
export function makeResponseUrlReply(prefix: string, respond: RespondFn): Reply {
  return {
    prefix,
    editable: false,
    showProgress: async () => undefined,
    toChannel: async (card) => {
      await respond({ ...toBlockKit(card), response_type: 'in_channel', replace_original: false });
    },
    toAsker: async (card) => {
      await respond({ ...toBlockKit(card), response_type: 'ephemeral', replace_original: false });
    },
  };
}

/** With the store down people still get answers, straight and at most once; the first is edited by those that follow. */
function makePastOutbox(options: ReplyOptions): (card: Card) => Promise<void> {
  const messenger = makeSlackMessenger(options.client);
  const post = { key: keyOf(options), ...threadOf(options) };
  let posted: MessageId | undefined;
  return async (card) => {
    if (posted === undefined) posted = await messenger.post(options.dest, card, post);
    else await messenger.edit(options.dest, posted, card, post);
  };
}

/** A refusal for good goes to the `response_url`; what Slack may take later is the outbox's. */
function makeTrying(
  { respond, log }: ReplyOptions,
  post: (card: Card) => Promise<void>,
  later: (card: Card) => Promise<void>,
): (card: Card) => Promise<void> {
  return async (card) => {
    try {
      await post(card);
    } catch (error) {
      const refused = error instanceof Denied || error instanceof NotFound;
      log.info({ err: error }, 'an answer was not taken where it was asked for; trying another way');
      if (!refused || respond === undefined) await later(card);
      else await respond({ ...toBlockKit(card), response_type: 'in_channel', replace_original: false });
    }
  };
}

/** The `response_url`, else an ephemeral message, else a direct one: a refusal that nobody sees is silence. */
async function toAsker(card: Card, options: ReplyOptions): Promise<void> {
  const content = toBlockKit(card);
  const { client, respond, dest, user } = options;
  const thread = options.thread === undefined ? {} : { thread_ts: options.thread };
  const ways: (() => Promise<unknown>)[] = [
    ...(respond === undefined
      ? []
      : [() => respond({ ...content, response_type: 'ephemeral', replace_original: false })]),
    () => client.chat.postEphemeral({ channel: dest.channel, user, ...content, ...thread }),
    () => client.chat.postMessage({ channel: user, ...content }),
  ];
  for (const [index, way] of ways.entries()) {
    try {
      await way();
      return;
    } catch (error) {
      if (index === ways.length - 1) throw error;
      options.log.info({ err: error }, 'a private answer was not taken; trying another way');
    }
  }
}

function keyOf({ requestId }: ReplyOptions): string {
  return `live/${requestId}`;
}

function threadOf({ thread }: ReplyOptions): { readonly thread?: MessageId } {
  return thread === undefined ? {} : { thread };
}
