import { existsSync, readFileSync } from 'node:fs';
import {
  chatConfigured,
  chatList,
  type SlackConfig,
  slackFrom,
  type TeamsConfig,
  teamsFrom,
} from './config/chat.ts';
import { type Env, parseEnvironment, type RawEnvironment } from './config/environment.ts';
import { type ConfigFile, parseConfigFile } from './config/file.ts';
import { REMINDER_DEFAULTS } from './domain/route.ts';

/** Every setting of the bot, validated once. Made by {@link loadConfig}; nothing else reads the environment. */
export interface Config {
  readonly production: boolean;
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Where the domain's clock starts, for simulated fleets that play at a fixed date; undefined: the machine's clock. */
  readonly nowMs: number | undefined;
  readonly slack: SlackConfig | undefined;
  readonly teams: TeamsConfig | undefined;
  readonly awsRegion: string | undefined;
  readonly alertQueueUrl: string | undefined;
  /** Undefined where nothing keeps state (the command line). */
  readonly tableName: string | undefined;
  /** The first administrators: `slack:U…`, `teams:…`. */
  readonly admins: readonly string[];
  readonly file: ConfigFile;
  /** Any other variable, for accounts whose keys are named by a prefix; empty counts as missing. */
  readonly variable: (name: string) => string | undefined;
}

/** Settings that are missing or contradict each other: one sentence each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads and validates everything. `needs` says what the caller is: the bot needs a chat platform and a table, the
 * command line neither.
 * @throws ConfigError with one sentence per problem, each naming the setting and what to do.
 */
export function loadConfig(raw: RawEnvironment = process.env, needs: 'bot' | 'cli' = 'bot'): Config {
  const env = readEnvironment(raw);
  const problems: string[] = [];
  const file = readConfigFile(env, problems);
  const production = env.NODE_ENV === 'production';
  const slack = slackFrom(env, problems);
  const teams = teamsFrom(env, production, problems);
  if (needs === 'bot') {
    checkBot(env, production, { slack, teams }, problems);
    problems.push(...missingSecrets(file, raw));
  }
  const nowMs = nowFrom(env, production, problems);
  const admins = adminsFrom(env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    production,
    http: { host: env.HOST ?? '127.0.0.1', port: Number(env.PORT ?? 3000) },
    logLevel: env.LOG_LEVEL ?? 'info',
    nowMs,
    slack,
    teams,
    awsRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    alertQueueUrl: env.ALERT_QUEUE_URL,
    tableName: env.DYNAMODB_TABLE,
    admins,
    file,
    variable: (name) => raw[name] || undefined,
  };
}

/** What `npm start` has to bring up beside the bot: which parts of the simulation, and why. */
export interface LaunchPlan {
  readonly chat: 'local' | 'real';
  readonly fleet: 'local' | 'aws';
  /** The embedded DynamoDB, because no table is configured. */
  readonly store: 'local' | 'dynamodb';
  readonly port: number | undefined;
  readonly host: string;
  /** As it was set; a playground is quieter where nobody said anything. */
  readonly logLevel: string | undefined;
}

/**
 * Decides what runs locally, from `CHAT` and `FLEET` where they are set, else from what is configured.
 * @throws ConfigError when `local` is asked for in production, or a switch has an unknown value.
 */
export function planLaunch(raw: RawEnvironment = process.env): LaunchPlan {
  const env = readEnvironment(raw);
  const problems: string[] = [];
  const chats = chatList(env, problems);
  const chat = chats.includes('local') || (chats.length === 0 && !chatConfigured(env)) ? 'local' : 'real';
  const fleet = fleetFrom(env, raw, chat === 'real', problems);
  const store = env.DYNAMODB_TABLE === undefined ? 'local' : 'dynamodb';
  if (env.NODE_ENV === 'production') {
    if (chat === 'local')
      problems.push(
        'NODE_ENV is production, where the local chat is refused: configure Slack (SLACK_BOT_TOKEN) or Teams (MicrosoftAppId).',
      );
    if (fleet === 'local')
      problems.push(
        'NODE_ENV is production, where the simulated fleet is refused: set FLEET=aws and configure AWS_REGION or accounts.',
      );
    if (store === 'local') problems.push('NODE_ENV is production, where DYNAMODB_TABLE must name the table.');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    chat,
    fleet,
    store,
    port: env.PORT === undefined ? undefined : Number(env.PORT),
    host: env.HOST ?? '127.0.0.1',
    logLevel: env.LOG_LEVEL,
  };
}

