import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SLACK_RATES } from '../../../src/local/slack/rate-limits.ts';
import { CAST, openSlack, person, type SlackAtWork, TestClock } from '../chat-world.ts';

let at: SlackAtWork;
let client: WebClient;
const channel = CAST.slack.defaultChannel;

beforeEach(async () => {
  at = await openSlack();
  client = clientFor(at);
});
afterEach(() => at.close());

function clientFor({ apiUrl, slack }: SlackAtWork, token = slack.credentials.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5_000,
  });
}

/** The error that Slack names, for a call that must fail. */
async function errorOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => ({ data: { error: 'nothing was refused' } }),
    (caught: { data?: { error?: string } }) => caught,
  );
  return error.data?.error ?? 'another failure';
}

test('a posted message can be read back with its metadata, edited and deleted', async () => {
  const metadata = { event_type: 'deckhand', event_payload: { k: 'inc/1/root' } };
  const posted = await client.chat.postMessage({ channel, text: 'down', metadata });
  const ts = String(posted.ts);
  await client.chat.update({ channel, ts, text: 'up again' });

  const history = await client.conversations.history({ channel, include_all_metadata: true });
  expect(history.messages).toHaveLength(1);
  expect(history.messages?.[0]).toMatchObject({
    ts,
    text: 'up again',
    bot_id: CAST.slack.botId,
    app_id: CAST.slack.appId,
    metadata,
  });
  expect(history.messages?.[0]?.edited?.ts).toMatch(/^\d+\.\d{6}$/);

  await client.chat.delete({ channel, ts });
  expect((await client.conversations.history({ channel })).messages).toEqual([]);
});

test('metadata stays away unless it is asked for', async () => {
  await client.chat.postMessage({
    channel,
    text: 'x',
    metadata: { event_type: 'e', event_payload: { k: '1' } },
  });
  const history = await client.conversations.history({ channel });
  expect(history.messages?.[0]).not.toHaveProperty('metadata');
});

test('replies stand under their root and not in the history', async () => {
  const root = String((await client.chat.postMessage({ channel, text: 'root' })).ts);
  const reply = String((await client.chat.postMessage({ channel, text: 'reply', thread_ts: root })).ts);
  await client.chat.postMessage({ channel, text: 'to the reply', thread_ts: reply });

  const history = await client.conversations.history({ channel });
  expect(history.messages?.map((message) => message.text)).toEqual(['root']);
  expect(history.messages?.[0]).toMatchObject({ thread_ts: root, reply_count: 2 });
  const thread = await client.conversations.replies({ channel, ts: root });
  expect(thread.messages?.map((message) => message.text)).toEqual(['root', 'reply', 'to the reply']);
});

test('history is newest first, in pages, between two times', async () => {
  const times: string[] = [];
  for (const text of ['a', 'b', 'c', 'd']) {
    times.push(String((await client.chat.postMessage({ channel, text })).ts));
  }
  const first = await client.conversations.history({ channel, limit: 3 });
  expect(first.messages?.map((message) => message.text)).toEqual(['d', 'c', 'b']);
  expect(first.has_more).toBe(true);
  const cursor = String(first.response_metadata?.next_cursor);
  const second = await client.conversations.history({ channel, limit: 3, cursor });
  expect(second.messages?.map((message) => message.text)).toEqual(['a']);
  const [, from = '', to = ''] = times;
  const texts = async (inclusive: boolean) =>
    (await client.conversations.history({ channel, oldest: from, latest: to, inclusive })).messages?.map(
      (m) => m.text,
    );
  expect(await texts(true)).toEqual(['c', 'b']);
  expect(await texts(false)).toEqual([]);
});

test('a root that is deleted leaves its thread readable', async () => {
  const root = String((await client.chat.postMessage({ channel, text: 'root' })).ts);
  await client.chat.postMessage({ channel, text: 'reply', thread_ts: root });
  await client.chat.delete({ channel, ts: root });
  const thread = await client.conversations.replies({ channel, ts: root });
  expect(thread.messages?.map((message) => ('subtype' in message ? message.subtype : message.text))).toEqual([
    'tombstone',
    'reply',
  ]);
  expect(await errorOf(client.chat.update({ channel, ts: root, text: 'x' }))).toBe('message_not_found');
});

test('a reply to a thread that is gone becomes a message of its own', async () => {
  const posted = await client.chat.postMessage({ channel, text: 'late', thread_ts: '1.000001' });
  expect(posted.message).not.toHaveProperty('thread_ts');
  const history = await client.conversations.history({ channel });
  expect(history.messages?.map((message) => message.text)).toEqual(['late']);
});

