import { LogLevel } from '@slack/web-api';
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
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeSlackEdge } from '../../src/slack/index.ts';
import { makeSlackMessenger } from '../../src/slack/messenger.ts';
import { keepLog } from '../kept-log.ts';
import { Listener } from '../local/chat-world.ts';
import { card } from './edge.ts';

const dest: Destination = { platform: 'slack', tenant: '-', channel: 'C1' };
const none = (): void => undefined;
const logger = { debug: none, info: none, warn: none, error: none, setLevel: none, setName: none };
let service: Listener;
let url: string;

beforeEach(async () => {
  service = new Listener(() => ({ status: 200, body: '{"ok":true,"ts":"1700000000.000100"}' }));
  url = await service.open();
});
afterEach(() => service.close());

const messenger = (timeoutMs = 2000, apiUrl = `${url}/api/`) =>
  makeSlackMessenger(
    makeSlackClient('xoxb-test', {
      apiUrl,
      timeoutMs,
      logger: { ...logger, getLevel: () => LogLevel.ERROR },
    }),
  );
const post = (timeoutMs?: number) => messenger(timeoutMs).post(dest, card('Alert'), { key: 'inc/1/root' });
const edit = () => messenger().edit(dest, '1.1', card('Alert'), { key: 'inc/1/root' });
const find = () => messenger().find(dest, 'inc/1/root', { sinceMs: 0 });
const answerWith = (error: string) => {
  service.answer = () => ({ status: 200, body: JSON.stringify({ ok: false, error }) });
};
const failureOf = (request: Promise<unknown>) => request.catch((error: unknown) => error);

describe('one call is one request, and what went wrong is told apart', () => {
  test.each([
    ['channel_not_found', NotFound],
    ['is_archived', NotFound],
    ['thread_not_found', ThreadGone],
    ['token_revoked', Denied],
    ['account_inactive', Denied],
    ['not_in_channel', Denied],
    ['missing_scope', Denied],
    ['invalid_blocks', BadRequest],
    ['msg_too_long', BadRequest],
    ['ratelimited', Throttled],
    ['internal_error', Unreachable],
    ['fatal_error', Unreachable],
  ])('a post that is answered %s', async (word, kind) => {
    answerWith(word);
    expect(await failureOf(post())).toHaveProperty('name', kind.name);
    expect(service.received).toHaveLength(1);
  });

  test.each(['cant_update_message', 'edit_window_closed', 'msg_too_long', 'cant_broadcast_message'])(
    'an edit that is answered %s is about this message alone: its channel goes on',
    async (word) => {
      answerWith(word);
      expect(await failureOf(edit())).toBeInstanceOf(BadRequest);
    },
  );

  test('a message that is gone is told from a channel that refuses', async () => {
    answerWith('message_not_found');
    expect(await failureOf(edit())).toBeInstanceOf(NotFound);
  });

  test('429 says when to come again', async () => {
    service.answer = () => ({ status: 429, headers: { 'retry-after': '7' } });
    await expect(post()).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 7000 });
    expect(service.received).toHaveLength(1);
  });

  test.each([500, 502, 503])('%s leaves it open whether the message stands', async (status) => {
    service.answer = () => ({ status });
    const failed = await failureOf(post());
    expect(failed).toBeInstanceOf(Unreachable);
    expect(failed).not.toBeInstanceOf(NotSent);
    expect(service.received).toHaveLength(1);
  });

  test('an answer that never comes leaves it open, too', async () => {
    service.answer = () => 'silence';
    const failed = await failureOf(post(50));
    expect(failed).toBeInstanceOf(Unreachable);
    expect(failed).not.toBeInstanceOf(NotSent);
    expect(service.received).toHaveLength(1);
  });

  test('a Slack that cannot be reached had no effect for certain', async () => {
    const gone = new Listener();
    const nowhere = await gone.open();
    await gone.close();
    const lost = messenger(2000, `${nowhere}/api/`).post(dest, card('x'), { key: 'k' });
    expect(await failureOf(lost)).toBeInstanceOf(NotSent);
  });
});

describe('a search for what was posted', () => {
  test('without the scopes for it cannot be made; the channel goes on', async () => {
    answerWith('missing_scope');
    expect(await find()).toBeUndefined();
    expect(service.received).toHaveLength(1);
  });

  test('in a channel that refuses us says so', async () => {
    answerWith('not_in_channel');
    expect(await failureOf(find())).toBeInstanceOf(Denied);
  });

  test('finds what carries the key, oldest first, over all pages', async () => {
    const message = (ts: string, k: string) => ({ ts, metadata: { event_type: 'x', event_payload: { k } } });
    const pages = [
      {
        messages: [message('3.0', 'inc/1/root'), message('2.5', 'inc/2/root')],
        response_metadata: { next_cursor: 'more' },
      },
      { messages: [{ ts: '2.2' }, message('2.0', 'inc/1/root')] },
    ];
    service.answer = () => ({
      status: 200,
      body: JSON.stringify({ ok: true, ...pages[service.received.length - 1] }),
    });
    expect(await find()).toEqual(['2.0', '3.0']);
    expect(service.received.map(({ path }) => path)).toEqual(
      Array.from({ length: 2 }, () => '/api/conversations.history'),
    );
  });
});

test('the time-out of the settings holds for everything that the edge sends', {
  timeout: 5_000,
}, async () => {
  service.answer = () => 'silence';
  const apiUrl = `${url}/api/`;
  const settings = { botToken: 'xoxb-test', signingSecret: 's', appToken: undefined, apiUrl, timeoutMs: 50 };
  const edge = makeSlackEdge(settings, keepLog().log, () => 0);
  const failed = await failureOf(edge.messenger.post(dest, card('Alert'), { key: 'k' }));
  expect(failed).toBeInstanceOf(Unreachable);
});
