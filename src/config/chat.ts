import type { Env } from './environment.ts';

export interface SlackConfig {
  readonly botToken: string;
  /** With a signing secret requests come over HTTP; with an app token over Socket Mode; the app token wins. */
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  readonly apiUrl: string | undefined;
  readonly defaultChannel: string | undefined;
}

export interface TeamsConfig {
  readonly appId: string;
  readonly appPassword: string;
  readonly appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly tenantId: string | undefined;
  /** Accepts requests without a token; loopback only. */
  readonly anonymous: boolean;
  readonly serviceUrl: string | undefined;
  readonly defaultChannel: string | undefined;
  /** Where the keys that sign Bot Framework tokens are described; only for clouds other than the public one. */
  readonly openIdMetadata: string | undefined;
  /** Where Entra is asked who is in a group; undefined: grants in Teams are to people alone. */
  readonly entra: EntraConfig | undefined;
}

export interface EntraConfig {
  readonly graphUrl: string;
  readonly loginUrl: string;
}

/** Slack's settings; undefined when Slack is not meant. Half a configuration adds a sentence to `problems`. */
export function slackFrom(env: Env, problems: string[]): SlackConfig | undefined {
  if (!chatWanted(env, 'slack')) return undefined;
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_APP_TOKEN: appToken } = env;
  if (botToken === undefined) {
    if (signingSecret !== undefined || appToken !== undefined || asked(env, 'slack')) {
      problems.push(
        'SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token (xoxb-…) from your Slack app, "OAuth & Permissions".',
      );
    }
    return undefined;
  }
  if (signingSecret === undefined && appToken === undefined) {
    problems.push(
      'SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (requests over HTTP) nor SLACK_APP_TOKEN (Socket Mode) is: set one of them.',
    );
  }
  return {
    botToken,
    signingSecret,
    appToken,
    apiUrl: env.SLACK_API_URL,
    defaultChannel: env.SLACK_DEFAULT_CHANNEL,
  };
}

/** The same for Teams. */
export function teamsFrom(env: Env, production: boolean, problems: string[]): TeamsConfig | undefined {
  if (!chatWanted(env, 'teams')) return undefined;
  const anonymous = env.TEAMS_ANONYMOUS === '1' || env.TEAMS_ANONYMOUS === 'true';
  const appId = env.MicrosoftAppId;
  if (appId === undefined && !anonymous) {
    if (
      env.MicrosoftAppPassword !== undefined ||
      env.MicrosoftAppTenantId !== undefined ||
      asked(env, 'teams')
    ) {
      problems.push(
        'MicrosoftAppId is missing: set the app id of your Azure Bot; without it nobody could check who sends requests.',
      );
    }
    return undefined;
  }
  if (anonymous) checkAnonymous(env, production, problems);
  const appType =
    env.MicrosoftAppType ?? (env.MicrosoftAppTenantId === undefined ? 'MultiTenant' : 'SingleTenant');
  if (appId !== undefined) checkTeamsSecrets(env, appType, problems);
  if (production && appId !== undefined && env.MicrosoftAppTenantId === undefined) {
    problems.push(
      'MicrosoftAppTenantId is missing: with NODE_ENV=production the bot answers one tenant alone; without it every tenant that installs the app could use it.',
    );
  }
  return {
    appId: appId ?? '',
    appPassword: env.MicrosoftAppPassword ?? '',
    appType,
    tenantId: env.MicrosoftAppTenantId,
    anonymous: anonymous && appId === undefined,
    serviceUrl: env.TEAMS_SERVICE_URL,
    defaultChannel: env.TEAMS_DEFAULT_CHANNEL,
    openIdMetadata: env.BotOpenIdMetadata,
    entra: entraFrom(env, { appType, isEmulated: appId === undefined }, problems),
  };
}

const GRAPH_URL = 'https://graph.microsoft.com';
const LOGIN_URL = 'https://login.microsoftonline.com';

