import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Activity,
  ActivityTypes,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  TeamsActivityHandler,
  type TurnContext,
} from 'botbuilder';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CAST, openTeams, person, type TeamsAtWork } from '../chat-world.ts';

/** A real botbuilder adapter on one side, the loopback Teams on the other. */
let at: TeamsAtWork;
let server: Server;
let endpoint = '';
let onTurn: (context: TurnContext) => Promise<void>;
let turns: Partial<Activity>[];
const channel = CAST.teams.defaultChannel;
const olivia = person('Olivia');

beforeEach(async () => {
  turns = [];
  onTurn = async () => {};
  const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
  adapter.onTurnError = async (_context, error) => {
    throw error;
  };
  const app = express();
  app.use(express.json());
  app.post('/api/messages', (req, res) => {
    void adapter.process(req, res, async (context) => {
      turns.push(context.activity);
      await onTurn(context);
    });
  });
  server = await new Promise<Server>((resolve) => {
    const opened = app.listen(0, '127.0.0.1', () => resolve(opened));
  });
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`; // it listens on TCP
  at = await openTeams({ endpoint: () => endpoint, timeoutMs: 2_000 });
});
afterEach(async () => {
  await at.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const stored = () => at.teams.tenant.activitiesOf(channel);

test('a mention reaches the bot in full, and its reply stands in the thread', async () => {
  onTurn = async (context) => void (await context.sendActivity('all good'));
  await at.teams.people.send(olivia.teamsId, channel, '@Deckhand health');
  const root = stored()[0]?.id;
  expect(turns[0]).toMatchObject({
    type: ActivityTypes.Message,
    channelId: 'msteams',
    serviceUrl: at.serviceUrl,
    text: '<at>Deckhand</at> health',
    from: { name: 'Olivia', aadObjectId: olivia.teamsId },
    recipient: { id: CAST.teams.botId },
    conversation: {
      id: `${channel};messageid=${root}`,
      conversationType: 'channel',
      isGroup: true,
      tenantId: CAST.teams.tenantId,
    },
    channelData: {
      channel: { id: channel },
      team: { id: CAST.teams.teamId },
      tenant: { id: CAST.teams.tenantId },
    },
  });
  expect(turns[0]?.entities).toMatchObject([
    { type: 'mention', mentioned: { id: CAST.teams.botId } },
    { type: 'clientInfo', timezone: 'Etc/UTC' },
  ]);
  expect(stored()[1]).toMatchObject({ rootId: root, isBot: true, body: { text: 'all good' } });
});

test('in a channel the bot hears mentions and slash commands, in a personal chat everything', async () => {
  await at.teams.people.send(olivia.teamsId, channel, 'just talking');
  expect(turns).toHaveLength(0);
  await at.teams.people.send(olivia.teamsId, channel, '/health');
  expect(turns[0]).toMatchObject({ text: 'health', recipient: { isTargeted: true } });
  expect(stored()[1]).toMatchObject({ targetedTo: olivia.teamsId });
  await at.teams.people.send(olivia.teamsId, olivia.teamsDm, 'health');
  expect(turns[1]).toMatchObject({ conversation: { id: olivia.teamsDm, conversationType: 'personal' } });
  at.teams.hearEverything(true);
  await at.teams.people.send(olivia.teamsId, channel, 'just talking');
  expect(turns).toHaveLength(3);
});

test('a stranger comes from another tenant', () => {
  expect(at.teams.tenant.user(person('Zoe').teamsId)?.tenantId).toBe(CAST.teams.otherTenantId);
});

test('the bot learns that it was added to the team', async () => {
  class Handler extends TeamsActivityHandler {}
  const handler = new Handler();
  let added: unknown;
  handler.onMembersAdded(async (context, next) => {
    added = { members: context.activity.membersAdded, team: context.activity.channelData.team.name };
    await next();
  });
  onTurn = (context) => handler.run(context);
  expect(await at.teams.announceBot()).toBe(true);
  expect(added).toEqual({ members: [{ id: CAST.teams.botId }], team: 'Platform' });
  expect(turns.map((turn) => turn.type)).toEqual(['conversationUpdate', 'installationUpdate']);
});

describe('clicks', () => {
  const card = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'taken' }] };
  const answer = (body: unknown) => async (context: TurnContext) => {
    await context.sendActivity({ type: ActivityTypes.InvokeResponse, value: { status: 200, body } });
  };
  const click = (action: object = { verb: 'ack', data: { k: 1 } }) => {
    const { id } = at.teams.tenant.post({
      conversation: channel,
      rootId: undefined,
      from: CAST.teams.botId,
      isBot: true,
      body: { text: 'root' },
      targetedTo: undefined,
    });
    return at.teams.people.act(olivia.teamsId, channel, id, { ...action });
  };

  test('a card in the answer replaces the message for the person', async () => {
    onTurn = answer({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card });
    expect(await click()).toEqual({ card });
    expect(turns[0]).toMatchObject({
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: stored()[0]?.id,
      value: { action: { type: 'Action.Execute', verb: 'ack', data: { k: 1 } }, trigger: 'manual' },
    });
  });

  test.each([
    [
      'a message',
      { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'done' },
      { message: 'done' },
    ],
    [
      'an error',
      { statusCode: 400, type: 'application/vnd.microsoft.error', value: { code: 'x', message: 'no' } },
      { error: 'no' },
    ],
    ['nothing', undefined, { error: 'Something went wrong. Please try again.' }],
    ['a body of another form', { ok: true }, { error: 'Something went wrong. Please try again.' }],
  ])('%s in the answer', async (_name, body, result) => {
    onTurn = answer(body);
    expect(await click()).toEqual(result);
  });

  test('a card that Teams cannot show is an error', async () => {
    onTurn = answer({
      statusCode: 200,
      type: 'application/vnd.microsoft.card.adaptive',
      value: { ...card, version: '1.6' },
    });
    expect((await click()).error).toMatch(/went wrong.*1\.6/);
  });

  test('Action.Submit is a message without text', async () => {
    expect(await click({ type: 'Action.Submit', data: { a: 1 } })).toEqual({});
    expect(turns[0]).toMatchObject({ type: 'message', value: { a: 1 } });
  });

  test('a dialog opens and closes', async () => {
    const content = {
      title: 'Scale',
      card: { contentType: 'application/vnd.microsoft.card.adaptive', content: card },
    };
    onTurn = answer({ task: { type: 'continue', value: content } });
    const fetched = await at.teams.people.task(olivia.teamsId, channel, 'task/fetch', { do: 'scale' });
    expect(fetched).toEqual({ task: content });
    onTurn = answer({ task: { type: 'message', value: 'Thanks' } });
    expect(await at.teams.people.task(olivia.teamsId, channel, 'task/submit', { n: 4 })).toEqual({
      message: 'Thanks',
    });
    expect(turns.map((turn) => turn.name)).toEqual(['task/fetch', 'task/submit']);
  });

  test('a bot that is not there', async () => {
    endpoint = 'http://127.0.0.1:1/api/messages';
    expect(await click()).toEqual({ error: 'Unable to reach app. Please try again.' });
    await expect(at.teams.people.send(olivia.teamsId, channel, '@Deckhand x')).rejects.toThrow(
      /not reachable/,
    );
  });
});
