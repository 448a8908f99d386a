import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectAws } from '../../src/aws/connect.ts';
import { makeSessions } from '../../src/aws/sessions.ts';
import { makeCollector } from '../../src/collector/collector.ts';
import type { AccountAuth, AccountConfig } from '../../src/domain/accounts.ts';
import { type Aws, makeAws } from '../../src/local/aws/index.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { silent } from '../collector/make.ts';
import { startLoopback } from './loopback.ts';

const ID = '111122223333';
const SECRET_ARN = `arn:aws:secretsmanager:us-east-1:999988887777:secret:deckhand/keys-AbCdEf`;
const SCENARIO = {
  accounts: [
    {
      name: 'production',
      id: ID,
      regions: { 'us-east-1': { clusters: { core: { services: { api: {}, web: {}, worker: {} } } } } },
    },
  ],
};

let aws: Aws;
let url = '';
/** The clock of AWS, which ends sessions. */
const awsClock = { aheadMs: 0, now: () => Date.now() + awsClock.aheadMs };
const closers: (() => Promise<void> | void)[] = [];
const environment: Record<string, string | undefined> = {};

beforeEach(async () => {
  awsClock.aheadMs = 0;
  for (const name of Object.keys(environment)) delete environment[name];
  const world = makeWorld(parseScenario(JSON.stringify(SCENARIO), 'test.json'), { clock: { now: Date.now } });
  aws = await makeAws({ world, dataDir: undefined, baseUrl: () => url, systemNow: awsClock.now });
  const server = createServer((req, res) => aws.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An HTTP server that listens on a port has an address object.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.hub.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.hub.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await aws.close();
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).toReversed()) await close();
});

function account(auth: AccountAuth): AccountConfig {
  return { name: 'production', id: ID, regions: ['us-east-1'], auth, include: [], exclude: [] };
}

const role = (): AccountAuth => ({ kind: 'role', roleArn: aws.roleArnFor(ID), externalId: aws.externalId });

function collectorWith(auth: AccountAuth) {
  const connections = connectAws({
    env: (name) => environment[name],
    clock: { now: Date.now },
    sleep: async () => undefined,
    timeouts: { maxAttempts: 1 },
  });
  closers.push(() => connections.close());
  const clock = { nowMs: Date.now() };
  const collector = makeCollector({
    accounts: [account(auth)],
    api: (of, region) => connections.api(of, region),
    clock: { now: () => clock.nowMs },
    log: silent,
  });
  return { clock, collector };
}

async function namesWith(auth: AccountAuth): Promise<readonly string[]> {
  const { services, missing } = await collectorWith(auth).collector.snapshot();
  expect(missing).toEqual([]);
  return services.map((each) => each.ref.service);
}

/** Keys of a session in the watched account, as somebody else would hand them out. */
async function temporaryKeys() {
  const sessions = makeSessions({ env: () => undefined, clock: { now: Date.now } });
  return sessions.credentials(account(role()))();
}

function secretsManagerThatSays(secret: () => object | string): Promise<unknown> {
  return startLoopback(({ operation }) => {
    const text = secret();
    if (operation !== 'secretsmanager.GetSecretValue')
      return { status: 400, json: { __type: 'UnknownOperation' } };
    return {
      json: { ARN: SECRET_ARN, SecretString: typeof text === 'string' ? text : JSON.stringify(text) },
    };
  }).then((server) => {
    closers.push(server.close);
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', server.url);
    return server;
  });
}

const ALL = ['api', 'web', 'worker'];