test('an edit takes far less text than a post', async () => {
  const text = 'x'.repeat(4_001);
  const ts = String((await client.chat.postMessage({ channel, text })).ts);
  expect(await errorOf(client.chat.update({ channel, ts, text }))).toBe('msg_too_long');
});

test('an edit keeps the blocks that it does not mention, and an empty list removes them', async () => {
  const blocks = [{ type: 'divider' as const }];
  const ts = String((await client.chat.postMessage({ channel, text: 'x', blocks })).ts);
  const kept = await client.chat.update({ channel, ts, text: 'y' });
  expect(kept.message?.blocks).toMatchObject(blocks);
  const removed = await client.chat.update({ channel, ts, text: 'z', blocks: [] });
  expect(removed.message).not.toHaveProperty('blocks');
});

describe('refusals', () => {
  const text = 'hello';
  const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['no_text', () => client.chat.postMessage({ channel, text: '' })],
    ['channel_not_found', () => client.chat.postMessage({ channel: 'C0NOWHERE0', text })],
    ['not_in_channel', () => client.chat.postMessage({ channel: '#random', text })],
    ['msg_too_long', () => client.chat.postMessage({ channel, text: 'x'.repeat(40_001) })],
    ['message_not_found', () => client.chat.update({ channel, ts: '1.000001', text })],
    ['message_not_found', () => client.chat.delete({ channel, ts: '1.000001' })],
    ['thread_not_found', () => client.conversations.replies({ channel, ts: '1.000001' })],
    ['user_not_found', () => client.users.info({ user: 'U0NOBODY00' })],
    ['users_list_not_supplied', () => client.apiCall('conversations.open', {})],
    ['user_not_in_channel', () => client.chat.postEphemeral({ channel, user: 'U0NOBODY00', text })],
    ['unknown_method', () => client.apiCall('files.getUploadURLExternal', { filename: 'a', length: 1 })],
    ['not_allowed_token_type', () => client.apps.connections.open({})],
    ['invalid_trigger_id', () => client.views.open({ trigger_id: 'x', view: MODAL })],
    [
      'invalid_metadata_format',
      () => client.apiCall('chat.postMessage', { channel, text, metadata: 'none' }),
    ],
    [
      'metadata_too_large',
      () =>
        client.chat.postMessage({
          channel,
          text,
          metadata: { event_type: 'e', event_payload: { k: 'x'.repeat(20_000) } },
        }),
    ],
    ['invalid_blocks_format', () => client.apiCall('chat.postMessage', { channel, blocks: '{' })],
    [
      'too_many_attachments',
      () =>
        client.chat.postMessage({
          channel,
          text,
          attachments: Array.from({ length: 101 }, () => ({ text: 'a' })),
        }),
    ],
    [
      'markdown_text_conflict',
      () => client.apiCall('chat.postMessage', { channel, text, markdown_text: 'x' }),
    ],
  ];
  test.each(cases)('%s', async (error, call) => {
    expect(await errorOf(call())).toBe(error);
  });

  test("another person's message cannot be edited or deleted", async () => {
    await at.slack.people.send(person('Olivia').slackId, channel, 'mine').catch(() => {});
    const ts = at.slack.workspace.messagesOf(channel)[0]?.ts ?? '';
    expect(await errorOf(client.chat.update({ channel, ts, text }))).toBe('cant_update_message');
    expect(await errorOf(client.chat.delete({ channel, ts }))).toBe('cant_delete_message');
  });

  test('a wrong token, none, a revoked one and one without the scope are told apart', async () => {
    expect(await errorOf(clientFor(at, 'xoxb-other').auth.test())).toBe('invalid_auth');
    const response = await fetch(`${at.apiUrl}auth.test`, { method: 'POST' });
    expect(await response.json()).toEqual({ ok: false, error: 'not_authed' });
    at.slack.limitScopes(['channels:read']);
    expect(await errorOf(client.chat.postMessage({ channel, text }))).toBe('missing_scope');
    at.slack.revokeToken();
    expect(await errorOf(client.auth.test())).toBe('token_revoked');
    at.slack.restoreToken();
    expect((await client.auth.test()).user_id).toBe(CAST.slack.botUserId);
  });

  test('a channel that is gone or archived takes no messages', async () => {
    at.slack.archiveChannel(channel);
    expect(await errorOf(client.chat.postMessage({ channel, text }))).toBe('is_archived');
    at.slack.removeChannel(channel);
    expect(await errorOf(client.chat.postMessage({ channel, text }))).toBe('channel_not_found');
  });
});

