import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  BadRequest,
  Denied,
  NotFound,
  NotSent,
  ThreadGone,
  Throttled,
  Unreachable,
} from '../../src/domain/errors.ts';
import type { Destination } from '../../src/messaging/messenger.ts';
import { makeTeamsAuthentication } from '../../src/teams/adapter.ts';
import { makeConnectors } from '../../src/teams/connector.ts';
import { makeTeamsEdge } from '../../src/teams/index.ts';
import { makeTeamsMessenger } from '../../src/teams/messenger.ts';
import { makeTeamsReply } from '../../src/teams/reply.ts';
import { keepLog } from '../kept-log.ts';
import { Listener } from '../local/chat-world.ts';
import { plainAnswers } from '../plain-answers.ts';
import { ANONYMOUS, card } from './edge.ts';

const CHANNEL = '19:ops@thread.tacv2';
const dest: Destination = { platform: 'teams', tenant: '-', channel: CHANNEL };
const chat: Destination = { ...dest, channel: 'a:chat' };
let service: Listener;
let url: string;

beforeEach(async () => {
  service = new Listener(() => ({ status: 201, body: '{"id":"1700000000001"}' }));
  url = await service.open();
});
afterEach(() => service.close());

const { log, lines } = keepLog();
const connectors = (timeoutMs?: number) =>
  makeConnectors(makeTeamsAuthentication(ANONYMOUS), 'app-1', timeoutMs);
const messenger = (timeoutMs?: number, serviceUrl: string | undefined = url) =>
  makeTeamsMessenger({
    connectors: connectors(timeoutMs),
    book: { remember: async () => {}, serviceUrl: async () => serviceUrl },
    log,
  });
const post = () => messenger(2000).post(dest, card('Alert'), { key: 'inc/1/root' });
const paths = () => service.received.map(({ path }) => decodeURIComponent(path));

describe('where a message goes', () => {
  test('a new post of a channel, with its key in the card', async () => {
    service.answer = () => ({ status: 201, body: `{"id":"${CHANNEL};messageid=17","activityId":"17"}` });
    expect(await post()).toBe('17');
    expect(paths()).toEqual(['/v3/conversations']);
    const body = JSON.parse(service.received[0]?.body ?? '');
    expect(body).toMatchObject({ isGroup: true, channelData: { channel: { id: CHANNEL } } });
    expect(body.activity).toMatchObject({ type: 'message', summary: 'Alert' });
  });

  test('a new post whose answer names only the conversation', async () => {
    service.answer = () => ({ status: 201, body: `{"id":"${CHANNEL};messageid=18"}` });
    expect(await post()).toBe('18');
  });

  test('a reply, an edit and a deletion in the conversation of the thread', async () => {
    const teams = messenger();
    await teams.post(dest, card('Fact'), { key: 'k', thread: '17' });
    await teams.edit(dest, '19', card('Fact'), { key: 'k', thread: '17' });
    await teams.edit(dest, '17', card('Root'), { key: 'k' });
    await teams.delete(dest, '19', { thread: '17' });
    expect(paths()).toEqual([
      `/v3/conversations/${CHANNEL};messageid=17/activities`,
      `/v3/conversations/${CHANNEL};messageid=17/activities/19`,
      `/v3/conversations/${CHANNEL};messageid=17/activities/17`,
      `/v3/conversations/${CHANNEL};messageid=17/activities/19`,
    ]);
  });

  test('a chat has no threads', async () => {
    await messenger().post(chat, card('Answer'), { key: 'k', thread: '17' });
    await messenger().edit(chat, '3', card('Answer'), { key: 'k' });
    expect(paths()).toEqual(['/v3/conversations/a:chat/activities', '/v3/conversations/a:chat/activities/3']);
  });

  test('a private answer asks for a targeted message, and nothing of how it is asked reaches the wire', async () => {
    const reply = makeTeamsReply({
      answers: plainAnswers(async () => {}),
      connector: () => connectors()(url),
      log,
      requestId: 'r1',
      dest,
      accountId: '29:olivia',
      tenant: 't',
      thread: '17',
      direct: false,
    });
    await reply.toAsker(card('No'));
    expect(paths()).toEqual([`/v3/conversations/${CHANNEL};messageid=17/activities?isTargetedActivity=true`]);
    expect(JSON.parse(service.received[0]?.body ?? '')).toMatchObject({ recipient: { id: '29:olivia' } });
    expect(Object.keys(service.received[0]?.headers ?? {}).join()).not.toContain('deckhand');
  });
});

