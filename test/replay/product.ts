import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { type LocalProcess, startLocal } from '../../src/local/local-process.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import type { StoredMessage } from '../../src/local/slack/workspace.ts';
import type { StoredActivity } from '../../src/local/teams/tenant.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { type Deckhand, startDeckhand } from '../../src/wiring/deckhand.ts';
import { CAST, PEOPLE, person } from '../local/chat-world.ts';

export const SLACK_CHANNEL = CAST.slack.defaultChannel;
export const TEAMS_CHANNEL = CAST.teams.defaultChannel;
export const ACCOUNT = '111122223333';

/** The whole product in this process, over loopback AWS, Slack and Teams. */
export interface Product {
  readonly local: LocalProcess;
  readonly deckhand: Deckhand;
  /** Sends an event as EventBridge does, through the queue. */
  push(event: object): Promise<void>;
  /** The bot's messages in the alert channels, roots and replies, in order. */
  slack(): readonly StoredMessage[];
  teams(): readonly StoredActivity[];
  /** The alerts about a service as they stand now; what is read once does not change with later edits. */
  slackAlerts(service: string): readonly StoredMessage[];
  teamsAlerts(service: string): readonly StoredActivity[];
  clickInSlack(name: string, message: StoredMessage, label: string): Promise<void>;
  clickInTeams(name: string, message: StoredActivity, label: string): Promise<string>;
  close(): Promise<void>;
}

/** A company with these services, all well, in one cluster called `core`. */
export async function openProduct(
  services: readonly string[],
  options: {
    /** Added to the environment: what stands in front of a platform. */
    readonly env?: (local: LocalProcess) => Promise<Readonly<Record<string, string>>>;
  } = {},
): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-replay-'));
  const port = await freePort();
  const local = await startLocal({
    config: {
      parts: new Set(['aws', 'chat', 'store']),
      scenario: undefined,
      memory: true,
      botUrl: `http://127.0.0.1:${port}`,
      port: 0,
      folder,
    },
    simulation: simulation(services),
    nowMs: Date.now,
    report: (error) => {
      throw error;
    },
  });
  const env = {
    ...local.env,
    ...(await options.env?.(local)),
    PORT: String(port),
    LOG_LEVEL: process.env['REPLAY_LOG'] ?? 'silent',
    CHAT: 'slack,teams',
    FLEET: 'aws',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'DECKHAND_NOW']) vi.stubEnv(name, '');
  const deckhand = await startDeckhand(loadConfig());
  await local.botReady;
  const { slack, teams } = chatsOf(local);
  const slackMessages = () => slack.workspace.messagesOf(SLACK_CHANNEL).filter((message) => message.isBot);
  const teamsMessages = () => teams.tenant.activitiesOf(TEAMS_CHANNEL).filter((message) => message.isBot);
  return {
    local,
    deckhand,
    push: async (event) => local.aws?.putEvent(event),
    slack: slackMessages,
    teams: teamsMessages,
    slackAlerts: (service) =>
      structuredClone(
        slackMessages().filter((one) => one.threadTs === undefined && mentions(one.blocks, service)),
      ),
    teamsAlerts: (service) =>
      structuredClone(
        teamsMessages().filter((one) => one.rootId === undefined && mentions(one.body, service)),
      ),
    clickInSlack: async (name, message, label) => {
      const element = elementCalled(message.blocks, label);
      await slack.people.act(person(name).slackId, SLACK_CHANNEL, message.ts, element);
    },
    clickInTeams: async (name, message, label) => {
      const action = elementCalled(message.body, label);
      return JSON.stringify(await teams.people.act(person(name).teamsId, TEAMS_CHANNEL, message.id, action));
    },
    close: async () => {
      await deckhand.stop();
      await local.close();
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function simulation(services: readonly string[]) {
  const scenario = parseScenario(
    JSON.stringify({
      accounts: [
        {
          name: 'production',
          id: ACCOUNT,
          regions: {
            'eu-west-1': {
              clusters: { core: { services: Object.fromEntries(services.map((name) => [name, {}])) } },
            },
          },
        },
      ],
    }),
    'replay.yaml',
  );
  return {
    about: '',
    people: PEOPLE,
    startMs: undefined,
    name: 'replay.yaml',
    makeWorld: (clock: { now(): number }) => makeWorld(scenario, { clock, holdTimeline: true }),
  };
}

function chatsOf({ chats }: LocalProcess): NonNullable<LocalProcess['chats']> {
  if (chats === undefined) throw new Error('the chats were asked for');
  return chats;
}

function mentions(content: unknown, service: string): boolean {
  return new RegExp(`(^|[^\\w-])${service}([^\\w-]|$)`).test(JSON.stringify(content));
}

/** The button of this name, as the page hands it back; Slack's has its block's id besides. */
export function elementCalled(content: unknown, label: string): Record<string, unknown> {
  const found = find(content, {}, label);
  if (found === undefined) throw new Error(`there is no button ${label}`);
  return found;
}

function find(value: unknown, around: object, label: string): Record<string, unknown> | undefined {
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = find(each, around, label);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const object: Record<string, unknown> = { ...value };
  const text = object['text'];
  const title = typeof text === 'object' && text !== null && 'text' in text ? text.text : object['title'];
  if (title === label) return { ...around, ...object };
  const below = typeof object['block_id'] === 'string' ? { block_id: object['block_id'] } : around;
  return find(Object.values(object), below, label);
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo; // it listens on TCP
      probe.close(() => resolve(port));
    });
  });
}
