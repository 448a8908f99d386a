import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Aws, makeAws } from './aws/index.ts';
import { configText, removeWhole, writeWhole } from './bot-files.ts';
import { BotWatch } from './bot-watch.ts';
import { type Cast, type CastRole, makeCast } from './cast.ts';
import { type Chats, makeChats } from './chats.ts';
import { type LocalConfig, LocalConfigError } from './config.ts';
import { parseJson, stringAt } from './json.ts';
import { type LocalServer, openServer } from './server.ts';
import { Timeline } from './timeline.ts';
import type { Clock, World } from './world/model.ts';

/** A scenario, ready to play. */
export interface Simulation {
  readonly about: string;
  readonly people: readonly CastRole[];
  /** Where the simulated clock starts; undefined: now. */
  readonly startMs: number | undefined;
  /** The scenario's file, or what it is called. */
  readonly name: string;
  readonly makeWorld: (clock: Clock) => World;
}

/** The addresses that a started local process offers; a part that does not run has none. */
export interface Endpoints {
  readonly bot?: string;
  readonly page?: string;
  readonly aws?: string;
  readonly queueUrl?: string;
  readonly slack?: string;
  readonly teams?: string;
}

/** A running local process. */
export interface LocalProcess {
  readonly endpoints: Endpoints;
  /** Everything the bot needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly chats: Chats | undefined;
  readonly aws: Aws | undefined;
  /** Resolves when the bot was ready for the first time and what waits for that is done. */
  readonly botReady: Promise<void>;
  close(): Promise<void>;
}

/** What starting needs from outside. */
export interface LocalParts {
  readonly config: LocalConfig;
  readonly simulation: Simulation;
  /** The system's clock, in milliseconds. */
  readonly nowMs: () => number;
  readonly report: (error: unknown) => void;
}

/**
 * Starts the parts that the configuration names on one port of loopback.
 * @throws LocalConfigError when another instance runs in the same folder or the port is taken
 */
export async function startLocal(parts: LocalParts): Promise<LocalProcess> {
  const { config, simulation, nowMs, report } = parts;
  await refuseSecond(config);
  const startedAtMs = nowMs();
  const clock: Clock = { now: () => (simulation.startMs ?? startedAtMs) + (nowMs() - startedAtMs) };
  const world = config.parts.has('aws') ? simulation.makeWorld(clock) : undefined;
  const cast = makeCast(simulation.people);
  let server: LocalServer | undefined;
  const baseUrl = () => server?.url ?? '';
  const aws = await startAws(config, world, baseUrl);
  const watch = { ready: () => false };
  const chats = config.parts.has('chat')
    ? makeChats({
        cast,
        baseUrl,
        botUrl: config.botUrl,
        about: simulation.about,
        examples: examplesOf(world),
        simulatedNowMs: clock.now,
        nowMs,
        botReady: () => watch.ready(),
      })
    : undefined;
  const noChat = {
    slack: undefined,
    slackUpgrade: undefined,
    teams: undefined,
    page: undefined,
    files: undefined,
  };
  const routes = { aws, meter: aws?.meter, ...(chats?.routes ?? noChat) };
  server = await listen(config.port, () => routes);
  const files = new BotFiles(config, cast, aws, world);
  const endpoints = endpointsOf(config, server.url, aws, chats);
  const env = { ...awsEnvironment(config, aws, server.url), ...(chats?.env() ?? {}), ...files.env() };
  const timeline = world && aws ? new Timeline(world, (event) => aws.putEvent(event), report) : undefined;
  const started = followBot({ config, chats, timeline, report }, () =>
    files.announce(endpoints, simulation.name, env),
  );
  watch.ready = started.ready;
  return {
    endpoints,
    env:
      simulation.startMs === undefined || world === undefined
        ? env
        : { ...env, DECKHAND_NOW: new Date(clock.now()).toISOString() },
    chats,
    aws,
    botReady: started.first,
    close: once(async () => {
      started.close();
      timeline?.close();
      chats?.close();
      files.remove();
      await server.close();
      await aws?.close();
    }),
  };
}

async function startAws(
  config: LocalConfig,
  world: World | undefined,
  baseUrl: () => string,
): Promise<Aws | undefined> {
  if (!config.parts.has('aws') && !config.parts.has('store')) return undefined;
  const dataDir = config.memory ? undefined : join(resolve(config.folder), 'store');
  return makeAws({ world, dataDir, baseUrl });
}

/** Without a bot the timeline begins at once; with one, when the bot is ready for the first time. */
function followBot(
  parts: {
    readonly config: LocalConfig;
    readonly chats: Chats | undefined;
    readonly timeline: Timeline | undefined;
    readonly report: (error: unknown) => void;
  },
  announce: () => void,
): { readonly first: Promise<void>; ready(): boolean; close(): void } {
  const { config, chats, timeline, report } = parts;
  if (config.botUrl === undefined) {
    timeline?.start();
    return { first: Promise.resolve(), ready: () => false, close: () => {} };
  }
  let done: () => void = () => {};
  const first = new Promise<void>((settle) => {
    done = settle;
  });
  let wasReady = false;
  const watch = new BotWatch(config.botUrl, (ready) => {
    chats?.tellPage(ready);
    if (!ready || wasReady) return;
    wasReady = true;
    void greet(chats, timeline).then(announce).catch(report).then(done);
  });
  watch.start();
  return { first, ready: () => watch.ready, close: () => watch.close() };
}

