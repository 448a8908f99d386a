import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTeamsGroups, type TeamsGroupsOptions } from '../../src/teams/groups.ts';
import { CAST, openTeams, person, type TeamsAtWork } from '../local/chat-world.ts';

const group = (name: string): string =>
  `teams:${CAST.teams.groups.find((each) => each.name === name)?.id ?? 'none'}`;
const [ADMINS, OPERATORS] = [group('Admins'), group('Operators')];
const ravi = { platform: 'teams', id: person('Ravi').teamsId };

let at: TeamsAtWork;
let clock: { nowMs: number };
beforeEach(async () => {
  at = await openTeams();
  clock = { nowMs: 0 };
});
afterEach(() => at.close());

const open = (options: Partial<TeamsGroupsOptions> = {}) =>
  makeTeamsGroups({
    graphUrl: `${at.serviceUrl}/graph`,
    loginUrl: `${at.serviceUrl}/login`,
    appId: 'app',
    appPassword: 'secret',
    tenantId: CAST.teams.tenantId,
    now: () => clock.nowMs,
    ...options,
  });
const asked = (path: RegExp) => at.teams.graphRequests.filter((each) => path.test(each)).length;

describe('the groups of Entra', () => {
  test('are those that Microsoft Graph names, asked with one token of the app', async () => {
    const groupsOf = open();
    expect(await groupsOf(ravi, [ADMINS, OPERATORS, 'teams:somebody'])).toEqual([OPERATORS]);
    expect(await groupsOf({ ...ravi, id: person('Olivia').teamsId }, [ADMINS, OPERATORS])).toEqual([ADMINS]);
    expect(at.teams.graphRequests).toEqual([
      `POST /login/${CAST.teams.tenantId}/oauth2/v2.0/token`,
      `POST /graph/v1.0/users/${ravi.id}/checkMemberGroups`,
      `POST /graph/v1.0/users/${person('Olivia').teamsId}/checkMemberGroups`,
    ]);
  });

  test('are kept for half a minute, so that whoever leaves a group soon loses its rights', async () => {
    const groupsOf = open();
    await groupsOf(ravi, [OPERATORS]);
    at.teams.tenant.groups.get(OPERATORS.slice(6))?.delete(ravi.id);
    clock.nowMs = 29_999;
    expect(await groupsOf(ravi, [OPERATORS])).toEqual([OPERATORS]);
    clock.nowMs = 30_000;
    expect(await groupsOf(ravi, [OPERATORS])).toEqual([]);
    expect(asked(/checkMemberGroups/)).toBe(2);
  });

  test('that were not asked for before are asked for at once', async () => {
    const groupsOf = open();
    expect(await groupsOf(ravi, [ADMINS])).toEqual([]);
    expect(await groupsOf(ravi, [ADMINS, OPERATORS])).toEqual([OPERATORS]);
  });

  test('are asked for twenty at a time', async () => {
    const many = Array.from(
      { length: 45 },
      (_, n) => `teams:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    expect(await open()(ravi, [...many, OPERATORS])).toEqual([OPERATORS]);
    expect(asked(/checkMemberGroups/)).toBe(3);
  });

  test('are the same in upper case', async () => {
    const loud = `teams:${OPERATORS.slice(6).toUpperCase()}`;
    expect(await open()(ravi, [loud])).toEqual([loud]);
  });

  test('of people whom the tenant does not have are none, and nobody asks for accounts outside of Entra', async () => {
    const groupsOf = open();
    expect(await groupsOf({ platform: 'teams', id: person('Zoe').teamsId }, [OPERATORS])).toEqual([]);
    expect(await groupsOf({ platform: 'teams', id: '29:1abc' }, [OPERATORS])).toEqual([]);
    expect(await groupsOf({ platform: 'slack', id: ravi.id }, [OPERATORS])).toEqual([]);
    expect(asked(/checkMemberGroups/)).toBe(1);
  });

  test.each([
    ['no consent', 'checkMemberGroups', { kind: 'status', status: 403, effect: 'before' }],
    ['an error', 'checkMemberGroups', { kind: 'status', status: 503, effect: 'before' }],
    ['a throttle', 'checkMemberGroups', { kind: 'throttled', retryAfterSeconds: 3 }],
    ['no answer', 'checkMemberGroups', { kind: 'reset', effect: 'before' }],
    ['no token', 'getToken', { kind: 'status', status: 401, effect: 'before' }],
    ['no login', 'getToken', { kind: 'reset', effect: 'before' }],
  ] as const)(
    'that Microsoft does not tell (%s) are an error, never an empty list, and asked again',
    async (_, call, failure) => {
      const groupsOf = open();
      at.teams.failNext(call, failure);
      await expect(groupsOf(ravi, [OPERATORS])).rejects.toThrow(/Microsoft/);
      expect(await groupsOf(ravi, [OPERATORS])).toEqual([OPERATORS]);
    },
  );

  test('are asked for with a new token when the old one ends, or is refused', async () => {
    const groupsOf = open();
    await groupsOf(ravi, [OPERATORS]);
    clock.nowMs = 3_540_000;
    await groupsOf(ravi, [OPERATORS]);
    expect(asked(/token/)).toBe(2);
    clock.nowMs += 30_000;
    at.teams.failNext('checkMemberGroups', { kind: 'status', status: 401, effect: 'before' });
    await expect(groupsOf(ravi, [OPERATORS])).rejects.toThrow(/GroupMember\.Read\.All/);
    await groupsOf(ravi, [OPERATORS]);
    expect(asked(/token/)).toBe(3);
  });

  test('in an answer of another form are not believed', async () => {
    const request: typeof fetch = async (url) =>
      Response.json(
        new Request(url).url.includes('/token') ? { access_token: 't', expires_in: 3599 } : { value: 'all' },
      );
    await expect(open({ request })(ravi, [OPERATORS])).rejects.toThrow(/HTTP 200/);
  });
});
