import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

/** The bundled process, as `npm start` and the command line run it. */
const OUT = join(import.meta.dirname, '../../node_modules/.cache/deckhand-test');
const FILE = join(OUT, `local-${process.pid}.js`);
let folder: string;
let scenario: string;
let children: ChildProcess[];

beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  await build({
    entryPoints: [join(import.meta.dirname, '../../src/local/main.ts')],
    outfile: FILE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(FILE, { force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-main-'));
  scenario = join(folder, 'fleet.yaml');
  writeFileSync(scenario, 'accounts: [ { id: "111122223333", regions: { eu-west-1: {} } } ]\n');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({ ...process.env, DECKHAND_DIR: join(folder, '.deckhand'), LOCAL_PORT: '', PORT: '1' });

function forked(...args: string[]): ChildProcess {
  const child = fork(FILE, args, { env: env(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  children.push(child);
  return child;
}

function spawned(...args: string[]) {
  const child = spawn(process.execPath, [FILE, ...args], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

test('its parent hears once where everything is, and SIGTERM ends it cleanly', async () => {
  const child = forked('--scenario', scenario);
  const [message] = await once(child, 'message');
  expect(message).toMatchObject({
    type: 'ready',
    env: { AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127/), TEAMS_ANONYMOUS: '1' },
    endpoints: { bot: 'http://127.0.0.1:1', page: expect.any(String), queueUrl: expect.any(String) },
  });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('it ends when its parent goes away', async () => {
  const child = forked('--scenario', scenario);
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('without a channel to a parent it prints one line of JSON', async () => {
  const child = spawned('--scenario', scenario, '--memory', '--no-bot');
  const [chunk] = await once(child.stdout, 'data');
  const lines = String(chunk).trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'ready', endpoints: { aws: expect.any(String) } });
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([
  ['a scenario that is none', () => ['--scenario', scenario], 'fleet.yaml: '],
  ['a scenario that is not there', () => ['--scenario', join(folder, 'no.yaml')], 'there is no such file'],
  ['an unknown part', () => ['--parts', 'sqs'], 'expected some of aws, chat, store'],
])('%s is told in words, without a stack, and ends it with 1', async (name, args, sentence) => {
  if (name === 'a scenario that is none') writeFileSync(scenario, 'accounts: 3\n');
  const child = spawned(...args());
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(said).toContain(sentence);
  expect(said).not.toMatch(/^\s+at /m);
});
