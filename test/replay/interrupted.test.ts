import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DELIVERY_DEFAULTS, fasterDelivery } from '../../src/domain/delivery-settings.ts';
import { CAST, person } from '../local/chat-world.ts';
import { type BundledBot, openBundledBot, soon } from './bundled-bot.ts';

/** Each call to AWS takes so long that an answer takes longer than two seconds, and than it takes to kill. */
const SLOW = 3_000;
let bot: BundledBot;

beforeEach(async () => {
  const cluster = { services: { web: {} } };
  bot = await openBundledBot({
    latencyMs: SLOW,
    accounts: [{ id: '111122223333', regions: { 'eu-west-1': { clusters: { core: cluster } } } }],
  });
  const faster = stringify({ delivery: fasterDelivery(DELIVERY_DEFAULTS, 10) });
  appendFileSync(bot.local.env['DECKHAND_CONFIG'] ?? '', faster);
});
afterEach(() => bot.close());

test('a bot that is killed over a long answer says so after its restart, in the place of its progress', async () => {
  await bot.start();
  const { slack, teams } = bot.local.chats ?? {};
  if (slack === undefined || teams === undefined) throw new Error('the chats were asked for');
  const shown = () => [
    ...slack.workspace.messagesOf(CAST.slack.defaultChannel).filter(({ isBot }) => isBot),
    ...teams.tenant.activitiesOf(CAST.teams.defaultChannel).filter(({ isBot }) => isBot),
  ];
  const texts = () => shown().map((message) => JSON.stringify(message));
  const olivia = person('Olivia');
  await slack.people.send(olivia.slackId, CAST.slack.defaultChannel, '/ecs health --fresh');
  await teams.people.send(olivia.teamsId, CAST.teams.defaultChannel, '@Deckhand health --fresh');
  await soon(() => expect(texts().filter((text) => text.includes('Looking at the fleet'))).toHaveLength(2));
  // The bot, too, knows that they stand there: a message of which it does not is a matter of the kill test.
  await soon(async () => expect(await waiting()).toBe(0));

  await bot.kill();
  await bot.start();

  const interrupted = /I was interrupted; please ask again/;
  await soon(() => expect(texts().filter((text) => interrupted.test(text))).toHaveLength(2));
  expect(shown()).toHaveLength(2);
});

/** How many messages are not out yet, as far as the bot knows. */
async function waiting(): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${bot.port}/metrics`)).text();
  return Number(/^deckhand_outbox_messages\{state="waiting"\} (\d+)$/m.exec(metrics)?.[1]);
}
