import { beforeEach, describe, expect, it } from 'vitest';
import { toText } from '../../src/cli/text/index.ts';
import { type AlertTestDeps, makeAlertTest } from '../../src/commands/alert-test.ts';
import type { Answer } from '../../src/commands/command.ts';
import { Denied, Unreachable } from '../../src/domain/errors.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import { FOLD_DEFAULTS } from '../../src/incidents/fold.ts';
import { makeIncidents } from '../../src/incidents/incidents.ts';
import { makeDeliveryState } from '../../src/messaging/delivery-state.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeGroupStore } from '../../src/store/group-store.ts';
import { makeIncidentStore } from '../../src/store/incident-store.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { keepLog } from '../kept-log.ts';
import { fates } from '../messaging/simulated-chat.ts';
import { makeWorld, slackChannel } from '../messaging/world.ts';

const olivia = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;
const ravi = { ...olivia, id: 'U2', name: 'Ravi' };
const [C1, C2] = [slackChannel('C1'), slackChannel('C2')];

/** Patterns that keep every service out but those of one cluster keep no test out. */
const account = (name: string, id: string) => ({
  name,
  id,
  regions: ['eu-west-1'],
  auth: { kind: 'default' as const },
  include: ['core/*'],
  exclude: [],
});

/** The real way of an event, but for the queue: what is sent is taken in when the test says so. */
function open(change: Partial<AlertTestDeps> = {}) {
  const world = makeWorld(11);
  const { time, table } = world;
  const now = () => time.now();
  const { outbox } = world.boot();
  const incidents = makeIncidents({
    store: makeIncidentStore(table, now),
    groups: makeGroupStore(table, now),
    settings: FOLD_DEFAULTS,
    want: (messages) => outbox.want(messages),
    destinations: async () => ({ now: [C1, C2] }),
    accounts: () => [account('production', '111122223333'), account('staging', '222233334444')],
    clock: time,
    log: keepLog().log,
  });
  const queue = { isRead: true };
  let minted = 0;
  const command = makeAlertTest({
    async send(body) {
      await time.pause(20);
      const parsed = parseMessage(body);
      if (parsed.kind !== 'event') throw new Error('It is no event.');
      if (queue.isRead) time.after(100, () => void incidents.absorb([parsed.event]));
    },
    incidents,
    destinations: async () => ({ now: [C1, C2] }),
    delivery: makeDeliveryState({ outbox: makeOutboxStore(table), channels: makeChannelStore(table) }),
    places: () => [
      { account: 'production', accountId: '111122223333', region: 'eu-west-1' },
      { account: 'staging', accountId: '222233334444', region: 'us-east-1' },
    ],
    clock: time,
    systemClock: time,
    wait: (ms) => time.pause(ms),
    mint: () => `0000000${(minted += 1)}`,
    ...change,
  });
  async function run(
    intent: Partial<Intent> = {},
    person: typeof ravi | typeof olivia = olivia,
  ): Promise<Answer> {
    const answer = command({ command: 'alerts', action: 'test', ...intent }, { person, prefix: '/ecs' });
    const progress = { isOver: false };
    const ended = answer.then(
      () => true,
      () => true,
    );
    void ended.then((isOver) => Object.assign(progress, { isOver }));
    const startedMs = time.now();
    while (!progress.isOver && time.now() - startedMs < 40_000) await time.pass(250);
    return answer;
  }
  return { ...world, incidents, queue, run };
}
type Hops = {
  readonly hops: readonly { readonly name: string; readonly state: string; readonly why?: string }[];
};
// What the command gives as data.
const hopsOf = ({ data }: Answer) => (data as Hops).hops;
const states = (answer: Answer) => hopsOf(answer).map(({ name, state }) => `${name}: ${state}`);

