import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, vi } from 'vitest';
import type { AwsCall } from '../../src/aws/calls.ts';
import { type AwsConnections, connectAws } from '../../src/aws/connect.ts';
import { type HubCalls, makeHubCalls } from '../../src/aws/hub-calls.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { systemClock } from '../../src/domain/time.ts';
import { type Aws, makeAws } from '../../src/local/aws/index.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import type { World } from '../../src/local/world/model.ts';
import { makeWorld } from '../../src/local/world/world.ts';

export const ACCOUNT_ID = '111122223333';
export const REGION = 'us-east-1';

/** The product's clients over the loopback AWS, which plays a scenario. */
export interface OverLoopback {
  readonly world: World;
  readonly aws: Aws;
  readonly url: string;
  readonly connections: AwsConnections;
  /** Reached through its role. */
  readonly account: AccountConfig;
  readonly hub: HubCalls;
  /** Every call that was told to the meter. */
  readonly calls: AwsCall[];
  /** Lets simulated time pass. */
  readonly pass: (ms: number) => void;
  readonly now: () => number;
}

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** The test's end closes it. `fleet` is what stands below `accounts` and beside it, as JSON would. */
export async function overLoopback(
  services: Readonly<Record<string, unknown>>,
  more: { readonly deny?: readonly string[]; readonly timeline?: readonly unknown[] } = {},
): Promise<OverLoopback> {
  const scenario = {
    accounts: [
      {
        name: 'production',
        id: ACCOUNT_ID,
        deny: more.deny ?? [],
        regions: { [REGION]: { clusters: { core: { services } } } },
      },
    ],
    timeline: more.timeline ?? [],
  };
  let now = Date.now();
  const clock = { now: () => now };
  const world = makeWorld(parseScenario(JSON.stringify(scenario), 'test.json'), { clock });
  let url = '';
  const aws = await makeAws({ world, dataDir: undefined, baseUrl: () => url });
  const server = createServer((req, res) => aws.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An HTTP server that listens on a port has an address object.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.hub.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.hub.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
  const calls: AwsCall[] = [];
  const settings = {
    clock: systemClock,
    sleep: async () => undefined,
    timeouts: { maxAttempts: 1 },
    onCall: (call: AwsCall) => calls.push(call),
  };
  const connections = connectAws({ ...settings, env: () => undefined });
  closers.push(async () => {
    connections.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await aws.close();
  });
  return {
    world,
    aws,
    url,
    connections,
    account: {
      name: 'production',
      id: ACCOUNT_ID,
      regions: [REGION],
      auth: { kind: 'role', roleArn: aws.roleArnFor(ACCOUNT_ID), externalId: aws.externalId },
      include: [],
      exclude: [],
    },
    hub: makeHubCalls({ ...settings, region: REGION }),
    calls,
    pass: (ms) => {
      now += ms;
      world.advance();
    },
    now: () => now,
  };
}
