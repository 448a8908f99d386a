import { type ChildProcess, fork } from 'node:child_process';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readArguments } from './cli/arguments.ts';
import { printError, runCli } from './cli/run.ts';
import { type RunningLocal, runningLocal } from './config/running-local.ts';
import {
  adoptEnvironment,
  ConfigError,
  childEnvironment,
  loadConfig,
  plannedFleet,
  quietDefaults,
  stateDirectory,
} from './config.ts';
import { BadRequest } from './domain/errors.ts';
import { makeConsole } from './wiring/console.ts';

/**
 * `npm run -s ecs -- …`: what a person could type in chat, from a shell. The fleet is the scenario's if one is
 * named, else a running local instance's, else the environment's, else the default scenario's.
 */
async function ecs(): Promise<number> {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const json = process.argv.includes('--json') || process.argv.includes('--intent');
  let simulation: ChildProcess | undefined;
  try {
    const args = readArguments(process.argv.slice(2));
    simulation = await findFleet(args.scenario);
    const console = await makeConsole(loadConfig(undefined, 'cli'));
    try {
      return await runCli(args, {
        ...console,
        print,
        lines: linesOfInput(),
        width: process.stdout.isTTY ? process.stdout.columns : undefined,
        person: { platform: 'cli', id: userInfo().username, tenant: '-', name: userInfo().username },
      });
    } finally {
      console.close();
    }
  } catch (error) {
    const told = error instanceof ConfigError ? new BadRequest(error.problems.join('\n')) : error;
    return printError(told, json, { print });
  } finally {
    simulation?.kill('SIGTERM');
  }
}

/** Opened when it is first read: an open standard input would keep a call alive that never looks at it. */
async function* linesOfInput(): AsyncGenerator<string> {
  yield* createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}

/** Puts the fleet's endpoints where the SDK finds them; answers with the process to end afterwards, if one was started. */
async function findFleet(scenario: string | undefined): Promise<ChildProcess | undefined> {
  adoptEnvironment(quietDefaults());
  if (scenario === undefined) {
    const local = runningLocal(stateDirectory());
    if (local !== undefined) {
      adoptEnvironment({ ...local.env, ...(await simulatedNow(local)) });
      return undefined;
    }
    if (plannedFleet() === 'aws') return undefined;
  }
  return simulate(scenario);
}

/** A simulated fleet that plays at a date of its own runs on since it was started. */
async function simulatedNow({ page, env }: RunningLocal): Promise<Record<string, string>> {
  if (env['DECKHAND_NOW'] === undefined) return {};
  const state: unknown = await (await fetch(new URL('/page/state', page))).json();
  const now = typeof state === 'object' && state !== null && 'now' in state ? state.now : undefined;
  return typeof now === 'string' ? { DECKHAND_NOW: now } : {};
}

/** Plays a scenario in memory, for this call. */
async function simulate(scenario: string | undefined): Promise<ChildProcess> {
  const child = fork(
    fileURLToPath(new URL('local.js', import.meta.url)),
    ['--memory', '--no-bot', '--parts', 'aws', ...(scenario === undefined ? [] : ['--scenario', scenario])],
    { env: childEnvironment({ LOCAL_PORT: '0' }), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ready = await new Promise<object>((resolve, reject) => {
    child.once('message', (message: object) => resolve(message));
    child.once('close', () =>
      reject(new BadRequest(said.trim() || 'The simulated fleet could not be started.')),
    );
  });
  adoptEnvironment('env' in ready ? (ready.env as Record<string, string>) : {}); // our own process wrote it
  return child;
}

process.exitCode = await ecs();
