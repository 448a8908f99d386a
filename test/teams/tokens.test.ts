import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Server } from 'node:http';
import express from 'express';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EdgeAtWork, openEdge, serve, urlOf } from './edge.ts';

/** What signs tokens, and what only pretends to. */
const APP_ID = '0f3b1c9e-2c51-4c1e-9d1f-6a3f7a1b2c3d';
const microsoft = generateKeyPairSync('rsa', { modulusLength: 2048 });
const somebody = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SERVICE_URL = 'https://smba.trafficmanager.net/emea/';
let keys: Server;
let keysAnswer = 200;
let metadata = '';
let edge: EdgeAtWork;
/** The console, as it was before the edge was made. */
const printed = vi.fn();

beforeAll(async () => {
  Object.assign(console, { log: printed, info: printed, warn: printed, error: printed });
  const jwk = await exportJWK(microsoft.publicKey);
  const app = express();
  app.get('/openid', (_req, res) => {
    res.status(keysAnswer).json({ issuer: 'https://api.botframework.com', jwks_uri: `${urlOf(keys)}/keys` });
  });
  app.get('/keys', (_req, res) => {
    const key = { ...jwk, use: 'sig', kty: 'RSA' };
    res.json({
      keys: [
        { ...key, kid: 'teams-key', endorsements: ['msteams'] },
        { ...key, kid: 'webchat-key', endorsements: ['webchat'] },
        { ...key, kid: 'any-key' },
      ],
    });
  });
  keys = await serve(app);
  metadata = `${urlOf(keys)}/openid`;
  edge = await openEdge({
    appId: APP_ID,
    appPassword: 'not-a-secret',
    appType: 'MultiTenant',
    tenantId: undefined,
    openIdMetadata: metadata,
  });
});
afterAll(async () => {
  await edge.close();
  keys.closeAllConnections();
  keys.close();
});
beforeEach(() => {
  keysAnswer = 200;
  edge.said.length = 0;
  printed.mockClear();
});

interface TokenChange {
  readonly iss?: string;
  readonly aud?: string;
  readonly serviceurl?: string | undefined;
  readonly kid?: string;
  readonly key?: KeyObject;
  readonly notBeforeS?: number;
  readonly expiresS?: number;
}

/** A token as the Bot Connector signs them (learn.microsoft.com, "Bot Connector authentication"). */
async function token(change: TokenChange = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const serviceurl = 'serviceurl' in change ? change.serviceurl : SERVICE_URL;
  return new SignJWT(serviceurl === undefined ? {} : { serviceurl })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: change.kid ?? 'teams-key' })
    .setIssuer(change.iss ?? 'https://api.botframework.com')
    .setAudience(change.aud ?? APP_ID)
    .setNotBefore(nowS + (change.notBeforeS ?? -60))
    .setExpirationTime(nowS + (change.expiresS ?? 3600))
    .sign(change.key ?? microsoft.privateKey);
}

function activity(change: object = {}) {
  return {
    type: 'message',
    id: '1700000000001',
    text: 'health',
    serviceUrl: SERVICE_URL,
    channelId: 'msteams',
    from: { id: '29:olivia', name: 'Olivia', aadObjectId: 'aad-olivia' },
    recipient: { id: `28:${APP_ID}`, name: 'Deckhand' },
    conversation: { id: 'a:chat', conversationType: 'personal', tenantId: 'tenant-1' },
    ...change,
  };
}

async function send(authorization: string | undefined, body: object = activity()): Promise<Response> {
  return fetch(edge.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(body),
  });
}

