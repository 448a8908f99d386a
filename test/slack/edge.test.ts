import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodePayload } from '../../src/cards/payload.ts';
import { ACTION_ID_PREFIX, toBlockKit } from '../../src/slack/blocks/index.ts';
import { CAST, Listener, person } from '../local/chat-world.ts';
import { card, openSlackEdge, type SlackEdgeAtWork } from './edge.ts';

const olivia = person('Olivia');
const channel = CAST.slack.defaultChannel;
const elsewhere = CAST.slack.channels.find((one) => !one.botIsMember)?.id ?? '';
const bot = CAST.slack.botUserId;
let slack: SlackEdgeAtWork;

beforeEach(async () => {
  slack = await openSlackEdge();
});
afterEach(() => slack.close());

const shownIn = (where: string) =>
  slack.at.slack.workspace.messagesOf(where).filter((message) => message.isBot);
const callsTo = (method: string) => slack.at.slack.calls.filter((call) => call.method === method);

async function heard(count = 1): Promise<SlackEdgeAtWork['said']> {
  await vi.waitFor(() => expect(slack.said).toHaveLength(count));
  return slack.said;
}

function event(change: object, more: object = {}): string {
  return JSON.stringify({
    type: 'event_callback',
    team_id: CAST.slack.teamId,
    event_id: 'Ev1',
    event: { user: olivia.slackId, channel, ts: '1700000000.000100', ...change },
    authorizations: [{ team_id: CAST.slack.teamId, user_id: bot, is_bot: true }],
    ...more,
  });
}
const sendEvent = (change: object, more: object = {}) =>
  slack.request(event(change, more), { type: 'application/json' });

describe('slash commands', () => {
  test('are acknowledged before the answer is there, and answered by a message where the bot is a member', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    slack.behaviour.say = async (_request, reply) => {
      await gate;
      await reply.toChannel(card('All good'));
    };
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs health --only critical');
    const [first] = await heard();
    expect(first?.request).toMatchObject({
      text: 'health --only critical',
      dest: { platform: 'slack', tenant: '-', channel },
      person: { platform: 'slack', id: olivia.slackId, tenant: CAST.slack.teamId },
    });
    expect(first?.reply.prefix).toBe('/ecs');
    expect(shownIn(channel)).toEqual([]);
    finish();
    await vi.waitFor(() => expect(shownIn(channel)).toHaveLength(1));
    expect(callsTo('chat.postMessage')).toHaveLength(1);
  });

  test('are answered over the response URL where the bot is no member', async () => {
    slack.behaviour.say = async (_request, reply) => {
      expect(reply.editable).toBe(false);
      await reply.toChannel(card('All good'));
      await reply.toAsker(card('For you'));
    };
    await slack.at.slack.people.send(olivia.slackId, elsewhere, '/ecs health');
    await vi.waitFor(() => expect(shownIn(elsewhere)).toHaveLength(2));
    expect(shownIn(elsewhere).map((message) => message.ephemeralFor)).toEqual([undefined, olivia.slackId]);
    expect(callsTo('chat.postMessage')).toEqual([]);
  });

  test('are answered over the response URL where nobody says whether the bot is a member, and a post is refused', async () => {
    slack.at.slack.failNext('conversations.info', { kind: 'refused', error: 'unknown_method' }, 1);
    slack.behaviour.say = async (_request, reply) => reply.toChannel(card('All good'));
    await slack.at.slack.people.send(olivia.slackId, elsewhere, '/ecs health');
    await vi.waitFor(() => expect(shownIn(elsewhere)).toHaveLength(1));
    expect(callsTo('chat.postMessage')).toHaveLength(1);
    expect(slack.wanted).toEqual([]);
  });

  test('two of the same words are two requests', async () => {
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs health');
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs health');
    const [first, second] = await heard(2);
    expect(first?.request.id).not.toBe(second?.request.id);
  });
});

