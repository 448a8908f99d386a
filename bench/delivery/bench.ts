import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { LogLevel } from '@slack/web-api';
import { pino } from 'pino';
import { DELIVERY_DEFAULTS } from '../../src/domain/delivery-settings.ts';
import { systemClock, systemTimers } from '../../src/domain/time.ts';
import type { Messenger, WantedMessage } from '../../src/messaging/messenger.ts';
import { makeOutbox } from '../../src/messaging/outbox.ts';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeSlackMessenger } from '../../src/slack/messenger.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeTableClient } from '../../src/store/client.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { makeTable } from '../../src/store/table.ts';
import { printTable } from '../print-table.ts';

const CHANNELS = 50;
const WARM_UP = 300;
const MESSAGES = 2_000;
const ROUNDS = 3;

/**
 * `npm run bench -- delivery`: what a delivered message costs the bot, its own CPU, with Slack and DynamoDB on loopback
 * in another process. The pace of the platforms is lifted; everything else is as in production.
 */
export async function benchDelivery(): Promise<void> {
  const child = fork(fileURLToPath(new URL('./bench-platforms.js', import.meta.url)), { stdio: 'inherit' });
  try {
    // The process is this bench's own.
    const [platforms] = (await once(child, 'message')) as [Platforms];
    const { outbox, sent } = senderTo(platforms);
    await deliver(outbox, sent, 'warm', WARM_UP);
    const rows: string[][] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      rows.push(await measured(round, () => deliver(outbox, sent, `run${round}`, MESSAGES)));
    }
    await outbox.stop();
    process.stdout.write(
      `Slack, ${CHANNELS} channels, pace lifted; CPU of the bot alone, user and system.\n\n`,
    );
    printTable(['what', 'seconds', 'CPU ms a message', 'messages a second and core'], rows);
  } finally {
    child.kill();
  }
}

interface Platforms {
  readonly slack: string;
  readonly store: string;
  readonly table: string;
}

async function measured(round: number, work: () => Promise<void>): Promise<string[]> {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  await work();
  const cpu = process.cpuUsage(startCpu);
  const cpuMs = (cpu.user + cpu.system) / 1_000;
  return [
    `${MESSAGES} messages, round ${round}`,
    ((performance.now() - startMs) / 1_000).toFixed(1),
    (cpuMs / MESSAGES).toFixed(2),
    Math.round((MESSAGES / cpuMs) * 1_000).toString(),
  ];
}

interface Sent {
  posts: number;
}

function senderTo({ slack, store, table: tableName }: Platforms) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = makeTableClient({ endpoint: store, region: 'local', credentials });
  const table = makeTable({ client, tableName, clock: systemClock });
  const none = (): void => undefined;
  const logger = { debug: none, info: none, warn: none, error: none, setLevel: none, setName: none };
  const slackClient = makeSlackClient('xoxb-test', {
    apiUrl: slack,
    logger: { ...logger, getLevel: () => LogLevel.ERROR },
  });
  const sent: Sent = { posts: 0 };
  const real = makeSlackMessenger(slackClient);
  const messenger: Messenger = {
    ...real,
    async post(...args) {
      const id = await real.post(...args);
      sent.posts += 1;
      return id;
    },
  };
  const outbox = makeOutbox({
    store: { outbox: makeOutboxStore(table), channels: makeChannelStore(table) },
    messengers: [messenger],
    clock: systemClock,
    timers: systemTimers,
    settings: { ...DELIVERY_DEFAULTS, slackPostEveryMs: 0.001, slackEditEveryMs: 0.001 },
    log: pino({ level: 'silent' }),
    owner: `bench-${process.pid}`,
  });
  outbox.start();
  return { outbox, sent };
}

type Sender = ReturnType<typeof senderTo>;

/** As alerts come: each in a call of its own, a few at a time. */
async function deliver(
  outbox: Sender['outbox'],
  sent: Readonly<Sent>,
  name: string,
  messages: number,
): Promise<void> {
  const goal = sent.posts + messages;
  await fewAtATime(messages, (n) => outbox.want([alert(`${name}/${n}`, `C${n % CHANNELS}`)]));
  while (sent.posts < goal) await pause(10);
}

async function fewAtATime(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const intake = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: 16 }, intake));
}

function alert(key: string, channel: string): WantedMessage {
  const blocks = [
    {
      kind: 'text',
      text: 'Essential container in task exited; the newest revision fails where the last one worked.',
    },
    {
      kind: 'facts',
      facts: [1, 2, 3, 4].map((n) => ({ label: `Fact ${n}`, value: `value ${n} of ${key}` })),
    },
    { kind: 'context', text: 'production / eu-west-1 / core, read 4 s ago' },
  ] as const;
  const dest = { platform: 'slack', tenant: '-', channel } as const;
  return {
    dest,
    key,
    rev: 1,
    card: { title: key, tone: 'critical', summary: key, blocks },
    urgency: 'critical',
  };
}
