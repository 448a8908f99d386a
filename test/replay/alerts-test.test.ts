import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { person } from '../local/chat-world.ts';
import { openProduct, type Product, SLACK_CHANNEL, TEAMS_CHANNEL } from './product.ts';
import { incidentsIn, inSlack, inTeams, type Shown } from './told.ts';

/** `alerts test`, asked for in each of the three places, over the real queue, table and chats. */
const ROOT = join(import.meta.dirname, '../..');
const HOPS = [
  'Event on the queue',
  'Incident stored',
  'Message in slack:',
  'Message in teams:',
  'Second event on the queue',
  'Incident resolved',
];
let product: Product;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-alerts-test-'));
  product = await openProduct(['web']);
});
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 40_000, interval: 50 });
const say = {
  slack: (who: string, words: string) =>
    product.local.chats?.slack.people.send(person(who).slackId, SLACK_CHANNEL, `/ecs ${words}`),
  teams: (who: string, words: string) =>
    product.local.chats?.teams.people.send(person(who).teamsId, TEAMS_CHANNEL, `@Deckhand ${words}`),
};

/** The words of the report, once it has come. */
function report(shown: () => readonly Shown[], headline: RegExp): Promise<string> {
  return soon(() => {
    const found = shown().find(({ content }) => headline.test(content));
    if (found === undefined) throw new Error('no report yet');
    return [...found.content.matchAll(/"text":"([^"]*)"/g)].map(([, words]) => words).join('');
  });
}

/** What a test left behind: over, labelled, and shown as over in both chats. */
async function leftBehind(count: number): Promise<void> {
  const incidents = await incidentsIn(product.local);
  expect(incidents.map(({ isTest, state }) => [isTest, state])).toEqual(
    Array.from({ length: count }, () => [true, 'resolved']),
  );
  await soon(() => {
    for (const shown of [inSlack(product.local), inTeams(product.local)]) {
      const alerts = shown.filter(({ content }) => content.includes('This is a test.'));
      expect(alerts).toHaveLength(count);
      for (const { content } of alerts) expect(content).toContain('Resolved: TEST #');
    }
  });
}

describe('reports each hop', () => {
  test('in Slack', async () => {
    await say.slack('Olivia', 'alerts test');
    const told = await report(() => inSlack(product.local), /Test alert (arrived|failed)/);
    expect(told).toContain('Test alert arrived: 6 steps passed');
    for (const hop of HOPS) expect(told).toContain(hop);
    await leftBehind(1);
  });

  test('in Teams', async () => {
    await say.teams('Ravi', 'alerts test');
    const told = await report(() => inTeams(product.local), /Test alert (arrived|failed)/);
    expect(told).toContain('Test alert arrived: 6 steps passed');
    for (const hop of HOPS) expect(told).toContain(hop);
    await leftBehind(2);
  });

  test('in a shell that joins the running instance', async () => {
    const { code, out, err } = await ecs(['alerts', 'test', '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { data } = JSON.parse(out);
    expect(data.hops.map(({ state }: { state: string }) => state)).toEqual(HOPS.map(() => 'ok'));
    data.hops.forEach(({ name }: { name: string }, at: number) => expect(name).toContain(HOPS[at]));
    await leftBehind(3);
  });
});

test('a channel that is gone is named, with what became of the rest', async () => {
  product.local.chats?.slack.removeChannel(SLACK_CHANNEL);
  await say.teams('Olivia', 'alerts test');
  const told = await report(() => inTeams(product.local), /Test alert failed/);
  expect(told).toContain(`Test alert failed at: Message in slack:${SLACK_CHANNEL}`);
  expect(told).toContain('channel_not_found');
  expect(told).toContain(`Message in teams:${TEAMS_CHANNEL}: ok`);
  expect(told).toContain('Incident resolved: ok');
});

/** The bundled command line in a folder in which an instance runs. */
async function ecs(args: readonly string[]) {
  execFileSync(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  const { endpoints, env } = product.local;
  const joined = { ...endpoints, scenario: 'test', pid: process.pid, env };
  writeFileSync(join(folder, 'local.json'), JSON.stringify(joined));
  const child = spawn(process.execPath, [join(ROOT, 'dist/ecs.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, DECKHAND_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, code };
}