describe('what is said', () => {
  test('to the bot in a channel is heard once, without the mention', async () => {
    await slack.at.slack.people.send(olivia.slackId, channel, '@Deckhand health');
    const [first] = await heard();
    expect(first?.request.text).toBe('health');
    expect(first?.request).not.toHaveProperty('overheard');
    expect(first?.reply.prefix).toBe('@Deckhand');
  });

  test('in a direct message is answered in its own thread', async () => {
    slack.behaviour.say = (_request, reply) => reply.toChannel(card('All good'));
    await slack.at.slack.people.send(olivia.slackId, olivia.slackDm, 'health');
    const [first] = await heard();
    await vi.waitFor(() => expect(shownIn(olivia.slackDm)).toHaveLength(1));
    expect(shownIn(olivia.slackDm)[0]?.threadTs).toBe(first?.request.thread);
    expect(first?.reply.prefix).toBe('');
  });

  test('to the bot by name in a direct message is answered once', async () => {
    await slack.at.slack.people.send(olivia.slackId, olivia.slackDm, '@Deckhand health');
    const [first] = await heard();
    expect(first?.request.text).toBe('health');
    expect(slack.said).toHaveLength(1);
  });

  test('in a thread that the bot began is overheard; in one of other people it is not', async () => {
    const ours = slack.at.slack.workspace.post({
      channel,
      user: bot,
      isBot: true,
      text: 'alert',
      blocks: [],
    });
    await slack.at.slack.people.send(olivia.slackId, channel, 'lunch?');
    const theirs = slack.at.slack.workspace.messagesOf(channel).at(-1)?.ts ?? '';
    await slack.at.slack.people.send(olivia.slackId, channel, 'health', theirs);
    await slack.at.slack.people.send(olivia.slackId, channel, 'ack', ours.ts);
    const [first] = await heard();
    expect(first?.request).toMatchObject({ text: 'ack', thread: ours.ts, overheard: true });
    expect(slack.said).toHaveLength(1);
  });

  test('in a thread is overheard by our own record, where Slack leaves out who began it', async () => {
    slack.behaviour.posted.add('1700000000.000100');
    const reply = { type: 'message', channel, parent_user_id: undefined };
    await sendEvent({ ...reply, text: 'ack', ts: '1700000001.000100', thread_ts: '1700000000.000100' });
    await sendEvent({ ...reply, text: 'ack', ts: '1700000002.000100', thread_ts: '1600000000.000100' });
    const [first] = await heard();
    expect(first?.request).toMatchObject({ text: 'ack', thread: '1700000000.000100', overheard: true });
    expect(slack.said).toHaveLength(1);
  });

  test('to the bot in its own thread is meant, and heard once', async () => {
    const ours = slack.at.slack.workspace.post({
      channel,
      user: bot,
      isBot: true,
      text: 'alert',
      blocks: [],
    });
    await slack.at.slack.people.send(olivia.slackId, channel, '@Deckhand ack', ours.ts);
    const [first] = await heard();
    expect(first?.request).toMatchObject({ text: 'ack', thread: ours.ts });
    expect(first?.request).not.toHaveProperty('overheard');
    expect(slack.said).toHaveLength(1);
  });

  test('about other people keeps their names', async () => {
    await sendEvent({ type: 'app_mention', text: `<@${bot}> assign <@U0RAVI>` });
    expect((await heard())[0]?.request.text).toBe('assign <@U0RAVI>');
  });

  test.each([
    ['the bot itself', { user: bot, text: 'health' }],
    ['the bot itself, as an app', { text: 'health', bot_id: CAST.slack.botId }],
    ['another bot', { text: 'health', bot_id: 'B0OTHER', subtype: 'bot_message' }],
    ['an edit', { subtype: 'message_changed', message: { text: 'health' } }],
    ['a deletion', { subtype: 'message_deleted' }],
    ['somebody who joins', { subtype: 'channel_join', text: 'joined' }],
    ['nobody', { user: undefined, text: 'health' }],
    ['somebody without words', { text: undefined }],
  ])('by %s is no request', async (_name, change) => {
    await sendEvent({ type: 'message', channel_type: 'im', channel: olivia.slackDm, ...change });
    await sendEvent(
      { type: 'message', channel_type: 'im', channel: olivia.slackDm, text: 'the end' },
      { event_id: 'Ev2' },
    );
    await heard();
    expect(slack.said.map(({ request }) => request.text)).toEqual(['the end']);
  });

  test('twice by Slack carries the same id, so that it is answered once', async () => {
    const body = event({ type: 'app_mention', text: `<@${bot}> health` });
    for (let attempt = 0; attempt < 3; attempt += 1) await slack.request(body, { type: 'application/json' });
    await heard(3);
    expect(new Set(slack.said.map(({ request }) => request.id)).size).toBe(1);
  });
});

