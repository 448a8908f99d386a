import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { adminsOf, configText } from '../../src/local/bot-files.ts';
import { makeCast } from '../../src/local/cast.ts';
import { CAST, person } from './chat-world.ts';

const offer = {
  accounts: [
    { name: 'production', id: '111122223333', regions: ['us-east-1', 'eu-west-1'] },
    { name: 'the hub', id: '000000000000', regions: ['us-east-1'] },
    { name: 'empty', id: '222233334444', regions: [] },
  ],
  people: CAST.people,
  hubAccountId: '000000000000',
  roleArnFor: (id: string) => `arn:aws:iam::${id}:role/spoke`,
  externalId: 'x-1',
};

test('accounts are reached by role, the hub by itself; an account without regions is left out', () => {
  expect(parse(configText(offer)).accounts).toEqual([
    {
      name: 'production',
      id: '111122223333',
      regions: ['us-east-1', 'eu-west-1'],
      auth: { roleArn: 'arn:aws:iam::111122223333:role/spoke', externalId: 'x-1' },
    },
    { name: 'the hub', id: '000000000000', regions: ['us-east-1'], auth: {} },
  ]);
});

test('operators are granted their services on both platforms; nobody else is granted anything', () => {
  const ravi = person('Ravi');
  const actions = ['scale', 'redeploy', 'rollback', 'stop', 'hooks'];
  expect(parse(configText(offer)).grants).toEqual([
    { who: `slack:${ravi.slackId}`, on: '*/prod-core/*', actions },
    { who: `teams:${ravi.teamsId}`, on: '*/prod-core/*', actions },
  ]);
});

test.each([
  [undefined, ['*/*/*']],
  ['prod-core', ['*/prod-core/*']],
  ['a/b, c/*', ['*/a/b', '*/c/*']],
  ['prod/a/b', ['prod/a/b']],
])('services %j are the scope %j', (services, scopes) => {
  const { people } = makeCast([{ name: 'O', role: 'operator', services }]);
  const { grants } = parse(configText({ ...offer, people })) as { grants: { who: string; on: string }[] };
  expect(grants.filter(({ who }) => who.startsWith('slack:')).map(({ on }) => on)).toEqual(scopes);
});

test('admins are named by their id on each platform', () => {
  const olivia = person('Olivia');
  expect(adminsOf(CAST.people)).toBe(`slack:${olivia.slackId},teams:${olivia.teamsId}`);
});

test('ids look like the vendors', () => {
  for (const { slackId, slackDm, teamsId } of CAST.people) {
    expect(slackId).toMatch(/^U[A-Z0-9]{10}$/);
    expect(slackDm).toMatch(/^D[A-Z0-9]{10}$/);
    expect(teamsId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('two people of one name are two people', () => {
  const { people } = makeCast([
    { name: 'Sam', role: 'admin' },
    { name: 'Sam', role: 'viewer' },
  ]);
  expect(people[0]?.slackId).not.toBe(people[1]?.slackId);
});