describe('a test alert', () => {
  let world: ReturnType<typeof open>;
  beforeEach(() => {
    world = open();
  });

  it('passes every hop, stands in every channel, and ends by itself', async () => {
    const answer = await world.run();
    expect(states(answer)).toEqual([
      'Event on the queue: ok',
      'Incident stored: ok',
      'Message in slack:C1: ok',
      'Message in slack:C2: ok',
      'Second event on the queue: ok',
      'Incident resolved: ok',
    ]);
    expect(answer.verdict).toBe('ok');
    expect(toText(answer.card)).toContain('#1');
    expect(await world.incidents.open()).toEqual([]);
    const [incident] = await world.incidents.recentlyClosed();
    expect(incident).toMatchObject({ number: 1, isTest: true, state: 'resolved' });
    expect(world.slack.seen('slack/T1/C1')).toHaveLength(world.slack.seen('slack/T1/C2').length);
  });

  it('meets no other test', async () => {
    const [one, two] = await Promise.all([world.run(), world.run({}, ravi)]);
    expect(one.verdict).toBe('ok');
    expect(two.verdict).toBe('ok');
    expect(new Set((await world.incidents.recentlyClosed()).map(({ id }) => id)).size).toBe(2);
  });

  it('can come from another account, for its routes', async () => {
    await world.run({ account: 'staging' });
    const [incident] = await world.incidents.recentlyClosed();
    expect(incident?.target).toMatchObject({ account: 'staging', region: 'us-east-1' });
    await expect(world.run({ account: 'mars' }, ravi)).rejects.toThrow('`accounts list` shows which');
  });

  it('names the channel that does not take it, and why, and leaves nothing open', async () => {
    world.slack.fate = ({ dest }) => (dest.endsWith('C2') ? fates.revoked() : fates.good());
    const answer = await world.run();
    expect(states(answer)).toEqual([
      'Event on the queue: ok',
      'Incident stored: ok',
      'Message in slack:C1: ok',
      'Message in slack:C2: failed',
      'Second event on the queue: ok',
      'Incident resolved: ok',
    ]);
    expect(hopsOf(answer)[3]?.why).toContain('`outbox list`');
    expect(answer.verdict).toBe('incomplete');
    expect(answer.card.title).toContain('Message in slack:C2');
    expect(await world.incidents.open()).toEqual([]);
  });

  it('says that nobody takes events from the queue', async () => {
    world.queue.isRead = false;
    const answer = await world.run();
    expect(states(answer)).toEqual(['Event on the queue: ok', 'Incident stored: failed']);
    expect(hopsOf(answer)[1]?.why).toContain('see that a bot runs that reads this queue');
  });

  it('answers within half a minute, whatever hangs', async () => {
    const startedMs = world.time.now();
    world.slack.fate = () => fates.void();
    expect((await world.run()).verdict).toBe('incomplete');
    expect(world.time.now() - startedMs).toBeLessThanOrEqual(30_000);
  });

  it('is one a minute and person', async () => {
    await world.run();
    await expect(world.run()).rejects.toThrow(/One test a minute is enough: please try again in \d+ s/);
    await world.run({}, ravi);
    await world.time.pass(60_000);
    await world.run();
  });
});

it.each<[string, Partial<AlertTestDeps>, string[], string]>([
  [
    'the queue refuses it',
    { send: () => Promise.reject(new Denied('I may not send to the queue.')) },
    ['Event on the queue: failed'],
    'I may not send to the queue. Check ALERT_QUEUE_URL',
  ],
  [
    'the queue does not answer',
    { send: () => new Promise(() => {}) },
    ['Event on the queue: failed'],
    'The queue does not answer. Check ALERT_QUEUE_URL',
  ],
  [
    'the store does not answer',
    {
      incidents: {
        ofService: () => Promise.reject(new Unreachable('My store does not answer.')),
        byId: async () => undefined,
      },
    },
    ['Event on the queue: ok', 'Incident stored: failed'],
    'My store does not answer.',
  ],
])('where %s, it says so and what to do', async (_, change, expected, why) => {
  const answer = await open(change).run();
  expect(states(answer)).toEqual(expected);
  expect(hopsOf(answer).at(-1)?.why).toContain(why);
});

it('that quiet hours or a mute hold back says until when, and that no channel hears of it what to set', async () => {
  const held = await open({
    destinations: async () => ({ now: [], heldUntilMs: Date.UTC(2026, 10, 21, 7) }),
  }).run();
  expect(hopsOf(held)[2]).toMatchObject({
    state: 'waiting',
    why: expect.stringContaining('until 07:00 UTC'),
  });
  expect(held.verdict).toBe('incomplete');
  const nowhere = await open({ destinations: async () => ({ now: [] }) }).run();
  expect(hopsOf(nowhere)[2]?.why).toContain('SLACK_DEFAULT_CHANNEL');
});

it('without an alert queue it names the setting that is missing', async () => {
  const asking = { person: olivia, prefix: '/ecs' };
  await expect(makeAlertTest(undefined)({ command: 'alerts', action: 'test' }, asking)).rejects.toThrow(
    'ALERT_QUEUE_URL',
  );
});
