import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CAST, person } from '../local/chat-world.ts';
import { elementCalled, openProduct, type Product, SLACK_CHANNEL, TEAMS_CHANNEL } from './product.ts';

/**
 * One suite for both platforms, driven as the page drives them: whatever is said, clicked and refused comes out the
 * same.
 */
let product: Product;

beforeAll(async () => {
  product = await openProduct(['alpha', 'beta', 'gamma', 'delta']);
});
afterAll(() => product.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

interface Side {
  readonly platform: 'slack' | 'teams';
  readonly key: (name: string) => string;
  say(name: string, words: string): Promise<void>;
  /** Clicks on the newest message that holds all of these texts; answers with what the person alone is told. */
  click(name: string, label: string, ...texts: readonly string[]): Promise<string>;
  /** Everything that everybody sees, as text. */
  shown(): string;
  /** What one person alone was told. */
  toldAlone(name: string): string;
}

const slack: Side = {
  platform: 'slack',
  key: (name) => `slack:${person(name).slackId}`,
  say: async (name, words) => {
    await page('slack/send', { person: name, channel: SLACK_CHANNEL, text: `/ecs ${words}` });
  },
  async click(name, label, ...texts) {
    const message = await soon(() => newest(product.slack(), (one) => JSON.stringify(one.blocks), texts));
    const before = slack.toldAlone(name).length;
    const standing = text(product.slack());
    const action = elementCalled(message.blocks, label);
    await page('slack/action', { person: name, channel: SLACK_CHANNEL, messageTs: message.ts, action });
    // What a click brings comes by another request: an edit of the message, or words for the person alone.
    await soon(() => expect(text(product.slack())).not.toBe(standing));
    return slack.toldAlone(name).slice(before);
  },
  shown: () => text(product.slack().filter((one) => one.ephemeralFor === undefined)),
  toldAlone: (name) => text(product.slack().filter((one) => one.ephemeralFor === person(name).slackId)),
};

const teams: Side = {
  platform: 'teams',
  key: (name) => `teams:${person(name).teamsId}`,
  say: async (name, words) => {
    await page('teams/send', { person: name, conversation: TEAMS_CHANNEL, text: `@Deckhand ${words}` });
  },
  async click(name, label, ...texts) {
    const message = await soon(() => newest(product.teams(), (one) => JSON.stringify(one.body), texts));
    const action = elementCalled(message.body, label);
    return page('teams/action', { person: name, conversation: TEAMS_CHANNEL, messageId: message.id, action });
  },
  shown: () => text(product.teams().filter((one) => one.targetedTo === undefined)),
  toldAlone: (name) => text(product.teams().filter((one) => one.targetedTo === person(name).teamsId)),
};

/** Does what the page does when somebody writes or clicks there; answers with what the page gets. */
async function page(path: string, body: object): Promise<string> {
  const answer = await fetch(new URL(`/page/${path}`, product.local.endpoints.page), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

function newest<T>(all: readonly T[], textOf: (one: T) => string, texts: readonly string[]): T {
  const found = all.filter((one) => texts.every((each) => textOf(one).includes(each))).at(-1);
  if (found === undefined) throw new Error(`nothing shows ${texts.join(' and ')} yet`);
  return structuredClone(found);
}

const text = (all: readonly unknown[]) => JSON.stringify(all);

const updates = () =>
  (product.local.aws?.meter.report().rows ?? [])
    .filter(({ operation, outcome }) => operation === 'UpdateService' && outcome === 'ok')
    .reduce((sum, { calls }) => sum + calls, 0);

describe.each([
  ['slack', slack, 'alpha', 'beta'],
  ['teams', teams, 'gamma', 'delta'],
] as const)('in %s', (_name, side, one, other) => {
  test('a member without the right is told alone how to get it, and a stranger is told nothing else', async () => {
    const before = updates();
    await side.say('Ravi', `scale ${one} 3`);
    await soon(() => expect(side.toldAlone('Ravi')).toMatch(/You may scale in .*not here/));
    expect(side.toldAlone('Ravi')).toContain(`grants add ${side.key('Ravi')}`);
    await side.say('Zoe', 'health');
    await soon(() => expect(side.toldAlone('Zoe')).toContain('you are from another one'));
    expect(side.shown()).not.toContain(`Scale ${one}`);
    expect(updates()).toBe(before);
  });

  test('an administrator scales, everybody sees how it ended, and Undo sets it back', async () => {
    const before = updates();
    await side.say('Olivia', `scale ${one} 3`);
    await side.click('Olivia', 'Confirm', `Scale ${one}: 1 → 3`, 'Confirm');
    await soon(() => expect(updates()).toBe(before + 1));
    await soon(() => expect(side.shown()).toContain(`Done: scale ${one}: 1 → 3`));
    const undo = side.platform === 'slack' ? 'Undo (back to 1)' : 'Undo';
    await side.click('Olivia', undo, `Done: scale ${one}: 1 → 3`, 'Undo');
    await soon(() => expect(updates()).toBe(before + 2));
    await soon(() => expect(side.shown()).toContain(`Scale ${one}: 3 → 1`));
  });

  test('a click after the count changed says what changed and changes nothing', async () => {
    const before = updates();
    await side.say('Olivia', `scale ${other} 2`);
    await soon(() => expect(side.shown()).toContain(`Scale ${other}: 1 → 2`));
    await side.say('Olivia', `scale ${other} 4`);
    await side.click('Olivia', 'Confirm', `Scale ${other}: 1 → 4?`, 'Confirm');
    await soon(() => expect(updates()).toBe(before + 1));
    const told = await side.click('Olivia', 'Confirm', `Scale ${other}: 1 → 2`, 'Confirm');
    // In Slack the words come by a request of their own, perhaps after the next edit of the other report.
    await soon(() =>
      expect(`${told} ${side.toldAlone('Olivia')}`).toContain(
        `${other} is set to 4 tasks now; it was 1 task when you were asked`,
      ),
    );
    expect(updates()).toBe(before + 1);
  });

  test('a grant is proposed, confirmed, holds at once, explains itself, and is taken away', async () => {
    const who = side.key('Ravi');
    await side.say('Olivia', `grants add ${who} production/core/* scale for 2h`);
    await side.click('Ravi', 'Confirm', `Let ${who}`, 'Confirm');
    await side.click('Olivia', 'Confirm', `Let ${who}`, 'Confirm');
    await soon(() => expect(side.shown()).toMatch(/It holds from now on/));
    await side.say('Olivia', `grants why ${who} ${one} scale`);
    await soon(() => expect(side.shown()).toContain(`Yes: ${who} may scale production/core/${one}`));
    const id = /grants remove (g[0-9a-f]+)/.exec(
      side.shown().slice(side.shown().lastIndexOf('It holds')),
    )?.[1];
    await side.say('Olivia', `grants remove ${id}`);
    await side.click('Olivia', 'Confirm', `Take away: ${who}`, 'Confirm');
    await soon(() => expect(side.shown()).toContain('It holds no more'));
  });

  test('the audit tells all of it, refusals included', async () => {
    await side.say('Olivia', `audit ${one}`);
    await soon(() => expect(side.shown()).toMatch(new RegExp(`Audit of ${one}: \\d+ entries`)));
    const shown = side.shown();
    expect(shown).toContain('Ravi: ask scale');
    expect(shown).toContain('Olivia: undo scale');
  });
});

test('in Teams a grant to an Entra group is a right of its members', async () => {
  const group = `teams:${CAST.teams.groups.find(({ name }) => name === 'Operators')?.id}`;
  const yes = `Yes: ${teams.key('Ravi')} may redeploy production/core/gamma. The grant`;
  await teams.say('Olivia', `grants add ${group} production/core/gamma redeploy`);
  await teams.click('Olivia', 'Confirm', `Let ${group}`, 'Confirm');
  await soon(() => expect(teams.shown()).toContain(`Let ${group} do redeploy`));
  await teams.say('Olivia', `grants why ${teams.key('Ravi')} gamma redeploy`);
  await soon(() => expect(teams.shown()).toContain(yes));
  expect(teams.shown()).toContain('a group that they are in');

  const before = updates();
  await teams.say('Ravi', 'redeploy gamma');
  await teams.click('Ravi', 'Confirm', 'Redeploy gamma', 'Confirm');
  await soon(() => expect(updates()).toBe(before + 1));
});
