import { describe, expect, it } from 'vitest';
import { screenshot } from './browser.ts';
import { usePage } from './page-harness.ts';
import { busyState } from './sample-state.ts';
import { FORM } from './tricky.ts';

const t = usePage();

describe('a modal', () => {
  const openForm = async (): Promise<void> => {
    await t.open(busyState());
    t.server.push({ type: 'slack.modal', person: 'U0LIVIA', viewId: 'V1', view: FORM });
    await t.page.getByTestId('modal').waitFor();
  };

  it('asks for what is missing, shows the errors of the bot by block, and sends Slack’s values', async () => {
    await openForm();
    const modal = t.page.getByTestId('modal');
    await modal.getByRole('button', { name: 'Scale' }).click();
    expect(await modal.getByTestId('error-why').innerText()).toContain('complete this required field');
    expect(t.sent('slack/submit')).toHaveLength(0);
    await modal.getByLabel('Why').fill('sale');
    await modal.getByLabel('When').selectOption('night');
    await modal.getByLabel('The team').check();
    await modal.getByLabel('Who checks').selectOption('U0RAVI');
    t.server.answerNext('slack/submit', { body: { errors: { count: 'At most 5.' } } });
    await modal.getByRole('button', { name: 'Scale' }).click();
    await modal.getByTestId('error-count').getByText('At most 5.').waitFor();
    await screenshot(t.page, 'modal');
    await modal.getByLabel('Tasks').fill('5');
    await modal.getByRole('button', { name: 'Scale' }).click();
    expect(await t.body('slack/submit', 2)).toEqual({
      person: 'Olivia',
      viewId: 'V1',
      values: {
        count: { n: { type: 'number_input', value: '5' } },
        why: { text: { type: 'plain_text_input', value: 'sale' } },
        when: {
          select: {
            type: 'static_select',
            selected_option: { text: { type: 'plain_text', text: 'Tonight' }, value: 'night' },
          },
        },
        how: {
          radio: {
            type: 'radio_buttons',
            selected_option: { text: { type: 'plain_text', text: 'Slowly' }, value: 'slow' },
          },
        },
        tell: {
          boxes: {
            type: 'checkboxes',
            selected_options: [{ text: { type: 'plain_text', text: 'The team' }, value: 'team' }],
          },
        },
        who: { user: { type: 'users_select', selected_user: 'U0RAVI' } },
      },
    });
    await modal.waitFor({ state: 'hidden' });
  });

  it('tells the server when it is closed, and goes when the server closes it', async () => {
    await openForm();
    await t.page.keyboard.press('Escape');
    expect(await t.body('slack/close')).toEqual({ person: 'Olivia', viewId: 'V1' });
    t.server.push({ type: 'slack.modal', person: 'U0LIVIA', viewId: 'V2', view: FORM });
    await t.page.getByTestId('modal').waitFor();
    t.server.push({ type: 'slack.modal_closed', person: 'U0LIVIA', viewId: 'V2' });
    await t.page.getByTestId('modal').waitFor({ state: 'hidden' });
  });

  it('is only seen by the person who opened it', async () => {
    await openForm();
    await t.page.keyboard.press('Escape');
    t.server.push({ type: 'slack.modal', person: 'U0RAVI', viewId: 'V3', view: FORM });
    t.server.push({ type: 'bot', ready: false });
    await t.page.getByTestId('bot-status').getByText('Bot starting').waitFor();
    expect(await t.page.getByTestId('modal').count()).toBe(0);
  });
});
