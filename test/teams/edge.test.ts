import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodePayload } from '../../src/cards/payload.ts';
import { CAST, person } from '../local/chat-world.ts';
import { card, type EdgeAtWork, openEdge } from './edge.ts';

const channel = CAST.teams.defaultChannel;
const olivia = person('Olivia');
let edge: EdgeAtWork;

beforeEach(async () => {
  edge = await openEdge();
});
afterEach(() => edge.close());

async function heard(count = 1): Promise<EdgeAtWork['said']> {
  await vi.waitFor(() => expect(edge.said).toHaveLength(count));
  return edge.said;
}

async function post(activity: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(edge.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(activity),
  });
}

const bare = (change: object = {}) => ({
  type: 'message',
  id: '1',
  text: 'health',
  serviceUrl: edge.at.serviceUrl,
  channelId: 'msteams',
  from: { id: '29:x', name: 'X' },
  recipient: { id: '28:bot', name: 'Deckhand' },
  conversation: { id: 'chat-1' },
  ...change,
});

describe('what is heard', () => {
  test('a mention in a channel, without the mention, in the thread of that post', async () => {
    await edge.at.teams.people.send(olivia.teamsId, channel, '@Deckhand health --only critical');
    const [first] = await heard();
    expect(first?.request).toMatchObject({
      text: 'health --only critical',
      dest: { platform: 'teams', tenant: '-', channel },
      person: { platform: 'teams', id: olivia.teamsId, name: 'Olivia' },
      zone: 'Etc/UTC',
    });
    expect(first?.request.thread).toMatch(/^\d+$/);
    expect(first?.request).not.toHaveProperty('overheard');
    expect(first?.reply.prefix).toBe('@Deckhand');
  });

  test('a command of the slash menu; its answer is a post of its own, for all', async () => {
    edge.behaviour.say = (_request, reply) => reply.toChannel(card('All good'));
    await edge.at.teams.people.send(olivia.teamsId, channel, '/health');
    const [first] = await heard();
    expect(first?.request.text).toBe('health');
    expect(first?.request).not.toHaveProperty('thread');
    expect(first?.request).not.toHaveProperty('overheard');
    await vi.waitFor(() => expect(edge.wanted).toHaveLength(1));
    expect(edge.wanted[0]).not.toHaveProperty('thread');
  });

  test('a personal chat, where no name need be called', async () => {
    await edge.at.teams.people.send(olivia.teamsId, olivia.teamsDm, 'health');
    const [first] = await heard();
    expect(first?.request).toMatchObject({ text: 'health', dest: { channel: olivia.teamsDm } });
    expect(first?.request).not.toHaveProperty('thread');
    expect(first?.reply.prefix).toBe('');
  });

  test('a reply in a thread without a mention, as overheard; a post that is not for the bot, not at all', async () => {
    edge.at.teams.hearEverything(true);
    await edge.at.teams.people.send(olivia.teamsId, channel, 'lunch?');
    const root = edge.at.teams.tenant.activitiesOf(channel)[0]?.id ?? '';
    await edge.at.teams.people.send(olivia.teamsId, channel, 'health', root);
    const [first] = await heard();
    expect(first?.request).toMatchObject({ text: 'health', thread: root, overheard: true });
    expect(edge.said).toHaveLength(1);
  });

  test('a chat of a client that names no conversation type', async () => {
    await post(bare());
    const [first] = await heard();
    expect(first?.request).toMatchObject({ text: 'health', person: { id: '29:x', tenant: '-', name: 'X' } });
    expect(first?.request).not.toHaveProperty('overheard');
  });

  test('the words behind a mention that nobody marked as one', async () => {
    await post(bare({ text: '<at>Deckhand</at>&nbsp;health' }));
    expect((await heard())[0]?.request.text).toBe('health');
  });

  test.each([
    ['entities that are no list', { entities: 'mention' }],
    ['entities that are nothing', { entities: [null, 7, { type: 'mention' }] }],
  ])('%s do no harm', async (_name, change) => {
    const group = { id: 'g', conversationType: 'groupChat' };
    expect((await post(bare({ ...change, conversation: group }))).status).toBe(200);
    await post(bare({ id: '2' }));
    await heard();
    expect(edge.said).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'so what', 400],
    ['no activity', '{}', 400],
    ['a list', '[]', 400],
  ])('%s is refused without a stack', async (_name, body, status) => {
    const answer = await fetch(edge.endpoint, { method: 'POST', body });
    expect(answer.status).toBe(status);
  });

  test('an activity from nobody, and kinds that mean nothing to us, are taken and forgotten', async () => {
    for (const odd of [
      bare({ from: undefined }),
      bare({ conversation: undefined }),
      bare({ type: 'typing' }),
    ]) {
      expect((await post(odd)).status).toBeLessThan(300);
    }
    expect(edge.said).toEqual([]);
  });

  test('with tokens switched off, one that comes along does not matter', async () => {
    expect((await post(bare(), { authorization: 'Bearer anything' })).status).toBe(200);
    await heard();
  });
});

