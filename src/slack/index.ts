import { App } from '@slack/bolt';
import type { IRouter } from 'express';
import type { Chat } from '../chat/request.ts';
import type { Messenger } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { makeSlackClient, singleRequestOptions } from './client.ts';
import { registerListeners } from './listeners/index.ts';
import { makeSlackLogger } from './logger.ts';
import { makeMembership } from './membership.ts';
import { makeSlackMessenger } from './messenger.ts';
import { makePeople } from './people.ts';
import { makeReceivers } from './receivers.ts';
import type { Answers } from './reply.ts';
import { makeSelf } from './self.ts';

export interface SlackSettings {
  readonly botToken: string;
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  readonly apiUrl: string | undefined;
  /** The longest that one request may take. */
  readonly timeoutMs?: number;
}

/** Slack's half of Deckhand: what it sends goes to `chat`, what the outbox sends goes through `messenger`. */
export interface SlackEdge {
  readonly messenger: Messenger;
  /** `/slack/events`, where requests come over HTTP. */
  readonly router: IRouter | undefined;
  /** Tells Bolt where requests go; the messenger works before. */
  connect(chat: Chat, answers: Answers): void;
  /** Opens the socket, where there is one. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the edge. No request is made before {@link SlackEdge.start}, so that an outage of Slack does not stop the bot. */
export function makeSlackEdge(settings: SlackSettings, log: Log, systemNow: () => number): SlackEdge {
  const logger = makeSlackLogger(log);
  const { apiUrl, timeoutMs } = settings;
  const clientOptions = { apiUrl, logger, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const client = makeSlackClient(settings.botToken, clientOptions);
  const self = makeSelf(client, log);
  const { router, receiver } = makeReceivers({ ...settings, logger, systemNow });
  const app = new App({
    receiver,
    logger,
    clientOptions: singleRequestOptions(clientOptions),
    authorize: async (_source, body) => ({ botToken: settings.botToken, ...(await self(body)) }),
  });
  app.error(async (error) => log.error({ err: error }, 'a Slack listener failed'));
  return {
    messenger: makeSlackMessenger(client),
    router,
    connect: (chat, answers) =>
      registerListeners(app, {
        chat,
        answers,
        client,
        log,
        people: makePeople(client, systemNow, log),
        mayPost: makeMembership(client, systemNow),
      }),
    start: async () => {
      await receiver.start();
    },
    stop: async () => {
      await receiver.stop();
    },
  };
}
