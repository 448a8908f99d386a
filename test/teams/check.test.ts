import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkTeams, type TeamsCheckSettings } from '../../src/teams/check.ts';
import { openTeams, type TeamsAtWork } from '../local/chat-world.ts';

let at: TeamsAtWork;
beforeEach(async () => {
  at = await openTeams();
});
afterEach(() => at.close());

/** Microsoft's own login says yes; Graph is the loopback's. */
const request: typeof fetch = async (input, init) =>
  new Request(input).url.startsWith('https://login.microsoftonline.com/')
    ? Response.json({ access_token: 'token' })
    : fetch(input, init);

function settings(change: Partial<TeamsCheckSettings> = {}): TeamsCheckSettings {
  return {
    appId: 'app',
    appPassword: 'secret',
    appType: 'SingleTenant',
    tenantId: 'tenant',
    anonymous: false,
    entra: { graphUrl: `${at.serviceUrl}/graph`, loginUrl: `${at.serviceUrl}/login` },
    ...change,
  };
}

describe('the check of Teams', () => {
  test('says that groups can be asked for, where they are configured', async () => {
    expect(await checkTeams(settings(), request)).toMatchObject({
      state: 'ok',
      text: 'Microsoft gives the bot a token, and tells it Entra’s groups',
    });
    expect((await checkTeams(settings({ entra: undefined }), request)).text).not.toContain('Entra');
  });

  test('names the permissions that Graph misses', async () => {
    at.teams.failNext('checkMemberGroups', { kind: 'status', status: 403, effect: 'before' });
    const finding = await checkTeams(settings(), request);
    expect(finding.state).toBe('problem');
    expect(finding.text).toMatch(
      /nobody has a right by a group: .*GroupMember\.Read\.All.*User\.ReadBasic\.All/,
    );
    expect(finding.remedy).toContain('TEAMS_ENTRA_GROUPS');
  });

  test('says that a bot of every tenant serves every tenant, and how to serve one', async () => {
    const open = settings({ appType: 'MultiTenant', tenantId: undefined, entra: undefined });
    expect(await checkTeams(open, request)).toMatchObject({
      state: 'note',
      remedy: 'set MicrosoftAppTenantId to the one tenant that it serves',
    });
  });
});
