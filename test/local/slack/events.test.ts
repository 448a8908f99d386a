import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CAST, Listener, openSlack, person, type Received, type SlackAtWork, until } from '../chat-world.ts';

let bot: Listener;
let botUrl = '';
let at: SlackAtWork;
const channel = CAST.slack.defaultChannel;
const olivia = person('Olivia');

beforeEach(async () => {
  bot = new Listener();
  botUrl = await bot.open();
  at = await openSlack({ requestUrl: () => `${botUrl}/slack/events`, retryDelaysMs: [1, 1, 1] });
});
afterEach(async () => {
  await at.close();
  await bot.close();
});

function eventOf(received: Received | undefined): Record<string, unknown> {
  return JSON.parse(received?.body ?? '{}') as Record<string, unknown>; // the courier sends JSON objects
}

test('every request is signed over its time and its body', async () => {
  await at.slack.people.send(olivia.slackId, channel, 'hello & goodbye');
  const { headers = {}, body = '' }: Partial<Received> = bot.received[0] ?? {};
  const base = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`;
  const expected = createHmac('sha256', at.slack.credentials.signingSecret).update(base).digest('hex');
  expect(headers['x-slack-signature']).toBe(`v0=${expected}`);
});

test('what somebody writes arrives escaped, in the full envelope', async () => {
  await at.slack.people.send(olivia.slackId, channel, 'is 1 < 2 & #checkout-team ok?');
  const checkout = CAST.slack.channels[1]?.id;
  expect(eventOf(bot.received[0])).toMatchObject({
    type: 'event_callback',
    team_id: CAST.slack.teamId,
    api_app_id: CAST.slack.appId,
    event_id: expect.stringMatching(/^Ev/),
    event_time: expect.any(Number),
    event_context: expect.any(String),
    authorizations: [{ team_id: CAST.slack.teamId, user_id: CAST.slack.botUserId, is_bot: true }],
    event: {
      type: 'message',
      user: olivia.slackId,
      text: `is 1 &lt; 2 &amp; <#${checkout}|checkout-team> ok?`,
      channel,
      channel_type: 'channel',
      team: CAST.slack.teamId,
      client_msg_id: expect.any(String),
      ts: expect.stringMatching(/^\d+\.\d{6}$/),
    },
  });
});

test('a mention is told twice, a direct message once', async () => {
  await at.slack.people.send(olivia.slackId, channel, '@Deckhand health');
  const events = bot.received.map((each) => eventOf(each).event) as { type: string; text: string }[];
  expect(new Set(events.map((event) => event.type))).toEqual(new Set(['app_mention', 'message']));
  expect(events[0]?.text).toBe(`<@${CAST.slack.botUserId}> health`);

  await at.slack.people.send(olivia.slackId, olivia.slackDm, '@Deckhand health');
  expect(bot.received).toHaveLength(3);
  expect(eventOf(bot.received[2]).event).toMatchObject({ type: 'message', channel_type: 'im' });
});

test("a reply carries its thread, a stranger's message the stranger's team", async () => {
  await at.slack.people.send(olivia.slackId, channel, 'root');
  const root = at.slack.workspace.messagesOf(channel)[0]?.ts ?? '';
  await at.slack.people.send(person('Zoe').slackId, channel, 'reply', root);
  expect(eventOf(bot.received[1])).toMatchObject({
    is_ext_shared_channel: true,
    event: { thread_ts: root, parent_user_id: olivia.slackId, user_team: CAST.slack.otherTeamId },
  });
});

test('an event that is not acknowledged comes three more times, each marked', async () => {
  bot.answer = () => ({ status: 500 });
  await expect(at.slack.people.send(olivia.slackId, channel, 'x')).rejects.toThrow(/http_error/);
  const received = await bot.count(4);
  expect(received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
  expect(received[1]?.headers['x-slack-retry-reason']).toBe('http_error');
  const ids = received.map((each) => eventOf(each).event_id);
  expect(new Set(ids).size).toBe(1);
});

test('silence counts as a time-out, and X-Slack-No-Retry ends it', async () => {
  await at.close();
  at = await openSlack({
    requestUrl: () => `${botUrl}/slack/events`,
    retryDelaysMs: [1, 1, 1],
    ackTimeoutMs: 400,
  });
  let asked = 0;
  bot.answer = () => {
    asked += 1;
    return asked === 1 ? 'silence' : { status: 503, headers: { 'x-slack-no-retry': '1' } };
  };
  await expect(at.slack.people.send(olivia.slackId, channel, 'x')).rejects.toThrow(/http_timeout/);
  const received = await bot.count(2);
  expect(received[1]?.headers['x-slack-retry-reason']).toBe('http_timeout');
  bot.answer = () => ({ status: 200 });
  // Another attempt would come within these round trips.
  for (let count = 0; count < 20; count += 1) await at.slack.people.send(olivia.slackId, channel, 'y');
  const attempts = bot.received.map(({ headers }) => headers['x-slack-retry-num']);
  expect(attempts).not.toContain('2');
});

test('the bot hears of its own messages and edits, as in Slack', async () => {
  const { workspace } = at.slack;
  const message = workspace.post({ channel, user: CAST.slack.botUserId, isBot: true, text: 'root' });
  workspace.edit(message, { text: 'edited' }, { text: 'root' });
  const received = await bot.count(2);
  const kinds = received.map((each) => eventOf(each).event as { subtype?: string; bot_id?: string });
  expect(new Set(kinds.map((event) => event.subtype ?? event.bot_id))).toEqual(
    new Set([CAST.slack.botId, 'message_changed']),
  );
});

test('a channel without the bot is silent, and Slackbot offers to invite it', async () => {
  const random = CAST.slack.channels[2]?.id ?? '';
  await at.slack.people.send(olivia.slackId, random, '@Deckhand hi');
  expect(bot.received).toHaveLength(0);
  expect(at.slack.workspace.messagesOf(random)[1]).toMatchObject({ ephemeralFor: olivia.slackId });
  await at.slack.people.send(olivia.slackId, random, '/invite @Deckhand');
  await at.slack.people.send(olivia.slackId, random, '@Deckhand hi');
  expect(bot.received).toHaveLength(2);
});

test('the request URL is proved by a challenge', async () => {
  expect(await at.slack.verifyRequestUrl()).toBe(false);
  bot.answer = ({ body }) => ({
    status: 200,
    body: JSON.stringify({ challenge: JSON.parse(body).challenge }),
  });
  expect(await at.slack.verifyRequestUrl()).toBe(true);
});

test('opening the app tells which tab', async () => {
  await at.slack.modals.openHome(olivia.slackId, 'home');
  expect(eventOf(bot.received[0]).event).toMatchObject({
    type: 'app_home_opened',
    tab: 'home',
    user: olivia.slackId,
    channel: olivia.slackDm,
  });
});

test('nothing is sent after the end', async () => {
  bot.answer = () => ({ status: 500 });
  await expect(at.slack.people.send(olivia.slackId, channel, 'x')).rejects.toThrow('http_error');
  at.slack.close();
  const before = bot.received.length;
  let turns = 0;
  await until(() => ++turns > 200);
  expect(bot.received.length).toBeLessThanOrEqual(before + 1);
});
