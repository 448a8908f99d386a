import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makePeople } from '../../src/slack/people.ts';
import { startLoopback } from '../aws/loopback.ts';
import { keepLog } from '../kept-log.ts';

let slack: Awaited<ReturnType<typeof startLoopback>>;
let user: object | undefined;
let home: object;
beforeEach(async () => {
  home = { ok: true, team_id: 'T1' };
  slack = await startLoopback(({ body }) => {
    const isUserInfo = new URLSearchParams(body).has('user');
    if (!isUserInfo) return { json: home };
    return { json: user === undefined ? { ok: false, error: 'missing_scope' } : { ok: true, user } };
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
  getLevel: () => 'error',
};

async function standing() {
  const client = makeSlackClient('xoxb-1', { apiUrl: `${slack.url}/api/`, logger: logger as never });
  const { person } = await makePeople(client, () => 0, keepLog().log).person('U1', 'T1');
  return person.standing;
}

describe('how Slack vouches for somebody', () => {
  test.each([
    ['a member', { team_id: 'T1' }, 'member'],
    ['a guest of several channels', { team_id: 'T1', is_restricted: true }, 'guest'],
    ['a guest of one channel', { team_id: 'T1', is_ultra_restricted: true }, 'guest'],
    ['a stranger of a shared channel', { team_id: 'T1', is_stranger: true }, 'stranger'],
    ['somebody of another workspace', { team_id: 'T2' }, 'stranger'],
    ['somebody who has left', { team_id: 'T1', deleted: true }, 'stranger'],
    ['a bot', { team_id: 'T1', is_bot: true }, 'stranger'],
  ] as const)('%s', async (_who, found, expected) => {
    user = { id: 'U1', name: 'x', ...found };
    expect(await standing()).toBe(expected);
  });

  test('people of the other workspaces of one organisation are members', async () => {
    home = { ok: true, team_id: 'T1', enterprise_id: 'E1' };
    user = { id: 'U1', name: 'x', team_id: 'T2', enterprise_user: { enterprise_id: 'E1', teams: ['T2'] } };
    expect(await standing()).toBe('member');
    user = { id: 'U1', name: 'x', team_id: 'T2', enterprise_user: { enterprise_id: 'E2', teams: ['T2'] } };
    expect(await standing()).toBe('stranger');
  });

  test('nobody is known where users.info or auth.test does not answer', async () => {
    user = undefined;
    expect(await standing()).toBe('unknown');
    user = { id: 'U1', name: 'x', team_id: 'T1' };
    home = { ok: false, error: 'fatal_error' };
    expect(await standing()).toBe('unknown');
  });
});
