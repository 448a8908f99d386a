import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { LocalConfig } from '../../src/local/config.ts';
import { type LocalProcess, type Simulation, startLocal } from '../../src/local/local-process.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { CAST, Listener, PEOPLE } from './chat-world.ts';

let folder: string;
let bot: Listener;
let botUrl: string;
let running: LocalProcess[];
const problems: unknown[] = [];

const SCENARIO = parseScenario(
  `
about: one service that fails
now: 2026-11-20T09:00:00Z
accounts:
  - name: production
    id: "111122223333"
    regions:
      us-east-1: { clusters: { prod-core: { services: { checkout-api: { desired: 2 } } } } }
timeline:
  - { at: +0s, service: prod-core/checkout-api, eventName: SERVICE_TASK_START_IMPAIRED }
  - { at: +1s, service: prod-core/checkout-api, eventName: SERVICE_STEADY_STATE }
`,
  'test.yaml',
);

const SIMULATION: Simulation = {
  about: SCENARIO.about,
  people: PEOPLE,
  startMs: Date.parse('2026-11-20T09:00:00Z'),
  name: 'test.yaml',
  makeWorld: (clock) => makeWorld(SCENARIO, { clock, holdTimeline: true }),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-test-'));
  bot = new Listener();
  botUrl = await bot.open();
  running = [];
  problems.length = 0;
});
afterEach(async () => {
  for (const each of running) await each.close();
  await bot.close();
  rmSync(folder, { recursive: true, force: true });
  if (problems.length > 0) throw new Error(`The process reported: ${problems.map(String).join('; ')}`);
});

async function start(config: Partial<LocalConfig> = {}, simulation = SIMULATION): Promise<LocalProcess> {
  const local = await startLocal({
    config: {
      parts: new Set(['aws', 'chat', 'store']),
      scenario: undefined,
      memory: false,
      botUrl,
      port: 0,
      folder,
      ...config,
    },
    simulation,
    nowMs: Date.now,
    report: (error) => problems.push(error),
  });
  running.push(local);
  return local;
}

function awsSettings(local: LocalProcess) {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = local.env;
  return {
    region: AWS_REGION,
    endpoint: local.endpoints.aws ?? '',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
}

test('the bot gets everything it needs, and a configuration file with accounts and grants', async () => {
  const local = await start();
  expect(Object.keys(local.env).sort((a, b) => a.localeCompare(b))).toEqual([
    'ADMINS',
    'ALERT_QUEUE_URL',
    'AWS_ACCESS_KEY_ID',
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'DECKHAND_CONFIG',
    'DECKHAND_FLEET_ID',
    'DECKHAND_NOW',
    'DYNAMODB_TABLE',
    'MicrosoftAppId',
    'MicrosoftAppPassword',
    'SLACK_API_URL',
    'SLACK_APP_TOKEN',
    'SLACK_BOT_TOKEN',
    'SLACK_DEFAULT_CHANNEL',
    'SLACK_SIGNING_SECRET',
    'TEAMS_ANONYMOUS',
    'TEAMS_DEFAULT_CHANNEL',
    'TEAMS_ENTRA_GROUPS',
    'TEAMS_GRAPH_URL',
    'TEAMS_LOGIN_URL',
    'TEAMS_SERVICE_URL',
  ]);
  expect(local.env.SLACK_DEFAULT_CHANNEL).toBe(CAST.slack.defaultChannel);
  expect(local.env.DECKHAND_NOW).toMatch(/^2026-11-20T09:00:0/);
  const file = parse(readFileSync(local.env.DECKHAND_CONFIG ?? '', 'utf8'));
  expect(file.accounts).toMatchObject([{ name: 'production', id: '111122223333', regions: ['us-east-1'] }]);
  expect(file.grants).toHaveLength(2);
});

test('local.json appears when the bot is ready and goes at the end', async () => {
  const file = join(folder, 'local.json');
  bot.answer = () => ({ status: 503 });
  const local = await start();
  await bot.count(1);
  expect(existsSync(file)).toBe(false);
  bot.answer = () => ({ status: 200 });
  await local.botReady;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    bot: botUrl,
    page: `${local.endpoints.aws}/`,
    aws: local.endpoints.aws,
    queueUrl: local.env.ALERT_QUEUE_URL,
    slack: local.env.SLACK_API_URL,
    teams: local.env.TEAMS_SERVICE_URL,
    scenario: 'test.yaml',
    pid: process.pid,
  });
  const paths = bot.received.map(({ path }) => path);
  expect(paths).toContain('/api/messages');
  await local.close();
  expect(existsSync(file)).toBe(false);
});