const MODAL = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'T' }, blocks: [] };

test('a message to a user id goes to the direct message with that person', async () => {
  const { slackId, slackDm } = person('Olivia');
  const posted = await client.chat.postMessage({ channel: slackId, text: 'psst' });
  expect(posted.channel).toBe(slackDm);
  const opened = await client.conversations.open({ users: slackId });
  expect(opened.channel?.id).toBe(slackDm);
});

test('JSON bodies say the same as forms', async () => {
  const response = await fetch(`${at.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${at.slack.credentials.botToken}`,
    },
    body: JSON.stringify({ channel, text: 'json', blocks: [{ type: 'divider' }] }),
  });
  expect(await response.json()).toMatchObject({ ok: true, channel, message: { text: 'json' } });
});

test('strangers carry their own team and are no members of the list', async () => {
  const zoe = await client.users.info({ user: person('Zoe').slackId });
  expect(zoe.user).toMatchObject({ team_id: CAST.slack.otherTeamId, is_stranger: true });
  const list = await client.users.list({});
  const names = list.members?.map((member) => member.real_name);
  expect(names).toContain('Olivia');
  expect(names).not.toContain('Zoe');
});

test('the rooms can be listed, and say whether the bot is in them', async () => {
  const list = await client.conversations.list({ types: 'public_channel' });
  expect(Object.fromEntries((list.channels ?? []).map(({ name, is_member }) => [name, is_member]))).toEqual({
    'ops-alerts': true,
    'checkout-team': true,
    random: false,
  });
  await client.conversations.join({ channel: '#random' });
  expect((await client.chat.postMessage({ channel: '#random', text: 'hi' })).ok).toBe(true);
});

test('messages of one millisecond have times of their own, in order', async () => {
  const still = await openSlack({ nowMs: new TestClock().now });
  try {
    const poster = clientFor(still);
    const times: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      times.push(String((await poster.chat.postMessage({ channel, text: 'x' })).ts));
    }
    expect(new Set(times).size).toBe(3);
    expect(times.toSorted((a, b) => Number(a) - Number(b))).toEqual(times);
  } finally {
    await still.close();
  }
});

test('the sixth message at once in a channel is throttled, another channel is not', async () => {
  const clock = new TestClock();
  const slow = await openSlack({ nowMs: clock.now, rates: SLACK_RATES });
  try {
    const posting = clientFor(slow);
    for (let count = 0; count < 5; count += 1) await posting.chat.postMessage({ channel, text: 'x' });
    const refused = await posting.chat.postMessage({ channel, text: 'x' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 1 });
    expect((await posting.chat.postMessage({ channel: '#checkout-team', text: 'x' })).ok).toBe(true);
    clock.forward(1_000);
    expect((await posting.chat.postMessage({ channel, text: 'x' })).ok).toBe(true);
    expect(slow.slack.workspace.messagesOf(channel)).toHaveLength(6);
  } finally {
    await slow.close();
  }
});

describe('failures on order', () => {
  test('a lost answer leaves the message, an early failure does not', async () => {
    at.slack.failNext('chat.postMessage', { kind: 'reset', effect: 'after' });
    at.slack.failNext('chat.postMessage', { kind: 'status', status: 500, effect: 'before' });
    await expect(client.chat.postMessage({ channel, text: 'lost answer' })).rejects.toThrow('fetch failed');
    await expect(client.chat.postMessage({ channel, text: 'never happened' })).rejects.toThrow('500');
    await client.chat.postMessage({ channel, text: 'fine' });
    const texts = at.slack.workspace.messagesOf(channel).map((message) => message.text);
    expect(texts).toEqual(['lost answer', 'fine']);
  });

  test('a 429 carries the seconds to wait', async () => {
    at.slack.failNext('chat.postMessage', { kind: 'throttled', retryAfterSeconds: 7 });
    await expect(client.chat.postMessage({ channel, text: 'x' })).rejects.toMatchObject({ retryAfter: 7 });
  });

  test('silence lasts until the client gives up', async () => {
    const impatient = new WebClient(at.slack.credentials.botToken, {
      slackApiUrl: at.apiUrl,
      retryConfig: { retries: 0 },
      timeout: 50,
    });
    at.slack.failNext('chat.postMessage', { kind: 'silence', effect: 'after' });
    await expect(impatient.chat.postMessage({ channel, text: 'x' })).rejects.toThrow('time');
    expect(at.slack.workspace.messagesOf(channel)).toHaveLength(1);
  });
});
