import { App, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CAST, openSlack, person, type SlackAtWork, TestClock, until } from '../chat-world.ts';

/** A real Bolt app on one side, the loopback Slack on the other. */
let at: SlackAtWork;
let app: App;
let running = true;
const clock = new TestClock();
const channel = CAST.slack.defaultChannel;
const olivia = person('Olivia');

beforeEach(async () => {
  clock.ms = Date.now();
  running = true;
  let botUrl = '';
  at = await openSlack({
    requestUrl: () => `${botUrl}/slack/events`,
    nowMs: clock.now,
    ackTimeoutMs: 300,
    retryDelaysMs: [],
  });
  app = new App({
    token: at.slack.credentials.botToken,
    signingSecret: at.slack.credentials.signingSecret,
    clientOptions: { slackApiUrl: at.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const address = 'address' in server ? server.address() : null;
  botUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  if (running) await app.stop();
  await at.close();
});

const messages = () => at.slack.workspace.messagesOf(channel);
const texts = () => messages().map((message) => message.text);

describe('slash commands', () => {
  test('carry the words, the person and the channel; the acknowledgement is an answer', async () => {
    let seen: Record<string, unknown> = {};
    app.command('/ecs', async ({ command, ack }) => {
      seen = command;
      await ack({ response_type: 'ephemeral', text: `you said ${command.text}` });
    });
    await at.slack.people.send(olivia.slackId, channel, '/ecs health --only critical');
    expect(seen).toMatchObject({
      command: '/ecs',
      text: 'health --only critical',
      user_id: olivia.slackId,
      team_id: CAST.slack.teamId,
      channel_id: channel,
      channel_name: 'ops-alerts',
      api_app_id: CAST.slack.appId,
    });
    expect(messages()).toMatchObject([
      { text: 'you said health --only critical', ephemeralFor: olivia.slackId },
    ]);
  });

  test('a response URL posts for one or for all, even where the bot is not a member', async () => {
    const random = CAST.slack.channels[2]?.id ?? '';
    app.command('/ecs', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'for you' });
      await respond({ response_type: 'in_channel', text: 'for all' });
    });
    await at.slack.people.send(olivia.slackId, random, '/ecs health');
    await until(() => at.slack.workspace.messagesOf(random).length === 2);
    const [first, second] = at.slack.workspace.messagesOf(random);
    expect(first).toMatchObject({ text: 'for you', ephemeralFor: olivia.slackId });
    expect(second).toMatchObject({ text: 'for all', ephemeralFor: undefined });
  });

  test.each([
    ['in a thread', '/ecs health', '1.1', '"/ecs" is not supported in threads. Sorry!'],
    ['that nobody registered', '/deploy', undefined, '/deploy is not a valid command.'],
  ])('%s are refused', async (_name, typed, thread, sentence) => {
    await expect(at.slack.people.send(olivia.slackId, channel, typed, thread)).rejects.toThrow(sentence);
  });

  test('no acknowledgement and no app are told as Slack tells them', async () => {
    app.command('/ecs', async () => {});
    await expect(at.slack.people.send(olivia.slackId, channel, '/ecs x')).rejects.toThrow(
      '/ecs failed with the error "operation_timeout"',
    );
    await app.stop();
    running = false;
    await expect(at.slack.people.send(olivia.slackId, channel, '/ecs x')).rejects.toThrow(
      '/ecs failed with the error "dispatch_failed"',
    );
  });
});

