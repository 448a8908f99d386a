import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Cast, slackStyleId } from '../cast.ts';
import type { Failure } from '../failures.ts';
import { sendText } from '../http-exchange.ts';
import { Courier } from './courier.ts';
import { Events } from './events.ts';
import type { Tier } from './method.ts';
import { Modals } from './modals.ts';
import { People } from './people.ts';
import { RateLimits } from './rate-limits.ts';
import { handleResponseUrl } from './response-urls.ts';
import { SocketMode } from './socket-mode.ts';
import { Tickets } from './tickets.ts';
import { Views } from './views.ts';
import { ALL_SCOPES, type RecordedCall, WebApi } from './web-api.ts';
import { Workspace } from './workspace.ts';

/** How a loopback Slack is made. Everything about time uses the system's clock unless a test brings its own. */
export interface SlackOptions {
  readonly cast: Cast;
  /** Where this Slack is reached: `http://127.0.0.1:PORT/slack`. */
  readonly baseUrl: () => string;
  /** The app's request URL (`…/slack/events`); undefined for an app that only connects by Socket Mode. */
  readonly requestUrl: () => string | undefined;
  /** Milliseconds since the epoch, fractions allowed. */
  readonly nowMs: () => number;
  readonly ackTimeoutMs?: number;
  readonly retryDelaysMs?: readonly number[];
  /** Other throttles than Slack's, for tests that are not about them. */
  readonly rates?: Readonly<Record<Tier, { readonly capacity: number; readonly perSecond: number }>>;
}

/** A Slack workspace with one app installed: Web API, events, interactivity and Socket Mode over loopback. */
export interface LoopbackSlack {
  readonly workspace: Workspace;
  readonly views: Views;
  readonly people: People;
  readonly modals: Modals;
  readonly credentials: {
    readonly botToken: string;
    readonly appToken: string;
    readonly signingSecret: string;
  };
  /** Every Web API call so far. */
  readonly calls: readonly RecordedCall[];
  /** Serves `path` (below {@link SlackOptions.baseUrl}, with a leading slash); answers 404 for what is not Slack's. */
  handle(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void>;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Proves the request URL as Slack does when it is entered: https://docs.slack.dev/reference/events/url_verification */
  verifyRequestUrl(): Promise<boolean>;
  /** The next calls of a method fail like this. */
  failNext(method: string, failure: Failure, times?: number): void;
  /** The channel cannot be found any more. */
  removeChannel(id: string): void;
  archiveChannel(id: string): void;
  /** Every further call is refused with this error, until the token is restored. */
  revokeToken(error?: string): void;
  restoreToken(): void;
  /** Leaves only these scopes. */
  limitScopes(scopes: readonly string[]): void;
  /** Asks Socket Mode clients to reconnect. */
  refreshSockets(): void;
  close(): void;
}

/** Makes a loopback Slack. It serves nothing by itself: the caller's HTTP server hands it requests. */
export function makeSlack(options: SlackOptions): LoopbackSlack {
  const { cast, nowMs } = options;
  const credentials = credentialsFor(cast);
  const workspace = new Workspace(cast, nowMs);
  const tickets = new Tickets(nowMs, options.baseUrl);
  const views = new Views(workspace);
  const sockets = new SocketMode(cast.slack.appId, nowMs);
  const courier = makeCourier(options, credentials.signingSecret, sockets);
  const events = new Events(workspace, courier, nowMs, options.retryDelaysMs);
  const access = { problem: undefined as string | undefined, scopes: new Set(ALL_SCOPES) };
  const api = new WebApi({
    context: {
      ws: workspace,
      tickets,
      views,
      socketUrl: () => socketUrl(options.baseUrl(), sockets.ticket()),
    },
    limits: new RateLimits(nowMs, options.rates),
    ...credentials,
    tokenProblem: () => access.problem,
    scopes: () => access.scopes,
  });
  const parts = { ws: workspace, tickets, courier, events };
  const people = new People(parts);
  // What the app itself did, it hears of as well; people's messages are announced where they are sent.
  workspace.onChange((change) => {
    if (change.message.isBot) void events.announce(change);
  });
  return {
    workspace,
    views,
    people,
    modals: new Modals(parts, people, views),
    credentials,
    calls: api.calls,
    handle: (req, res, path, query) => route(req, res, path, query, api, workspace, tickets),
    upgrade: (req, socket, head) => sockets.upgrade(req, socket, head),
    verifyRequestUrl: () => verifyRequestUrl(courier),
    failNext: (method, failure, times) => api.failures.next(method, failure, times),
    removeChannel: (id) => markChannel(workspace, id, 'isGone'),
    archiveChannel: (id) => markChannel(workspace, id, 'isArchived'),
    revokeToken: (error = 'token_revoked') => void (access.problem = error),
    restoreToken: () => void (access.problem = undefined),
    limitScopes: (scopes) => void (access.scopes = new Set(scopes)),
    refreshSockets: () => sockets.refresh(),
    close: () => {
      events.close();
      courier.close();
      sockets.close();
    },
  };
}

async function route(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
  api: WebApi,
  workspace: Workspace,
  tickets: Tickets,
): Promise<void> {
  const [, area, name] = /^\/(api|commands|actions)\/([^/]+)\/?$/.exec(path) ?? [];
  if (area === undefined || name === undefined) return sendText(res, 404, 'Not found');
  if (area === 'api') return api.handle(req, res, name, query);
  return handleResponseUrl(req, res, name, workspace, tickets);
}

function makeCourier(options: SlackOptions, signingSecret: string, sockets: SocketMode): Courier {
  const { requestUrl, nowMs, ackTimeoutMs } = options;
  return new Courier({
    requestUrl,
    signingSecret,
    sockets,
    nowMs,
    ...(ackTimeoutMs === undefined ? {} : { ackTimeoutMs }),
  });
}

function socketUrl(baseUrl: string, ticket: string): string {
  return `${baseUrl.replace(/^http/, 'ws')}/link?ticket=${ticket}`;
}

async function verifyRequestUrl(courier: Courier): Promise<boolean> {
  const challenge = slackStyleId('', 'challenge');
  const payload = { token: 'local-verification-token', challenge, type: 'url_verification' };
  const delivery = await courier.deliver('events_api', payload);
  if (!delivery.ok || delivery.answer === undefined) return false;
  return (
    (typeof delivery.answer === 'string' ? delivery.answer.trim() : delivery.answer.challenge) === challenge
  );
}

/** Fixed, so that a bot can be restarted on its own; they open nothing but this process. */
function credentialsFor(cast: Cast): LoopbackSlack['credentials'] {
  const part = cast.slack.appId.toLowerCase();
  return {
    botToken: `xoxb-local-${part}`,
    appToken: `xapp-1-${cast.slack.appId}-local`,
    signingSecret: `local-signing-secret-${part}`,
  };
}

function markChannel(workspace: Workspace, id: string, mark: 'isGone' | 'isArchived'): void {
  const channel = workspace.conversations.get(id);
  if (channel !== undefined) channel[mark] = true;
}
