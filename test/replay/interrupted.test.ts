import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { DELIVERY_DEFAULTS, fasterDelivery } from '../../src/domain/delivery-settings.ts';
import { type LocalProcess, startLocal } from '../../src/local/local-process.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { CAST, PEOPLE, person } from '../local/chat-world.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Each call to AWS takes so long that an answer takes longer than two seconds, and than it takes to kill. */
const SLOW = 3_000;
let folder: string;
let port: number;
let local: LocalProcess;
let bot: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-interrupted-'));
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  cpSync(join(ROOT, 'dist/main.js'), join(folder, 'main.js'));
  cpSync(join(ROOT, 'dist/chunks'), join(folder, 'chunks'), { recursive: true });
  port = await freePort();
  const scenario = parseScenario(
    `{"latencyMs":${SLOW},"accounts":[{"id":"111122223333","regions":{"eu-west-1":{"clusters":{"core":{"services":{"web":{}}}}}}}]}`,
    'slow.yaml',
  );
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
      name: 'slow.yaml',
      makeWorld: (clock) => makeWorld(scenario, { clock, holdTimeline: true }),
    },
    nowMs: Date.now,
    report: () => {},
  });
  const faster = stringify({ delivery: fasterDelivery(DELIVERY_DEFAULTS, 10) });
  appendFileSync(local.env['DECKHAND_CONFIG'] ?? '', faster);
});
afterEach(async () => {
  await kill();
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a bot that is killed over a long answer says so after its restart, in the place of its progress', async () => {
  await start();
  const { slack, teams } = local.chats ?? {};
  if (slack === undefined || teams === undefined) throw new Error('the chats were asked for');
  const shown = () => [
    ...slack.workspace.messagesOf(CAST.slack.defaultChannel).filter(({ isBot }) => isBot),
    ...teams.tenant.activitiesOf(CAST.teams.defaultChannel).filter(({ isBot }) => isBot),
  ];
  const texts = () => shown().map((message) => JSON.stringify(message));
  const olivia = person('Olivia');
  await slack.people.send(olivia.slackId, CAST.slack.defaultChannel, '/ecs health --fresh');
  await teams.people.send(olivia.teamsId, CAST.teams.defaultChannel, '@Deckhand health --fresh');
  await soon(() => expect(texts().filter((text) => text.includes('Looking at the fleet'))).toHaveLength(2));
  // The bot, too, knows that they stand there: a message of which it does not is a matter of the kill test.
  await soon(async () => expect(await waiting()).toBe(0));

  await kill();
  await start();

  const interrupted = /I was interrupted; please ask again/;
  await soon(() => expect(texts().filter((text) => interrupted.test(text))).toHaveLength(2));
  expect(shown()).toHaveLength(2);
});

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** Resolves when the bot is ready. */
async function start(): Promise<void> {
  bot = spawn(process.execPath, [join(folder, 'main.js')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...local.env, PORT: String(port), LOG_LEVEL: 'silent' },
    stdio: 'ignore',
  });
  await soon(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200));
}

/** How many messages are not out yet, as far as the bot knows. */
async function waiting(): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^deckhand_outbox_messages\{state="waiting"\} (\d+)$/m.exec(metrics)?.[1]);
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
