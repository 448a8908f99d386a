import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Browser, collectErrors, screenshot, startBrowser } from './browser.ts';
import { leakedText } from './layout.ts';
import { type Product, startProduct } from './product.ts';

/** How long the product may take for what a person waits for; nothing is asserted about it. */
const PATIENCE = { timeout: 60_000 };

let product: Product;
let browser: Browser;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});
beforeEach(async () => {
  page = await browser.context.newPage();
  errors = collectErrors(page);
  await page.goto(product.page);
  await page.getByTestId('bot-status').getByText('Bot ready').waitFor(PATIENCE);
});
afterEach(async (context) => {
  if (context.task.result?.state === 'fail') {
    await screenshot(page, `failed-${context.task.name.replace(/\W+/g, '-').slice(0, 40)}`);
    process.stderr.write(product.output());
  }
  await page.close();
  if (errors.length > 0) throw new Error(`The page had errors: ${errors.join('; ')}`);
});

/** One side of the page: both tell the same story. */
interface Side {
  readonly name: 'slack' | 'teams';
  readonly say: (words: string) => Promise<void>;
  /** The newest message that says this. */
  readonly message: (text: string) => Locator;
  /** What a person alone is told after a click. */
  readonly toldAlone: (text: RegExp) => Locator;
  /** Where answers to the message stand. */
  readonly thread: (message: Locator) => Promise<Locator>;
}

const slack: Side = {
  name: 'slack',
  say: (words) => say('slack-composer', `/ecs ${words}`),
  message: (text) =>
    page.getByTestId('slack-messages').getByTestId('slack-message').filter({ hasText: text }).last(),
  toldAlone: (text) =>
    page
      .getByTestId('slack-message')
      .filter({ hasText: 'Only visible to you' })
      .filter({ hasText: text })
      .last(),
  async thread(message) {
    await message.getByTestId('open-thread').click(PATIENCE);
    return page.getByTestId('slack-thread');
  },
};

const teams: Side = {
  name: 'teams',
  say: (words) => say('teams-composer', `@Deckhand ${words}`),
  message: (text) => page.getByTestId('teams-post').filter({ hasText: text }).last(),
  toldAlone: (text) => page.getByTestId('toast').getByText(text),
  thread: async (message) => message.locator('.replies'),
};

async function say(composer: string, text: string): Promise<void> {
  await page.getByTestId(composer).fill(text);
  await page.getByTestId(composer).press('Enter');
}

/** Goes on as the person with this name. */
async function become(name: string): Promise<void> {
  const people = page.getByTestId('person-switch');
  const labels = await people.locator('option').allInnerTexts();
  await people.selectOption({ index: labels.findIndex((label) => label.includes(name)) });
}

it.each([
  ['slack', slack, 'gift-cards'],
  ['teams', teams, 'reviews-api'],
] as const)(
  'in %s a click on Confirm scales a service and the thread tells how it ended; a viewer is told how to get the right',
  async (name, side, service) => {
    await become('Mara');
    await side.say(`scale ${service} 4`);
    const proposal = side.message(`Scale ${service}:`);
    await proposal.getByRole('button', { name: 'Confirm' }).waitFor(PATIENCE);

    await become('Priya');
    await proposal.getByRole('button', { name: 'Confirm' }).click(PATIENCE);
    await side.toldAlone(new RegExp(`You may not scale ${service}`)).waitFor(PATIENCE);
    await screenshot(page, `product-refused-${name}`);
    expect(await proposal.innerText()).not.toContain('Confirmed by');

    await become('Mara');
    await proposal.getByRole('button', { name: 'Confirm' }).click(PATIENCE);
    await expect.poll(() => proposal.getByRole('button', { name: 'Confirm' }).count(), PATIENCE).toBe(0);
    const thread = await side.thread(proposal);
    await thread.getByText(new RegExp(`Done: scale ${service}: \\d+ → 4`)).waitFor(PATIENCE);
    await thread.getByRole('button', { name: /^Undo/ }).waitFor(PATIENCE);
    await screenshot(page, `product-scaled-${name}`);
    expect(await leakedText(page)).toEqual([]);
  },
);
