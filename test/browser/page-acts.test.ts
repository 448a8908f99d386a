import { beforeEach, describe, expect, it } from 'vitest';
import { screenshot } from './browser.ts';
import { usePage } from './page-harness.ts';
import { busyState, quietState, slackAlert, teamsAlert } from './sample-state.ts';
import { slackBot } from './tricky.ts';

const t = usePage();

describe('writing', () => {
  beforeEach(() => t.open());

  it('sends a slash command on Enter as the person who is chosen, and empties the box', async () => {
    await t.page.getByTestId('person-switch').selectOption('Ravi');
    await t.page.getByTestId('slack-composer').fill('/ecs health');
    await t.page.getByTestId('slack-composer').press('Enter');
    expect(await t.body('slack/send')).toEqual({ person: 'Ravi', channel: 'C0ALERTS', text: '/ecs health' });
    await expect.poll(() => t.page.getByTestId('slack-composer').inputValue()).toBe('');
  });

  it('keeps the words and shows the sentence when sending is refused', async () => {
    t.server.answerNext('slack/send', { status: 400, body: { error: '/ecs is not supported in threads.' } });
    await t.page.getByTestId('slack-composer').fill('/ecs health');
    await t.page.getByTestId('slack-composer').press('Enter');
    await t.page.getByTestId('toast').getByText('/ecs is not supported in threads.').waitFor();
    expect(await t.page.getByTestId('slack-composer').inputValue()).toBe('/ecs health');
  });

  it('fills the box from a chip and completes what is begun with Tab', async () => {
    await t.page.getByTestId('slack-pane').getByRole('button', { name: '/ecs health', exact: true }).click();
    expect(await t.page.getByTestId('slack-composer').inputValue()).toBe('/ecs health');
    await t.page.getByTestId('teams-composer').pressSequentially('@D');
    await t.page.getByTestId('teams-composer').press('Tab');
    expect(await t.page.getByTestId('teams-composer').inputValue()).toBe('@Deckhand health ');
  });

  it('breaks the line with Shift+Enter and brings back what was sent with ArrowUp', async () => {
    const box = t.page.getByTestId('teams-composer');
    await box.fill('@Deckhand health');
    await box.press('Enter');
    await t.body('teams/send');
    await box.press('ArrowUp');
    expect(await box.inputValue()).toBe('@Deckhand health');
    await box.press('Shift+Enter');
    await box.pressSequentially('please');
    await box.press('Enter');
    expect((await t.body('teams/send', 2)).text).toBe('@Deckhand health\nplease');
  });

  it('tells a newcomer what is about to happen', async () => {
    expect(await t.page.getByTestId('quiet').first().innerText()).toContain('Something is about to break');
  });
});

