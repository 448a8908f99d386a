import { LogLevel } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeFindSlackPerson } from '../../src/slack/find-person.ts';
import { startLoopback } from '../aws/loopback.ts';

const MEMBERS = [
  { id: 'U5', team_id: 'T1', name: 'bob', real_name: 'Bob' },
  { id: 'U0000000001', team_id: 'T1', name: 'una', real_name: 'UNA' },
];
const ANSWERS: Readonly<Record<string, (of: URLSearchParams) => object>> = {
  'auth.test': () => ({ ok: true, team_id: 'T1' }),
  'users.info': (of) => {
    const user = MEMBERS.find(({ id }) => id === of.get('user'));
    return user === undefined ? { ok: false, error: 'user_not_found' } : { ok: true, user };
  },
  'users.list': () => ({ ok: true, members: MEMBERS }),
};

let slack: Awaited<ReturnType<typeof startLoopback>>;
let asked: string[];
beforeEach(async () => {
  asked = [];
  slack = await startLoopback(({ body, path }) => {
    const method = path.split('/').at(-1) ?? '';
    asked.push(method);
    return { json: ANSWERS[method]?.(new URLSearchParams(body)) ?? { ok: false, error: 'unknown_method' } };
  });
});
afterEach(() => slack.close());

const logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};
const find = (said: string) =>
  makeFindSlackPerson(makeSlackClient('xoxb-1', { apiUrl: `${slack.url}/api/`, logger }))(said, 'C1');

describe('a member of a workspace', () => {
  test('is found by an id of any length, without the list of everybody', async () => {
    expect(await find('U5')).toMatchObject({ person: { id: 'U5', name: 'Bob' } });
    expect(asked).not.toContain('users.list');
  });

  test('may be called what looks like a short id', async () => {
    expect(await find('UNA')).toMatchObject({ person: { id: 'U0000000001' } });
  });

  test('who does not exist is looked for by id alone where nobody is called like that', async () => {
    expect(await find('U0NOBODY99')).toEqual({ nobody: true });
    expect(asked).not.toContain('users.list');
  });
});