/** Whether the fleet is AWS or simulated, for the command line: it needs nothing else of the plan. @throws ConfigError */
export function plannedFleet(raw: RawEnvironment = process.env): LaunchPlan['fleet'] {
  const env = readEnvironment(raw);
  const problems: string[] = [];
  const fleet = fleetFrom(env, raw, chatConfigured(env), problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return fleet;
}

/** For a process whose standard error people read: no log lines unless asked for, and no advice of the SDK on Node. */
export function quietDefaults(raw: RawEnvironment = process.env): RawEnvironment {
  return { ...NO_SDK_ADVICE, LOG_LEVEL: raw['LOG_LEVEL'] || 'silent' };
}

/** On Node 20 the AWS SDK prints a long note at each start that a newcomer would take for an error. */
export const NO_SDK_ADVICE: RawEnvironment = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Whether npm runs this process: then its parent is a shell that passes no signal on. */
export function runsUnderNpm(raw: RawEnvironment = process.env): boolean {
  return (raw['npm_lifecycle_event'] ?? '') !== '';
}

/** The environment for a child process: this one's, with these values on top. */
export function childEnvironment(extra: RawEnvironment): Record<string, string> {
  const merged = { ...process.env, ...extra };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Puts endpoints and credentials where the AWS SDK looks for them, for a process that learns them after its start. */
export function adoptEnvironment(extra: RawEnvironment): void {
  Object.assign(process.env, extra);
}

/** The folder of the running instance's files: `DECKHAND_DIR`, else `.deckhand` in the working directory. */
export function stateDirectory(raw: RawEnvironment = process.env): string {
  return raw['DECKHAND_DIR'] || '.deckhand';
}

function readEnvironment(raw: RawEnvironment): Env {
  const parsed = parseEnvironment(raw);
  if ('problems' in parsed) throw new ConfigError(parsed.problems);
  return parsed.value;
}

function readConfigFile(env: Env, problems: string[]): ConfigFile {
  const named = env.DECKHAND_CONFIG;
  const path = named ?? 'deckhand.yaml';
  const empty = parseConfigFile(path, '');
  if (!existsSync(path)) {
    if (named !== undefined) problems.push(`DECKHAND_CONFIG names ${named}, which does not exist.`);
    return valueOf(empty, problems);
  }
  try {
    return valueOf(parseConfigFile(path, readFileSync(path, 'utf8')), problems);
  } catch (error) {
    problems.push(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    return valueOf(empty, problems);
  }
}

/** Without its secret the address would not exist, and nobody would hear of that. */
function missingSecrets({ webhooks }: ConfigFile, raw: RawEnvironment): readonly string[] {
  return Object.entries(webhooks)
    .filter(([, name]) => !raw[name])
    .map(
      ([setting, name]) =>
        `${name} is missing, which webhooks.${setting} names: set it to the secret, or leave the setting out.`,
    );
}

function valueOf(parsed: ReturnType<typeof parseConfigFile>, problems: string[]): ConfigFile {
  if ('value' in parsed) return parsed.value;
  problems.push(...parsed.problems);
  return {
    accounts: [],
    grants: [],
    routes: [],
    maintenance: [],
    reminders: REMINDER_DEFAULTS,
    webhooks: {},
    protected: [],
    digests: [],
    thresholds: {},
  };
}

function checkBot(
  env: Env,
  production: boolean,
  chat: { slack: SlackConfig | undefined; teams: TeamsConfig | undefined },
  problems: string[],
): void {
  const chats = chatList(env, problems);
  if (chats.includes('local') || env.FLEET === 'local') {
    problems.push(
      'CHAT=local and FLEET=local are brought up by `npm start`; this process talks to real or loopback services that its environment names.',
    );
  }
  if (chat.slack === undefined && chat.teams === undefined && problems.length === 0) {
    problems.push(
      'No chat platform is configured: set SLACK_BOT_TOKEN or MicrosoftAppId, or run `npm start` for a simulated one.',
    );
  }
  if (env.DYNAMODB_TABLE === undefined) {
    problems.push(
      'DYNAMODB_TABLE is missing: name the DynamoDB table that keeps incidents and messages, or run `npm start`, which brings an embedded one.',
    );
  }
  if (production && chat.teams !== undefined && chat.teams.appId === '') {
    problems.push(
      'MicrosoftAppId is empty, which is refused with NODE_ENV=production: nobody could check who sends requests.',
    );
  }
}

function nowFrom(env: Env, production: boolean, problems: string[]): number | undefined {
  if (env.DECKHAND_NOW === undefined) return undefined;
  if (production) problems.push('DECKHAND_NOW is refused with NODE_ENV=production: it moves the clock.');
  return Date.parse(env.DECKHAND_NOW);
}

function adminsFrom(env: Env, problems: string[]): readonly string[] {
  const list = (env.ADMINS ?? '')
    .split(',')
    .map((who) => who.trim())
    .filter((who) => who !== '');
  for (const who of list) {
    if (!/^(slack|teams):[^\s:]+$/.test(who))
      problems.push(
        `ADMINS holds "${who}": expected slack:U012AB3CD or teams:<object id>, with commas between.`,
      );
  }
  return list;
}

/** Settings that speak of AWS on purpose. A region alone counts only beside a configured chat: many shells export one. */
const AWS_SIGNS = [
  'ALERT_QUEUE_URL',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_ECS',
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
] as const;

function fleetFrom(env: Env, raw: RawEnvironment, realChat: boolean, problems: string[]): 'local' | 'aws' {
  if (env.FLEET === 'local' || env.FLEET === 'aws') return env.FLEET;
  if (env.FLEET !== undefined) problems.push(`FLEET is "${env.FLEET}": expected aws or local.`);
  if (AWS_SIGNS.some((name) => (raw[name] ?? '') !== '')) return 'aws';
  if (realChat && env.AWS_REGION !== undefined) return 'aws';
  return readConfigFile(env, []).accounts.length > 0 ? 'aws' : 'local';
}