describe('clicking in Slack', () => {
  it('sends the element as the message holds it, once for a double click', async () => {
    await t.open(busyState());
    let release = (): void => {};
    t.server.answerNext('slack/action', { body: {}, after: new Promise((resolve) => (release = resolve)) });
    const button = t.page.getByTestId('slack-pane').getByRole('button', { name: 'Acknowledge' });
    await button.dblclick();
    const body = await t.body('slack/action');
    expect(body).toMatchObject({ person: 'Olivia', channel: 'C0ALERTS', messageTs: slackAlert().ts });
    expect(body.action).toMatchObject({
      type: 'button',
      action_id: 'ack',
      block_id: 'incident',
      value: '{"do":"ack"}',
    });
    expect(await button.getAttribute('aria-busy')).toBe('true');
    release();
    await expect.poll(() => button.getAttribute('aria-busy')).toBe('false');
    expect(t.sent('slack/action')).toHaveLength(1);
  });

  it('sends what stands in the inputs of the message along, as Slack does', async () => {
    const alert = slackAlert();
    const blocks = [
      ...(alert.blocks ?? []),
      {
        type: 'input',
        block_id: 'field',
        label: { type: 'plain_text', text: 'Type checkout-api to confirm' },
        element: { type: 'plain_text_input', action_id: 'name' },
      },
    ];
    const state = busyState();
    const messages = state.slack.messages.map((one) => (one.ts === alert.ts ? { ...one, blocks } : one));
    await t.open({ ...state, slack: { ...state.slack, messages } });
    const pane = t.page.getByTestId('slack-pane');
    await pane.getByLabel('Type checkout-api to confirm').fill('checkout-api');
    await pane.getByRole('button', { name: 'Acknowledge' }).click();
    expect((await t.body('slack/action')).values).toEqual({
      field: { name: { type: 'plain_text_input', value: 'checkout-api' } },
    });
  });

  it('asks before a button with a confirm object counts', async () => {
    await t.open(busyState());
    const button = t.page.getByTestId('slack-pane').getByRole('button', { name: 'Roll back to 41' });
    await button.click();
    const confirm = t.page.getByTestId('confirm');
    expect(await confirm.innerText()).toContain('From revision 42 to 41');
    await screenshot(t.page, 'confirm');
    await confirm.getByRole('button', { name: 'Leave it' }).click();
    await confirm.waitFor({ state: 'hidden' });
    expect(t.sent('slack/action')).toHaveLength(0);
    await button.click();
    await confirm.getByRole('button', { name: 'Roll back' }).click();
    expect((await t.body('slack/action')).action).toMatchObject({ action_id: 'rollback' });
  });

  it('sends what was chosen in selects, menus and boxes', async () => {
    const quiet = quietState();
    const option = (value: string) => ({ text: { type: 'plain_text', text: `Take ${value}` }, value });
    const options = [option('a'), option('b')];
    const elements = [
      {
        type: 'static_select',
        action_id: 'select',
        placeholder: { type: 'plain_text', text: 'Which one' },
        options,
      },
      { type: 'overflow', action_id: 'more', options },
      { type: 'checkboxes', action_id: 'boxes', options: [option('c')] },
    ];
    await t.open({
      ...quiet,
      slack: { ...quiet.slack, messages: [slackBot([{ type: 'actions', elements }])] },
    });
    await t.page.getByLabel('Which one').selectOption('b');
    expect((await t.body('slack/action')).action).toMatchObject({
      action_id: 'select',
      selected_option: option('b'),
    });
    await t.page.getByRole('button', { name: 'More actions' }).click();
    await t.page.getByRole('menuitem', { name: 'Take a' }).click();
    expect((await t.body('slack/action', 2)).action).toMatchObject({
      action_id: 'more',
      selected_option: option('a'),
    });
    await t.page.getByLabel('Take c').check();
    expect((await t.body('slack/action', 3)).action).toMatchObject({
      action_id: 'boxes',
      selected_options: [option('c')],
    });
  });
});

describe('clicking in Teams', () => {
  it('runs Action.Execute once for a double click and shows what came back', async () => {
    await t.open(busyState());
    let release = (): void => {};
    t.server.answerNext('teams/action', {
      body: { message: 'Yours now.' },
      after: new Promise((resolve) => (release = resolve)),
    });
    const button = t.page.getByTestId('teams-pane').getByRole('button', { name: 'Acknowledge' });
    await button.dblclick();
    expect(await t.body('teams/action')).toEqual({
      person: 'Olivia',
      conversation: '19:alerts@thread.tacv2',
      messageId: teamsAlert().id,
      action: { type: 'Action.Execute', verb: 'ack', data: { k: 'inc/1/root' } },
    });
    release();
    await t.page.getByTestId('toast').getByText('Yours now.').waitFor();
    expect(t.sent('teams/action')).toHaveLength(1);
  });

  it('shows a card that the answer brings to the person who clicked, until the message is edited', async () => {
    await t.open(busyState());
    const card = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: 'only for Olivia' }],
    };
    t.server.answerNext('teams/action', { body: { card } });
    await t.page.getByTestId('teams-pane').getByRole('button', { name: 'Acknowledge' }).click();
    await t.page.getByText('only for Olivia').waitFor();
    await t.page.getByTestId('person-switch').selectOption('Ravi');
    await t.page.getByText('only for Olivia').waitFor({ state: 'hidden' });
    await t.page.getByTestId('person-switch').selectOption('Olivia');
    t.server.push({
      type: 'teams.message',
      message: teamsAlert({
        editedAt: '2026-11-20T09:03:00Z',
        cards: [{ ...card, body: [{ type: 'TextBlock', text: 'Olivia has it' }] }],
      }),
    });
    await t.page.getByText('Olivia has it').waitFor();
    expect(await t.page.getByText('only for Olivia').count()).toBe(0);
  });

  it('opens the card inside an action and runs what stands there', async () => {
    await t.open(busyState());
    await t.page.getByTestId('teams-pane').getByRole('button', { name: 'Roll back…' }).click();
    await t.page.getByRole('button', { name: 'Roll back to 41' }).last().click();
    expect((await t.body('teams/action')).action).toMatchObject({ verb: 'rollback' });
  });

  it('replies below a post', async () => {
    await t.open(busyState());
    await t.page.getByTestId('teams-reply').first().click();
    await t.page.getByTestId('teams-reply-composer').fill('@Deckhand diagnose');
    await t.page.getByTestId('teams-reply-composer').press('Enter');
    expect(await t.body('teams/send')).toMatchObject({ rootId: teamsAlert().id, text: '@Deckhand diagnose' });
  });
});
