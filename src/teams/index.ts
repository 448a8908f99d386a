import type { IRouter } from 'express';
import type { Chat } from '../chat/request.ts';
import type { FindPerson } from '../domain/people.ts';
import { type Clock, systemClock } from '../domain/time.ts';
import type { Messenger } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { makeTeamsAuthentication, TeamsAdapter, type TeamsCredentials } from './adapter.ts';
import { makeTeamsBot, type TeamsBotOptions } from './bot.ts';
import { makeConnectors } from './connector.ts';
import type { ConversationBook } from './conversations.ts';
import { makeFindTeamsPerson } from './find-person.ts';
import { makeTeamsGroups, type TeamsGroupsOf } from './groups.ts';
import { quietLibrary } from './library-console.ts';
import { makeTeamsMessenger } from './messenger.ts';
import { makeTeamsRouter } from './router.ts';
import { makeStandingOf } from './standing.ts';

export type { ConversationBook } from './conversations.ts';

/** Teams' half of Deckhand: what it sends goes to `chat`, what the outbox sends goes through `messenger`. */
export interface TeamsEdge {
  readonly messenger: Messenger;
  /** Who is meant by a mention, an id or a name in a conversation. */
  readonly findPerson: FindPerson;
  /** Entra's groups, for grants to them; undefined where they are not configured. */
  readonly groupsOf: TeamsGroupsOf | undefined;
  /** Makes `/api/messages`, for the HTTP server. */
  connect(chat: Chat, outbox: Pick<TeamsBotOptions, 'answers' | 'touched'>): IRouter;
}

/** Builds the edge. This module is the only door to the Bot Framework packages: load it only where Teams is configured. */
export function makeTeamsEdge(options: {
  readonly credentials: TeamsCredentials;
  readonly book: ConversationBook;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
  /** The longest that one request may take. */
  readonly timeoutMs?: number;
  /** The machine's clock. */
  readonly clock?: Clock;
}): TeamsEdge {
  const auth = makeTeamsAuthentication(options.credentials);
  const adapter = new TeamsAdapter(auth);
  const log = options.log.child({ part: 'teams' });
  quietLibrary(log);
  const connectors = makeConnectors(auth, options.credentials.appId, options.timeoutMs);
  const { clock = systemClock } = options;
  const standingOf = makeStandingOf({
    connectors,
    tenant: options.credentials.tenantId,
    now: () => clock.now(),
    log,
  });
  const { entra } = options.credentials;
  return {
    groupsOf: entra && makeTeamsGroups({ ...options.credentials, ...entra, now: () => clock.now() }),
    findPerson: makeFindTeamsPerson({
      connectors,
      book: options.book,
      tenant: options.credentials.tenantId,
    }),
    messenger: makeTeamsMessenger({ connectors, book: options.book, log }),
    connect: (chat, { answers, touched }) =>
      makeTeamsRouter({
        adapter,
        bot: makeTeamsBot({
          chat,
          answers,
          touched,
          connectors,
          standingOf,
          book: options.book,
          log,
          wait: options.wait,
        }),
        anonymous: options.credentials.appId === '',
        log,
      }),
  };
}