test('nothing of the timeline happens before the bot is ready; then its events arrive in order', async () => {
  bot.answer = () => ({ status: 503 });
  const local = await start();
  const client = new SQSClient({ ...awsSettings(local), useQueueUrlAsEndpoint: false });
  const receive = (WaitTimeSeconds: number) =>
    client.send(
      new ReceiveMessageCommand({
        QueueUrl: local.env.ALERT_QUEUE_URL,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds,
      }),
    );
  await bot.count(2);
  expect((await receive(0)).Messages ?? []).toEqual([]);
  bot.answer = () => ({ status: 200 });
  await local.botReady;
  const names: string[] = [];
  while (names.length < 2) {
    for (const { Body = '{}' } of (await receive(5)).Messages ?? [])
      names.push(JSON.parse(Body).detail.eventName);
  }
  expect(names).toEqual(['SERVICE_TASK_START_IMPAIRED', 'SERVICE_STEADY_STATE']);
  client.destroy();
});

test('AWS, Slack, Teams, the page and the meter share one port', async () => {
  const local = await start();
  const ecs = new ECSClient(awsSettings(local));
  // The hub may look only into its own account; that it is asked at all is what counts here.
  await ecs.send(new ListClustersCommand({})).catch(() => {});
  ecs.destroy();
  const url = local.endpoints.aws ?? '';
  const meter = await (await fetch(`${url}/meter`)).json();
  expect(JSON.stringify(meter)).toContain('ListClusters');
  const auth = await fetch(`${local.endpoints.slack}auth.test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.env.SLACK_BOT_TOKEN}` },
  });
  expect(await auth.json()).toMatchObject({ ok: true });
  const members = await fetch(
    `${local.endpoints.teams}/v3/conversations/${CAST.teams.defaultChannel}/members`,
  );
  expect(members.status).toBe(200);
  expect((await fetch(`${url}/page/state`)).status).toBe(200);
});

describe('parts', () => {
  test('the table alone leaves the rest of AWS and the chats alone', async () => {
    const local = await start({ parts: new Set(['store']) });
    expect(local.env).toEqual({
      DYNAMODB_TABLE: expect.any(String),
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoints.aws,
    });
    expect((await fetch(`${local.endpoints.aws}/page/state`)).status).toBe(404);
  });

  test('the chats alone bring no AWS and no configuration', async () => {
    const local = await start({ parts: new Set(['chat']) });
    expect(Object.keys(local.env).filter((name) => /AWS|DYNAMO|QUEUE|CONFIG|NOW/.test(name))).toEqual([]);
    expect(local.endpoints.page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  test('in memory nothing is left in the folder, and without a bot nobody is waited for', async () => {
    const local = await start({ memory: true, botUrl: undefined });
    await local.botReady;
    const config = local.env.DECKHAND_CONFIG ?? '';
    expect(existsSync(config)).toBe(true);
    await local.close();
    expect(existsSync(config)).toBe(false);
    expect(existsSync(join(folder, 'local.json'))).toBe(false);
    expect(existsSync(join(folder, 'store'))).toBe(false);
    expect(bot.received).toEqual([]);
  });
});

test('a second run in the same folder is refused, a stale local.json is not in the way', async () => {
  const first = await start({ parts: new Set(['aws', 'chat']) });
  await first.botReady;
  const file = join(folder, 'local.json');
  const left = readFileSync(file, 'utf8');
  await expect(start()).rejects.toThrow(/already runs from/);
  await first.close();
  writeFileSync(file, left);
  await (await start()).botReady;
  expect(JSON.parse(readFileSync(file, 'utf8')).aws).not.toBe(first.endpoints.aws);
});

test('a taken port is told with what to do', async () => {
  const taken = Number(new URL(botUrl).port);
  await expect(start({ port: taken })).rejects.toThrow(`LOCAL_PORT ${taken} is taken`);
});

test('without a moment of its own a scenario plays now', async () => {
  const local = await start({}, { ...SIMULATION, startMs: undefined });
  expect(local.env).not.toHaveProperty('DECKHAND_NOW');
});