function unsigned(header: object, sign: (input: string) => string): string {
  const nowS = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://api.botframework.com',
    aud: APP_ID,
    serviceurl: SERVICE_URL,
    nbf: nowS - 60,
    exp: nowS + 3600,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ typ: 'JWT', kid: 'teams-key', ...header })}.${part(claims)}`;
  return `${input}.${sign(input)}`;
}

test('a token of the Bot Connector for this bot and service is accepted', async () => {
  const answer = await send(`Bearer ${await token()}`);
  expect(answer.status).toBe(200);
  await vi.waitFor(() => expect(edge.said).toHaveLength(1));
  expect(edge.said[0]?.request).toMatchObject({
    text: 'health',
    person: { platform: 'teams', id: 'aad-olivia', tenant: 'tenant-1', name: 'Olivia' },
  });
});

describe('a request is refused without effect and without a word', () => {
  const pem = () => String(microsoft.publicKey.export({ type: 'spki', format: 'pem' }));
  const forgeries: Record<string, () => Promise<string | undefined> | string | undefined> = {
    'without a token': () => undefined,
    'with an empty header': () => '',
    'with garbage': () => 'Bearer garbage',
    'with three parts of garbage': () => 'Bearer a.b.c',
    'with another scheme': async () => `Basic ${await token()}`,
    'with a second word missing': () => 'Bearer',
    'with no algorithm': () => `Bearer ${unsigned({ alg: 'none' }, () => '')}`,
    'signed with HS256 and the public key': () =>
      `Bearer ${unsigned({ alg: 'HS256' }, (input) => createHmac('sha256', pem()).update(input).digest('base64url'))}`,
    'signed with another key': async () => `Bearer ${await token({ key: somebody.privateKey })}`,
    'signed with an unknown key id': async () => `Bearer ${await token({ kid: 'nobody-knows' })}`,
    'for another bot': async () => `Bearer ${await token({ aud: '11111111-2222-3333-4444-555555555555' })}`,
    'of another issuer': async () => `Bearer ${await token({ iss: 'https://evil.example' })}`,
    'of a tenant that may only issue for the emulator': async () =>
      `Bearer ${await token({ iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/' })}`,
    expired: async () => `Bearer ${await token({ notBeforeS: -7200, expiresS: -3600 })}`,
    'not yet valid': async () => `Bearer ${await token({ notBeforeS: 3600, expiresS: 7200 })}`,
    'for another service URL': async () => `Bearer ${await token({ serviceurl: 'https://evil.example/' })}`,
    'without a service URL': async () => `Bearer ${await token({ serviceurl: undefined })}`,
    'of a key that is not endorsed for Teams': async () => `Bearer ${await token({ kid: 'webchat-key' })}`,
  };

  test.each(Object.keys(forgeries))('%s', async (name) => {
    const answer = await send(await forgeries[name]?.());
    expect(answer.status).toBe(401);
    expect(await answer.text()).toBe('');
    expect(edge.said).toEqual([]);
    expect(printed).not.toHaveBeenCalled();
  });

  test('of another channel of the same Azure Bot', async () => {
    const webChat = await send(
      `Bearer ${await token({ kid: 'any-key' })}`,
      activity({ channelId: 'webchat' }),
    );
    expect(webChat.status).toBe(403);
    const stack = await send(`Bearer ${await token()}`, activity({ channelId: 'AseChannel' }));
    expect([401, 403, 503]).toContain(stack.status);
    expect(edge.said).toEqual([]);
  });

  test('that names no service URL, where the token could not be compared', async () => {
    const answer = await send(`Bearer ${await token()}`, activity({ serviceUrl: undefined }));
    expect(answer.status).toBe(403);
    expect(edge.said).toEqual([]);
  });
});

test('while the keys cannot be read nobody is let in, and the sender is asked to come again', async () => {
  keysAnswer = 500;
  const other = await openEdge({
    appId: APP_ID,
    appPassword: 'not-a-secret',
    appType: 'MultiTenant',
    tenantId: undefined,
    openIdMetadata: `${metadata}?fresh`,
  });
  try {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify(activity()),
    };
    expect((await fetch(other.endpoint, request)).status).toBe(503);
    keysAnswer = 200;
    expect((await fetch(other.endpoint, request)).status).toBe(200);
  } finally {
    await other.close();
  }
});

test('nothing of a token stands in the log', async () => {
  const signed = await token({ key: somebody.privateKey });
  await send(`Bearer ${signed}`);
  expect(edge.logLines.length).toBeGreaterThan(0);
  expect(edge.logLines.join('')).not.toContain(signed.split('.')[2]);
});
