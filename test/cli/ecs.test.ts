import { type ChildProcess, fork, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

/** The bundled command line as people and programs run it, with the simulation beside it. */
const SRC = join(import.meta.dirname, '../../src');
const OUT = join(import.meta.dirname, `../../node_modules/.cache/deckhand-test/cli-${process.pid}`);
let folder: string;
let running: ChildProcess[];

beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  await build({
    entryPoints: { ecs: join(SRC, 'ecs.ts'), local: join(SRC, 'local/main.ts') },
    outdir: OUT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  cpSync(join(SRC, 'local/scenario/default.yaml'), join(OUT, 'default.yaml'));
});
afterAll(() => rmSync(OUT, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-cli-'));
  running = [];
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** An environment in which nothing is configured. */
const environment = (change: Record<string, string> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  DECKHAND_DIR: join(folder, '.deckhand'),
  ...change,
});

async function ecs(args: readonly string[], options: { stdin?: string; env?: Record<string, string> } = {}) {
  const child = spawn(process.execPath, [join(OUT, 'ecs.js'), ...args], {
    cwd: folder,
    env: environment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.push(child);
  child.stdin.end(options.stdin ?? '');
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, code, json: () => JSON.parse(out) };
}

const service = (more: string) => `
accounts:
  - name: production
    id: "111122223333"
    regions:
      eu-west-1:
        clusters:
          core:
            services:
              web: { desired: 2, ${more} }
`;
function scenario(body: string, name = 'fleet.yaml'): string {
  const file = join(folder, name);
  writeFileSync(file, body);
  return file;
}
const GOOD = service('metrics: { cpuPercent: { base: 20 }, memoryPercent: { base: 30 } }');
const BAD = service('metrics: { cpuPercent: { base: 95 }, memoryPercent: { base: 30 } }');

describe('health --json', () => {
  test('of the default scenario finds trouble, and has the data of the contract', async () => {
    const { code, err, json } = await ecs(['health', '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const { intent, card, data } = json();
    expect(intent).toEqual({ command: 'health' });
    expect(card.title).toEqual(expect.any(String));
    const counts = Object.values<number>(data.counts);
    expect(Object.keys(data.counts).sort()).toEqual(['critical', 'good', 'unknown', 'warning']);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(data.services.length);
    expect(data.missing).toEqual([]);
    for (const one of data.services) {
      expect(one).toEqual({
        service: expect.any(String),
        cluster: expect.any(String),
        account: expect.any(String),
        region: expect.any(String),
        health: expect.stringMatching(/^(good|warning|critical|unknown)$/),
        reasons: expect.any(Array),
        running: expect.any(Number),
        desired: expect.any(Number),
        ageMs: expect.any(Number),
      });
    }
  });

  test.each([
    ['a healthy fleet', () => GOOD, 0],
    ['a fleet in trouble', () => BAD, 1],
    [
      'a fleet of which a part cannot be read, trouble or not',
      () => BAD.replace('regions:', 'deny: [cloudwatch:GetMetricData]\n    regions:'),
      2,
    ],
  ])('of %s', async (_name, body, expected) => {
    const { code, json } = await ecs(['health', '--json', '--scenario', scenario(body())]);
    expect(code).toBe(expected);
    expect(json().data.missing).toHaveLength(expected === 2 ? 1 : 0);
  });

  test('names the IAM action that is missing', async () => {
    const body = GOOD.replace('regions:', 'deny: [cloudwatch:GetMetricData]\n    regions:');
    const { json } = await ecs(['health', '--json', '--scenario', scenario(body)]);
    expect(json().data.missing[0]).toMatchObject({
      account: 'production',
      region: 'eu-west-1',
      action: 'cloudwatch:GetMetricData',
      why: expect.stringContaining('cloudwatch:GetMetricData'),
    });
  });
});

describe('what cannot be done', () => {
  test.each([
    ['a scenario that is not there', ['health', '--scenario', 'no.yaml'], 'no.yaml'],
    ['a scenario without its file', ['health', '--scenario'], '--scenario needs a file'],
    ['an unknown flag', ['health', '--nope'], '--nope'],
    ['a name that nothing has', ['service', 'zzzzqqq'], 'zzzzqqq'],
    ['alerts where nothing keeps them', ['alerts'], 'There are no incidents here'],
  ])('%s is an error object and 2', async (_name, args, words) => {
    const { code, json, err } = await ecs([...args, '--json']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(json()).toEqual({ error: { code: expect.any(String), message: expect.stringContaining(words) } });
  });

  test('a scenario with a mistake is told with its file and path', async () => {
    const file = scenario(GOOD.replace('desired', 'desierd'));
    const { code, json } = await ecs(['health', '--json', '--scenario', file]);
    expect(code).toBe(2);
    expect(json().error.message).toContain(file);
    expect(json().error.message).toContain('desierd');
  });

  test('a configuration with a mistake is told, not thrown', async () => {
    const { code, json } = await ecs(['health', '--json'], { env: { FLEET: 'azure' } });
    expect(code).toBe(2);
    expect(json().error.message).toContain('FLEET is "azure"');
  });
});

test('one argument is a sentence, several are tokens, and both mean the same', async () => {
  const file = scenario(GOOD);
  const one = await ecs(['service web', '--intent', '--scenario', file]);
  const several = await ecs(['service', 'web', '--intent', '--scenario', file]);
  expect(one.json()).toEqual({ command: 'service', service: 'web' });
  expect(several.json()).toEqual(one.json());
});

test('lines from standard input become one Intent each', async () => {
  const stdin = 'health\n{"say":"restart?","thread":{"service":"web"}}\nservice wbe\n';
  const { out, code } = await ecs(['--intent', '--stdin', '--scenario', scenario(GOOD)], { stdin });
  const all = out.trimEnd().split('\n');
  expect(all).toHaveLength(3);
  expect(JSON.parse(all[0] ?? '')).toEqual({ command: 'health' });
  expect(JSON.parse(all[2] ?? '')).toEqual({ command: 'service', service: 'web' });
  expect(code).toBe(0);
});

describe('a running instance', () => {
  let bot: Server;
  beforeEach(async () => {
    // What the simulation takes for the bot: all it asks is whether that is ready.
    bot = createServer((_req, res) => res.end('{}'));
    await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => bot.close());

  async function start(body: string): Promise<{ readonly child: ChildProcess; readonly aws: string }> {
    const { port } = bot.address() as AddressInfo; // it listens on TCP
    const child = fork(join(OUT, 'local.js'), ['--scenario', scenario(body, 'running.yaml')], {
      env: environment({ LOCAL_PORT: '0', PORT: String(port) }),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running.push(child);
    const file = join(folder, '.deckhand', 'local.json');
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), { timeout: 20_000 });
    return { child, aws: JSON.parse(readFileSync(file, 'utf8')).aws };
  }

  test('is joined, and its calls are counted there; --scenario goes its own way', async () => {
    const { aws } = await start(BAD);
    const calls = async () => {
      const report: unknown = await (await fetch(`${aws}/meter`)).json();
      // Our own process wrote it.
      const { rows } = report as { rows: readonly { readonly operation: string; readonly calls: number }[] };
      return Object.fromEntries(rows.map(({ operation, calls: count }) => [operation, count]));
    };
    await fetch(`${aws}/meter/reset`, { method: 'POST' });
    expect((await ecs(['health', '--json'])).code).toBe(1);
    const counted = await calls();
    expect(counted).toMatchObject({
      ListClusters: 1,
      ListServices: 1,
      DescribeServices: 1,
      GetMetricData: 1,
    });
    expect(counted).not.toHaveProperty('DescribeTaskDefinition');
    expect((await ecs(['health', '--json', '--scenario', scenario(GOOD)])).code).toBe(0);
    expect(await calls()).toEqual(counted);
  });

  test('that was killed is not waited for', async () => {
    const { child } = await start(BAD);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const { code, json } = await ecs(['health', '--json']);
    expect(code).toBe(1);
    expect(json().data.services.length).toBeGreaterThan(1);
  });

  test('whose file is half written is none', async () => {
    mkdirSync(join(folder, '.deckhand'));
    writeFileSync(join(folder, '.deckhand', 'local.json'), '{"page": "http:');
    expect((await ecs(['health', '--json'])).code).toBe(1);
  });
});