describe('when the store does not answer', () => {
  beforeEach(() => {
    edge.behaviour.book.remember = () => Promise.reject(new Error('no table'));
    edge.behaviour.want = () => Promise.reject(new Error('no table'));
  });

  test('people are answered all the same, once, and the answer is edited in place', async () => {
    edge.behaviour.say = async (_request, reply) => {
      await reply.showProgress(card('Looking'));
      await reply.toChannel(card('All good'));
    };
    await edge.at.teams.people.send(olivia.teamsId, channel, '@Deckhand health');
    await vi.waitFor(() => expect(shown()).toHaveLength(1));
    await vi.waitFor(() => expect(shown()[0]?.body.summary).toBe('All good'));
    expect(shown()[0]?.rootId).toBe(edge.said[0]?.request.thread);
  });
});

const shown = () => edge.at.teams.tenant.activitiesOf(channel).filter((message) => message.isBot);

describe('a private answer', () => {
  test('is a targeted message in the thread, for the asker alone', async () => {
    edge.behaviour.say = (_request, reply) => reply.toAsker(card('No such flag'));
    await edge.at.teams.people.send(olivia.teamsId, channel, '@Deckhand health --nope');
    await vi.waitFor(() => expect(shown()).toHaveLength(1));
    expect(shown()[0]).toMatchObject({ targetedTo: olivia.teamsId, rootId: edge.said[0]?.request.thread });
    expect(edge.wanted).toEqual([]);
  });

  test('goes to the one-to-one chat where Teams refuses it, with one request each', async () => {
    edge.at.teams.failNext('sendToConversation', { kind: 'status', status: 400, effect: 'before' });
    edge.behaviour.say = (_request, reply) => reply.toAsker(card('No such flag'));
    await edge.at.teams.people.send(olivia.teamsId, channel, '@Deckhand health --nope');
    await vi.waitFor(() =>
      expect(edge.at.teams.tenant.activitiesOf(olivia.teamsDm).some((message) => message.isBot)).toBe(true),
    );
    expect(shown()).toEqual([]);
  });
});

