import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, collectErrors, SIZES, screenshot, startBrowser } from './browser.ts';
import { layoutFaults, leakedText } from './layout.ts';
import { type Product, startProduct } from './product.ts';

/** How long the product may take for what a person waits for; nothing is asserted about it. */
const PATIENCE = { timeout: 120_000 };

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

async function say(composer: string, text: string): Promise<void> {
  await page.getByTestId(composer).fill(text);
  await page.getByTestId(composer).press('Enter');
}

const slackMessages = (): Locator => page.getByTestId('slack-messages').getByTestId('slack-message');
const teamsPosts = (): Locator => page.getByTestId('teams-post');
/** The answer below the newest post that says this. */
const teamsAnswer = (question: string): Locator =>
  teamsPosts().filter({ hasText: question }).last().locator('.replies').getByTestId('adaptive-card').last();

/** A service that the simulated company has, by the examples that the playground offers. */
async function someService(): Promise<string> {
  const chip = page
    .locator('.chip')
    .filter({ hasText: /\bservice \S+/ })
    .first();
  const name = /service (\S+)/.exec(await chip.innerText())?.[1];
  if (!name) throw new Error('No example names a service.');
  return name;
}

/** `#2 orders-api: Deployment failed`; help speaks of numbers as well. */
const TITLE = /#(\d+) [\w-]+: /;

/** An incident that both sides show, by its number: the first one, or the first one with a story below it. */
async function incident(having?: 'story'): Promise<{ readonly slack: Locator; readonly teams: Locator }> {
  const alerts = slackMessages().filter({ hasText: TITLE });
  const alert = (
    having === undefined ? alerts : alerts.filter({ has: page.getByTestId('open-thread') })
  ).first();
  await alert.waitFor(PATIENCE);
  const number = TITLE.exec(await alert.innerText())?.[1] ?? '';
  const hasText = new RegExp(`#${number} [\\w-]+: `);
  const teams = teamsPosts().filter({ hasText }).first();
  await teams.waitFor(PATIENCE);
  return { slack: slackMessages().filter({ hasText }).first(), teams };
}

describe('the product as a newcomer starts it', () => {
  it('answers `health` in both chats with counts and the age of the data', async () => {
    await say('slack-composer', '/ecs health');
    await say('teams-composer', '@Deckhand health');
    const inSlack = slackMessages()
      .filter({ hasText: /\d+ (of \d+ )?services/ })
      .last();
    await inSlack.waitFor(PATIENCE);
    const inTeams = teamsAnswer('health').filter({ hasText: /\d+ (of \d+ )?services/ });
    await inTeams.waitFor(PATIENCE);
    await screenshot(page, 'product-health');
    expect(await inSlack.innerText()).toMatch(/\d+ (s|min) old/);
    expect(await inTeams.innerText()).toMatch(/\d+ (s|min) old/);
  });

  it('answers `service NAME` and `help` in both chats', async () => {
    const name = await someService();
    for (const [words, sign] of [
      [`service ${name}`, name],
      ['help', 'service'],
    ] as const) {
      const before = await slackMessages().count();
      await say('slack-composer', `/ecs ${words}`);
      await say('teams-composer', `@Deckhand ${words}`);
      await expect.poll(() => slackMessages().count(), PATIENCE).toBeGreaterThan(before);
      await slackMessages().filter({ hasText: sign }).last().waitFor(PATIENCE);
      await teamsPosts()
        .filter({ hasText: words })
        .last()
        .locator('.card-frame')
        .filter({ hasText: sign })
        .first()
        .waitFor(PATIENCE);
      await screenshot(page, `product-${words.split(' ')[0]}`);
    }
    expect(await leakedText(page)).toEqual([]);
  });

  it('shows the alert in both chats, and its facts below it', async () => {
    const { slack, teams } = await incident('story');
    await expect.poll(() => slack.getByTestId('open-thread').innerText(), PATIENCE).toMatch(/\d+ repl/);
    await expect
      .poll(() => teams.locator('.replies').getByTestId('teams-message').count(), PATIENCE)
      .toBeGreaterThan(0);
    await slack.getByTestId('open-thread').click();
    const thread = page.getByTestId('slack-thread');
    await expect.poll(() => thread.getByTestId('slack-message').count()).toBeGreaterThan(1);
    await screenshot(page, 'product-thread');
    expect(await leakedText(page)).toEqual([]);
  });

  it('shows in both chats who has the incident after a click in one', async () => {
    const { slack, teams } = await incident();
    const me = await page.getByTestId('person-switch').locator('option:checked').innerText();
    const firstName = new RegExp(me.split(' ')[0] ?? me, 'i');
    await slack.getByRole('button', { name: 'Acknowledge' }).click();
    await slack.getByText(firstName).first().waitFor(PATIENCE);
    await teams.getByTestId('adaptive-card').first().getByText(firstName).first().waitFor(PATIENCE);
    await screenshot(page, 'product-acknowledged');
    await expect.poll(() => slack.getByRole('button', { name: 'Acknowledge' }).count(), PATIENCE).toBe(0);
    await expect.poll(() => teams.getByRole('button', { name: 'Acknowledge' }).count(), PATIENCE).toBe(0);
  });

  it('corrects a misspelt name for the asker alone', async () => {
    await say('slack-composer', '/ecs service no-such-service-anywhere');
    const note = slackMessages()
      .filter({ hasText: 'Only visible to you' })
      .filter({ hasText: 'no-such-service' });
    await note.waitFor(PATIENCE);
    await screenshot(page, 'product-correction');
    await page.getByTestId('person-switch').selectOption({ index: 1 });
    await expect.poll(() => note.count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('holds at every size with what it really says, %s', async (theme) => {
    await page.emulateMedia({ colorScheme: theme });
    await incident();
    for (const [name, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      for (const side of name === 'phone' ? ['slack', 'teams'] : ['both']) {
        await page.getByTestId(`show-${side}`).click();
        await screenshot(page, `product-${name}-${theme}-${side}`);
        expect(await layoutFaults(page)).toEqual([]);
        expect(await leakedText(page)).toEqual([]);
      }
    }
  });
});
