import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CAST, person } from '../local/chat-world.ts';
import { type BundledBot, openBundledBot, soon } from './bundled-bot.ts';

const CHANNEL = CAST.slack.defaultChannel;
let bot: BundledBot;

beforeEach(async () => {
  const cluster = { services: { web: {}, cart: {}, mail: {} } };
  bot = await openBundledBot({
    // Slow enough that a process can be killed between two calls.
    latencyMs: 100,
    accounts: [{ id: '111122223333', regions: { 'eu-west-1': { clusters: { core: cluster } } } }],
  });
});
afterEach(() => bot.close());

test('a bot that is killed with SIGKILL over a write has done it once or not at all, and the next one tells how it ended', async () => {
  const { aws } = bot.local;
  await bot.start();
  const web = await proposal('scale web 3', 'Scale web: 1 → 3?');
  const task = await taskOf('mail');
  const stop = await proposal(`stop ${task}`, `Stop task ${task.slice(0, 8)} of mail?`);
  const cart = await proposal('scale cart 3', 'Scale cart: 1 → 3?');

  // This one never gets there: the bot dies after it has said what it is about to do.
  aws?.failNext('UpdateService', { kind: 'silence', effect: 'before' });
  await confirm(cart);
  await soon(() => expect(shown()).toContain('Scale cart: 1 → 3 …'));
  await bot.kill();
  await bot.start();

  // AWS takes these two, and the bot dies while it waits for an answer that never comes.
  for (const [operation, ts] of [
    ['UpdateService', web],
    ['StopTask', stop],
  ] as const) {
    aws?.failNext(operation, { kind: 'silence', effect: 'after' });
    await confirm(ts);
    await soon(() => expect(calls(operation)).toBe(1));
    await bot.kill();
    await bot.start();
  }

  await soon(() => expect(shown()).toContain('Done: scale web: 1 → 3'), 120_000);
  await soon(() => expect(shown()).toContain(`Done: stop task ${task.slice(0, 8)} of mail`), 120_000);
  await soon(() => expect(shown()).toContain('Not certain: scale cart: 1 → 3'), 120_000);
  expect(calls('UpdateService')).toBe(1);
  expect(calls('StopTask')).toBe(1);
  await say('audit');
  await soon(() => expect(shown()).toMatch(/Audit of everything: 3 entries/));
}, 300_000);

const messages = () =>
  bot.local.chats?.slack.workspace.messagesOf(CHANNEL).filter(({ isBot }) => isBot) ?? [];
const shown = () => JSON.stringify(messages());
const calls = (operation: string) =>
  bot.local.aws?.trail.filter(({ action, outcome }) => action === `ecs:${operation}` && outcome === 'ok')
    .length ?? 0;

/** The id of the one task of a service, as anybody reads it from AWS. */
async function taskOf(service: string): Promise<string> {
  const ecs = new ECSClient({
    endpoint: bot.local.endpoints.aws ?? '',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'core', serviceName: service }));
  ecs.destroy();
  return taskArns[0]?.split('/').at(-1) ?? '';
}

async function say(words: string): Promise<void> {
  await bot.local.chats?.slack.people.send(person('Olivia').slackId, CHANNEL, `/ecs ${words}`);
}

/** Says it, and answers with the `ts` of the proposal. */
async function proposal(words: string, title: string): Promise<string> {
  await say(words);
  return soon(() => {
    const found = messages().find((one) => JSON.stringify(one.blocks).includes(title));
    if (found === undefined) throw new Error(`no proposal ${title} yet`);
    return found.ts;
  });
}

async function confirm(ts: string): Promise<void> {
  const { blocks = [] } = messages().find((one) => one.ts === ts) ?? {};
  const elements = blocks.flatMap((block) => {
    const inside: unknown = block['elements'];
    return Array.isArray(inside)
      ? inside.map((each: object) => ({ block_id: block['block_id'], ...each }))
      : [];
  });
  const button = elements.find((element) => JSON.stringify(element).includes('"Confirm"'));
  await bot.local.chats?.slack.people.act(person('Olivia').slackId, CHANNEL, ts, { ...button });
}
