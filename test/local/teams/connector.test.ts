import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CAST, openTeams, person, type TeamsAtWork, TestClock } from '../chat-world.ts';

let at: TeamsAtWork;
const clock = new TestClock();
const channel = CAST.teams.defaultChannel;
const olivia = person('Olivia');

beforeEach(async () => {
  at = await openTeams({ nowMs: clock.now });
});
afterEach(() => at.close());

async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${at.serviceUrl}/v3${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, never>; // tests look at what they sent for
  return { status: response.status, json, retryAfter: response.headers.get('retry-after') };
}

const message = (text: string, more: object = {}) => ({ type: 'message', text, ...more });
const withCard = (content: object) => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
});
const card = (more: object = {}) => ({ type: 'AdaptiveCard', version: '1.5', body: [], ...more });
const thread = async (text = 'root') => {
  const { json } = await call('POST', '/conversations', {
    isGroup: true,
    channelData: { channel: { id: channel } },
    activity: message(text),
  });
  return { id: String(json.id), root: String(json.activityId) };
};
const stored = () => at.teams.tenant.activitiesOf(channel);

test('a new thread answers its id and the id of its root', async () => {
  const { id, root } = await thread();
  expect(id).toBe(`${channel};messageid=${root}`);
  expect(stored()).toMatchObject([{ id: root, rootId: undefined, isBot: true, body: { text: 'root' } }]);
});

test('replies stand in the thread, whichever way they name it', async () => {
  const { id, root } = await thread();
  await call('POST', `/conversations/${encodeURIComponent(id)}/activities`, message('by conversation'));
  await call(
    'POST',
    `/conversations/${encodeURIComponent(channel)}/activities/${root}`,
    message('by activity'),
  );
  await call('POST', `/conversations/${channel}/activities`, message('by replyToId', { replyToId: root }));
  await call('POST', `/conversations/${channel}/activities`, message('a new root'));
  expect(stored().map((activity) => activity.rootId)).toEqual([undefined, root, root, root, undefined]);
});

test('an activity can be edited and deleted', async () => {
  const { id, root } = await thread();
  const path = `/conversations/${encodeURIComponent(id)}/activities/${root}`;
  clock.forward(60_000);
  expect((await call('PUT', path, message('edited'))).status).toBe(200);
  expect(stored()[0]).toMatchObject({ body: { text: 'edited' }, editedAtMs: clock.ms });
  expect((await call('DELETE', path)).status).toBe(200);
  expect(stored()).toEqual([]);
});

test('a personal chat opens for a member by either id', async () => {
  const aad = { members: [{ id: olivia.teamsId }], tenantId: CAST.teams.tenantId };
  expect((await call('POST', '/conversations', aad)).json.id).toBe(olivia.teamsDm);
  const mri = at.teams.tenant.user(olivia.teamsId)?.id;
  const posted = await call('POST', '/conversations', { members: [{ id: mri }], activity: message('psst') });
  expect(posted.json.id).toBe(olivia.teamsDm);
  expect(at.teams.tenant.activitiesOf(olivia.teamsDm)).toHaveLength(1);
});

test('a targeted message is seen by its recipient alone', async () => {
  const { id } = await thread();
  const path = `/conversations/${encodeURIComponent(id)}/activities?isTargetedActivity=true`;
  const recipient = at.teams.tenant.user(olivia.teamsId);
  const answer = await call('POST', path, message('only you', { recipient: { id: recipient?.id } }));
  expect(answer.status).toBe(201);
  expect(stored()[1]).toMatchObject({ targetedTo: olivia.teamsId });
  expect((await call('POST', path, message('nobody'))).status).toBe(400);
  const chat = `/conversations/${olivia.teamsDm}/activities?isTargetedActivity=true`;
  expect((await call('POST', chat, message('x', { recipient: { id: recipient?.id } }))).status).toBe(400);
});

test('the roster, its pages, one member and the team', async () => {
  const conversation = `/conversations/${encodeURIComponent(channel)}`;
  const all = await call('GET', `${conversation}/members`);
  expect(all.json).toHaveLength(3);
  expect(all.json[0]).toMatchObject({
    name: 'Olivia',
    objectId: olivia.teamsId,
    tenantId: CAST.teams.tenantId,
  });
  const first = await call('GET', `${conversation}/pagedmembers?pageSize=2`);
  const token = String(first.json.continuationToken);
  const second = await call('GET', `${conversation}/pagedmembers?pageSize=2&continuationToken=${token}`);
  expect(second.json.members).toMatchObject([{ name: 'Zoe', tenantId: CAST.teams.otherTenantId }]);
  expect(second.json).not.toHaveProperty('continuationToken');
  expect((await call('GET', `${conversation}/members/${olivia.teamsId}`)).json).toMatchObject({
    name: 'Olivia',
  });
  expect((await call('GET', `/teams/${CAST.teams.teamId}`)).json).toMatchObject({ name: 'Platform' });
  const channels = await call('GET', `/teams/${CAST.teams.teamId}/conversations`);
  expect(channels.json.conversations).toMatchObject([
    { id: CAST.teams.teamId },
    { name: 'Alerts', id: channel },
  ]);
});

