import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LocalProcess } from '../../src/local/local-process.ts';
import { freePort, playing } from '../replay/bundled-bot.ts';

/** The bundle of the bot, alone in an empty folder: no sources, no node_modules above it. */
const ROOT = join(import.meta.dirname, '../..');
/** The Node of the image, whichever one runs the tests. */
const OTHER_NODE = node24();
let bundle: string;
let folder: string;
let local: LocalProcess;
let port: number;
let bot: ChildProcess | undefined;
let said: string;

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  bundle = mkdtempSync(join(tmpdir(), 'deckhand-bundle-'));
  cpSync(join(ROOT, 'dist/main.js'), join(bundle, 'main.js'));
  cpSync(join(ROOT, 'dist/chunks'), join(bundle, 'chunks'), { recursive: true });
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-run-'));
  mkdirSync(join(folder, 'coverage'));
  port = await freePort();
  said = '';
  const cluster = { services: { web: {} } };
  const account = { id: '111122223333', regions: { 'eu-west-1': { clusters: { core: cluster } } } };
  local = await playing({ accounts: [account] }, folder, port);
});
afterEach(async () => {
  bot?.kill('SIGKILL');
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the bot with what a machine in production has in its environment, and nothing else. */
function start(change: Record<string, string> = {}, node = process.execPath): ChildProcess {
  bot = spawn(node, [join(bundle, 'main.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...local.env,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      NODE_V8_COVERAGE: join(folder, 'coverage'),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...change,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [bot.stdout, bot.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  return bot;
}

async function ready(): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200), {
    timeout: 30_000,
    interval: 50,
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', resolve));
}

/** The chunks that Node has loaded, as its coverage tells at the end. */
function loadedChunks(): readonly string[] {
  const files = readdirSync(join(folder, 'coverage'));
  const scripts = files.flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(folder, 'coverage', file), 'utf8'));
    return result.map(({ url }: { readonly url: string }) => basename(url));
  });
  return scripts.filter((name) => existsSync(join(bundle, 'chunks', name)));
}

/** The chunks that hold a package, by words that only it says. */
const chunksWith = (words: string) =>
  readdirSync(join(bundle, 'chunks')).filter((name) =>
    readFileSync(join(bundle, 'chunks', name), 'utf8').includes(words),
  );
const TEAMS_WORDS = 'Microsoft-BotFramework';
const TEAMS_ALONE = { SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: '', CHAT: 'teams' };
const SLACK_ALONE = { TEAMS_ANONYMOUS: '', CHAT: 'slack' };

describe.each([
  ['this Node', process.execPath],
  ...(OTHER_NODE === undefined ? [] : [['Node 24', OTHER_NODE]]),
])('under %s', (_name, node = process.execPath) => {
  test('it starts from what the environment says, is ready, and ends cleanly without a word', async () => {
    const child = start({}, node);
    await ready();
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(said).toBe('');
  });
});

test('with Slack alone it does not load what Teams needs', async () => {
  const child = start(SLACK_ALONE);
  await ready();
  child.kill('SIGTERM');
  await ended(child);
  const teams = chunksWith(TEAMS_WORDS);
  expect(teams.length).toBeGreaterThan(0);
  expect(loadedChunks().length).toBeGreaterThan(0);
  expect(loadedChunks().filter((name) => teams.includes(name))).toEqual([]);
});

test('with Teams it does', async () => {
  const child = start(TEAMS_ALONE);
  await ready();
  child.kill('SIGTERM');
  await ended(child);
  expect(loadedChunks().filter((name) => chunksWith(TEAMS_WORDS).includes(name)).length).toBeGreaterThan(0);
});

describe('what keeps it from starting is told in words and ends it with 1', () => {
  test('half a configuration', async () => {
    expect(await ended(start({ SLACK_SIGNING_SECRET: '', SLACK_APP_TOKEN: '' }))).toBe(1);
    expect(said).toMatch(/^SLACK_BOT_TOKEN is set, but neither .*\n$/);
  });

  test('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    expect(await ended(start())).toBe(1);
    expect(said).toBe(`Port ${port} on 127.0.0.1 is taken: set PORT to a free one.\n`);
    other.close();
  });
});

test('while the table cannot be reached it lives, and says what it waits for', async () => {
  const nowhere = await freePort();
  start({ AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${nowhere}`, LOG_LEVEL: 'silent' });
  await vi.waitFor(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/ready`);
      expect(answer.status).toBe(503);
      // Until Slack has answered it is waited for as well.
      expect(await answer.json()).toEqual({ ready: false, waiting: [expect.stringContaining('the table')] });
    },
    { timeout: 30_000, interval: 50 },
  );
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
});

test('a second signal waits for the end of the first', async () => {
  const child = start();
  await ready();
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
});

/**
 * Node 24 as npm packages it, kept beside the other caches. It is no dependency: its `node` would stand first in the
 * path of every script. Without a registry in reach a contributor goes without; CI does not.
 */
function node24(): string | undefined {
  const cache = join(ROOT, 'node_modules/.cache/node24');
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(cache, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const install = ['install', '--prefix', cache, '--no-save', '--no-package-lock', '--silent', `${name}@24`];
  try {
    execFileSync('npm', install, { stdio: 'ignore', timeout: 120_000 });
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
  }
  return existsSync(binary) ? binary : undefined;
}
