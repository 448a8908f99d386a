import { describe, expect, it } from 'vitest';
import { SIZES, screenshot } from './browser.ts';
import { layoutFaults, leakedText } from './layout.ts';
import { usePage } from './page-harness.ts';
import { busyState } from './sample-state.ts';
import {
  HOSTILE_BLOCKS,
  HOSTILE_CARD,
  section,
  slackBot,
  teamsBot,
  WIDE_BLOCKS,
  WIDE_CARD,
} from './tricky.ts';

const t = usePage();

describe.each(['light', 'dark'] as const)('the layout, %s', (theme) => {
  it.each(Object.entries(SIZES))('holds on a %s window, whatever the messages hold', async (name, size) => {
    const busy = busyState();
    const fifty = Array.from({ length: 50 }, (_, index) =>
      index % 2 ? { type: 'divider' } : section(`block ${index}`),
    );
    await t.open({
      ...busy,
      slack: {
        ...busy.slack,
        messages: [slackBot(fifty), slackBot(WIDE_BLOCKS), slackBot(HOSTILE_BLOCKS), ...busy.slack.messages],
      },
      teams: {
        ...busy.teams,
        messages: [teamsBot(WIDE_CARD), teamsBot(HOSTILE_CARD), ...busy.teams.messages],
      },
    });
    await t.page.emulateMedia({ colorScheme: theme });
    await t.page.setViewportSize(size);
    expect(await t.slackMessages.filter({ hasText: 'block 48' }).locator('.sk-block').count()).toBe(50);
    await screenshot(t.page, `${name}-${theme}`);
    expect(await layoutFaults(t.page)).toEqual([]);
    expect(await leakedText(t.page)).toEqual([]);
  });

  it('shows the other side on a phone by its tab', async () => {
    await t.open(busyState());
    await t.page.emulateMedia({ colorScheme: theme });
    await t.page.setViewportSize(SIZES.phone);
    await t.page.getByTestId('show-teams').click();
    await t.page.getByTestId('teams-pane').waitFor();
    expect(await t.page.getByTestId('slack-pane').isVisible()).toBe(false);
    await screenshot(t.page, `phone-${theme}-teams`);
    expect(await layoutFaults(t.page)).toEqual([]);
  });
});
