import { join, resolve } from 'node:path';
import { type Aws, makeAws } from './aws/index.ts';
import { removeWhole } from './bot-files.ts';
import { type Cast, type CastRole, makeCast } from './cast.ts';
import { type Chats, makeChats } from './chats.ts';
import { type LocalConfig, LocalConfigError } from './config.ts';
import { type FollowedBot, followBot } from './follow-bot.ts';
import { LaunchFiles, refuseSecond } from './launch-files.ts';
import { type Endpoints, endpointsOf, environmentOf, examplesOf } from './offer.ts';
import { type LocalServer, openServer, type Routes } from './server.ts';
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
export async function startLocal({ config, simulation, nowMs, report }: LocalParts): Promise<LocalProcess> {
  await refuseSecond(config);
  const clock = simulatedClock(simulation.startMs, nowMs);
  const world = config.parts.has('aws') ? simulation.makeWorld(clock) : undefined;
  const cast = makeCast(simulation.people);
  const late: { server?: LocalServer; bot?: FollowedBot } = {};
  const baseUrl = () => late.server?.url ?? '';
  const aws = await startAws(config, world, baseUrl);
  const botReady = () => late.bot?.ready() ?? false;
  const chats = config.parts.has('chat')
    ? startChats({ config, simulation, cast, world, clock, baseUrl, nowMs, botReady })
    : undefined;
  const routes = { ...NO_CHAT, ...chats?.routes, aws, meter: aws?.meter };
  const server = await listen(config.port, routes).catch(async (error: unknown) => {
    await aws?.close();
    throw error;
  });
  late.server = server;
  const running = { config, url: server.url, aws, chats };
  const files = new LaunchFiles(config, cast, aws, world);
  const endpoints = endpointsOf(running);
  const env = { ...environmentOf(running), ...files.env() };
  const timeline = world && aws ? new Timeline(world, (event) => aws.putEvent(event), report) : undefined;
  const whenReady = () => files.announce(endpoints, simulation.name, env);
  const bot = followBot({ botUrl: config.botUrl, chats, timeline, whenReady, report });
  late.bot = bot;
  const isElsewhen = simulation.startMs !== undefined && world !== undefined;
  return {
    endpoints,
    env: isElsewhen ? { ...env, DECKHAND_NOW: new Date(clock.now()).toISOString() } : env,
    chats,
    aws,
    botReady: bot.first,
    close: once(async () => {
      bot.close();
      timeline?.close();
      chats?.close();
      files.remove();
      await timeline?.settled();
      await server.close();
      await aws?.close();
    }),
  };
}

const NO_CHAT: Omit<Routes, 'aws' | 'meter'> = {
  slack: undefined,
  slackUpgrade: undefined,
  teams: undefined,
  page: undefined,
  files: undefined,
};

/** Starts at the scenario's moment, or now, and runs with the system's clock. */
function simulatedClock(startMs: number | undefined, nowMs: () => number): Clock {
  const startedAtMs = nowMs();
  return { now: () => (startMs ?? startedAtMs) + (nowMs() - startedAtMs) };
}

async function startAws(
  config: LocalConfig,
  world: World | undefined,
  baseUrl: () => string,
): Promise<Aws | undefined> {
  if (!config.parts.has('aws') && !config.parts.has('store')) return undefined;
  const dataDir = config.memory ? undefined : join(resolve(config.folder), 'store');
  // A company and a chat that begin anew would meet incidents and messages that never happened to them.
  if (dataDir !== undefined && config.parts.has('aws') && config.parts.has('chat')) removeWhole(dataDir);
  return makeAws({ world, dataDir, baseUrl });
}

function startChats(parts: {
  readonly config: LocalConfig;
  readonly simulation: Simulation;
  readonly cast: Cast;
  readonly world: World | undefined;
  readonly clock: Clock;
  readonly baseUrl: () => string;
  readonly nowMs: () => number;
  readonly botReady: () => boolean;
}): Chats {
  const { config, simulation, cast, world, clock, baseUrl, nowMs, botReady } = parts;
  return makeChats({
    cast,
    baseUrl,
    botUrl: config.botUrl,
    about: simulation.about,
    examples: examplesOf(world),
    simulatedNowMs: () => clock.now(),
    nowMs,
    botReady,
  });
}

async function listen(port: number, routes: Routes): Promise<LocalServer> {
  try {
    return await openServer(port, () => routes);
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!isTaken) throw cause;
    throw new LocalConfigError(`LOCAL_PORT ${port} is taken: set it to another port, or leave it unset.`, {
      cause,
    });
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
