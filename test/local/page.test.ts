import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Chats, makeChats } from '../../src/local/chats.ts';
import type { PageEvent, PageState } from '../../src/local/page-api.ts';
import { type LocalServer, openServer } from '../../src/local/server.ts';
import { CAST, Listener, NO_ROUTES, person, until } from './chat-world.ts';

/** The page's server with a scripted bot behind it. */
let chats: Chats;
let server: LocalServer;
let bot: Listener;
let events: PageEvent[];
const channel = CAST.slack.defaultChannel;
const leave = new AbortController();

beforeEach(async () => {
  bot = new Listener();
  const botUrl = await bot.open();
  events = [];
  chats = makeChats({
    cast: CAST,
    baseUrl: () => server.url,
    botUrl,
    about: 'a test',
    examples: ['health'],
    simulatedNowMs: () => Date.parse('2026-11-20T09:00:00Z'),
    nowMs: Date.now,
    botReady: () => true,
  });
  server = await openServer(0, () => ({ ...NO_ROUTES, ...chats.routes }));
  await listen();
});
afterEach(async () => {
  chats.close();
  await server.close();
  await bot.close();
});

/** Reads `/page/events` into `events`. */
async function listen(): Promise<void> {
  const response = await fetch(`${server.url}/page/events`, { signal: leave.signal });
  expect(response.headers.get('content-type')).toMatch('text/event-stream');
  void read(response);
}

async function read(response: Response): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('data: ')) events.push(JSON.parse(part.slice(6)));
  }
}

async function post(path: string, body: unknown) {
  const response = await fetch(`${server.url}/page/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('the state names everybody, every room and everything said', async () => {
  await post('slack/send', { person: 'Olivia', channel, text: 'hi' });
  await post('teams/send', { person: 'Ravi', conversation: CAST.teams.defaultChannel, text: 'hello' });
  const state = (await (await fetch(`${server.url}/page/state`)).json()) as PageState;
  expect(state).toMatchObject({
    about: 'a test',
    examples: ['health'],
    now: '2026-11-20T09:00:00.000Z',
    botReady: true,
    slack: { command: '/ecs', messages: [{ user: person('Olivia').slackId, text: 'hi', isBot: false }] },
    teams: { messages: [{ from: person('Ravi').teamsId, text: 'hello', cards: [] }] },
  });
  expect(state.people.map(({ name, role }) => `${name} ${role}`)).toEqual([
    'Olivia admin',
    'Ravi operator',
    'Zoe stranger',
  ]);
  const rooms = state.slack.channels.map(({ name, kind, person: whose }) =>
    `${kind} ${name} ${whose ?? ''}`.trim(),
  );
  expect(rooms).toContain('channel ops-alerts');
  expect(rooms).toContain(`dm Deckhand ${person('Olivia').slackId}`);
});

test('a message goes to the bot, and what the bot says comes back by event', async () => {
  expect(await post('slack/send', { person: 'Olivia', channel, text: '@Deckhand health' })).toEqual({
    status: 200,
    body: {},
  });
  expect(bot.received[0]?.path).toBe('/slack/events');
  await fetch(`${server.url}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${chats.env().SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel, text: 'all good' }),
  });
  await until(() => events.length === 2);
  expect(events).toMatchObject([
    { type: 'slack.message', message: { text: `<@${CAST.slack.botUserId}> health`, isBot: false } },
    { type: 'slack.message', message: { text: 'all good', isBot: true } },
  ]);
});

