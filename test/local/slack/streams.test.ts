import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CAST, openSlack, person, type SlackAtWork, TestClock } from '../chat-world.ts';

let at: SlackAtWork;
let client: WebClient;
let root: string;
const clock = new TestClock();
const channel = CAST.slack.defaultChannel;
const recipient = { recipient_team_id: CAST.slack.teamId, recipient_user_id: person('Olivia').slackId };

beforeEach(async () => {
  at = await openSlack({ nowMs: clock.now });
  client = new WebClient(at.slack.credentials.botToken, {
    slackApiUrl: at.apiUrl,
    retryConfig: { retries: 0 },
  });
  root = at.slack.workspace.post({
    channel,
    user: recipient.recipient_user_id,
    isBot: false,
    text: 'why?',
  }).ts;
});
afterEach(() => at.close());

const answer = () => at.slack.workspace.messagesOf(channel)[1];

test('a streamed answer grows, shows its tasks and ends with blocks', async () => {
  const stream = client.chatStream({ channel, thread_ts: root, buffer_size: 1, ...recipient });
  const task = { type: 'task_update' as const, id: 't1', title: 'Reading logs' };
  await stream.append({ markdown_text: 'It **' });
  await stream.append({ markdown_text: 'crashed**' });
  await stream.append({ chunks: [{ ...task, status: 'in_progress' }] });
  await stream.append({ chunks: [{ ...task, status: 'complete' }] });
  expect(answer()).toMatchObject({
    threadTs: root,
    text: 'It **crashed**',
    blocks: [
      { type: 'markdown', text: 'It **crashed**' },
      { task_id: 't1', status: 'complete' },
    ],
  });
  await stream.stop({ blocks: [{ type: 'divider' }] });
  expect(answer()?.blocks?.at(-1)).toMatchObject({ type: 'divider' });
});

test('a growing message cannot be edited otherwise, a finished one cannot grow', async () => {
  const { ts = '' } = await client.chat.startStream({
    channel,
    thread_ts: root,
    markdown_text: 'a',
    ...recipient,
  });
  await expect(client.chat.update({ channel, ts, text: 'x' })).rejects.toThrow('streaming_state_conflict');
  await client.chat.stopStream({ channel, ts });
  await expect(client.chat.appendStream({ channel, ts, markdown_text: 'b' })).rejects.toThrow(
    'message_not_in_streaming_state',
  );
  expect((await client.chat.update({ channel, ts, text: 'x' })).ok).toBe(true);
});

test('a stream is closed after five minutes', async () => {
  const { ts = '' } = await client.chat.startStream({
    channel,
    thread_ts: root,
    markdown_text: 'a',
    ...recipient,
  });
  clock.forward(5 * 60_000);
  await expect(client.chat.appendStream({ channel, ts, markdown_text: 'b' })).rejects.toThrow(
    'message_not_in_streaming_state',
  );
});

test('outside a direct message a stream names its reader, and 12,000 characters are the most', async () => {
  const open = { channel, thread_ts: root, markdown_text: 'a' };
  await expect(client.chat.startStream(open)).rejects.toThrow('missing_recipient_team_id');
  const { ts = '' } = await client.chat.startStream({ ...open, ...recipient });
  const long = client.chat.appendStream({ channel, ts, markdown_text: 'x'.repeat(12_000) });
  await expect(long).rejects.toThrow('msg_too_long');
});
