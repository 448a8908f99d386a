import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { stringify } from 'yaml';
import { type LocalProcess, startLocal } from '../../src/local/local-process.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { PEOPLE } from '../local/chat-world.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The bot as a process of its own that can be killed. */
export interface BotProcess {
  readonly port: number;
  /** Resolves when the bot is ready. */
  start(): Promise<void>;
  /** SIGKILL; resolves to whether it had lived until then. */
  kill(): Promise<boolean>;
}

/** One bot over a simulation that lives on in the test. */
export interface BundledBot extends BotProcess {
  readonly local: LocalProcess;
  close(): Promise<void>;
}

/** Several bots with one table, one queue and one app. */
export interface Replicas {
  readonly local: LocalProcess;
  /** The first is the one that Slack and Teams talk to. */
  readonly bots: readonly BotProcess[];
  close(): Promise<void>;
}

/** @param scenario the simulated company, as a scenario file says it. */
export async function openBundledBot(scenario: object): Promise<BundledBot> {
  const replicas = await openReplicas(scenario, { count: 1 });
  const [bot] = replicas.bots;
  if (bot === undefined) throw new Error('one was asked for');
  return { ...bot, local: replicas.local, close: () => replicas.close() };
}

/**
 * @param scenario the simulated company, as a scenario file says it.
 * @param options `config` is added to `deckhand.yaml`, `env` to the environment: what stands in front of a platform.
 */
export async function openReplicas(
  scenario: object,
  options: {
    readonly count: number;
    readonly config?: object;
    readonly env?: (local: LocalProcess) => Promise<Readonly<Record<string, string>>>;
  },
): Promise<Replicas> {
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-bundled-'));
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  cpSync(join(ROOT, 'dist/main.js'), join(folder, 'main.js'));
  cpSync(join(ROOT, 'dist/chunks'), join(folder, 'chunks'), { recursive: true });
  const ports: number[] = [];
  while (ports.length < options.count) ports.push(await freePort());
  const local = await playing(scenario, folder, ports[0] ?? 0);
  if (options.config !== undefined)
    appendFileSync(local.env['DECKHAND_CONFIG'] ?? '', stringify(options.config));
  const env = { ...local.env, ...(await options.env?.(local)) };
  const bots = ports.map((port) => botProcess(folder, port, env));
  return {
    local,
    bots,
    async close() {
      await Promise.all(bots.map((bot) => bot.kill()));
      await local.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function botProcess(folder: string, port: number, env: Readonly<Record<string, string>>): BotProcess {
  const level = process.env['REPLAY_LOG'];
  let bot: ChildProcess | undefined;
  return {
    port,
    async start() {
      bot = spawn(process.execPath, [join(folder, 'main.js')], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', ...env, PORT: String(port), LOG_LEVEL: level ?? 'silent' },
        stdio: level === undefined ? 'ignore' : 'inherit',
      });
      await soon(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200));
    },
    async kill() {
      const child = bot;
      bot = undefined;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return false;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      return true;
    },
  };
}

/** Looks until it holds, for at most so many milliseconds. */
export const soon = <T>(check: () => T | Promise<T>, timeout = 30_000) =>
  vi.waitFor(check, { timeout, interval: 20 });

/** A simulation in memory for the bot that will listen on `port`; its configuration stands in `folder`. */
export function playing(scenario: object, folder: string, port: number): Promise<LocalProcess> {
  const parsed = parseScenario(JSON.stringify(scenario), 'scenario.json');
  return startLocal({
    config: {
      parts: new Set(['aws', 'chat', 'store']),
      scenario: undefined,
      memory: true,
      botUrl: `http://127.0.0.1:${port}`,
      port: 0,
      folder,
    },
    simulation: {
      about: '',
      people: PEOPLE,
      startMs: undefined,
      name: 'scenario.json',
      makeWorld: (clock) => makeWorld(parsed, { clock, holdTimeline: true }),
    },
    nowMs: Date.now,
    report: () => {},
  });
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo; // it listens on TCP
      probe.close(() => resolve(port));
    });
  });
}
