import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GroupsOf, groupsByPlatform, makeAccess } from '../../src/access/access.ts';
import type { Person } from '../../src/domain/person.ts';
import { makeTeamsGroups } from '../../src/teams/groups.ts';
import { keepLog } from '../kept-log.ts';
import { CAST, openTeams, person, type TeamsAtWork } from '../local/chat-world.ts';

const OPERATORS = CAST.teams.groups.find(({ name }) => name === 'Operators')?.id ?? '';
const target = { account: 'production', cluster: 'shop', service: 'orders-api' };
const inTeams = (name: string): Person => ({
  platform: 'teams',
  id: person(name).teamsId,
  tenant: CAST.teams.tenantId,
  name,
  standing: 'member',
});
const grant = (who: string) => ({ id: 'g1', who, on: 'production/*/*', actions: ['scale'] as const });

let at: TeamsAtWork;
let entra: GroupsOf;
beforeEach(async () => {
  at = await openTeams();
  const urls = { graphUrl: `${at.serviceUrl}/graph`, loginUrl: `${at.serviceUrl}/login` };
  entra = makeTeamsGroups({ ...urls, appId: '', appPassword: '', tenantId: undefined, now: () => 0 });
});
afterEach(() => at.close());

function open(who: readonly string[], groupsOf?: GroupsOf) {
  return makeAccess({
    admins: [],
    configured: who.map(grant),
    store: { list: async () => [] },
    ...(groupsOf === undefined ? {} : { groupsOf }),
    clock: { now: () => 0 },
    log: keepLog().log,
  });
}
const may = (access: ReturnType<typeof open>, name: string) =>
  access.decide(inTeams(name), { action: 'scale', target });

describe('a grant to an Entra group', () => {
  it('is a right of its members and of nobody else', async () => {
    const access = open([`teams:${OPERATORS}`], groupsByPlatform({ teams: entra }));
    expect(await may(access, 'Ravi')).toMatchObject({ allowed: true, grant: { who: `teams:${OPERATORS}` } });
    expect(await may(access, 'Olivia')).toEqual({ allowed: false, why: 'no_grant' });
  });

  it('is nobody’s right while Microsoft does not answer, and that is what is told', async () => {
    const access = open([`teams:${OPERATORS}`], groupsByPlatform({ teams: entra }));
    at.teams.failNext('checkMemberGroups', { kind: 'reset', effect: 'before' });
    expect(await may(access, 'Ravi')).toEqual({ allowed: false, why: 'groups_unreadable' });
    expect((await may(access, 'Ravi')).allowed).toBe(true);
  });

  it('does not stand in the way of a right of one’s own', async () => {
    const access = open([`teams:${person('Ravi').teamsId}`, `teams:${OPERATORS}`], async () => {
      throw new Error('Microsoft does not answer');
    });
    expect((await may(access, 'Ravi')).allowed).toBe(true);
  });

  it('is nobody’s where groups are not configured', async () => {
    for (const groupsOf of [undefined, groupsByPlatform({ slack: async () => [`teams:${OPERATORS}`] })])
      expect(await may(open([`teams:${OPERATORS}`], groupsOf), 'Ravi')).toEqual({
        allowed: false,
        why: 'no_grant',
      });
  });

  it('is not asked about where only one’s own grants are, nor for people of Slack', async () => {
    const asked: string[] = [];
    const groupsOf: GroupsOf = async ({ id }, among) => {
      asked.push(`${id} ${among.join()}`);
      return [];
    };
    await may(open([`teams:${person('Ravi').teamsId}`], groupsOf), 'Ravi');
    const slack: Person = { ...inTeams('Ravi'), platform: 'slack', id: 'U1' };
    const access = open([`teams:${OPERATORS}`, 'slack:S1', 'slack:U2'], groupsOf);
    await access.decide(slack, { action: 'scale', target });
    expect(asked).toEqual(['U1 slack:S1']);
  });
});

describe('a grant to a person of Teams', () => {
  it('is theirs in whatever case somebody copied the id', async () => {
    const loud = `teams:${person('Ravi').teamsId.toUpperCase()}`;
    expect((await may(open([loud]), 'Ravi')).allowed).toBe(true);
    expect((await may(open([loud]), 'Olivia')).allowed).toBe(false);
  });
});