/** Groups are asked for where somebody wants them: the app needs permissions for it that a bot else does not. */
function entraFrom(
  env: Env,
  { appType, isEmulated }: { readonly appType: TeamsConfig['appType']; readonly isEmulated: boolean },
  problems: string[],
): EntraConfig | undefined {
  if (env.TEAMS_ENTRA_GROUPS !== '1' && env.TEAMS_ENTRA_GROUPS !== 'true') return undefined;
  const { TEAMS_GRAPH_URL: graphUrl = GRAPH_URL, TEAMS_LOGIN_URL: loginUrl = LOGIN_URL } = env;
  const remote = Object.entries({ TEAMS_GRAPH_URL: graphUrl, TEAMS_LOGIN_URL: loginUrl }).filter(
    ([, value]) => !isLoopbackUrl(value),
  );
  for (const [name, value] of remote) {
    if (!value.startsWith('https://') || !URL.canParse(value))
      problems.push(`${name} is ${value}: the app’s secret goes over https only, or to a loopback address.`);
  }
  if (remote.length === 0) return { graphUrl, loginUrl };
  if (isEmulated)
    problems.push(
      'TEAMS_ENTRA_GROUPS needs an app to ask as: set MicrosoftAppId, or TEAMS_GRAPH_URL and TEAMS_LOGIN_URL to an emulator on a loopback address.',
    );
  else if (appType === 'UserAssignedMSI')
    problems.push(
      'TEAMS_ENTRA_GROUPS needs a client secret, and MicrosoftAppType is UserAssignedMSI: use SingleTenant with MicrosoftAppPassword.',
    );
  else if (env.MicrosoftAppTenantId === undefined)
    problems.push('TEAMS_ENTRA_GROUPS needs MicrosoftAppTenantId: the tenant whose groups are meant.');
  return { graphUrl, loginUrl };
}

function isLoopbackUrl(value: string): boolean {
  return URL.canParse(value) && isLoopback(new URL(value).hostname.replace(/^\[|\]$/g, ''));
}

function checkAnonymous(env: Env, production: boolean, problems: string[]): void {
  if (production)
    problems.push(
      'TEAMS_ANONYMOUS is refused with NODE_ENV=production: set MicrosoftAppId and MicrosoftAppPassword.',
    );
  if (!isLoopback(env.HOST ?? '127.0.0.1')) {
    problems.push(
      `TEAMS_ANONYMOUS works on a loopback address only, and HOST is ${env.HOST}: unset one of them.`,
    );
  }
}

function checkTeamsSecrets(env: Env, appType: TeamsConfig['appType'], problems: string[]): void {
  if (appType !== 'UserAssignedMSI' && env.MicrosoftAppPassword === undefined) {
    problems.push(
      'MicrosoftAppPassword is missing: MicrosoftAppId is set, and its client secret is needed to answer (or set MicrosoftAppType=UserAssignedMSI).',
    );
  }
  if (appType !== 'MultiTenant' && env.MicrosoftAppTenantId === undefined) {
    problems.push(
      `MicrosoftAppTenantId is missing: MicrosoftAppType is ${appType}, which needs the tenant of the bot's registration.`,
    );
  }
}

/** What CHAT names, in lower case; empty when it says nothing. */
export function chatList(env: Env, problems: string[]): readonly string[] {
  const list = (env.CHAT ?? '')
    .split(',')
    .map((c) => c.trim().toLowerCase())
    .filter((c) => c !== '');
  const isKnown = list.every((chat) => ['slack', 'teams', 'local'].includes(chat));
  // The playground brings a Slack and a Teams of its own; real ones beside it would be told of simulated trouble.
  if (!isKnown || (list.includes('local') && list.length > 1))
    problems.push(`CHAT is "${env.CHAT}": expected slack, teams, slack,teams or local.`);
  return list;
}

function asked(env: Env, chat: 'slack' | 'teams'): boolean {
  return chatList(env, []).includes(chat);
}

/** A platform counts when CHAT names it, or when CHAT says nothing. */
function chatWanted(env: Env, chat: 'slack' | 'teams'): boolean {
  const list = chatList(env, []);
  return list.length === 0 || list.includes(chat);
}

/** Whether any setting of a chat platform is there. */
export function chatConfigured(env: Env): boolean {
  return [
    env.SLACK_BOT_TOKEN,
    env.SLACK_SIGNING_SECRET,
    env.SLACK_APP_TOKEN,
    env.MicrosoftAppId,
    env.MicrosoftAppPassword,
    env.TEAMS_ANONYMOUS,
  ].some((value) => value !== undefined);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
