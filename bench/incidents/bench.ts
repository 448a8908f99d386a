import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import { DELIVERY_DEFAULTS } from '../../src/domain/delivery-settings.ts';
import { systemClock, systemTimers } from '../../src/domain/time.ts';
import { BATCH_DEFAULTS, makeBatcher } from '../../src/incidents/batcher.ts';
import { makeAlertConsumer } from '../../src/incidents/consumer.ts';
import { FOLD_DEFAULTS } from '../../src/incidents/fold.ts';
import { makeIncidents } from '../../src/incidents/incidents.ts';
import { makeAlertQueueClient } from '../../src/incidents/queue-client.ts';
import { makeOutbox } from '../../src/messaging/outbox.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeTableClient } from '../../src/store/client.ts';
import { makeGroupStore } from '../../src/store/group-store.ts';
import { type IncidentStore, makeIncidentStore } from '../../src/store/incident-store.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { makeTable, type Table } from '../../src/store/table.ts';
import { printTable } from '../print-table.ts';

const WARM_UP = 2_000;
const EVENTS = 10_000;
const SERVICES = [10, 20, 50, 200];
const ACCOUNT = '111122223333';

/**
 * `npm run bench -- incidents [SERVICES …]`: what an event costs the bot, its own CPU, from the queue to a durable decision and to
 * a wanted post, with SQS and DynamoDB on loopback in another process.
 */
export async function benchIncidents(args: readonly string[] = []): Promise<void> {
  const counts = args.length === 0 ? SERVICES : args.map(Number);
  const child = fork(fileURLToPath(new URL('./bench-queue.js', import.meta.url)), { stdio: 'inherit' });
  try {
    // The process is this bench's own.
    const [servers] = (await once(child, 'message')) as [Servers];
    await run(servers, 'warm', WARM_UP, 20, 'post');
    const rows: string[][] = [];
    for (const services of counts) {
      for (const until of ['decision', 'post'] as const) {
        rows.push(row(services, until, await run(servers, `run${rows.length}`, EVENTS, services, until)));
      }
    }
    process.stdout.write(`${EVENTS} events waiting in the queue; CPU of the bot alone, user and system.\n\n`);
    printTable(
      ['services', 'until', 'seconds', 'CPU ms an event', 'events a CPU second', 'events a write'],
      rows,
    );
  } finally {
    child.kill();
  }
}

interface Servers {
  readonly sqs: string;
  readonly queueUrl: string;
  readonly store: string;
  readonly table: string;
}

interface Measured {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly writes: number;
}

function row(services: number, until: string, { seconds, cpuMs, writes }: Measured): string[] {
  return [
    String(services),
    until === 'decision' ? 'a durable decision' : 'a wanted post',
    seconds.toFixed(1),
    (cpuMs / EVENTS).toFixed(3),
    Math.round((EVENTS / cpuMs) * 1_000).toString(),
    (EVENTS / writes).toFixed(1),
  ];
}

async function run(
  servers: Servers,
  name: string,
  events: number,
  services: number,
  until: 'decision' | 'post',
): Promise<Measured> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = makeAlertQueueClient({
    endpoint: servers.sqs,
    region: 'us-east-1',
    credentials,
    useQueueUrlAsEndpoint: false,
  });
  const client = makeTableClient({ endpoint: servers.store, region: 'local', credentials });
  const table = makeTable({ client, tableName: servers.table, clock: systemClock });
  await fill(sqs, servers.queueUrl, name, events, services);
  const { incidents, store } = incidentsOver(table, until);
  const taken = { events: 0 };
  const batcher = makeBatcher({
    ...BATCH_DEFAULTS,
    absorb: (batch) => incidents.absorb(batch),
    timers: systemTimers,
  });
  const consumer = makeAlertConsumer({
    queueUrl: servers.queueUrl,
    sqs,
    absorb: async (received) => {
      await batcher.add(received);
      taken.events += 1;
    },
    systemNow: () => systemClock.now(),
    log: pino({ level: 'silent' }),
  });
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  consumer.start();
  while (taken.events < events) {
    await pause(100);
    await incidents.refresh();
  }
  await incidents.idle();
  const cpu = process.cpuUsage(startCpu);
  const seconds = (performance.now() - startMs) / 1_000;
  await consumer.stop();
  const counted = (await incidents.open()).filter(({ target }) => target.service?.startsWith(`${name}-`));
  const sum = counted.reduce((all, { count }) => all + count, 0);
  if (sum !== events) throw new Error(`${events} events were sent, ${sum} were counted.`);
  return { seconds, cpuMs: (cpu.user + cpu.system) / 1_000, writes: store.saves };
}

function incidentsOver(table: Table, until: 'decision' | 'post') {
  const now = () => systemClock.now();
  const log = pino({ level: 'silent' });
  const real = makeIncidentStore(table, now);
  const store: IncidentStore & { saves: number } = {
    ...real,
    saves: 0,
    save(...saved) {
      store.saves += 1;
      return real.save(...saved);
    },
  };
  // Without a messenger what is wanted waits: this is about the bot's side of the queue.
  const outbox = makeOutbox({
    store: { outbox: makeOutboxStore(table), channels: makeChannelStore(table) },
    messengers: [],
    clock: systemClock,
    timers: systemTimers,
    settings: DELIVERY_DEFAULTS,
    log,
    owner: `bench-${process.pid}`,
  });
  const incidents = makeIncidents({
    store,
    groups: makeGroupStore(table, now),
    settings: FOLD_DEFAULTS,
    want: until === 'post' ? (messages) => outbox.want(messages) : undefined,
    destinations: async () => ({ now: [{ platform: 'slack', tenant: '-', channel: 'C1' }] }),
    accounts: () => [],
    clock: systemClock,
    log,
  });
  return { incidents, store };
}

async function fill(
  sqs: SQSClient,
  QueueUrl: string,
  name: string,
  events: number,
  services: number,
): Promise<void> {
  const startMs = systemClock.now();
  for (let first = 0; first < events; first += 10) {
    const Entries = Array.from({ length: 10 }, (_, at) => ({
      Id: String(at),
      MessageBody: JSON.stringify(event(`${name}-${(first + at) % services}`, startMs + first + at)),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

function event(service: string, atMs: number): object {
  const time = new Date(atMs).toISOString();
  return {
    version: '0',
    id: `${service}-${atMs}`,
    'detail-type': 'ECS Service Action',
    source: 'aws.ecs',
    account: ACCOUNT,
    time,
    region: 'us-east-1',
    resources: [`arn:aws:ecs:us-east-1:${ACCOUNT}:service/bench/${service}`],
    detail: {
      eventType: 'WARN',
      eventName: 'SERVICE_TASK_START_IMPAIRED',
      clusterArn: `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/bench`,
      createdAt: time,
    },
  };
}