describe('one call is one request, and what went wrong is told apart', () => {
  test.each([
    [429, Throttled],
    [412, NotSent],
    [400, BadRequest],
    [413, BadRequest],
    [401, Denied],
    [403, Denied],
    [404, NotFound],
    [408, Unreachable],
    [500, Unreachable],
    [502, Unreachable],
    [503, Unreachable],
    [504, Unreachable],
  ])('%s', async (status, kind) => {
    service.answer = () => ({ status, body: '{"error":{"code":"Reason","message":"because"}}' });
    const failed = await post().catch((error: unknown) => error);
    expect(failed).toHaveProperty('name', kind.name);
    expect(failed).toHaveProperty('message', expect.not.stringContaining('because'));
    expect(service.received).toHaveLength(1);
  });

  test('404 on a reply says that the thread is gone, not that the channel is', async () => {
    service.answer = () => ({ status: 404, body: '{"error":{"code":"ConversationNotFound"}}' });
    const failed = (request: Promise<unknown>) => request.catch((error: unknown) => error);
    const reply = messenger().post(dest, card('Fact'), { key: 'k', thread: '17' });
    expect(await failed(reply)).toBeInstanceOf(ThreadGone);
    expect(await failed(post())).not.toBeInstanceOf(ThreadGone);
    const answer = messenger().post(chat, card('Answer'), { key: 'k', thread: '17' });
    expect(await failed(answer)).not.toBeInstanceOf(ThreadGone);
    const edit = messenger().edit(dest, '19', card('Fact'), { key: 'k', thread: '17' });
    expect(await failed(edit)).not.toBeInstanceOf(ThreadGone);
  });

  test.each([
    ['in seconds', '7', 7000],
    ['in no number', 'soon', 2000],
    ['not at all', undefined, 2000],
  ])('429 that says when to come again %s', async (_name, header, retryAfterMs) => {
    service.answer = () => ({ status: 429, headers: header === undefined ? {} : { 'retry-after': header } });
    await expect(post()).rejects.toMatchObject({ retryAfterMs });
    expect(service.received).toHaveLength(1);
  });

  test('an answer that never comes leaves it open whether the message stands', async () => {
    service.answer = () => 'silence';
    const failed = await messenger(50)
      .post(dest, card('Alert'), { key: 'k' })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Unreachable);
    expect(failed).not.toBeInstanceOf(NotSent);
    expect(service.received).toHaveLength(1);
  });

  test('a reset connection leaves it open, too', async () => {
    const listener = service;
    service.answer = () => {
      listener.cut();
      return 'silence';
    };
    const failed = await post().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Unreachable);
    expect(failed).not.toBeInstanceOf(NotSent);
    expect(service.received).toHaveLength(1);
  });

  test('a service that is not there had no effect for certain', async () => {
    const gone = new Listener();
    const nowhere = await gone.open();
    await gone.close();
    await expect(messenger(2000, nowhere).post(dest, card('x'), { key: 'k' })).rejects.toBeInstanceOf(
      NotSent,
    );
  });

  test('before anybody has spoken it is not known where Teams is, and the sentence says what to do', async () => {
    const lost = makeTeamsMessenger({
      connectors: connectors(),
      book: { remember: async () => {}, serviceUrl: async () => undefined },
      log,
    });
    const sentence = /say something to me there, or set TEAMS_SERVICE_URL/;
    await expect(lost.post(dest, card('x'), { key: 'k' })).rejects.toThrow(sentence);
    await expect(lost.post(dest, card('x'), { key: 'k' })).rejects.toBeInstanceOf(NotSent);
  });
});

test('what a failed call leaves in the log holds no card and no header', async () => {
  service.answer = () => ({ status: 500, body: '{}' });
  await messenger()
    .post(dest, card('Secret-looking title'), { key: 'k' })
    .catch(() => {});
  expect(lines.at(-1)).toContain('a call to Teams failed');
  expect(lines.join('')).not.toContain('Secret-looking title');
});

test('the time-out of the settings holds for everything that the edge sends', {
  timeout: 5_000,
}, async () => {
  service.answer = () => 'silence';
  const edge = makeTeamsEdge({
    credentials: ANONYMOUS,
    book: { remember: async () => {}, serviceUrl: async () => url },
    log,
    wait: async () => {},
    timeoutMs: 50,
  });
  const failed = await edge.messenger
    .post(dest, card('Alert'), { key: 'k' })
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Unreachable);
});
