import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { person } from '../local/chat-world.ts';
import { openProduct, type Product, SLACK_CHANNEL, TEAMS_CHANNEL } from './product.ts';

/** A change from the words to AWS, through the whole product: who may, once, and told to everybody. */
let product: Product;

beforeAll(async () => {
  product = await openProduct(['web', 'cart', 'mail']);
});
afterAll(() => product.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

const updates = () =>
  (product.local.aws?.meter.report().rows ?? [])
    .filter(({ operation, outcome }) => operation === 'UpdateService' && outcome === 'ok')
    .reduce((sum, { calls }) => sum + calls, 0);

async function proposedInSlack(title: string) {
  return soon(() => {
    const found = structuredClone(product.slack()).find((one) => JSON.stringify(one.blocks).includes(title));
    if (found === undefined) throw new Error(`no proposal ${title} yet`);
    return found;
  });
}
const privateTo = (name: string) =>
  product.slack().filter((message) => message.ephemeralFor === person(name).slackId);

describe('scale, proposed in Slack', () => {
  test('changes nothing by its words, is refused to whoever lacks the right, and is done once by a double click', async () => {
    const { chats } = product.local;
    await chats?.slack.people.send(person('Olivia').slackId, SLACK_CHANNEL, '/ecs scale web 3');
    const proposal = await proposedInSlack('Scale web: 1');
    expect(updates()).toBe(0);

    await product.clickInSlack('Ravi', proposal, 'Confirm');
    await soon(() => expect(privateTo('Ravi')).toHaveLength(1));
    expect(JSON.stringify(privateTo('Ravi'))).toMatch(/scale/);
    expect(updates()).toBe(0);

    await Promise.all([
      product.clickInSlack('Olivia', proposal, 'Confirm'),
      product.clickInSlack('Olivia', proposal, 'Confirm'),
    ]);
    await soon(() => expect(updates()).toBe(1));
    await soon(() =>
      expect(
        product
          .slack()
          .some(
            (one) => one.threadTs !== undefined && /Scale web|scale web/.test(JSON.stringify(one.blocks)),
          ),
      ).toBe(true),
    );
    expect(updates()).toBe(1);
  });

  test('a cancelled one says who called it off, and has no buttons any more', async () => {
    const { chats } = product.local;
    const before = updates();
    await chats?.slack.people.send(person('Olivia').slackId, SLACK_CHANNEL, '/ecs scale cart 2');
    const { ts } = await proposedInSlack('Scale cart: 1');
    const shown = () => JSON.stringify(product.slack().find((one) => one.ts === ts)?.blocks);
    await product.clickInSlack('Olivia', await proposedInSlack('Scale cart: 1'), 'Cancel');
    await soon(() => expect(shown()).toContain('cancelled it'));
    expect(shown()).not.toContain('"Confirm"');
    expect(updates()).toBe(before);
  });
});

test('a click in Teams does the same, and its answer says so', async () => {
  const { chats } = product.local;
  const before = updates();
  await chats?.teams.people.send(person('Olivia').teamsId, TEAMS_CHANNEL, '@Deckhand scale mail 2');
  const proposal = await soon(() => {
    const found = structuredClone(product.teams()).find((one) =>
      JSON.stringify(one.body).includes('Scale mail: 1'),
    );
    if (found === undefined) throw new Error('no proposal yet');
    return found;
  });
  expect(await product.clickInTeams('Ravi', proposal, 'Confirm')).toMatch(/scale/);
  expect(updates()).toBe(before);
  await product.clickInTeams('Olivia', proposal, 'Confirm');
  await soon(() => expect(updates()).toBe(before + 1));
  // The button that somebody still has before them has lost its meaning.
  expect(await product.clickInTeams('Olivia', proposal, 'Confirm')).toContain('Your click changed nothing.');
  expect(await product.clickInTeams('Olivia', proposal, 'Cancel')).toContain('Your click changed nothing.');
  expect(updates()).toBe(before + 1);
});
