import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach } from 'vitest';
import { type Aws, makeAws } from '../../../src/local/aws/index.ts';
import type { World } from '../../../src/local/world/model.ts';
import { ACCOUNT } from './hand-world.ts';

/** A loopback AWS on a free port; the test's end closes it. */
export interface Loopback {
  readonly aws: Aws;
  readonly endpoint: string;
  /** Client settings that speak as the hub. */
  readonly asHub: ClientSettings;
  /** Client settings of a session in the watched account. */
  readonly asSpoke: (accountId?: string) => Promise<ClientSettings>;
  /** Kept when the server sees a client's connection close. */
  readonly nextClose: () => Promise<void>;
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

export async function startLoopback(
  world: World | undefined,
  options: { systemNow?: () => number; dataDir?: string } = {},
): Promise<Loopback> {
  let endpoint = '';
  const aws = await makeAws({ world, dataDir: options.dataDir, baseUrl: () => endpoint, ...pick(options) });
  const server = createServer((req, res) => {
    if (aws.handles(req)) aws.handle(req, res);
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closeListeners: (() => void)[] = [];
  server.on('connection', (socket) => {
    socket.once('close', () => {
      for (const listener of closeListeners.splice(0)) listener();
    });
  });
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await aws.close();
  });
  const settings = { endpoint, region: 'eu-west-1', maxAttempts: 1 };
  const asHub = { ...settings, credentials: aws.hub };
  return {
    aws,
    endpoint,
    asHub,
    nextClose: () => new Promise((resolve) => closeListeners.push(resolve)),
    async asSpoke(accountId = ACCOUNT) {
      const credentials = await assume(aws, asHub, accountId);
      return { ...settings, credentials };
    },
  };
}

/** Assumes the account's role and returns the session's credentials. */
export async function assume(aws: Aws, asHub: ClientSettings, accountId: string, policy?: object) {
  const sts = new STSClient(asHub);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: aws.roleArnFor(accountId),
      RoleSessionName: 'olivia',
      ExternalId: aws.externalId,
      ...(policy ? { Policy: JSON.stringify(policy) } : {}),
    }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** The error that a call ends with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<Error & { readonly $metadata?: { httpStatusCode?: number } }> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('The call was expected to be refused.');
}

function pick(options: { systemNow?: () => number }) {
  return options.systemNow === undefined ? {} : { systemNow: options.systemNow };
}
