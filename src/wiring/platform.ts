import { setTimeout as pause } from 'node:timers/promises';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { OnCall } from '../aws/calls.ts';
import { type AwsConnections, connectAws } from '../aws/connect.ts';
import { type HubCalls, makeHubCalls } from '../aws/hub-calls.ts';
import type { Config } from '../config.ts';
import { type Clock, clockStartingAt, systemClock } from '../domain/time.ts';
import { makeAlertQueueClient } from '../incidents/queue-client.ts';
import { makeTableClient } from '../store/client.ts';
import { checkTable, ensureTable } from '../store/create-table.ts';
import { makeTable, type Table } from '../store/table.ts';
import { type Log, makeLog } from '../telemetry/log.ts';

/** What every part stands on. */
export interface Platform {
  readonly log: Log;
  /** The domain's clock; simulated fleets may play at another date. */
  readonly clock: Clock;
  readonly systemClock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly aws: AwsConnections;
  /** Calls in Deckhand's own account. */
  readonly hub: HubCalls;
  /** From now on this hears of every call to AWS. */
  onAwsCall(listener: OnCall): void;
}

/** The table and its client. */
export interface Store {
  readonly table: Table;
  /** Creates the table where that is allowed, and waits until it can be used. @throws Unreachable */
  ready(): Promise<void>;
  close(): void;
}

const STORE_TIMEOUTS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };

/** Longer than a long poll: without an end of its own a receive whose answer is lost would wait for ever. */
const QUEUE_TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Clocks, log and AWS. */
export function makePlatform(config: Config): Platform {
  const listeners: OnCall[] = [];
  const sleep = async (ms: number): Promise<void> => {
    await pause(ms);
  };
  const onCall: OnCall = (call) => {
    for (const listener of listeners) listener(call);
  };
  return {
    onAwsCall: (listener) => void listeners.push(listener),
    log: makeLog(config.logLevel),
    clock: config.nowMs === undefined ? systemClock : clockStartingAt(config.nowMs),
    systemClock,
    wait: async (ms) => {
      await pause(ms, undefined, { ref: false });
    },
    aws: connectAws({
      env: config.variable,
      clock: systemClock,
      sleep,
      onCall,
    }),
    hub: makeHubCalls({ region: regionOf(config), clock: systemClock, sleep, onCall }),
  };
}

/** The DynamoDB table. In production it belongs to the stack and is never created here. */
export function makeStore(config: Config, tableName: string): Store {
  const client = makeTableClient({
    region: regionOf(config),
    maxAttempts: 3,
    requestHandler: STORE_TIMEOUTS,
    ...loopbackCredentials(config, 'DYNAMODB'),
  });
  const table = makeTable({ client, tableName, clock: systemClock });
  return {
    table,
    ready: async () => {
      if (!config.production) await ensureTable({ client, tableName });
      await checkTable(table, tableName);
    },
    close: () => client.destroy(),
  };
}

/** The alert queue. */
export interface Queue {
  readonly url: string;
  readonly sqs: SQSClient;
  /** Puts a message on it. */
  readonly send: (body: string) => Promise<void>;
}

/** The alert queue; undefined where none is configured. */
export function openQueue(config: Config): Queue | undefined {
  const { alertQueueUrl: url } = config;
  if (url === undefined) return undefined;
  const sqs = makeQueueClient(config);
  return {
    url,
    sqs,
    async send(body) {
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
    },
  };
}

/** The client of the alert queue. With an endpoint configured it must not follow the host in the queue's URL. */
export function makeQueueClient(config: Config): SQSClient {
  const endpoint = config.variable('AWS_ENDPOINT_URL_SQS') ?? config.variable('AWS_ENDPOINT_URL');
  return makeAlertQueueClient({
    region: regionInQueueUrl(config.alertQueueUrl) ?? regionOf(config),
    requestHandler: QUEUE_TIMEOUTS,
    ...(endpoint === undefined ? {} : { useQueueUrlAsEndpoint: false }),
    ...loopbackCredentials(config, 'SQS'),
  });
}

/** An embedded store or queue asks for no credentials, but the SDK signs with some: any, where none are configured. */
function loopbackCredentials(
  config: Config,
  service: string,
): {
  readonly credentials?: ReturnType<typeof fromNodeProviderChain>;
} {
  const endpoint = config.variable(`AWS_ENDPOINT_URL_${service}`) ?? config.variable('AWS_ENDPOINT_URL');
  if (endpoint === undefined || !/^https?:\/\/(127\.|localhost|\[::1\])/.test(endpoint)) return {};
  const chain = fromNodeProviderChain();
  return { credentials: () => chain().catch(() => ({ accessKeyId: 'local', secretAccessKey: 'local' })) };
}

/** The region of the bot's own resources. */
export function regionOf(config: Config): string {
  return config.awsRegion ?? config.file.accounts[0]?.regions[0] ?? 'us-east-1';
}

/** `https://sqs.eu-west-1.amazonaws.com/111122223333/deckhand-alerts` → `eu-west-1`. */
function regionInQueueUrl(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(url)?.[1];
}