describe('a private answer', () => {
  test('to a command and to a mention is seen by the asker alone', async () => {
    slack.behaviour.say = (_request, reply) => reply.toAsker(card('No such flag'));
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs health --nope');
    await slack.at.slack.people.send(olivia.slackId, channel, '@Deckhand health --nope');
    await vi.waitFor(() => expect(shownIn(channel)).toHaveLength(2));
    expect(shownIn(channel).map((message) => message.ephemeralFor)).toEqual([olivia.slackId, olivia.slackId]);
    expect(slack.wanted).toEqual([]);
  });

  test('that Slack does not take as one comes as a direct message', async () => {
    slack.at.slack.failNext('chat.postEphemeral', { kind: 'refused', error: 'unknown_method' });
    slack.behaviour.say = (_request, reply) => reply.toAsker(card('No such flag'));
    await slack.at.slack.people.send(olivia.slackId, channel, '@Deckhand health --nope');
    await vi.waitFor(() => expect(shownIn(olivia.slackDm)).toHaveLength(1));
    expect(shownIn(channel)).toEqual([]);
  });
});

describe('when the store does not answer', () => {
  test('people are answered all the same, once, and the answer is edited in place', async () => {
    slack.behaviour.want = () => Promise.reject(new Error('no table'));
    slack.behaviour.say = async (_request, reply) => {
      await reply.showProgress(card('Looking'));
      await reply.toChannel(card('All good'));
    };
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs health');
    await vi.waitFor(() => expect(callsTo('chat.update')).toHaveLength(1));
    expect(shownIn(channel)).toHaveLength(1);
    expect(shownIn(channel)[0]?.text).toContain('All good');
  });
});

