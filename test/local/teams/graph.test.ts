import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { CAST, openTeams, person, type TeamsAtWork } from '../chat-world.ts';

let at: TeamsAtWork;
beforeEach(async () => {
  at = await openTeams();
});
afterEach(() => at.close());

const operators = CAST.teams.groups.find(({ name }) => name === 'Operators')?.id ?? '';
const FORM = {
  grant_type: 'client_credentials',
  client_id: 'app',
  client_secret: 'secret',
  scope: 'https://graph.microsoft.com/.default',
};

async function read(answer: Response) {
  const body = z.record(z.string(), z.unknown()).parse(await answer.json());
  return { status: answer.status, body };
}

async function login(form: Record<string, string>) {
  const answer = await fetch(`${at.serviceUrl}/login/tenant/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  return read(answer);
}

async function check(
  groupIds: unknown,
  { token = 'none', id = person('Ravi').teamsId }: { readonly token?: unknown; readonly id?: string } = {},
) {
  const answer = await fetch(`${at.serviceUrl}/graph/v1.0/users/${id}/checkMemberGroups`, {
    method: 'POST',
    headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ groupIds }),
  });
  return read(answer);
}

test('an app gets a token for Graph, and nothing else gets one', async () => {
  expect((await login(FORM)).body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
  const { scope: _scope, ...without } = FORM;
  expect(await login(without)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  expect((await login({ ...FORM, grant_type: 'password' })).body.error_description).toMatch(/AADSTS70003/);
  expect((await login({ ...FORM, scope: 'x/.default' })).body.error_description).toMatch(/AADSTS1002012/);
});

test('who is in a group is told to that token alone', async () => {
  const token = (await login(FORM)).body.access_token;
  const olivia = person('Olivia').teamsId;
  expect((await check([operators], { token })).body.value).toEqual([operators]);
  expect((await check([operators], { token, id: olivia })).body.value).toEqual([]);
  expect((await check([operators], { token, id: person('Ravi').email })).body.value).toEqual([operators]);
  expect(await check([operators])).toMatchObject({
    status: 401,
    body: { error: { code: 'InvalidAuthenticationToken' } },
  });
});

test('what Graph refuses is refused: more than twenty, no object ids, people of no account here', async () => {
  const token = (await login(FORM)).body.access_token;
  expect((await check(Array(21).fill(operators), { token })).status).toBe(400);
  expect((await check(['ops'], { token })).status).toBe(400);
  expect((await check(undefined, { token })).status).toBe(400);
  for (const id of [person('Zoe').teamsId, '00000000-0000-4000-8000-000000000000'])
    expect(await check([operators], { token, id })).toMatchObject({
      status: 404,
      body: { error: { code: 'Request_ResourceNotFound' } },
    });
});
