import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isObject, type JsonObject, objectsOf } from '../../src/local/json.ts';
import { person } from '../local/chat-world.ts';
import { ACCOUNT, openProduct, type Product, SLACK_CHANNEL, TEAMS_CHANNEL } from './product.ts';

/** The life of an incident by hand, and a service that is switched off, in both chats. */
let product: Product;

beforeAll(async () => {
  product = await openProduct(['alpha', 'beta', 'gamma', 'delta']);
});
afterAll(() => product.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
const text = (value: unknown) => JSON.stringify(value);

function failed(service: string): object {
  const now = new Date().toISOString();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECS Service Action',
    source: 'aws.ecs',
    account: ACCOUNT,
    time: `${now.slice(0, 19)}Z`,
    region: 'eu-west-1',
    resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/${service}`],
    detail: {
      eventType: 'WARN',
      eventName: 'SERVICE_TASK_START_IMPAIRED',
      clusterArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/core`,
      createdAt: now,
    },
  };
}

/** The element or action with this label, wherever it stands. */
function labelled(value: unknown, label: string): JsonObject | undefined {
  if (Array.isArray(value))
    return value.map((each) => labelled(each, label)).find((each) => each !== undefined);
  if (!isObject(value)) return undefined;
  const shown = isObject(value.text) ? value.text.text : value.title;
  if (shown === label && (value.type === 'button' || value.type === 'Action.Execute')) return value;
  return labelled(Object.values(value), label);
}

interface Side {
  readonly platform: 'slack' | 'teams';
  /** The root of the alert about a service, as it stands now. */
  root(service: string): string;
  say(name: string, words: string): Promise<void>;
  /** Everything that stands in the channel, and what Olivia alone was told. */
  shown(): string;
  /** Clicks on the newest message with this label, with something typed into its field. */
  click(label: string, typed?: string): Promise<void>;
}

const slack: Side = {
  platform: 'slack',
  root: (service) => text(product.slackAlerts(service)),
  say: async (name, words) => {
    await product.local.chats?.slack.people.send(person(name).slackId, SLACK_CHANNEL, `/ecs ${words}`);
  },
  shown: () => text(product.slack()),
  async click(label, typed) {
    const message = product.slack().findLast(({ blocks }) => labelled(blocks, label));
    const element = labelled(message?.blocks, label);
    if (message === undefined || element === undefined) throw new Error(`nothing is called ${label}`);
    const field = objectsOf(message.blocks).find(({ type }) => type === 'input')?.block_id;
    const values =
      typed === undefined || typeof field !== 'string'
        ? {}
        : { [field]: { [field]: { type: 'plain_text_input', value: typed } } };
    await product.local.chats?.slack.people.act(
      person('Olivia').slackId,
      SLACK_CHANNEL,
      message.ts,
      element,
      values,
    );
  },
};

const teams: Side = {
  platform: 'teams',
  root: (service) => text(product.teamsAlerts(service)),
  say: async (name, words) => {
    const people = product.local.chats?.teams.people;
    await people?.send(person(name).teamsId, TEAMS_CHANNEL, `@Deckhand ${words}`);
  },
  shown: () => text(product.teams()) + text(told),
  async click(label, typed) {
    const message = product.teams().findLast(({ body }) => labelled(body, label));
    const action = labelled(message?.body, label);
    if (message === undefined || action === undefined) throw new Error(`nothing is called ${label}`);
    const data = isObject(action.data) ? action.data : {};
    const sent = typed === undefined ? action : { ...action, data: { ...data, confirm_name: typed } };
    const people = product.local.chats?.teams.people;
    told.push(await people?.act(person('Olivia').teamsId, TEAMS_CHANNEL, message.id, { ...sent }));
  },
};
const told: unknown[] = [];

/** How many changes of a service AWS took. */
const updates = () =>
  (product.local.aws?.meter.report().rows ?? [])
    .filter(({ operation, outcome }) => operation === 'UpdateService' && outcome === 'ok')
    .reduce((sum, { calls }) => sum + calls, 0);

describe.each([
  ['slack', slack, 'alpha', 'beta'],
  ['teams', teams, 'gamma', 'delta'],
] as const)('in %s', (_name, side, ill, idle) => {
  test('an incident is given to somebody, noted, closed, and opened again by Undo', async () => {
    await product.push(failed(ill));
    await soon(() => expect(side.root(ill)).toContain('Acknowledge'));

    await side.say('Olivia', `assign ${ill} @Ravi`);
    await soon(() => expect(side.shown()).toMatch(/Ravi has #\d+/));
    await soon(() => expect(side.root(ill)).not.toContain('"Acknowledge"'));
    expect(side.root(ill)).toMatch(side.platform === 'slack' ? new RegExp(person('Ravi').slackId) : /Ravi/);

    await side.say('Olivia', `note ${ill} the pool is exhausted`);
    await soon(() => expect(side.shown()).toContain('the pool is exhausted'));

    await side.say('Olivia', `resolve ${ill}`);
    await soon(() => expect(side.root(ill)).toContain('Resolved'));
    await side.click('Undo (open it again)');
    await soon(() => expect(side.root(ill)).not.toContain('Resolved'));
    expect(side.shown()).toMatch(/Opened #\d+/);
  });

  test('a mute is told to everybody, listed, and taken back', async () => {
    await side.say('Olivia', `mute ${idle} 2h`);
    await soon(() => expect(side.shown()).toContain(`Muted: ${idle} in core, production`));
    await side.click('Undo');
    await soon(() => expect(side.shown()).toContain(`No longer muted: ${idle} in core, production`));
  });

  test('a service is switched off by an administrator who types its name, and by no click alone', async () => {
    const before = updates();
    await side.say('Olivia', `scale ${idle} 0`);
    await soon(() => expect(side.shown()).toContain(`Type ${idle} to confirm`));
    await side.click('Confirm');
    await soon(() => expect(side.shown()).toContain('Nothing is typed beside the button'));
    await side.click('Confirm', `${idle}x`);
    await soon(() => expect(side.shown()).toContain('You typed something else than its name'));
    expect(updates()).toBe(before);
    await side.click('Confirm', ` ${idle.toUpperCase()}`);
    await soon(() => expect(side.shown()).toContain(`Done: scale ${idle}: 1 → 0`));
    // Teams asks by unfolding: the button below the question carries the answer.
    await side.click(side.platform === 'slack' ? 'Undo (back to 1)' : 'Undo');
    await soon(() => expect(side.shown()).toContain(`Done: scale ${idle}: 0 → 1`));
    expect(updates()).toBe(before + 2);
  });
});
