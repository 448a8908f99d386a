import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeSessions } from '../../src/aws/sessions.ts';
import type { AccountAuth, AccountConfig } from '../../src/domain/accounts.ts';
import { type LoopbackAnswer, startLoopback } from './loopback.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const ROLE = 'arn:aws:iam::111122223333:role/deckhand-reader';

function account(auth: AccountAuth): AccountConfig {
  return { name: 'production', regions: ['eu-west-1'], auth, include: [], exclude: [] };
}

function sessionsWith(env: Readonly<Record<string, string>> = {}, clock = { now: () => NOW }) {
  return makeSessions({ env: (name) => env[name], clock });
}

function assumed(n: number, expiresAtMs: number): LoopbackAnswer {
  return {
    xml: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ASIA${n}</AccessKeyId><SecretAccessKey>secret${n}</SecretAccessKey><SessionToken>token${n}</SessionToken>
      <Expiration>${new Date(expiresAtMs).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
});

async function startSts(answer: () => LoopbackAnswer) {
  const sts = await startLoopback(answer);
  closers.push(sts.close);
  vi.stubEnv('AWS_ENDPOINT_URL', sts.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hub');
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  vi.stubEnv('AWS_PROFILE', '');
  return sts;
}

describe('keys in environment variables', () => {
  it('are found by their prefix, with the session token where there is one', async () => {
    const env = {
      STAGING_AWS_ACCESS_KEY_ID: 'AKID',
      STAGING_AWS_SECRET_ACCESS_KEY: 'secret',
      STAGING_AWS_SESSION_TOKEN: 'token',
    };
    const staging = account({ kind: 'env', prefix: 'STAGING' });
    expect(await sessionsWith(env).credentials(staging)()).toEqual({
      accessKeyId: 'AKID',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    const { STAGING_AWS_SESSION_TOKEN: _, ...lasting } = env;
    expect(await sessionsWith(lasting).credentials(staging)()).toEqual({
      accessKeyId: 'AKID',
      secretAccessKey: 'secret',
    });
  });

  it('are asked for by name when they are absent', async () => {
    const provider = sessionsWith().credentials(account({ kind: 'env', prefix: 'STAGING' }));
    await expect(provider()).rejects.toThrow(
      'no usable credentials for production: set STAGING_AWS_ACCESS_KEY_ID and STAGING_AWS_SECRET_ACCESS_KEY in the environment.',
    );
  });
});

describe('an assumed role', () => {
  it('is asked for with its external id and for one hour, signed by the default chain', async () => {
    const sts = await startSts(() => assumed(1, NOW + 3_600_000));
    const auth = { kind: 'role', roleArn: ROLE, externalId: 'deckhand-7' } as const;
    const credentials = await sessionsWith().credentials(account(auth))();
    expect(credentials).toMatchObject({
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret1',
      sessionToken: 'token1',
    });
    const form = new URLSearchParams(sts.requests[0]?.body);
    expect(Object.fromEntries(form)).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      ExternalId: 'deckhand-7',
      DurationSeconds: '3600',
    });
    expect(sts.requests[0]?.headers.authorization).toContain('Credential=AKIDEXAMPLE/');
  });

  it('is shared by all who ask, and renewed before it expires', async () => {
    let nowMs = NOW;
    let count = 0;
    const sts = await startSts(() => assumed(++count, nowMs + 3_600_000));
    const sessions = sessionsWith({}, { now: () => nowMs });
    const ask = () => sessions.credentials(account({ kind: 'role', roleArn: ROLE }))();
    const [first, second] = await Promise.all([ask(), ask()]);
    expect([first?.accessKeyId, second?.accessKeyId]).toEqual(['ASIA1', 'ASIA1']);
    nowMs += 50 * 60_000;
    expect((await ask()).accessKeyId).toBe('ASIA1');
    nowMs += 5 * 60_000;
    expect((await ask()).accessKeyId).toBe('ASIA2');
    expect(sts.requests).toHaveLength(2);
  });

  it('that is refused says which role, and what both policies need', async () => {
    await startSts(() => ({
      status: 403,
      xml: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: x is not authorized to perform: sts:AssumeRole on resource: y</Message></Error></ErrorResponse>',
    }));
    const provider = sessionsWith().credentials(account({ kind: 'role', roleArn: ROLE, externalId: 'e' }));
    await expect(provider()).rejects.toThrow(
      `no usable credentials for production: ${ROLE} cannot be assumed. Its trust policy must name my role and expect this external id, and my role needs sts:AssumeRole on it.`,
    );
  });

  it('is tried again after a failure', async () => {
    let refuse = true;
    await startSts(() =>
      refuse
        ? { status: 403, xml: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' }
        : assumed(1, NOW + 3_600_000),
    );
    const provider = sessionsWith().credentials(account({ kind: 'role', roleArn: ROLE }));
    await expect(provider()).rejects.toThrow('cannot be assumed');
    refuse = false;
    expect((await provider()).accessKeyId).toBe('ASIA1');
  });
});

describe('a profile', () => {
  it('that does not exist is told as a matter of credentials', async () => {
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const provider = sessionsWith().credentials(account({ kind: 'profile', profile: 'nobody' }));
    await expect(provider()).rejects.toThrow('no usable credentials for production');
  });
});
