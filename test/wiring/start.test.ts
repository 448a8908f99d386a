import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

/** `npm start` as a newcomer runs it: nothing configured, both processes, one Ctrl-C. */
const ROOT = join(import.meta.dirname, '../..');
let folder: string;
let started: ChildProcess[];

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-start-'));
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(change: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'dist/start.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      DECKHAND_DIR: join(folder, '.deckhand'),
      ...change,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, said, ended };
}

const up = ({ said }: ReturnType<typeof start>) =>
  vi.waitFor(() => expect(said.out).toContain('Deckhand is up'), { timeout: 30_000, interval: 50 });
const localFile = () => join(folder, '.deckhand', 'local.json');

test('it says where to look, and Ctrl-C ends everything that it began', async () => {
  const port = await freePort();
  const run = start({ PORT: String(port) });
  await up(run);
  expect(run.said.out).toMatch(/a playground with Slack and Teams side by side, over a simulated company/);
  expect(run.said.err).toBe('');
  await vi.waitFor(() => expect(existsSync(localFile())).toBe(true), { timeout: 10_000 });
  const local = JSON.parse(readFileSync(localFile(), 'utf8'));
  expect(local).toMatchObject({
    bot: `http://127.0.0.1:${port}`,
    page: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    aws: expect.any(String),
    queueUrl: expect.any(String),
    slack: expect.any(String),
    teams: expect.any(String),
    scenario: 'default',
    pid: expect.any(Number),
  });
  expect(run.said.out).toContain(local.page);
  expect((await fetch(local.page)).status).toBe(200);
  expect((await fetch(`${local.bot}/ready`)).status).toBe(200);

  run.child.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(existsSync(localFile())).toBe(false);
  await expect(fetch(`${local.bot}/health`)).rejects.toThrow('fetch failed');
  await expect(fetch(local.page)).rejects.toThrow('fetch failed');
  expect(run.said.err).toBe('');
});

test('a second one in the same folder is refused in words', async () => {
  const first = start({ PORT: String(await freePort()) });
  await up(first);
  await vi.waitFor(() => expect(existsSync(localFile())).toBe(true), { timeout: 10_000 });
  const second = start({ PORT: String(await freePort()) });
  expect(await second.ended).toBe(1);
  expect(second.said.err).toMatch(/^Deckhand already runs from .*Stop it first, or set DECKHAND_DIR/);
});

describe('what cannot be started is told in words, without a stack, and ends with 1', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['an unknown fleet', { FLEET: 'azure' }, /^FLEET is "azure": expected aws or local\.\n$/],
    [
      'the playground in production',
      { NODE_ENV: 'production' },
      /^NODE_ENV is production, where the local chat is refused.*\n.*simulated fleet is refused.*\n.*DYNAMODB_TABLE/,
    ],
    ['half a Slack', { SLACK_BOT_TOKEN: 'xoxb-1' }, /^SLACK_BOT_TOKEN is set, but neither/],
    [
      'a file that is not there',
      { DECKHAND_CONFIG: '/no/such.yaml', CHAT: 'slack', FLEET: 'aws' },
      /\/no\/such\.yaml, which does not exist/,
    ],
  ])('%s', async (_name, env, sentence) => {
    const run = start({ PORT: String(await freePort()), ...env });
    expect(await run.ended).toBe(1);
    expect(run.said.err).toMatch(sentence);
    expect(run.said.err).not.toMatch(/^\s+at /m);
    expect(run.said.out).not.toContain('Deckhand is up');
  });

  test('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo; // it listens on TCP
    const run = start({ PORT: String(port) });
    expect(await run.ended).toBe(1);
    expect(run.said.err).toContain(`Port ${port} on 127.0.0.1 is taken: set PORT to a free one.`);
    other.close();
  });
});

test('when one of the two is killed, the other ends as well', async () => {
  const run = start({ PORT: String(await freePort()) });
  await up(run);
  await vi.waitFor(() => expect(existsSync(localFile())).toBe(true), { timeout: 10_000 });
  const { pid } = JSON.parse(readFileSync(localFile(), 'utf8'));
  process.kill(pid, 'SIGKILL');
  expect(await run.ended).not.toBe(0);
});

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo; // it listens on TCP
      probe.close(() => resolve(port));
    });
  });
}
