import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LocalProcess, startLocal } from '../../src/local/local-process.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { CAST, PEOPLE, person } from '../local/chat-world.ts';

const ROOT = join(import.meta.dirname, '../..');
const CHANNEL = CAST.slack.defaultChannel;
let folder: string;
let port: number;
let local: LocalProcess;
let bot: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-write-kill-'));
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  cpSync(join(ROOT, 'dist/main.js'), join(folder, 'main.js'));
  cpSync(join(ROOT, 'dist/chunks'), join(folder, 'chunks'), { recursive: true });
  port = await freePort();
  const cluster = { services: { web: {}, cart: {} } };
  // Slow enough that a process can be killed between two calls.
  const scenario = {
    latencyMs: 400,
    accounts: [{ id: '111122223333', regions: { 'eu-west-1': { clusters: { core: cluster } } } }],
  };
  const parsed = parseScenario(JSON.stringify(scenario), 'kill.yaml');
  local = await startLocal({
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
      name: 'kill.yaml',
      makeWorld: (clock) => makeWorld(parsed, { clock, holdTimeline: true }),
    },
    nowMs: Date.now,
    report: () => {},
  });
});
afterEach(async () => {
  await kill();
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a bot that is killed with SIGKILL over a write has done it once or not at all, and the next one tells how it ended', async () => {
  await start();
  const web = await proposal('web');
  const cart = await proposal('cart');

  // AWS has taken it, and the bot will never read the answer.
  await confirm(web);
  await soon(() => expect(calls('UpdateService')).toBe(1));
  await kill();
  await start();

  // It is about to be handed to AWS, and may have been.
  await confirm(cart);
  await soon(() => expect(shown()).toContain('Scale cart: 1 → 3 …'));
  await kill();
  const taken = calls('UpdateService');
  await start();

  await soon(() => expect(shown()).toContain('Done: scale web: 1 → 3'), 120_000);
  await soon(() => expect(shown()).toMatch(/(Done|Not certain): scale cart: 1 → 3/), 120_000);
  expect(calls('UpdateService')).toBe(taken);
  expect(shown().includes('Done: scale cart')).toBe(taken === 2);
  await say('audit');
  await soon(() => expect(shown()).toMatch(/Audit of everything: 2 entries/));
}, 300_000);

const soon = <T>(check: () => T | Promise<T>, timeout = 30_000) =>
  vi.waitFor(check, { timeout, interval: 20 });

const messages = () => local.chats?.slack.workspace.messagesOf(CHANNEL).filter(({ isBot }) => isBot) ?? [];
const shown = () => JSON.stringify(messages());
const calls = (name: string) =>
  (local.aws?.meter.report().rows ?? [])
    .filter(({ operation, outcome }) => operation === name && outcome === 'ok')
    .reduce((sum, row) => sum + row.calls, 0);

async function say(words: string): Promise<void> {
  await local.chats?.slack.people.send(person('Olivia').slackId, CHANNEL, `/ecs ${words}`);
}

/** The `ts` of the proposal. */
async function proposal(service: string): Promise<string> {
  await say(`scale ${service} 3`);
  return soon(() => {
    const found = messages().find((one) => JSON.stringify(one.blocks).includes(`Scale ${service}: 1 → 3?`));
    if (found === undefined) throw new Error('no proposal yet');
    return found.ts;
  });
}

async function confirm(ts: string): Promise<void> {
  const { blocks = [] } = messages().find((one) => one.ts === ts) ?? {};
  const elements = blocks.flatMap((block) => {
    const inside: unknown = block['elements'];
    return Array.isArray(inside)
      ? inside.map((each: object) => ({ block_id: block['block_id'], ...each }))
      : [];
  });
  const button = elements.find((element) => JSON.stringify(element).includes('"Confirm"'));
  await local.chats?.slack.people.act(person('Olivia').slackId, CHANNEL, ts, { ...button });
}

async function start(): Promise<void> {
  bot = spawn(process.execPath, [join(folder, 'main.js')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...local.env, PORT: String(port), LOG_LEVEL: 'silent' },
    stdio: 'ignore',
  });
  await soon(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200));
}

async function kill(): Promise<void> {
  const child = bot;
  bot = undefined;
  if (child === undefined || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo; // it listens on TCP
      probe.close(() => resolve(free));
    });
  });
}