async function greet(chats: Chats | undefined, timeline: Timeline | undefined): Promise<void> {
  await chats?.teams.announceBot();
  timeline?.start();
}

async function listen(port: number, routes: Parameters<typeof openServer>[1]): Promise<LocalServer> {
  try {
    return await openServer(port, routes);
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!isTaken) throw cause;
    throw new LocalConfigError(`LOCAL_PORT ${port} is taken: set it to another port, or leave it unset.`, {
      cause,
    });
  }
}

/** @throws LocalConfigError when local.json names a process that lives and answers */
async function refuseSecond(config: LocalConfig): Promise<void> {
  const file = join(resolve(config.folder), 'local.json');
  if (config.memory || !existsSync(file)) return;
  const page = stringAt(parseJson(readFileSync(file, 'utf8')), 'aws');
  const answers =
    page !== undefined &&
    (await fetch(page, { signal: AbortSignal.timeout(1_000) }).then(
      () => true,
      () => false,
    ));
  if (!answers) return removeWhole(file);
  throw new LocalConfigError(
    `Deckhand already runs from ${config.folder} (${page}). Stop it first, or set DECKHAND_DIR to another folder.`,
  );
}

function endpointsOf(
  config: LocalConfig,
  url: string,
  aws: Aws | undefined,
  chats: Chats | undefined,
): Endpoints {
  const fleet = config.parts.has('aws') && aws !== undefined;
  return {
    ...(config.botUrl === undefined ? {} : { bot: config.botUrl }),
    ...(chats === undefined ? {} : { page: `${url}/` }),
    ...(aws === undefined ? {} : { aws: url }),
    ...(fleet ? { queueUrl: aws.queueUrl } : {}),
    ...(chats === undefined ? {} : { slack: `${url}/slack/api/`, teams: `${url}/teams` }),
  };
}

/** With the table alone, the rest of AWS stays what the person configured. */
function awsEnvironment(config: LocalConfig, aws: Aws | undefined, url: string): Record<string, string> {
  if (aws === undefined) return {};
  const table: Record<string, string> = config.parts.has('store') ? { DYNAMODB_TABLE: aws.tableName } : {};
  if (!config.parts.has('aws')) return { ...table, AWS_ENDPOINT_URL_DYNAMODB: url };
  return {
    ...table,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: aws.hub.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.hub.secretAccessKey,
    AWS_REGION: aws.hub.region,
    ALERT_QUEUE_URL: aws.queueUrl,
  };
}

/** Things worth asking about this fleet, whatever its state. */
function examplesOf(world: World | undefined): readonly string[] {
  const service = world?.accounts
    .flatMap((account) => account.regions.flatMap((region) => region.clusters))
    .flatMap((cluster) => cluster.services)
    .at(0)?.name;
  const about = service === undefined ? [] : [`service ${service}`, `diagnose ${service}`, `logs ${service}`];
  return ['health', ...about, 'help'];
}

/** The bot's configuration file and local.json. In memory the first is a temporary file, and the second is not written. */
class BotFiles {
  private readonly config: LocalConfig;
  private readonly configFile: string | undefined;
  private readonly temporary: string | undefined;
  private endpointsFile: string | undefined;

  constructor(config: LocalConfig, cast: Cast, aws: Aws | undefined, world: World | undefined) {
    this.config = config;
    if (world === undefined || aws === undefined) return;
    const folder = config.memory ? mkdtempSync(join(tmpdir(), 'deckhand-')) : resolve(config.folder);
    this.temporary = config.memory ? folder : undefined;
    this.configFile = join(folder, 'deckhand.yaml');
    const accounts = world.accounts.map(({ id, name, regions }) => ({
      id,
      name,
      regions: regions.map((region) => region.name),
    }));
    const { roleArnFor, externalId, hub } = aws;
    writeWhole(
      this.configFile,
      configText({ accounts, people: cast.people, hubAccountId: hub.accountId, roleArnFor, externalId }),
    );
  }

  env(): Record<string, string> {
    return this.configFile === undefined ? {} : { DECKHAND_CONFIG: this.configFile };
  }

  /** Says in `local.json` where everything is. */
  announce(endpoints: Endpoints, scenario: string, env: Readonly<Record<string, string>>): void {
    if (this.config.memory) return;
    this.endpointsFile = join(resolve(this.config.folder), 'local.json');
    const text = JSON.stringify({ ...endpoints, scenario, pid: process.pid, env }, null, 2);
    writeWhole(this.endpointsFile, `${text}\n`);
  }

  remove(): void {
    if (this.endpointsFile !== undefined) removeWhole(this.endpointsFile);
    if (this.temporary !== undefined) removeWhole(this.temporary);
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
