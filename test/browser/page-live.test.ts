import { describe, expect, it } from 'vitest';
import { screenshot } from './browser.ts';
import { usePage } from './page-harness.ts';
import { busyState, quietState, slackAlert } from './sample-state.ts';
import { section, slackBot, teamsBot, WIDE_CARD } from './tricky.ts';

const t = usePage();

describe('live', () => {
  it('adds what comes, edits in place, counts what is unread elsewhere, and removes what is deleted', async () => {
    await t.open();
    t.server.push({ type: 'slack.message', message: slackAlert() });
    await t.slackMessages.first().waitFor();
    t.server.push({
      type: 'slack.message',
      message: slackAlert({ blocks: [section('*Olivia* has it')], editedTs: '1795165300.000000' }),
    });
    await t.slackMessages.getByText('has it').waitFor();
    expect(await t.slackMessages.count()).toBe(1);
    expect(await t.slackMessages.innerText()).toContain('(edited)');
    t.server.push({
      type: 'slack.message',
      message: slackBot([section('elsewhere')], { channel: 'C0PLATFORM' }),
    });
    await t.page.getByTestId('channel-C0PLATFORM').getByText('1').waitFor();
    t.server.push({ type: 'slack.deleted', channel: 'C0ALERTS', ts: slackAlert().ts });
    await t.page.getByTestId('quiet').first().waitFor();
  });

  it('follows the newest message, and offers a pill to a reader who is further up', async () => {
    const quiet = quietState();
    const many = Array.from({ length: 40 }, (_, index) => slackBot([section(`line ${index}`)]));
    await t.open({ ...quiet, slack: { ...quiet.slack, messages: many } });
    const list = t.page.getByTestId('slack-pane').locator('.list');
    const fromBottom = () => list.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight);
    await expect.poll(fromBottom).toBeLessThan(4);
    t.server.push({ type: 'slack.message', message: slackBot([section('followed')]) });
    await t.page.getByText('followed').waitFor();
    await expect.poll(fromBottom).toBeLessThan(4);
    await list.evaluate((el) => el.scrollTo({ top: 0 }));
    await list.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(await fromBottom()).toBeGreaterThan(100);
    t.server.push({ type: 'slack.message', message: slackBot([section('missed')]) });
    await t.page.getByTestId('new-messages').click();
    await expect.poll(fromBottom).toBeLessThan(4);
    await t.page.getByTestId('new-messages').waitFor({ state: 'hidden' });
  });

  it('stays at the newest message when the content grows before the browser tells of the scrolling', async () => {
    const quiet = quietState();
    const posts = Array.from({ length: 12 }, () => teamsBot(WIDE_CARD));
    await t.open({ ...quiet, teams: { ...quiet.teams, messages: posts } });
    const list = t.page.getByTestId('teams-pane').locator('.list');
    const fromBottom = () => list.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight);
    await expect.poll(fromBottom).toBeLessThan(4);
    await list.evaluate((el) => {
      const grown = el.querySelector<HTMLElement>('.post:last-child');
      if (grown) grown.style.paddingBottom = '600px';
      el.dispatchEvent(new Event('scroll'));
    });
    t.server.push({ type: 'teams.message', message: teamsBot([{ type: 'TextBlock', text: 'the newest' }]) });
    await t.page.getByText('the newest').waitFor();
    await expect.poll(fromBottom).toBeLessThan(4);
    expect(await t.page.getByTestId('new-messages').count()).toBe(0);
  });

  it('shows the beginning of a message that is taller than the list', async () => {
    const quiet = quietState();
    const few = Array.from({ length: 20 }, (_, index) => slackBot([section(`line ${index}`)]));
    await t.open({ ...quiet, slack: { ...quiet.slack, messages: few } });
    const long = Array.from({ length: 49 }, (_, index) => section(`block ${index}`));
    t.server.push({ type: 'slack.message', message: slackBot([section('the headline'), ...long]) });
    const headline = t.page.getByText('the headline');
    await headline.waitFor();
    const belowTop = () =>
      headline.evaluate(
        (el) => el.getBoundingClientRect().top - (el.closest('.list')?.getBoundingClientRect().top ?? 0),
      );
    await expect.poll(belowTop).toBeGreaterThan(0);
    expect(await belowTop()).toBeLessThan(120);
  });

  it('comes back after the stream was cut, with what happened meanwhile', async () => {
    await t.open();
    const quiet = quietState();
    t.server.setState({
      ...quiet,
      slack: { ...quiet.slack, messages: [slackBot([section('said meanwhile')])] },
    });
    t.server.cut();
    await t.page.getByText('said meanwhile').waitFor();
    await expect.poll(() => t.page.getByTestId('bot-status').innerText()).toBe('Bot ready');
  });

  it('shows a thread, its replies as they come, and answers into it', async () => {
    await t.open(busyState());
    await t.slackMessages.filter({ hasText: 'deployment failed' }).first().getByTestId('open-thread').click();
    const thread = t.page.getByTestId('slack-thread');
    await thread.getByText('Looking.').waitFor();
    t.server.push({
      type: 'slack.message',
      message: slackBot([section('new fact')], { threadTs: slackAlert().ts }),
    });
    await thread.getByText('new fact').waitFor();
    await t.page.getByTestId('slack-thread-composer').fill('why?');
    await t.page.getByTestId('slack-thread-composer').press('Enter');
    expect(await t.body('slack/send')).toMatchObject({ threadTs: slackAlert().ts, text: 'why?' });
    await screenshot(t.page, 'thread');
    await thread.getByRole('button', { name: 'Close thread' }).click();
    await thread.waitFor({ state: 'hidden' });
  });
});