describe('clicks', () => {
  const ack = encodePayload({ do: 'ack', incident: 'prod/eu-west-1/core/web#7' });

  async function withButton(data: object = { p: ack, k: 'inc/7/root' }): Promise<string> {
    const body = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: 'An alert' }],
      actions: [{ type: 'Action.Execute', title: 'Acknowledge', verb: 'deckhand', data }],
    };
    return edge.at.teams.tenant.post({
      conversation: channel,
      rootId: undefined,
      from: CAST.teams.botId,
      isBot: true,
      body: {
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: body }],
      },
      targetedTo: undefined,
    }).id;
  }

  const press = (id: string, data: object = { p: ack, k: 'inc/7/root' }) =>
    edge.at.teams.people.act(olivia.teamsId, channel, id, { type: 'Action.Execute', verb: 'deckhand', data });

  test('bring person, message and meaning, and are answered at once', async () => {
    const id = await withButton();
    const answer = await press(id);
    expect(edge.clicked[0]?.click).toMatchObject({
      person: { id: olivia.teamsId },
      message: id,
      payload: { do: 'ack', incident: 'prod/eu-west-1/core/web#7' },
    });
    expect(JSON.stringify(answer)).toContain('Done.');
  });

  test('bring what was typed into the inputs of the card, which Teams puts into the data', async () => {
    await press(await withButton(), { p: ack, k: 'inc/7/root', confirm_name: 'web', toggled: true });
    expect(edge.clicked[0]?.click.typed).toEqual({ confirm_name: 'web' });
    await press(await withButton());
    expect(edge.clicked[1]?.click.typed).toBeUndefined();
  });

  test('a refusal is the answer to the click', async () => {
    edge.behaviour.click = (_click, reply) => reply.toAsker(card('Ravi has it'));
    expect(JSON.stringify(await press(await withButton()))).toContain('Ravi has it');
    expect(shown()).toHaveLength(1);
  });

  test('slow work is told as that, and a refusal that comes later reaches the person all the same', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    edge.behaviour.wait = async () => {};
    edge.behaviour.click = async (_click, reply) => {
      await gate;
      await reply.toAsker(card('Ravi has it'));
    };
    const answer = JSON.stringify(await press(await withButton()));
    expect(answer).not.toContain('Done.');
    expect(answer).toContain('I am on it.');
    release();
    await vi.waitFor(() =>
      expect(shown().filter((message) => message.targetedTo === olivia.teamsId)).toHaveLength(1),
    );
  });

  test.each([
    ['that holds nothing', {}],
    ['that is garbled', { p: '{"do":' }],
    ['that is of another time', { p: '{"do":"explode"}' }],
    ['that is no word', { p: 42 }],
  ])('one %s gets a sentence and does nothing', async (_name, data) => {
    const id = await withButton(data);
    expect(JSON.stringify(await press(id, data))).toContain('I do not know this button any more.');
    expect(edge.clicked).toEqual([]);
  });

  test('one on an extra copy takes the copy away and goes to the message that stays', async () => {
    edge.behaviour.touched = '1700000000999';
    const id = await withButton();
    await press(id);
    expect(edge.touched).toMatchObject([{ key: 'inc/7/root', id, dest: { channel } }]);
    expect(edge.clicked[0]?.click.message).toBe('1700000000999');
  });

  test('any other invoke gets an answer, too', async () => {
    const answer = await post({ ...bare(), type: 'invoke', name: 'task/fetch', value: {} });
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(await answer.text()).not.toMatch(/\bat .*\.js/);
  });
});

describe('who is meant', () => {
  const ravi = person('Ravi');

  test('comes with a mention: the person as the directory knows them, not as the words say', async () => {
    await edge.at.teams.people.send(olivia.teamsId, channel, '@Deckhand assign #7 @Ravi');
    await vi.waitFor(() => expect(edge.said).toHaveLength(1));
    expect(edge.said[0]?.request.text).toBe('assign #7 <at>Ravi</at>');
    expect(edge.said[0]?.request.mentions).toMatchObject([
      { platform: 'teams', id: ravi.teamsId, name: 'Ravi', standing: 'member' },
    ]);
  });

  test('is found by object id or name in the conversation, and nobody else is', async () => {
    const find = (said: string) => edge.edge.findPerson(said, channel);
    expect(await find(ravi.teamsId)).toMatchObject({ person: { id: ravi.teamsId, name: 'Ravi' } });
    expect(await find('ravi')).toMatchObject({ person: { id: ravi.teamsId } });
    expect(await find('Nobody')).toEqual({ nobody: true });
    expect(await find('00000000-0000-0000-0000-000000000000')).toEqual({ nobody: true });
    await expect(edge.edge.findPerson('ravi', undefined)).rejects.toThrow(/in a conversation only/);
  });
});
