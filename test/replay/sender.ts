import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LogLevel } from '@slack/web-api';
import { pino } from 'pino';
import { DELIVERY_DEFAULTS, fasterDelivery } from '../../src/domain/delivery-settings.ts';
import { systemClock } from '../../src/domain/time.ts';
import type { WantedMessage } from '../../src/messaging/messenger.ts';
import { makeOutbox } from '../../src/messaging/outbox.ts';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeSlackMessenger } from '../../src/slack/messenger.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { makeTable } from '../../src/store/table.ts';
import type { Work } from './work-queue.ts';

// A process that sends: the real outbox, store and Slack messenger, made to be killed. Everything it talks to lives
// in the process that kills it; the addresses come as arguments.
const [slackUrl = '', storeUrl = '', tableName = '', queueUrl = '', factor = '1'] = process.argv.slice(2);

const settings = fasterDelivery(DELIVERY_DEFAULTS, Number(factor));
const quiet = { debug: none, info: none, warn: none, error: none, setLevel: none, setName: none };
const logger = { ...quiet, getLevel: () => LogLevel.ERROR };
const client = new DynamoDBClient({
  endpoint: storeUrl,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const table = makeTable({ client, tableName, clock: systemClock });
const outbox = makeOutbox({
  store: { outbox: makeOutboxStore(table), channels: makeChannelStore(table) },
  messengers: [
    makeSlackMessenger(
      makeSlackClient('xoxb-test', { apiUrl: slackUrl, logger, timeoutMs: settings.clientTimeoutMs }),
    ),
  ],
  clock: systemClock,
  timers: {
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  },
  settings,
  log: pino({ level: 'silent' }),
  owner: randomUUID(),
});

outbox.start();
process.stdout.write('ready\n');
await Promise.all([work(), work(), work()]);

/** Takes work as a queue consumer does: deleted only after its effect is durable. */
async function work(): Promise<never> {
  for (;;) {
    const answer = await fetch(`${queueUrl}/next`, { method: 'POST' });
    if (answer.status === 204) {
      await pause(20);
      continue;
    }
    // The queue is this test's own.
    const { id, messages } = (await answer.json()) as Work;
    await outbox.want(messages.map(toWanted));
    await fetch(`${queueUrl}/done/${id}`, { method: 'POST' });
  }
}

function toWanted({ channel, key, rev, parent }: Work['messages'][number]): WantedMessage {
  const title = `${key} r${rev}`;
  const place = parent === undefined ? {} : { parent };
  return {
    dest: { platform: 'slack', tenant: '-', channel },
    card: { title, tone: 'info', summary: title, blocks: [] },
    key,
    rev,
    ...place,
  };
}

function none(): void {
  // Nothing is logged: what matters is what arrives.
}