describe('clicks', () => {
  const ack = encodePayload({ do: 'ack', incident: 'prod/eu-west-1/core/web#7' });

  function withButton(value: string, more: object = {}): string {
    const button = {
      type: 'button',
      action_id: `${ACTION_ID_PREFIX}0`,
      text: { type: 'plain_text', text: 'Ack' },
      value,
    };
    const blocks = [{ type: 'actions', block_id: 'b1', elements: [button] }];
    return slack.at.slack.workspace.post({ channel, user: bot, isBot: true, text: 'x', blocks, ...more }).ts;
  }
  const press = (ts: string) =>
    slack.at.slack.people.act(olivia.slackId, channel, ts, {
      action_id: `${ACTION_ID_PREFIX}0`,
      block_id: 'b1',
    });

  test('bring person, message and meaning', async () => {
    const ts = withButton(ack);
    await press(ts);
    await vi.waitFor(() => expect(slack.clicked).toHaveLength(1));
    expect(slack.clicked[0]?.click).toMatchObject({
      person: { id: olivia.slackId },
      dest: { channel },
      message: ts,
      payload: { do: 'ack', incident: 'prod/eu-west-1/core/web#7' },
    });
  });

  test('bring what was typed into the fields of the message, and nothing of other apps', async () => {
    const drawn = toBlockKit({
      ...card('Off?'),
      blocks: [
        { kind: 'input', id: 'confirm_name', label: 'Type web to confirm', placeholder: 'web' },
        {
          kind: 'actions',
          buttons: [{ kind: 'press', label: 'Confirm', payload: { do: 'confirm', write: 'w1' } }],
        },
      ],
    });
    const blocks = drawn.blocks.map((block) => ({ ...block }));
    const { ts } = slack.at.slack.workspace.post({ channel, user: bot, isBot: true, text: 'x', blocks });
    const field = 'deckhand:input:confirm_name';
    const confirm = { action_id: `${ACTION_ID_PREFIX}confirm:0` };
    await slack.at.slack.people.act(olivia.slackId, channel, ts, confirm);
    await slack.at.slack.people.act(olivia.slackId, channel, ts, confirm, {
      [field]: { [field]: { type: 'plain_text_input', value: 'web' } },
      foreign: { foreign: { type: 'plain_text_input', value: 'x' } },
    });
    await vi.waitFor(() => expect(slack.clicked).toHaveLength(2));
    expect(slack.clicked[0]?.click.typed).toBeUndefined();
    expect(slack.clicked[1]?.click).toMatchObject({
      payload: { do: 'confirm' },
      typed: { confirm_name: 'web' },
    });
  });

  test('speak of the command by the name that people use here', async () => {
    const used = { command: '/ops', text: 'health', channel_id: channel, team_id: CAST.slack.teamId };
    await press(withButton(ack));
    await slack.request(new URLSearchParams({ ...used, user_id: olivia.slackId }).toString());
    await vi.waitFor(() => expect(slack.said).toHaveLength(1));
    await press(withButton(ack));
    await vi.waitFor(() => expect(slack.clicked).toHaveLength(2));
    expect(slack.clicked.map(({ reply }) => reply.prefix)).toEqual(['/ecs', '/ops']);
  });

  test.each([
    ['of another time', '{"do":"explode"}'],
    ['that is garbled', '{"do":"ack"'],
    ['that is no object', '7'],
    ['without an incident', '{"do":"ack"}'],
    ['that would run what is no command', '{"do":"run","intent":{"command":"constructor"}}'],
  ])('a value %s gets a sentence and does nothing', async (_name, value) => {
    await press(withButton(value));
    await vi.waitFor(() => expect(shownIn(channel)).toHaveLength(2));
    expect(shownIn(channel)[1]).toMatchObject({ ephemeralFor: olivia.slackId });
    expect(JSON.stringify(shownIn(channel)[1])).toContain('I do not know this button any more');
    expect(slack.clicked).toEqual([]);
  });

  test('of a client that tells only channel and message are understood', async () => {
    const payload = {
      type: 'block_actions',
      user: { id: olivia.slackId, username: 'olivia' },
      team: { id: CAST.slack.teamId },
      channel: { id: channel },
      message: { ts: '1700000000.000100' },
      actions: [{ type: 'button', action_id: `${ACTION_ID_PREFIX}ack:0`, block_id: 'b', value: ack }],
    };
    await slack.request(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    await vi.waitFor(() => expect(slack.clicked).toHaveLength(1));
    expect(slack.clicked[0]?.click).toMatchObject({ dest: { channel }, message: '1700000000.000100' });
  });

  test('what they bring stands in the thread of the message; a refusal is for the person alone', async () => {
    slack.behaviour.click = async (_click, reply) => {
      await reply.toChannel(card('Details'));
      await reply.toAsker(card('Ravi has it'));
    };
    const ts = withButton(ack);
    await press(ts);
    await vi.waitFor(() => expect(shownIn(channel)).toHaveLength(3));
    expect(shownIn(channel)[1]).toMatchObject({ threadTs: ts });
    expect(shownIn(channel)[2]).toMatchObject({ ephemeralFor: olivia.slackId });
  });
});

describe('Slack that does not say who we are', () => {
  test('is asked only where an event does not tell', async () => {
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs health');
    await slack.at.slack.people.send(olivia.slackId, channel, '@Deckhand health');
    await heard(2);
    // Once at the start for the token, once for everybody: which workspace is ours tells members from strangers.
    expect(callsTo('auth.test')).toHaveLength(2);
    await sendEvent({ type: 'app_mention', text: `<@${bot}> alerts` }, { authorizations: undefined });
    expect((await heard(3))[2]?.request.text).toBe('alerts');
    expect(callsTo('auth.test')).toHaveLength(3);
  });

  test('leaves nobody unanswered', async () => {
    slack.at.slack.failNext('auth.test', { kind: 'refused', error: 'fatal_error' }, 9);
    const without = { authorizations: undefined };
    await sendEvent({ type: 'app_mention', text: `<@${bot}> health` }, without);
    await sendEvent(
      { type: 'message', channel_type: 'im', channel: olivia.slackDm, text: 'alerts' },
      without,
    );
    await slack.at.slack.people.send(olivia.slackId, channel, '/ecs help');
    await heard(3);
    expect(slack.said.map(({ request }) => request.text)).toEqual(['health', 'alerts', 'help']);
  });
});

test('a Slack that knows only how to post is enough', async () => {
  const posted: string[] = [];
  const tiny = new Listener(({ path, body }) => {
    const method = path.replace(/^\/api\//, '');
    if (method === 'chat.postMessage') posted.push(body);
    const known = method === 'chat.postMessage' || method === 'auth.test';
    return {
      status: 200,
      body: JSON.stringify(
        known ? { ok: true, ts: '1.1', user_id: bot } : { ok: false, error: 'unknown_method' },
      ),
    };
  });
  const apiUrl = `${await tiny.open()}/api`;
  const small = await openSlackEdge({ apiUrl });
  try {
    small.behaviour.say = async (_request, reply) => {
      await reply.toChannel(card('All good'));
    };
    await small.at.slack.people.send(olivia.slackId, channel, '/ecs health');
    await small.at.slack.people.send(olivia.slackId, channel, '@Deckhand health');
    await vi.waitFor(() => expect(posted).toHaveLength(2));
    expect(small.said.map(({ request }) => request.person.name).sort()).toEqual([olivia.slackId, 'olivia']);
  } finally {
    await small.close();
    await tiny.close();
  }
});

test('Socket Mode hears commands, mentions and clicks without an address of its own', async () => {
  const socket = await openSlackEdge({ way: 'socket' });
  try {
    expect(socket.edge.router).toBeUndefined();
    socket.behaviour.say = (_request, reply) => reply.toChannel(card('All good'));
    // Started is not yet greeted by Slack.
    await vi.waitFor(() => socket.at.slack.people.send(olivia.slackId, channel, '/ecs health'));
    await socket.at.slack.people.send(olivia.slackId, channel, '@Deckhand health');
    await vi.waitFor(() => expect(socket.said).toHaveLength(2));
  } finally {
    await socket.close();
  }
});

describe('who is meant', () => {
  const ravi = person('Ravi');

  test('is found by id or any of their names; bots and strangers of no shared channel are nobody', async () => {
    const find = (said: string) => slack.edge.findPerson(said, channel);
    expect(await find(ravi.slackId)).toMatchObject({
      person: { platform: 'slack', id: ravi.slackId, name: 'Ravi', standing: 'member' },
    });
    expect(await find('@ravi')).toMatchObject({ person: { id: ravi.slackId } });
    expect(await find('U0NOBODY99')).toEqual({ nobody: true });
    expect(await find('nobody')).toEqual({ nobody: true });
    expect(await find(CAST.slack.botName)).toEqual({ nobody: true });
  });

  test('is not guessed while Slack does not say', async () => {
    slack.at.slack.limitScopes(['chat:write']);
    await expect(slack.edge.findPerson('ravi', channel)).rejects.toMatchObject({ code: 'denied' });
  });
});