test('in Teams as well, cards included', async () => {
  const conversation = CAST.teams.defaultChannel;
  await post('teams/send', { person: 'Olivia', conversation, text: '@Deckhand health' });
  expect(bot.received[0]?.path).toBe('/api/messages');
  const card = { type: 'AdaptiveCard', version: '1.5', body: [] };
  const sent = await fetch(`${server.url}/teams/v3/conversations/${conversation}/activities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
    }),
  });
  const { id } = (await sent.json()) as { id: string };
  await until(() => events.length === 2);
  expect(events[1]).toMatchObject({ type: 'teams.message', message: { id, isBot: true, cards: [card] } });
  bot.answer = () => ({
    status: 200,
    body: JSON.stringify({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'done',
    }),
  });
  const click = { person: 'Olivia', conversation, messageId: id, action: { verb: 'ack', data: {} } };
  expect(await post('teams/action', click)).toEqual({ status: 200, body: { message: 'done' } });
});

test('clicks, modals and deletions are told', async () => {
  const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: '1' };
  const blocks = [{ type: 'actions', block_id: 'b', elements: [button] }];
  const message = chats.slack.workspace.post({
    channel,
    user: CAST.slack.botUserId,
    isBot: true,
    text: 'x',
    blocks,
  });
  const click = { person: 'Olivia', channel, messageTs: message.ts, action: { ...button, block_id: 'b' } };
  expect(await post('slack/action', click)).toEqual({ status: 200, body: {} });
  const clicked = bot.received.find(({ body }) => body.startsWith('payload='));
  const { trigger_id } = JSON.parse(new URLSearchParams(clicked?.body).get('payload') ?? '{}') as {
    trigger_id: string;
  };
  const input = {
    type: 'input',
    block_id: 'i',
    label: { type: 'plain_text', text: 'L' },
    element: { type: 'plain_text_input', action_id: 'a' },
  };
  const title = { type: 'plain_text', text: 'T' };
  await fetch(`${server.url}/slack/api/views.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${chats.env().SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ trigger_id, view: { type: 'modal', title, submit: title, blocks: [input] } }),
  });
  await until(() => events.some(({ type }) => type === 'slack.modal'));
  const modal = events.find((event) => event.type === 'slack.modal');
  const viewId = modal?.viewId;
  expect(modal).toMatchObject({ person: 'Olivia', view: { type: 'modal', title } });
  const empty = { person: 'Olivia', viewId, values: {} };
  expect(await post('slack/submit', empty)).toEqual({
    status: 200,
    body: { errors: { i: 'Please complete this required field.' } },
  });
  expect(await post('slack/close', { person: 'Olivia', viewId })).toEqual({ status: 200, body: {} });
  chats.slack.workspace.remove(message);
  await until(() => events.some(({ type }) => type === 'slack.deleted'));
  expect(events.map(({ type }) => type)).toEqual([
    'slack.message',
    'slack.modal',
    'slack.modal_closed',
    'slack.deleted',
  ]);
});

describe('what cannot be done is told in a sentence', () => {
  test.each([
    [
      'an unknown person',
      'slack/send',
      { person: 'Eve', channel, text: 'x' },
      404,
      'Nobody here is called Eve.',
    ],
    [
      'an unknown channel',
      'slack/send',
      { person: 'Olivia', channel: 'C1', text: 'x' },
      404,
      'You are not in this channel.',
    ],
    [
      "somebody else's chat",
      'slack/send',
      { person: 'Ravi', channel: person('Olivia').slackDm, text: 'x' },
      404,
      'You are not in this channel.',
    ],
    [
      "somebody else's Teams chat",
      'teams/send',
      { person: 'Ravi', conversation: person('Olivia').teamsDm, text: 'x' },
      404,
      'You are not in this conversation.',
    ],
    ['a missing member', 'slack/send', { person: 'Olivia', channel }, 400, 'text: '],
    ['an unknown route', 'slack/dance', {}, 404, 'There is no /page/slack/dance.'],
    [
      'a command in a thread',
      'slack/send',
      { person: 'Olivia', channel, threadTs: '1.1', text: '/ecs' },
      409,
      'is not supported in threads',
    ],
  ])('%s', async (_name, path, body, status, sentence) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(sentence);
  });

  test('a bot that fails', async () => {
    bot.answer = () => ({ status: 500 });
    expect(await post('slack/send', { person: 'Olivia', channel, text: '/ecs health' })).toEqual({
      status: 502,
      body: { error: '/ecs failed with the error "dispatch_failed"' },
    });
  });

  test('another content type', async () => {
    const response = await fetch(`${server.url}/page/slack/send`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(415);
  });
});