describe('clicks', () => {
  const button = {
    type: 'button',
    action_id: 'ack',
    text: { type: 'plain_text', text: 'Ack' },
    value: 'inc-1',
  };

  function withButton(more: object = {}): string {
    const blocks = [{ type: 'actions', block_id: 'b1', elements: [button] }];
    return at.slack.workspace.post({
      channel,
      user: CAST.slack.botUserId,
      isBot: true,
      text: 'root',
      blocks,
      ...more,
    }).ts;
  }

  test('bring the whole message, its container and the stored value', async () => {
    let seen: Record<string, unknown> = {};
    app.action('ack', async ({ body, ack }) => {
      seen = { ...body };
      await ack();
    });
    const ts = withButton();
    await at.slack.people.act(olivia.slackId, channel, ts, {
      action_id: 'ack',
      block_id: 'b1',
      type: 'static_select',
    });
    expect(seen).toMatchObject({
      type: 'block_actions',
      user: { id: olivia.slackId, team_id: CAST.slack.teamId },
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      message: { ts, text: 'root', bot_id: CAST.slack.botId },
      channel: { id: channel, name: 'ops-alerts' },
      actions: [
        { action_id: 'ack', block_id: 'b1', type: 'button', value: 'inc-1', action_ts: expect.any(String) },
      ],
      state: { values: {} },
    });
  });

  test('a value that the message does not hold is refused', async () => {
    const ts = withButton();
    const forged = { action_id: 'ack', block_id: 'b1', value: 'inc-2' };
    await expect(at.slack.people.act(olivia.slackId, channel, ts, forged)).rejects.toThrow(/no such button/);
  });

  test('the response URL replaces and deletes the clicked message', async () => {
    app.action('ack', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'taken', blocks: [] });
      await respond({ response_type: 'in_channel', replace_original: false, text: 'noted' });
      await respond({ delete_original: true });
    });
    const ts = withButton();
    await at.slack.people.act(olivia.slackId, channel, ts, { action_id: 'ack', block_id: 'b1' });
    await until(() => texts().length === 1 && texts()[0] === 'noted');
    expect(at.slack.workspace.message(channel, ts)).toBeUndefined();
  });

  test('a sixth use, and any after half an hour, is refused', async () => {
    const answers: (number | undefined)[] = [];
    app.action('ack', async ({ ack, body }) => {
      await ack();
      const url = 'response_url' in body ? body.response_url : '';
      const use = () =>
        fetch(url, { method: 'POST', body: JSON.stringify({ text: 'x', replace_original: false }) });
      for (let count = 0; count < uses; count += 1) answers.push((await use()).status);
      clock.forward(30 * 60_000 + 1);
      answers.push((await use()).status);
    });
    const ts = withButton();
    let uses = 6;
    await at.slack.people.act(olivia.slackId, channel, ts, { action_id: 'ack', block_id: 'b1' });
    await until(() => answers.length === 7);
    expect(answers).toEqual([200, 200, 200, 200, 200, 404, 404]);

    uses = 1;
    await at.slack.people.act(olivia.slackId, channel, ts, { action_id: 'ack', block_id: 'b1' });
    await until(() => answers.length === 9);
    expect(answers.slice(7)).toEqual([200, 404]);
  });

  test("somebody else's ephemeral message cannot be clicked", async () => {
    const ts = withButton({ ephemeralFor: olivia.slackId });
    const ravi = person('Ravi').slackId;
    const click = at.slack.people.act(ravi, channel, ts, { action_id: 'ack', block_id: 'b1' });
    await expect(click).rejects.toThrow('This message is not here any more.');
  });

  test('what was chosen stays in the state of later clicks', async () => {
    const options = ['1h', '2h'].map((value) => ({ text: { type: 'plain_text', text: value }, value }));
    const select = { type: 'static_select', action_id: 'until', options };
    const blocks = [{ type: 'actions', block_id: 'b1', elements: [select, button] }];
    const ts = at.slack.workspace.post({
      channel,
      user: CAST.slack.botUserId,
      isBot: true,
      text: 'x',
      blocks,
    }).ts;
    let state: unknown;
    app.action('until', async ({ ack }) => ack());
    app.action('ack', async ({ ack, body }) => {
      state = 'state' in body ? body.state : undefined;
      await ack();
    });
    const chosen = { action_id: 'until', block_id: 'b1', selected_option: options[1] };
    await at.slack.people.act(olivia.slackId, channel, ts, chosen);
    await at.slack.people.act(olivia.slackId, channel, ts, { action_id: 'ack', block_id: 'b1' });
    expect(state).toEqual({
      values: { b1: { until: { type: 'static_select', selected_option: options[1] } } },
    });
  });
});

