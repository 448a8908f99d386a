import { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { IRouter } from 'express';
import type { Chat } from '../chat/request.ts';
import type { FindPerson } from '../domain/people.ts';
import type { Destination, MessageId, Messenger } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { makeSlackClient, singleRequestOptions } from './client.ts';
import { slackErrorWord, translateSlackError } from './errors.ts';
import { makeFindSlackPerson } from './find-person.ts';
import { makeSlackGroups, type SlackGroupsOf } from './groups.ts';
import { makeCommandName } from './listeners/context.ts';
import { registerListeners } from './listeners/index.ts';
import { makeSlackLogger } from './logger.ts';
import { type Membership, makeMembership } from './membership.ts';
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
  /** Who is meant by a mention, an id or a name. */
  readonly findPerson: FindPerson;
  /** User groups, for grants to them. */
  readonly groupsOf: SlackGroupsOf;
  /** Whether the bot may post into a channel, before anything is posted. */
  readonly mayPost: (channel: string) => Promise<Membership>;
  /** `/slack/events`, where requests come over HTTP. */
  readonly router: IRouter | undefined;
  /** Tells Bolt where requests go; the messenger works before. */
  connect(chat: Chat, answers: Answers, isOurs: (dest: Destination, id: MessageId) => Promise<boolean>): void;
  /** Opens the socket, where there is one. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** How long who somebody is, or whether we are in a channel, may take to learn. */
const LOOKUP_TIMEOUT_MS = 1500;

/** Builds the edge. No request is made before {@link SlackEdge.start}, so that an outage of Slack does not stop the bot. */
export function makeSlackEdge(settings: SlackSettings, log: Log, systemNow: () => number): SlackEdge {
  const logger = makeSlackLogger(log);
  const { apiUrl, timeoutMs } = settings;
  const clientOptions = { apiUrl, logger, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const client = makeSlackClient(settings.botToken, clientOptions);
  // What only adds to an answer must not hold it up.
  const lookups = makeSlackClient(settings.botToken, { ...clientOptions, timeoutMs: LOOKUP_TIMEOUT_MS });
  const mayPost = makeMembership(lookups, systemNow);
  const self = makeSelf(lookups, log);
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
    findPerson: makeFindSlackPerson(lookups),
    groupsOf: makeSlackGroups(lookups, systemNow),
    mayPost,
    router,
    connect: (chat, answers, isOurs) =>
      registerListeners(app, {
        chat,
        answers,
        client,
        log,
        people: makePeople(lookups, systemNow, log),
        mayPost,
        isOurs,
        commandName: makeCommandName(),
      }),
    start: async () => {
      await checkToken(lookups);
      await receiver.start();
    },
    stop: async () => {
      await receiver.stop();
    },
  };
}

const BAD_TOKEN = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
]);

/** A token that Slack refuses is told at the start; that Slack does not answer is no reason not to start. */
async function checkToken(client: WebClient): Promise<void> {
  try {
    await client.auth.test();
  } catch (error) {
    if (BAD_TOKEN.has(slackErrorWord(error) ?? '')) throw translateSlackError(error, 'auth.test');
  }
}