describe('refusals', () => {
  const activities = () => `/conversations/${encodeURIComponent(channel)}/activities`;
  test.each([
    [
      'an unknown conversation',
      404,
      'ConversationNotFound',
      () => call('POST', '/conversations/19:no@thread.tacv2/activities', message('x')),
    ],
    [
      'an unknown thread',
      404,
      'ConversationNotFound',
      () =>
        call(
          'POST',
          `/conversations/${encodeURIComponent(`${channel};messageid=1`)}/activities`,
          message('x'),
        ),
    ],
    [
      'an unknown activity',
      404,
      'ActivityNotFoundInConversation',
      () => call('PUT', `${activities()}/1`, message('x')),
    ],
    [
      'an unknown member',
      404,
      'MemberNotFoundInConversation',
      () => call('GET', `/conversations/${channel}/members/nobody`),
    ],
    ['an empty message', 400, 'BadArgument', () => call('POST', activities(), { type: 'message' })],
    ['28 KB', 413, 'MessageSizeTooBig', () => call('POST', activities(), message('x'.repeat(28 * 1024)))],
    [
      'a newer card',
      400,
      'BadArgument',
      () => call('POST', activities(), withCard(card({ version: '1.6' }))),
    ],
    ['an unknown operation', 404, 'NotFound', () => call('POST', '/conversations/x/attachments', {})],
    [
      'a person who is not there',
      400,
      'BadArgument',
      () => call('POST', '/conversations', { members: [{ id: 'x' }] }),
    ],
    ['nobody to talk to', 400, 'BadArgument', () => call('POST', '/conversations', {})],
  ])('%s', async (_name, status, code, act) => {
    const answer = await act();
    expect(answer).toMatchObject({ status, json: { error: { code } } });
  });

  test('a bot that was removed', async () => {
    at.teams.removeBot(channel);
    expect(await call('POST', activities(), message('x'))).toMatchObject({
      status: 403,
      json: { error: { code: 'BotNotInConversationRoster' } },
    });
  });

  test("a person's message cannot be edited by the bot", async () => {
    await at.teams.people.send(olivia.teamsId, channel, 'mine');
    expect((await call('PUT', `${activities()}/${stored()[0]?.id}`, message('x'))).status).toBe(403);
  });

  test('412 and a lost answer come on order', async () => {
    at.teams.failNext('sendToConversation', { kind: 'status', status: 412, effect: 'before' });
    at.teams.failNext('sendToConversation', { kind: 'status', status: 502, effect: 'after' });
    expect(await call('POST', activities(), message('a'))).toMatchObject({
      status: 412,
      json: { error: { code: 'PreconditionFailed' } },
    });
    expect((await call('POST', activities(), message('b'))).status).toBe(502);
    expect(stored().map((activity) => activity.body.text)).toEqual(['b']);
  });
});

describe('throttles per thread', () => {
  test('the eighth within a second is refused, another thread is not, a second later it is let through', async () => {
    const { id } = await thread();
    const other = await thread('other');
    const path = (conversation: string) => `/conversations/${encodeURIComponent(conversation)}/activities`;
    for (let count = 0; count < 7; count += 1) await call('POST', path(id), message('x'));
    expect(await call('POST', path(id), message('x'))).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await call('POST', path(other.id), message('x'))).status).toBe(201);
    clock.forward(1_000);
    expect((await call('POST', path(id), message('x'))).status).toBe(201);
  });

  test('sixty in half a minute, edits included', async () => {
    const { id, root } = await thread();
    const path = `/conversations/${encodeURIComponent(id)}/activities/${root}`;
    for (let count = 0; count < 60; count += 1) {
      expect((await call('PUT', path, message(`edit ${count}`))).status).toBe(200);
      clock.forward(450);
    }
    expect(await call('PUT', path, message('x'))).toMatchObject({ status: 429, retryAfter: '3' });
  });
});
