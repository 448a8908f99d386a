import { describe, expect, it } from 'vitest';
import { usePage } from './page-harness.ts';
import { busyState, quietState } from './sample-state.ts';
import { EVIL, HOSTILE_BLOCKS, HOSTILE_CARD, section, slackBot, teamsBot } from './tricky.ts';

const t = usePage();

describe('what is shown', () => {
  it('keeps hostile words inert in both chats', async () => {
    const quiet = quietState();
    await t.open({
      ...quiet,
      slack: { ...quiet.slack, messages: [slackBot(HOSTILE_BLOCKS), slackBot([], { text: EVIL })] },
      teams: {
        ...quiet.teams,
        messages: [teamsBot(HOSTILE_CARD), { ...teamsBot([]), text: EVIL, cards: [] }],
      },
    });
    await t.slackMessages.nth(1).waitFor();
    await t.page.getByText('what stands in for it').waitFor();
    const found = await t.page.evaluate(() => ({
      hacked: 'hacked' in window,
      scripts: document.querySelectorAll('.message-main script, .message-main img').length,
      mentions: document.querySelectorAll('.message-main .mention').length,
      labels: [...document.querySelectorAll('.message-main a')].map((a) => a.textContent),
      links: [...document.querySelectorAll('.message-main a')].map((a) => a.getAttribute('href')),
    }));
    expect(found.hacked).toBe(false);
    expect(found.scripts).toBe(0);
    expect(found.mentions).toBe(0);
    expect(found.links.filter((href) => href && !/^https?:/.test(href))).toEqual([]);
    expect(found.labels).not.toContain('click');
    expect(await t.slackMessages.first().innerText()).toContain(
      '<script>window.hacked=1</script> <!channel> <@U0RAVI>',
    );
  });

  it('shows a block that it cannot draw as a labelled raw box', async () => {
    const quiet = quietState();
    await t.open({
      ...quiet,
      slack: { ...quiet.slack, messages: [slackBot([{ type: 'brand_new', a: 1 }, section('still here')])] },
    });
    await t.page.getByText('still here').waitFor();
    expect(await t.page.getByTestId('raw').innerText()).toContain('brand_new');
  });

  it('draws mentions, links, dates in the viewer’s zone and formatting, and leaves colons in ARNs alone', async () => {
    const quiet = quietState();
    const text =
      'Hi <@U0RAVI> in <#C0PLATFORM>: *bold _both_* ~gone~ `a*b*c` <https://x.example/?a=1&amp;b=2|a &amp; b> ' +
      'at <!date^1795165240^{date_num} {time}|then> arn:aws:x:eu:1 10:20:30 snake_case_name 2*3*4 :tada:';
    await t.open({ ...quiet, slack: { ...quiet.slack, messages: [slackBot([section(text)])] } });
    const message = t.slackMessages.first();
    await message.waitFor();
    expect(await message.innerText()).toContain(
      'Hi @Ravi in #platform: bold both gone a*b*c a & b at 2026-11-20 10:00 arn:aws:x:eu:1 10:20:30 snake_case_name 2*3*4 🎉',
    );
    expect(await message.locator('a').getAttribute('href')).toBe('https://x.example/?a=1&b=2');
    expect(await message.locator('strong em').innerText()).toBe('both');
  });

  it('draws charts and standard markdown, and tables with their header', async () => {
    await t.open(busyState());
    const message = t.slackMessages.last();
    expect(await message.locator('svg[role=img]').count()).toBe(1);
    expect(await message.locator('th[scope=col]').allInnerTexts()).toEqual([
      'Service',
      'Health',
      'Running',
      'Why',
    ]);
  });

  it('resolves the dates of a card and the mentions that the card backs', async () => {
    const quiet = quietState();
    const card = teamsBot(
      [
        {
          type: 'TextBlock',
          wrap: true,
          text: 'At {{TIME(2026-11-20T09:00:40Z)}}, **ask** <at>Ravi</at>, not <at>Vera</at>',
        },
      ],
      {
        msteams: {
          entities: [{ type: 'mention', text: '<at>Ravi</at>', mentioned: { id: '29:ravi', name: 'Ravi' } }],
        },
      },
    );
    await t.open({ ...quiet, teams: { ...quiet.teams, messages: [card] } });
    const drawn = t.page.getByTestId('adaptive-card');
    expect(await drawn.locator('.mention').allInnerTexts()).toEqual(['Ravi']);
    expect(await drawn.innerText()).toMatch(/At 10:00.*, ask Ravi, not <at>Vera<\/at>/);
  });

  it('shows a person only what is for them', async () => {
    await t.open(busyState());
    await t.page.getByText('Only visible to you').waitFor();
    await t.page.getByTestId('person-switch').selectOption('Vera');
    await expect.poll(() => t.page.getByText('Only visible to you').count()).toBe(0);
    expect(await t.page.getByTestId('channel-D0OLIVIA').count()).toBe(0);
  });
});
