import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { pino } from 'pino';
import {
  DELIVERY_DEFAULTS,
  type DeliverySettings,
  fasterDelivery,
} from '../../src/domain/delivery-settings.ts';
import { systemClock, systemTimers } from '../../src/domain/time.ts';
import type { Destination, Messenger, WantedMessage } from '../../src/messaging/messenger.ts';
import { makeOutbox, type Outbox } from '../../src/messaging/outbox.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { makeTable } from '../../src/store/table.ts';
import type { Work } from './work-queue.ts';

/**
 * A process that sends: the real outbox and store over a real messenger, made to be killed. Everything it talks to
 * lives in the process that kills it; the addresses come as arguments.
 */
export async function sendForEver(
  platform: Destination['platform'],
  messengerOver: (platformUrl: string, settings: DeliverySettings) => Messenger,
): Promise<void> {
  const [platformUrl = '', storeUrl = '', tableName = '', queueUrl = '', factor = '1'] =
    process.argv.slice(2);
  const settings = fasterDelivery(DELIVERY_DEFAULTS, Number(factor));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: storeUrl, region: 'local', credentials });
  const table = makeTable({ client, tableName, clock: systemClock });
  const outbox = makeOutbox({
    store: { outbox: makeOutboxStore(table), channels: makeChannelStore(table) },
    messengers: [messengerOver(platformUrl, settings)],
    clock: systemClock,
    timers: systemTimers,
    settings,
    log: pino({ level: 'silent' }),
    owner: randomUUID(),
  });
  outbox.start();
  process.stdout.write('ready\n');
  await Promise.all(Array.from({ length: 3 }, () => work(outbox, platform, queueUrl)));
}

/** Takes work as a queue consumer does: deleted only after its effect is durable. */
async function work(outbox: Outbox, platform: Destination['platform'], queueUrl: string): Promise<never> {
  for (;;) {
    const answer = await fetch(`${queueUrl}/next`, { method: 'POST' });
    if (answer.status === 204) {
      await pause(20);
      continue;
    }
    // The queue is this test's own.
    const { id, messages } = (await answer.json()) as Work;
    await outbox.want(messages.map((message) => toWanted(platform, message)));
    await fetch(`${queueUrl}/done/${id}`, { method: 'POST' });
  }
}

function toWanted(
  platform: Destination['platform'],
  { channel, key, rev, parent }: Work['messages'][number],
): WantedMessage {
  const title = `${key} r${rev}`;
  const place = parent === undefined ? {} : { parent };
  return {
    dest: { platform, tenant: '-', channel },
    card: { title, tone: 'info', summary: title, blocks: [] },
    key,
    rev,
    ...place,
  };
}
