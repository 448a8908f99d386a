import type { Finding } from '../domain/finding.ts';
import type { Log } from '../telemetry/log.ts';
import { makeSlackClient } from './client.ts';
import type { SlackSettings } from './index.ts';
import { makeSlackLogger } from './logger.ts';

/** The bot scopes of `manifest.yml`; a test holds the two together. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'usergroups:read',
  'users:read',
] as const;

/** Whether Slack takes the tokens, and whether the bot's has the scopes that it needs. Never rejects. */
export async function checkSlack(settings: SlackSettings, log: Log): Promise<readonly Finding[]> {
  const options = { apiUrl: settings.apiUrl, logger: makeSlackLogger(log) };
  const bot = await checkBot(() => makeSlackClient(settings.botToken, options).auth.test());
  if (settings.appToken === undefined) return bot;
  const client = makeSlackClient(settings.appToken, options);
  return [...bot, await checkApp(() => client.apps.connections.open({}))];
}

type AuthTest = ReturnType<ReturnType<typeof makeSlackClient>['auth']['test']>;

async function checkBot(authTest: () => AuthTest): Promise<readonly Finding[]> {
  try {
    const answer = await authTest();
    const who: Finding = {
      state: 'ok',
      what: 'Slack',
      text: `the bot token works: ${answer.user ?? 'the bot'} in ${answer.team ?? 'its workspace'}`,
    };
    return [who, scopeFinding(answer.response_metadata?.scopes)];
  } catch (error) {
    return [
      {
        state: 'problem',
        what: 'Slack',
        text: `the bot token is not taken (${reasonOf(error)})`,
        remedy: 'copy the Bot User OAuth Token from your app’s "OAuth & Permissions" into SLACK_BOT_TOKEN',
      },
    ];
  }
}

function scopeFinding(scopes: readonly string[] | undefined): Finding {
  const what = 'Slack scopes';
  if (scopes === undefined)
    return { state: 'note', what, text: 'the server does not say which scopes the token has' };
  const absent = BOT_SCOPES.filter((scope) => !scopes.includes(scope));
  if (absent.length === 0) return { state: 'ok', what, text: `all ${BOT_SCOPES.length} are there` };
  return {
    state: 'problem',
    what,
    text: `missing: ${absent.join(', ')}`,
    remedy: 'take over manifest.yml in your app’s "App Manifest" and install the app again',
  };
}

async function checkApp(open: () => Promise<unknown>): Promise<Finding> {
  try {
    await open();
    return { state: 'ok', what: 'Slack socket', text: 'the app token works: Socket Mode can be opened' };
  } catch (error) {
    return {
      state: 'problem',
      what: 'Slack socket',
      text: `the app token is not taken (${reasonOf(error)})`,
      remedy:
        'make an app-level token with connections:write under "Basic Information" and set SLACK_APP_TOKEN',
    };
  }
}

/** Slack's own word (`invalid_auth`), else the network's; never a token. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const data = 'data' in error && typeof error.data === 'object' && error.data !== null ? error.data : {};
  if ('error' in data && typeof data.error === 'string') return data.error;
  return 'code' in error && typeof error.code === 'string' ? error.code : 'no answer';
}
