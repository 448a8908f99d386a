import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { connectAws } from '../../src/aws/connect.ts';
import { type Collector, type CollectorOptions, makeCollector } from '../../src/collector/collector.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { systemClock } from '../../src/domain/time.ts';
import { type Aws, makeAws } from '../../src/local/aws/index.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { ensureTable } from '../../src/store/create-table.ts';
import { makeInventoryStore } from '../../src/store/inventory-store.ts';
import { makeTable } from '../../src/store/table.ts';
import { silent } from './make.ts';

/** A collector with the real SDK clients over the loopback AWS, which plays a scenario. */
export interface LoopbackFleet {
  readonly collector: Collector;
  /** Another process's collector over the same fleet, which keeps its inventory in the embedded DynamoDB. */
  readonly replica: () => Promise<Collector>;
  readonly aws: Aws;
  /** The domain's clock, which the world shares; moving it moves both. */
  readonly clock: { nowMs: number };
  close(): Promise<void>;
}

/** Every account of the scenario is watched through its role, in all of its regions. */
export async function startFleet(
  scenario: { readonly accounts: readonly ScenarioAccount[] } & Readonly<Record<string, unknown>>,
  startMs: number,
): Promise<LoopbackFleet> {
  const clock = { nowMs: startMs };
  const worldClock = { now: () => clock.nowMs };
  const world = makeWorld(parseScenario(JSON.stringify(scenario), 'test.json'), { clock: worldClock });
  let url = '';
  const aws = await makeAws({ world, dataDir: undefined, baseUrl: () => url });
  const server = createServer((req, res) => aws.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An HTTP server that listens on a port has an address object.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.hub.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.hub.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  vi.stubEnv('AWS_PROFILE', '');
  const connections = connectAws({
    env: () => undefined,
    clock: systemClock,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    timeouts: {
      maxAttempts: 2,
      connectionTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
      callTimeoutMs: 60_000,
    },
  });
  const collectorWith = (keep?: CollectorOptions['keep']) =>
    makeCollector({
      accounts: scenario.accounts.map((account) => watched(account, aws)),
      api: (account, region) => connections.api(account, region),
      clock: worldClock,
      log: silent,
      ...(keep ? { keep } : {}),
    });
  const dynamo = new DynamoDBClient({ region: 'us-east-1' });
  return {
    collector: collectorWith(),
    replica: async () => {
      await ensureTable({ client: dynamo, tableName: aws.tableName });
      const table = makeTable({ client: dynamo, tableName: aws.tableName, clock: systemClock });
      const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
      return collectorWith({ store: makeInventoryStore(table, () => systemClock.now()), wait });
    },
    aws,
    clock,
    async close() {
      dynamo.destroy();
      connections.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await aws.close();
      vi.unstubAllEnvs();
    },
  };
}

export interface ScenarioAccount {
  readonly name: string;
  readonly id: string;
  readonly regions: Readonly<Record<string, unknown>>;
}

function watched(account: ScenarioAccount, aws: Aws): AccountConfig {
  return {
    name: account.name,
    id: account.id,
    regions: Object.keys(account.regions),
    auth: { kind: 'role', roleArn: aws.roleArnFor(account.id), externalId: aws.externalId },
    include: [],
    exclude: [],
  };
}
