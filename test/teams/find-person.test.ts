import { describe, expect, it } from 'vitest';
import { makeFindTeamsPerson, mentionedPerson } from '../../src/teams/find-person.ts';

const HOME = '11111111-1111-4111-8111-111111111111';
const ELSEWHERE = '22222222-2222-4222-8222-222222222222';
const ROSTER = [
  { id: '29:own', name: 'Olivia', aadObjectId: 'aad-1', tenantId: HOME },
  { id: '29:other', name: 'Sam', aadObjectId: 'aad-2', tenantId: ELSEWHERE },
  { id: '29:guest', name: 'Gus', aadObjectId: 'aad-3', tenantId: HOME, userRole: 'guest' },
  { id: '29:silent', name: 'Kim', aadObjectId: 'aad-4' },
];
const connector = {
  member: async (_conversation: string, wanted: string) =>
    ROSTER.find(({ id }) => id === wanted) ?? Promise.reject(Object.assign(new Error(), { statusCode: 404 })),
  members: async () => ({ members: ROSTER, next: undefined }),
};
const find = (tenant: string | undefined) =>
  makeFindTeamsPerson({
    connectors: async () => connector,
    book: { serviceUrl: async () => 'https://smba.example' },
    tenant,
  });
const EXPECTED = [
  ['29:own', 'Olivia', 'member'],
  ['29:other', 'Sam', 'stranger'],
  ['29:guest', 'Gus', 'guest'],
  ['29:silent', 'Kim', 'member'],
] as const;

describe('somebody of a shared channel', () => {
  it.each(EXPECTED)('%s is %s, a %s, by id, name and mention', async (id, name, standing) => {
    expect(await find(HOME)(id, '19:a')).toMatchObject({ person: { name, standing } });
    expect(await find(HOME)(name, '19:a')).toMatchObject({ person: { name, standing } });
    expect(await mentionedPerson(connector, '19:a', { id, name: 'X' }, HOME)).toMatchObject({ standing });
  });

  it('is a member where every tenant is served, and nobody where the roster does not have them', async () => {
    expect(await find(undefined)('Sam', '19:a')).toMatchObject({ person: { standing: 'member' } });
    expect(await find(HOME)('Nobody', '19:a')).toEqual({ nobody: true });
  });
});