describe('modals', () => {
  const input = {
    type: 'input',
    block_id: 'count',
    label: { type: 'plain_text', text: 'Count' },
    element: { type: 'plain_text_input', action_id: 'n', max_length: 3 },
  };
  const view = (more: object = {}) => ({
    type: 'modal' as const,
    callback_id: 'scale',
    private_metadata: 'inc-1',
    title: { type: 'plain_text' as const, text: 'Scale' },
    submit: { type: 'plain_text' as const, text: 'Go' },
    blocks: [input] as never[],
    ...more,
  });
  let trigger = '';

  async function open(more: object = {}): Promise<string> {
    app.command('/ecs', async ({ ack, command, client }) => {
      trigger = command.trigger_id;
      await ack();
      if (command.text === 'scale') await client.views.open({ trigger_id: trigger, view: view(more) });
    });
    await at.slack.people.send(olivia.slackId, channel, '/ecs scale');
    await until(() => at.slack.views.stackOf(olivia.slackId).length === 1);
    return at.slack.views.stackOf(olivia.slackId)[0]?.id ?? '';
  }
  const typed = (value: string) => ({ count: { n: { type: 'plain_text_input', value } } });

  test('a submission brings the values; errors stay beside the inputs, an empty answer closes', async () => {
    let seen: Record<string, unknown> = {};
    app.view('scale', async ({ ack, view: submitted }) => {
      seen = { ...submitted };
      const value = submitted.state.values.count?.n?.value;
      if (value === '0') await ack({ response_action: 'errors', errors: { count: 'Not zero.' } });
      else await ack();
    });
    const id = await open();
    expect(await at.slack.modals.submit(olivia.slackId, id, typed('0'))).toEqual({ count: 'Not zero.' });
    expect(seen).toMatchObject({
      id,
      callback_id: 'scale',
      private_metadata: 'inc-1',
      team_id: CAST.slack.teamId,
    });
    expect(await at.slack.modals.submit(olivia.slackId, id, typed('4'))).toEqual({});
    expect(at.slack.views.stackOf(olivia.slackId)).toEqual([]);
  });

  test('what Slack itself checks never reaches the app', async () => {
    let asked = 0;
    app.view('scale', async ({ ack }) => {
      asked += 1;
      await ack();
    });
    const id = await open();
    expect(await at.slack.modals.submit(olivia.slackId, id, typed(''))).toEqual({
      count: 'Please complete this required field.',
    });
    expect(await at.slack.modals.submit(olivia.slackId, id, typed('1234'))).toEqual({
      count: 'Must be at most 3 characters.',
    });
    expect(asked).toBe(0);
  });

  test('an answer may update the view or push another', async () => {
    app.view('scale', async ({ ack }) =>
      ack({ response_action: 'push', view: view({ callback_id: 'sure' }) }),
    );
    app.view('sure', async ({ ack }) => ack({ response_action: 'clear' }));
    const id = await open();
    await at.slack.modals.submit(olivia.slackId, id, typed('4'));
    const [lower, upper] = at.slack.views.stackOf(olivia.slackId);
    expect(upper).toMatchObject({ previousId: lower?.id, rootId: lower?.id });
    await at.slack.modals.submit(olivia.slackId, upper?.id ?? '', typed('4'));
    expect(at.slack.views.stackOf(olivia.slackId)).toEqual([]);
  });

  test('a closed view is told where the app asked for it', async () => {
    let closed = 0;
    app.view({ type: 'view_closed', callback_id: 'scale' }, async ({ ack }) => {
      closed += 1;
      await ack();
    });
    const id = await open({ notify_on_close: true });
    await at.slack.modals.close(olivia.slackId, id);
    expect(closed).toBe(1);
    await expect(at.slack.modals.close(olivia.slackId, id)).rejects.toThrow('not open any more');
  });

  test('a trigger works once and for three seconds', async () => {
    await open();
    const again = () => app.client.views.open({ trigger_id: trigger, view: view() });
    await expect(again()).rejects.toThrow('exchanged_trigger_id');
    await at.slack.people.send(olivia.slackId, channel, '/ecs something else');
    clock.forward(3_001);
    await expect(again()).rejects.toThrow('expired_trigger_id');
  });

  test('a view that breaks a limit is refused with the place', async () => {
    const title = { type: 'plain_text', text: 'x'.repeat(25) };
    const call = app.client.views.open({ trigger_id: 'any', view: view({ title }) as never });
    await expect(call).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: {
          messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
        },
      },
    });
  });
});

test('a mention is answered in its thread', async () => {
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: 'all good', thread_ts: event.ts });
  });
  await at.slack.people.send(olivia.slackId, channel, '@Deckhand health');
  await until(() => messages().length === 2);
  expect(messages()[1]).toMatchObject({ text: 'all good', threadTs: messages()[0]?.ts, isBot: true });
});
