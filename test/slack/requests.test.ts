import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { CAST, person } from '../local/chat-world.ts';
import { openSlackEdge, type RequestChange, type SlackEdgeAtWork } from './edge.ts';

/** Only what Slack has signed, not long ago and not for later, has any effect. */
const olivia = person('Olivia');
let slack: SlackEdgeAtWork;

beforeAll(async () => {
  slack = await openSlackEdge();
});
afterAll(() => slack.close());
beforeEach(() => {
  slack.said.length = 0;
});

const command = (text = 'health'): string =>
  new URLSearchParams({
    command: '/ecs',
    text,
    user_id: olivia.slackId,
    user_name: 'olivia',
    team_id: CAST.slack.teamId,
    channel_id: CAST.slack.defaultChannel,
    channel_name: 'ops-alerts',
    trigger_id: '1.2.3',
    response_url: `${slack.at.url}/slack/commands/x`,
  }).toString();

const event = (): string =>
  JSON.stringify({
    type: 'event_callback',
    team_id: CAST.slack.teamId,
    event_id: 'Ev1',
    event: {
      type: 'app_mention',
      user: olivia.slackId,
      text: `<@${CAST.slack.botUserId}> health`,
      ts: '1700000000.000100',
      channel: CAST.slack.defaultChannel,
    },
    authorizations: [{ team_id: CAST.slack.teamId, user_id: CAST.slack.botUserId, is_bot: true }],
  });

const inSeconds = (offset: number) => String(Math.floor(Date.now() / 1000) + offset);

describe('a request is refused with 401 and does nothing', () => {
  const forgeries: Record<string, RequestChange> = {
    'signed with another secret': { secret: 'another' },
    'signed for another moment': { signature: `v0=${'0'.repeat(64)}` },
    'older than five minutes': { timestamp: inSeconds(-301) },
    'from more than five minutes ahead': { timestamp: inSeconds(302) },
    'from next year': { timestamp: inSeconds(365 * 86_400) },
    'without a timestamp': { timestamp: undefined },
    'with a timestamp that is no number': { timestamp: 'now' },
    'with an empty timestamp': { timestamp: '' },
    'without a signature': { signature: undefined },
    'with an empty signature': { signature: '' },
    'with a signature of another version': { signature: `v1=${'a'.repeat(64)}` },
    'with a signature that is cut': { signature: 'v0=abc' },
    'with a signature that is none': { signature: 'abc' },
  };

  test.each(Object.keys(forgeries))('%s', async (name) => {
    const change = forgeries[name] ?? {};
    for (const [body, type] of [
      [command(), 'application/x-www-form-urlencoded'],
      [event(), 'application/json'],
      ['{"type":"url_verification","challenge":"c"}', 'application/json'],
    ] as const) {
      const answer = await slack.request(body, { ...change, type });
      expect(answer.status).toBe(401);
      expect(await answer.text()).toBe('');
    }
    expect(slack.said).toEqual([]);
  });
});

describe('a request is accepted', () => {
  test.each([
    ['four minutes old', { timestamp: inSeconds(-240) }],
    ['four minutes ahead', { timestamp: inSeconds(240) }],
    ['of a form with a charset', { type: 'application/x-www-form-urlencoded; charset=utf-8' }],
    ['of a form in capitals', { type: 'Application/X-WWW-Form-Urlencoded' }],
  ])('%s', async (_name, change: RequestChange) => {
    expect((await slack.request(command(), change)).status).toBe(200);
    await vi.waitFor(() => expect(slack.said).toHaveLength(1));
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'])(
    'of %s',
    async (type) => {
      expect((await slack.request(event(), { type })).status).toBe(200);
      await vi.waitFor(() => expect(slack.said).toHaveLength(1));
      expect(slack.said[0]?.request.text).toBe('health');
    },
  );

  test('that proves the address, whose challenge comes back', async () => {
    const body = '{"type":"url_verification","token":"t","challenge":"c-123"}';
    const answer = await slack.request(body, { type: 'application/json; charset=utf-8' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ challenge: 'c-123' });
    expect(await slack.at.slack.verifyRequestUrl()).toBe(true);
  });

  test('that proves the certificate', async () => {
    const answer = await slack.request('ssl_check=1&token=t');
    expect(answer.status).toBe(200);
    expect(slack.said).toEqual([]);
  });
});

test.each([
  ['a body that does not parse', 'application/json', '{"type":'],
  ['a form without a payload', 'application/x-www-form-urlencoded', 'a=b'],
  ['a payload that does not parse', 'application/x-www-form-urlencoded', 'payload=%7B'],
  ['an empty body', 'application/json', ''],
  ['a body that is null', 'application/json', 'null'],
])('%s has no effect, and its answer holds no stack', async (_name, type, body) => {
  const answer = await slack.request(body, { type });
  expect(await answer.text()).not.toMatch(/\bat .*:\d+/);
  expect(slack.said).toEqual([]);
  expect((await slack.request(command())).status).toBe(200);
});

test('no token or secret reaches the log', async () => {
  await slack.request(command(), { secret: 'another' });
  const all = slack.logLines.join('\n');
  expect(all.length).toBeGreaterThan(0);
  expect(all).not.toContain(slack.at.slack.credentials.botToken);
  expect(all).not.toContain(slack.at.slack.credentials.signingSecret);
});
