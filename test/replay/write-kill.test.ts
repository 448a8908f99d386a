import { afterEach, beforeEach, expect, test } from 'vitest';
import { CAST, person } from '../local/chat-world.ts';
import { type BundledBot, openBundledBot, soon } from './bundled-bot.ts';

const CHANNEL = CAST.slack.defaultChannel;
let bot: BundledBot;

beforeEach(async () => {
  const cluster = { services: { web: {}, cart: {} } };
  bot = await openBundledBot({
    // Slow enough that a process can be killed between two calls.
    latencyMs: 400,
    accounts: [{ id: '111122223333', regions: { 'eu-west-1': { clusters: { core: cluster } } } }],
  });
});
afterEach(() => bot.close());

test('a bot that is killed with SIGKILL over a write has done it once or not at all, and the next one tells how it ended', async () => {
  await bot.start();
  const web = await proposal('web');
  const cart = await proposal('cart');

  // AWS has taken it, and the bot will never read the answer.
  await confirm(web);
  await soon(() => expect(calls('UpdateService')).toBe(1));
  await bot.kill();
  await bot.start();

  // It is about to be handed to AWS, and may have been.
  await confirm(cart);
  await soon(() => expect(shown()).toContain('Scale cart: 1 → 3 …'));
  await bot.kill();
  const taken = calls('UpdateService');
  await bot.start();

  await soon(() => expect(shown()).toContain('Done: scale web: 1 → 3'), 120_000);
  await soon(() => expect(shown()).toMatch(/(Done|Not certain): scale cart: 1 → 3/), 120_000);
  expect(calls('UpdateService')).toBe(taken);
  expect(shown().includes('Done: scale cart')).toBe(taken === 2);
  await say('audit');
  await soon(() => expect(shown()).toMatch(/Audit of everything: 2 entries/));
}, 300_000);

const messages = () =>
  bot.local.chats?.slack.workspace.messagesOf(CHANNEL).filter(({ isBot }) => isBot) ?? [];
const shown = () => JSON.stringify(messages());
const calls = (name: string) =>
  (bot.local.aws?.meter.report().rows ?? [])
    .filter(({ operation, outcome }) => operation === name && outcome === 'ok')
    .reduce((sum, row) => sum + row.calls, 0);

async function say(words: string): Promise<void> {
  await bot.local.chats?.slack.people.send(person('Olivia').slackId, CHANNEL, `/ecs ${words}`);
}

/** The `ts` of the proposal. */
async function proposal(service: string): Promise<string> {
  await say(`scale ${service} 3`);
  return soon(() => {
    const found = messages().find((one) => JSON.stringify(one.blocks).includes(`Scale ${service}: 1 → 3?`));
    if (found === undefined) throw new Error('no proposal yet');
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
