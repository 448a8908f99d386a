import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { type LocalProcess, startLocal } from '../../src/local/local-process.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { PEOPLE } from '../local/chat-world.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The bot as a process of its own that can be killed, over a simulation that lives on in the test. */
export interface BundledBot {
  readonly local: LocalProcess;
  readonly port: number;
  /** Resolves when the bot is ready. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** @param scenario the simulated company, as a scenario file says it. */
export async function openBundledBot(scenario: object): Promise<BundledBot> {
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-bundled-'));
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  cpSync(join(ROOT, 'dist/main.js'), join(folder, 'main.js'));
  cpSync(join(ROOT, 'dist/chunks'), join(folder, 'chunks'), { recursive: true });
  const port = await freePort();
  const local = await playing(scenario, folder, port);
  let bot: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const child = bot;
    bot = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    local,
    port,
    kill,
    async start() {
      bot = spawn(process.execPath, [join(folder, 'main.js')], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', ...local.env, PORT: String(port), LOG_LEVEL: 'silent' },
        stdio: 'ignore',
      });
      await soon(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200));
    },
    async close() {
      await kill();
      await local.close();
      rmSync(folder, { recursive: true, force: true });
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
