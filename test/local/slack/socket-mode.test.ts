import { App, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CAST, openSlack, person, type SlackAtWork, until } from '../chat-world.ts';

let at: SlackAtWork;
let app: App;
const channel = CAST.slack.defaultChannel;
const olivia = person('Olivia').slackId;

beforeEach(async () => {
  at = await openSlack({ ackTimeoutMs: 300, retryDelaysMs: [] });
  app = new App({
    token: at.slack.credentials.botToken,
    appToken: at.slack.credentials.appToken,
    socketMode: true,
    clientOptions: { slackApiUrl: at.apiUrl },
    logLevel: LogLevel.ERROR,
  });
});
afterEach(async () => {
  await app.stop();
  await at.close();
});

test('commands, events and clicks travel over the socket, answers in the acknowledgement', async () => {
  app.command('/ecs', async ({ ack, command }) => ack(`heard ${command.text}`));
  app.event('app_mention', async ({ say }) => void (await say('mentioned')));
  app.action('go', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'clicked', replace_original: false });
  });
  await app.start();
  const texts = () => at.slack.workspace.messagesOf(channel).map((message) => message.text);

  await at.slack.people.send(olivia, channel, '/ecs health');
  expect(texts()).toEqual(['heard health']);
  await at.slack.people.send(olivia, channel, '@Deckhand hi');
  await until(() => texts().includes('mentioned'));
  const element = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } };
  const blocks = [{ type: 'actions', block_id: 'b', elements: [element] }];
  const { ts } = at.slack.workspace.post({
    channel,
    user: CAST.slack.botUserId,
    isBot: true,
    text: 'x',
    blocks,
  });
  await at.slack.people.act(olivia, channel, ts, element);
  await until(() => texts().includes('clicked'));
});

test('a socket opens with a ticket of apps.connections.open, once', async () => {
  const answer = await fetch(`${at.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.slack.credentials.appToken}` },
  });
  const { url } = (await answer.json()) as { url: string };
  expect(await opens(url)).toBe('hello');
  expect(await opens(url)).toBe('refused');
  expect(await opens(url.replace(/ticket=.*/, 'ticket=guess'))).toBe('refused');
});

function opens(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('error', () => resolve('refused'));
    socket.on('message', (data) => {
      resolve(JSON.parse((data as Buffer).toString()).type);
      socket.close();
    });
  });
}
