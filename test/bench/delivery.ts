import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LogLevel } from '@slack/web-api';
import { pino } from 'pino';
import { DELIVERY_DEFAULTS } from '../../src/domain/delivery-settings.ts';
import { systemClock, systemTimers } from '../../src/domain/time.ts';
import type { Messenger, WantedMessage } from '../../src/messaging/messenger.ts';
import { makeOutbox } from '../../src/messaging/outbox.ts';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeSlackMessenger } from '../../src/slack/messenger.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { makeTable } from '../../src/store/table.ts';
import { FaultySlack } from '../replay/faulty-slack.ts';
import { startTestStore } from '../store/dynalite.ts';

// What a delivered message costs the bot: its own CPU, with Slack and DynamoDB on loopback in another process. The
// pace of the platforms is lifted; everything else is as in production.
const CHANNELS = 50;
const WARM_UP = 200;
const MESSAGES = 2_000;

if (process.argv[2] === 'platforms') await platforms();
else await measure();

async function platforms(): Promise<void> {
  const slack = new FaultySlack(Math.random);
  slack.faulty = false;
  const store = await startTestStore();
  process.stdout.write(
    `${JSON.stringify({ slack: await slack.listen(), store: store.url, table: store.tableName })}\n`,
  );
}

async function measure(): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'platforms'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { outbox, posted } = senderTo(JSON.parse(line.toString()) as Platforms);
    await deliver(outbox, posted, 'warm', WARM_UP);
    const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
    await deliver(outbox, posted, 'run', MESSAGES);
    const cpu = process.cpuUsage(startCpu);
    const cpuMs = (cpu.user + cpu.system) / 1_000;
    const wallMs = performance.now() - startMs;
    await outbox.stop();
    console.log(`${MESSAGES} messages to ${CHANNELS} channels in ${(wallMs / 1_000).toFixed(1)} s`);
    console.log(`${(cpuMs / MESSAGES).toFixed(2)} ms CPU a delivered message`);
    console.log(`${Math.round((MESSAGES / cpuMs) * 1_000)} messages a second and core`);
  } finally {
    child.kill();
  }
}

interface Platforms {
  readonly slack: string;
  readonly store: string;
  readonly table: string;
}

function senderTo({ slack, store, table: tableName }: Platforms) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: store, region: 'local', credentials });
  const table = makeTable({ client, tableName, clock: systemClock });
  const none = (): void => undefined;
  const logger = { debug: none, info: none, warn: none, error: none, setLevel: none, setName: none };
  const slackClient = makeSlackClient('xoxb-test', {
    apiUrl: slack,
    logger: { ...logger, getLevel: () => LogLevel.ERROR },
  });
  const posted = { count: 0 };
  const real = makeSlackMessenger(slackClient);
  const messenger: Messenger = {
    ...real,
    async post(...args) {
      const id = await real.post(...args);
      posted.count += 1;
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
  return { outbox, posted };
}

/** As alerts come: each in a call of its own, a few at a time. */
async function deliver(
  outbox: ReturnType<typeof makeOutbox>,
  posted: { readonly count: number },
  name: string,
  messages: number,
): Promise<void> {
  const goal = posted.count + messages;
  let next = 0;
  const intake = async (): Promise<void> => {
    for (let n = next++; n < messages; n = next++)
      await outbox.want([alert(`${name}/${n}`, `C${n % CHANNELS}`)]);
  };
  await Promise.all(Array.from({ length: 16 }, intake));
  while (posted.count < goal) await pause(10);
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
