import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cast } from '../cast.ts';
import type { Failure } from '../failures.ts';
import { activityFrame, addedToTeam } from './activities.ts';
import { BotLink } from './bot-link.ts';
import { ConnectorApi, type RecordedRequest } from './connector-api.ts';
import { GraphApi } from './graph-api.ts';
import { TeamsPeople } from './people.ts';
import { type TEAMS_RATES, ThreadLimits } from './rate-limits.ts';
import { Tenant } from './tenant.ts';

/** How a loopback Teams is made. Its clock is the system's unless a test brings its own. */
export interface TeamsOptions {
  readonly cast: Cast;
  /** Where the connector is reached, as activities name it: `http://127.0.0.1:PORT/teams`. */
  readonly serviceUrl: () => string;
  /** The bot's messaging endpoint (`…/api/messages`). */
  readonly endpoint: () => string | undefined;
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
  /** Other throttles than Teams', for tests that are not about them. */
  readonly rates?: typeof TEAMS_RATES;
}

/** One Teams tenant with a team, its people and the bot: the Bot Framework connector over loopback. */
export interface LoopbackTeams {
  readonly tenant: Tenant;
  readonly people: TeamsPeople;
  /** Every request to the connector so far. */
  readonly requests: readonly RecordedRequest[];
  /** Every request to Microsoft Graph and its login so far, as `METHOD path`. */
  readonly graphRequests: readonly string[];
  /**
   * Serves `path` (with a leading slash): the connector at `/v3/…`, Microsoft Graph at `/graph/…`, its login at
   * `/login/…`.
   */
  handle(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void>;
  /** Tells the bot that it was added to the team; answers whether it took that. */
  announceBot(): Promise<boolean>;
  /** The next requests of an operation (Graph's: `getToken`, `checkMemberGroups`) fail like this. */
  failNext(operation: string, failure: Failure, times?: number): void;
  /** The channel does not exist any more. */
  removeChannel(id: string): void;
  /** The bot is no longer in the conversation (a channel, a chat, or the team by its id). */
  removeBot(conversation: string): void;
  /** Grants or takes ChannelMessage.Read.Group. */
  hearEverything(granted: boolean): void;
  close(): void;
}

/** Makes a loopback Teams. It serves nothing by itself: the caller's HTTP server hands it requests. */
export function makeTeams(options: TeamsOptions): LoopbackTeams {
  const { cast, nowMs, serviceUrl } = options;
  const tenant = new Tenant(cast, nowMs);
  const link = new BotLink(options.endpoint, options.timeoutMs);
  const api = new ConnectorApi(tenant, new ThreadLimits(nowMs, options.rates));
  const graph = new GraphApi(tenant, api.failures);
  const consent = { hearsEverything: false };
  const people = new TeamsPeople({
    tenant,
    link,
    serviceUrl,
    hearsEverything: () => consent.hearsEverything,
  });
  return {
    tenant,
    people,
    requests: api.requests,
    graphRequests: graph.requests,
    handle: (req, res, path, query) => {
      const plain = path.replace(/^\/+/, '/');
      return graph.serves(plain) ? graph.handle(req, res, plain) : api.handle(req, res, plain, query);
    },
    announceBot: () => announceBot(tenant, link, serviceUrl(), nowMs()),
    failNext: (operation, failure, times) => api.failures.next(operation, failure, times),
    removeChannel: (id) => void tenant.gone.add(id),
    removeBot: (conversation) => void tenant.withoutBot.add(conversation),
    hearEverything: (granted) => void (consent.hearsEverything = granted),
    close: () => link.close(),
  };
}

async function announceBot(
  tenant: Tenant,
  link: BotLink,
  serviceUrl: string,
  nowMs: number,
): Promise<boolean> {
  const user = tenant.users[0];
  if (user === undefined) return false;
  const place = { kind: 'channel', base: tenant.cast.teamId, rootId: undefined } as const;
  const frame = activityFrame(tenant, serviceUrl, user, place, tenant.nextId(), nowMs);
  const answers = [];
  for (const activity of addedToTeam(frame, tenant)) answers.push(await link.send(activity));
  return answers.every((answer) => answer.ok && answer.status < 300);
}