describe('an account is read', () => {
  it('with the default chain', async () => {
    // The hub's own account holds no services; made-up keys look at the fleet as somebody on this machine.
    vi.stubEnv('AWS_ACCESS_KEY_ID', ID);
    expect(await namesWith({ kind: 'default' })).toEqual(ALL);
  });

  it('with a profile of the shared files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deckhand-profile-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const keys = await temporaryKeys();
    writeFileSync(
      join(folder, 'credentials'),
      `[prod]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\naws_session_token = ${keys.sessionToken}\n`,
    );
    writeFileSync(join(folder, 'config'), '[profile prod]\nregion = us-east-1\n');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    expect(await namesWith({ kind: 'profile', profile: 'prod' })).toEqual(ALL);
  });

  it('with an assumed role and its external id, and not with another', async () => {
    expect(await namesWith(role())).toEqual(ALL);
    const wrong = { kind: 'role', roleArn: aws.roleArnFor(ID), externalId: 'somebody-else' } as const;
    const { missing } = await collectorWith(wrong).collector.snapshot();
    expect(missing[0]).toMatchObject({ kind: 'credentials' });
    expect(missing[0]?.why).toContain('cannot be assumed');
  });

  it('with keys named by the prefix of environment variables', async () => {
    environment['LAB_AWS_ACCESS_KEY_ID'] = ID;
    environment['LAB_AWS_SECRET_ACCESS_KEY'] = 'made-up';
    expect(await namesWith({ kind: 'env', prefix: 'LAB' })).toEqual(ALL);
  });

  it('with temporary keys and their session token', async () => {
    const keys = await temporaryKeys();
    environment['LAB_AWS_ACCESS_KEY_ID'] = keys.accessKeyId;
    environment['LAB_AWS_SECRET_ACCESS_KEY'] = keys.secretAccessKey;
    environment['LAB_AWS_SESSION_TOKEN'] = keys.sessionToken;
    expect(await namesWith({ kind: 'env', prefix: 'LAB' })).toEqual(ALL);
    delete environment['LAB_AWS_SESSION_TOKEN'];
    const { missing } = await collectorWith({ kind: 'env', prefix: 'LAB' }).collector.snapshot();
    expect(missing[0]).toMatchObject({ kind: 'credentials' });
  });

  it('with keys in a secret, in either spelling', async () => {
    const keys = await temporaryKeys();
    let secret: object = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    };
    await secretsManagerThatSays(() => secret);
    expect(await namesWith({ kind: 'secret', secretArn: SECRET_ARN })).toEqual(ALL);
    secret = { ...keys, owner: 'platform' };
    expect(await namesWith({ kind: 'secret', secretArn: SECRET_ARN })).toEqual(ALL);
  });

  it('not with a secret of another form, and its text is never told', async () => {
    await secretsManagerThatSays(() => 'hunter2');
    const { missing } = await collectorWith({ kind: 'secret', secretArn: SECRET_ARN }).collector.snapshot();
    expect(missing[0]?.why).toContain(
      'must be a JSON object with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
    expect(JSON.stringify(missing)).not.toContain('hunter2');
  });
});

describe('a session that ends', () => {
  const assumed = () =>
    aws.meter
      .report()
      .rows.filter((row) => row.operation === 'AssumeRole' && row.outcome === 'ok')
      .reduce((sum, row) => sum + row.calls, 0);

  it('before it said so is renewed once, in the middle of a collection, and nothing is missing', async () => {
    const { clock, collector } = collectorWith(role());
    await collector.snapshot();
    expect(assumed()).toBe(1);
    awsClock.aheadMs = 2 * 3_600_000;
    clock.nowMs += 60 * 60_000;
    const { services, missing } = await collector.snapshot({ fresh: true });
    expect(missing).toEqual([]);
    expect(services).toHaveLength(3);
    expect(assumed()).toBe(2);
  });

  it('and cannot be renewed is told as such, with what was known before', async () => {
    const keys = await temporaryKeys();
    environment['LAB_AWS_ACCESS_KEY_ID'] = keys.accessKeyId;
    environment['LAB_AWS_SECRET_ACCESS_KEY'] = keys.secretAccessKey;
    environment['LAB_AWS_SESSION_TOKEN'] = keys.sessionToken;
    const { clock, collector } = collectorWith({ kind: 'env', prefix: 'LAB' });
    await collector.snapshot();
    awsClock.aheadMs = 2 * 3_600_000;
    clock.nowMs += 10 * 60_000;
    const { services, missing } = await collector.snapshot({ fresh: true });
    expect(services).toHaveLength(3);
    expect(new Set(missing.map(({ kind }) => kind))).toEqual(new Set(['credentials']));
    expect(missing[0]?.why).toContain('they have expired; renew them where they come from');
  });
});
