import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Finding } from '../../src/domain/finding.ts';
import { BOT_SCOPES, checkSlack } from '../../src/slack/check.ts';
import { checkTable } from '../../src/store/check.ts';
import { checkTeams } from '../../src/teams/check.ts';
import { makeLog } from '../../src/telemetry/log.ts';
import { startTestStore, type TestStore } from '../store/dynalite.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A Slack that answers every method alike. */
async function slackThatSays(answer: object, scopes?: readonly string[]) {
  const server = createServer((_req, res) => {
    res.writeHead(200, {
      'content-type': 'application/json',
      ...(scopes ? { 'x-oauth-scopes': scopes.join(',') } : {}),
    });
    res.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  // A server that listens on TCP has an address with a port.
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  const settings = { botToken: 'xoxb-secret', signingSecret: undefined, appToken: 'xapp-secret', apiUrl };
  return checkSlack(settings, makeLog('silent'));
}

const states = (findings: readonly Finding[]) => findings.map(({ what, state }) => `${what}: ${state}`);

describe('the check of Slack', () => {
  it('asks for the scopes of the manifest', () => {
    const manifest = parse(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')) as {
      readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
    };
    expect([...BOT_SCOPES]).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });

  it('finds everything well', async () => {
    const findings = await slackThatSays(
      { ok: true, user: 'deckhand', team: 'Acme', url: 'wss://x' },
      BOT_SCOPES,
    );
    expect(states(findings)).toEqual(['Slack: ok', 'Slack scopes: ok', 'Slack socket: ok']);
    expect(findings[0]?.text).toContain('deckhand in Acme');
  });

  it('names the scopes that are missing, and what to do', async () => {
    const [, scopes] = await slackThatSays({ ok: true }, BOT_SCOPES.slice(0, -1));
    expect(scopes).toMatchObject({ state: 'problem', text: 'missing: users:read' });
    expect(scopes?.remedy).toContain('manifest.yml');
  });

  it('says Slack’s own word for a token that is not taken, and never the token', async () => {
    const findings = await slackThatSays({ ok: false, error: 'invalid_auth' });
    expect(states(findings)).toEqual(['Slack: problem', 'Slack socket: problem']);
    expect(findings[0]?.text).toContain('invalid_auth');
    expect(JSON.stringify(findings)).not.toContain('secret');
  });
});

describe('the check of Teams', () => {
  const settings = {
    appId: 'app',
    appPassword: 'secret',
    appType: 'SingleTenant',
    tenantId: 'tenant',
    anonymous: false,
  } as const;
  const answering = (status: number, body: string) => async () => new Response(body, { status });

  it('asks Microsoft for a token', async () => {
    let asked = '';
    const finding = await checkTeams(settings, async (url) => {
      asked = url instanceof Request ? url.url : url.toString();
      return new Response('{}');
    });
    expect(asked).toBe('https://login.microsoftonline.com/tenant/oauth2/v2.0/token');
    expect(finding.state).toBe('ok');
  });

  it('says Microsoft’s code for credentials that are refused, and where they are set', async () => {
    const refused = answering(401, '{"error_description":"AADSTS7000215: Invalid client secret provided."}');
    const finding = await checkTeams(settings, refused);
    expect(finding).toMatchObject({ state: 'problem' });
    expect(finding.text).toContain('AADSTS7000215');
    expect(finding.remedy).toContain('MicrosoftAppPassword');
  });

  it('says that nobody answers', async () => {
    const finding = await checkTeams(settings, () => Promise.reject(new Error('offline')));
    expect(finding).toMatchObject({ state: 'problem', text: 'login.microsoftonline.com does not answer' });
  });
});

describe('the check of the table', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore();
  });
  afterAll(() => store.close());

  it('finds it with its indexes, and minds old items in production alone', async () => {
    const [found, expiry] = await checkTable(store.client, store.tableName, false);
    expect(found).toMatchObject({ state: 'ok', text: 'is ACTIVE, with its indexes' });
    expect(expiry?.state).toBe('note');
  });

  it('says that it does not exist', async () => {
    const [finding] = await checkTable(store.client, 'nowhere', true);
    expect(finding).toMatchObject({ state: 'problem', what: 'table nowhere', text: 'does not exist' });
    expect(finding?.remedy).toContain('DYNAMODB_TABLE');
  });
});
