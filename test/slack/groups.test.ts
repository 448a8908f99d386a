import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeSlackGroups } from '../../src/slack/groups.ts';
import { startLoopback } from '../aws/loopback.ts';

const MEMBERS: Readonly<Record<string, readonly string[]>> = { S1: ['U1', 'U2'], S2: ['U3'] };

let slack: Awaited<ReturnType<typeof startLoopback>>;
let ok: boolean;
let error: string;
beforeEach(async () => {
  ok = true;
  error = 'missing_scope';
  slack = await startLoopback(({ body }) => {
    const group = new URLSearchParams(body).get('usergroup') ?? '';
    return { json: ok ? { ok, users: MEMBERS[group] ?? [] } : { ok, error } };
  });
});
afterEach(() => slack.close());

const person = { platform: 'slack', id: 'U1' };
const logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error',
};
const open = (clock: { nowMs: number }) =>
  makeSlackGroups(
    makeSlackClient('xoxb-1', { apiUrl: `${slack.url}/api/`, logger: logger as never }),
    () => clock.nowMs,
  );

describe('the user groups of Slack', () => {
  test('are those that list the person, asked once a minute', async () => {
    const clock = { nowMs: 0 };
    const groupsOf = open(clock);
    expect(await groupsOf(person, ['slack:S1', 'slack:S2'])).toEqual(['slack:S1']);
    await groupsOf(person, ['slack:S1', 'slack:S2']);
    expect(slack.requests).toHaveLength(2);
    clock.nowMs = 60_001;
    await groupsOf(person, ['slack:S1']);
    expect(slack.requests).toHaveLength(3);
  });

  test('that Slack does not tell are an error, not an empty list', async () => {
    ok = false;
    await expect(open({ nowMs: 0 })(person, ['slack:S1'])).rejects.toThrow(/missing_scope/);
  });

  test('that are deleted have nobody in them', async () => {
    ok = false;
    error = 'no_such_subteam';
    expect(await open({ nowMs: 0 })(person, ['slack:S1'])).toEqual([]);
  });

  test('are not asked for people of another platform', async () => {
    expect(await open({ nowMs: 0 })({ ...person, platform: 'teams' }, ['teams:S1'])).toEqual([]);
    expect(slack.requests).toEqual([]);
  });
});
