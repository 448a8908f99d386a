import { describe, expect, test } from 'vitest';
import { toText } from '../../src/cli/text/index.ts';
import { printIntent } from '../../src/intent/print.ts';
import { toBlockKit } from '../../src/slack/blocks/index.ts';
import { toAdaptiveCard } from '../../src/teams/cards/index.ts';
import { slackProblems } from '../slack/blocks/slack-rules.ts';
import { teamsProblems } from '../teams/cards/teams-rules.ts';
import { BLOCK_SAMPLES } from './sample-blocks.ts';
import { SAMPLES } from './sample-cards.ts';
import { EVENT_SAMPLES } from './sample-event-cards.ts';
import { INCIDENT_SAMPLES } from './sample-incident-cards.ts';
import { NOTICE_SAMPLES } from './sample-notice-cards.ts';
import { OUTBOX_SAMPLES } from './sample-outbox-cards.ts';
import { WRITE_SAMPLES } from './sample-write-cards.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe.each(
  Object.entries({
    ...SAMPLES,
    ...BLOCK_SAMPLES,
    ...INCIDENT_SAMPLES,
    ...EVENT_SAMPLES,
    ...NOTICE_SAMPLES,
    ...OUTBOX_SAMPLES,
    ...WRITE_SAMPLES,
  }),
)('%s', (name, card) => {
  test('draws the same on every platform as the goldens say', async () => {
    const at = `../golden/${name}`;
    await expect(json(toBlockKit(card))).toMatchFileSnapshot(`${at}.slack.json`);
    await expect(json(toAdaptiveCard(card, { messageKey: 'inc/1/root' }))).toMatchFileSnapshot(
      `${at}.teams.json`,
    );
    await expect(`${toText(card, { width: 80, commandOf: printIntent })}\n`).toMatchFileSnapshot(`${at}.txt`);
  });

  test('is something that Slack and Teams accept', () => {
    expect(slackProblems(toBlockKit(card))).toEqual([]);
    expect(slackProblems(toBlockKit(card, { withoutNewest: true }))).toEqual([]);
    expect(teamsProblems(toAdaptiveCard(card))).toEqual([]);
  });
});
