import { adminsOf } from './bot-files.ts';
import type { Cast } from './cast.ts';
import { handlePage } from './page-routes.ts';
import { followChanges, type PageSources } from './page-state.ts';
import { PageStream } from './page-stream.ts';
import type { Routes } from './server.ts';
import { type LoopbackSlack, makeSlack } from './slack/index.ts';
import { servePage } from './static-page.ts';
import { type LoopbackTeams, makeTeams } from './teams/index.ts';

/** What the chats are made from. */
export interface ChatOptions {
  readonly cast: Cast;
  /** The local server's URL, known after listen. */
  readonly baseUrl: () => string;
  /** The bot's URL; undefined when there is no bot. */
  readonly botUrl: string | undefined;
  readonly about: string;
  readonly examples: readonly string[];
  readonly simulatedNowMs: () => number;
  /** The system's clock. */
  readonly nowMs: () => number;
  readonly botReady: () => boolean;
}

/** Both loopback chats and the page over them. */
export interface Chats {
  readonly slack: LoopbackSlack;
  readonly teams: LoopbackTeams;
  readonly routes: Pick<Routes, 'slack' | 'slackUpgrade' | 'teams' | 'page' | 'files'>;
  /** What the bot needs in its environment to talk here. */
  env(): Readonly<Record<string, string>>;
  tellPage(ready: boolean): void;
  close(): void;
}

/** Makes the loopback Slack and Teams and the page's side of them. */
export function makeChats(options: ChatOptions): Chats {
  const { cast, baseUrl, botUrl, nowMs } = options;
  const below = (path: string) => () => (botUrl === undefined ? undefined : `${botUrl}${path}`);
  const slack = makeSlack({
    cast,
    nowMs,
    baseUrl: () => `${baseUrl()}/slack`,
    requestUrl: below('/slack/events'),
  });
  const teams = makeTeams({
    cast,
    nowMs,
    serviceUrl: () => `${baseUrl()}/teams`,
    endpoint: below('/api/messages'),
  });
  // The app's manifest asks to read channel messages, and here its owner has agreed.
  teams.hearEverything(true);
  const { about, examples, simulatedNowMs, botReady } = options;
  const sources: PageSources = { cast, slack, teams, about, examples, simulatedNowMs, botReady };
  const stream = new PageStream();
  followChanges(sources, (event) => stream.send(event));
  return {
    slack,
    teams,
    routes: {
      slack: (req, res, path, query) => slack.handle(req, res, path, query),
      slackUpgrade: (req, socket, head) => slack.upgrade(req, socket, head),
      teams: (req, res, path, query) => teams.handle(req, res, path, query),
      page: (req, res, path) => handlePage(req, res, path, sources, stream),
      files: (res, path) => servePage(res, path),
    },
    env: () => chatEnvironment(cast, slack, baseUrl()),
    tellPage: (ready) => stream.send({ type: 'bot', ready }),
    close: () => {
      stream.close();
      slack.close();
      teams.close();
    },
  };
}

function chatEnvironment(cast: Cast, slack: LoopbackSlack, baseUrl: string): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.credentials.botToken,
    SLACK_SIGNING_SECRET: slack.credentials.signingSecret,
    SLACK_APP_TOKEN: '',
    SLACK_API_URL: `${baseUrl}/slack/api/`,
    SLACK_DEFAULT_CHANNEL: cast.slack.defaultChannel,
    MicrosoftAppId: '',
    MicrosoftAppPassword: '',
    TEAMS_ANONYMOUS: '1',
    TEAMS_SERVICE_URL: `${baseUrl}/teams`,
    TEAMS_DEFAULT_CHANNEL: cast.teams.defaultChannel,
    TEAMS_ENTRA_GROUPS: '1',
    TEAMS_GRAPH_URL: `${baseUrl}/teams/graph`,
    TEAMS_LOGIN_URL: `${baseUrl}/teams/login`,
    ADMINS: adminsOf(cast.people),
  };
}
