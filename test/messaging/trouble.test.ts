import { describe, expect, it } from 'vitest';
import { type Destination, destinationKey, type WantedMessage } from '../../src/messaging/messenger.ts';
import { type Fate, fates, type Request, type Seen } from './simulated-chat.ts';
import { makeWorld, message, mostWithin, slackChannel, teamsChannel } from './world.ts';

const MINUTE = 60_000;
const SICK = 'C-sick';
const WELL = ['C-well-1', 'C-well-2'];

describe('ten minutes in which one channel is in trouble', () => {
  const troubles: readonly [string, (random: () => number) => Fate][] = [
    ['429 with Retry-After', () => fates.throttled(30_000)],
    ['answers 500', () => fates.serverError()],
    ['does not answer', () => fates.void()],
    ['resets connections after taking the message', () => fates.answerLost()],
    ['revoked token', () => fates.revoked()],
    ['refused connections', () => fates.notSent()],
    ['all of these in turn', (random) => anyTrouble(random())],
  ];

  const cases = (['slack', 'teams'] as const).flatMap((platform) =>
    troubles.map(([name, trouble]) => [platform, name, trouble] as const),
  );
  it.each(cases)(
    '%s, %s: everything arrives after it, in order, and others never wait',
    async (platform, _, trouble) => {
      const world = makeWorld(7);
      const { time, random } = world;
      const chat = world[platform];
      const channel = platform === 'slack' ? slackChannel : teamsChannel;
      const seenIn = (name: string) => chat.seen(destinationKey(channel(name)));
      const { outbox } = world.boot();
      const endMs = time.now() + 10 * MINUTE;
      chat.fate = ({ dest }) => (dest.endsWith(SICK) && time.now() < endMs ? trouble(random) : fates.good());
      for (let n = 0; time.now() < endMs; n += 1) {
        void outbox.want([SICK, ...WELL].flatMap((name) => story(channel(name), n)));
        await time.pass(30_000);
        expect(WELL.map((name) => seenIn(name).length)).toEqual(WELL.map(() => 3 * (n + 1)));
      }
      await time.pass(60 * MINUTE);
      for (const name of [SICK, ...WELL]) {
        const seen = seenIn(name);
        expect(firstOf(seen, undefined)).toEqual(Array.from({ length: 20 }, (__, n) => `inc/${n}/root`));
        for (let n = 0; n < 20; n += 1) {
          const root = seen.filter((m) => m.key === `inc/${n}/root`);
          expect(root.map((m) => m.text)).toContain(`inc/${n}/root r3`);
          const facts = [`inc/${n}/fact/1`, `inc/${n}/fact/2`];
          expect(root.flatMap((m) => firstOf(seen, m.id))).toEqual(facts);
        }
        // Where one cannot look whether a message arrived, a lost answer leaves a copy.
        const mayHaveCopies = platform === 'teams' && name === SICK;
        expect(seen.filter((m) => !mayHaveCopies || world.known.has(m.id))).toHaveLength(60);
      }
      const edits = chat.requests.filter((r) => r.kind === 'edit' && r.dest.endsWith(SICK) && r.atMs > endMs);
      expect(edits.length).toBeLessThanOrEqual(20);
    },
  );

  /** The keys in a thread, or of the channel's own messages, as they first appeared. */
  function firstOf(seen: readonly Seen[], thread: string | undefined): readonly string[] {
    return [...new Set(seen.filter((m) => m.thread === thread).map((m) => m.key))];
  }

  /** An incident as it is told: a root, two revisions of it, two facts. */
  function story(dest: Destination, n: number): readonly WantedMessage[] {
    const root = `inc/${n}/root`;
    const facts = [1, 2].map((fact) => message(dest, `inc/${n}/fact/${fact}`, 1, { parent: root }));
    return [message(dest, root, 1), ...facts, message(dest, root, 2), message(dest, root, 3)];
  }

  function anyTrouble(dice: number): Fate {
    const all = [
      fates.throttled(20_000),
      fates.serverError(),
      fates.void(),
      fates.answerLost(),
      fates.notSent(),
    ];
    return all[Math.floor(dice * all.length)] ?? fates.revoked();
  }
});

describe('a storm of 10,000 changes to 50 messages in a minute', () => {
  it('ends with the right texts, within the pace of Slack, without one 429', async () => {
    const world = makeWorld(11);
    const { time, slack } = world;
    const guard = slackGuard();
    slack.fate = guard.fate;
    const dests = Array.from({ length: 5 }, (_, n) => slackChannel(`C${n}`));
    const latest = await storm(world, dests);
    await time.pass(20 * MINUTE);
    expect(shown(slack, dests)).toEqual(latest);
    expect(guard.refused()).toBe(0);
    for (const dest of dests) {
      const posts = slack.requests.filter((r) => r.kind === 'post' && r.dest === destinationKey(dest));
      expect(mostWithin(posts, 1_000)).toBe(1);
    }
    const edits = slack.requests.filter((r) => r.kind === 'edit');
    expect(mostWithin(edits, MINUTE)).toBeLessThanOrEqual(50);
    console.log(`Slack: 10,000 changes became ${edits.length} edits`);
  });

  it('ends with the right texts, within the pace of Teams, without one 429', async () => {
    const world = makeWorld(12);
    const { time, teams } = world;
    const guard = teamsGuard();
    teams.fate = guard.fate;
    const dests = Array.from({ length: 5 }, (_, n) => teamsChannel(`19:c${n}@thread.tacv2`));
    const latest = await storm(world, dests);
    await time.pass(20 * MINUTE);
    expect(shown(teams, dests)).toEqual(latest);
    expect(guard.refused()).toBe(0);
    console.log(
      `Teams: 10,000 changes became ${teams.requests.filter((r) => r.kind === 'edit').length} edits`,
    );
  });

  /** Two processes, 10 messages in each of 5 channels, 200 revisions each. Returns the last texts. */
  async function storm(
    { time, random, boot }: ReturnType<typeof makeWorld>,
    dests: readonly Destination[],
  ): Promise<ReadonlyMap<string, string>> {
    const processes = [boot(), boot()];
    const latest = new Map<string, string>();
    for (let rev = 1; rev <= 200; rev += 1) {
      for (const dest of dests) {
        for (let n = 0; n < 10; n += 1) {
          const wanted = message(dest, `inc/${n}/root`, rev);
          latest.set(`${destinationKey(dest)} ${wanted.key}`, wanted.card.title);
          void processes[random() < 0.5 ? 0 : 1]?.outbox.want([wanted]);
        }
      }
      await time.pass(300);
    }
    return latest;
  }

  function shown(
    chat: ReturnType<typeof makeWorld>['slack'],
    dests: readonly Destination[],
  ): ReadonlyMap<string, string> {
    const all = dests
      .map(destinationKey)
      .flatMap((dest) => chat.seen(dest).map((m) => [`${dest} ${m.key}`, m.text] as const));
    expect(all).toHaveLength(50);
    return new Map(all);
  }
});

/** The limits as the platforms apply them: a request over the limit is answered 429. */
interface Guard {
  readonly fate: (request: Request) => Fate;
  readonly refused: () => number;
}

function slackGuard(): Guard {
  const posts = new Map<string, number>();
  const edits: number[] = [];
  let refused = 0;
  return {
    refused: () => refused,
    fate({ kind, dest, atMs }) {
      if (kind === 'post' && atMs - (posts.get(dest) ?? 0) < 1_000) refused += 1;
      if (kind === 'post') posts.set(dest, atMs);
      if (kind === 'edit') edits.push(atMs);
      if (edits.filter((at) => atMs - at < MINUTE).length > 50) refused += 1;
      return fates.good();
    },
  };
}

function teamsGuard(): Guard {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  let refused = 0;
  return {
    refused: () => refused,
    fate({ kind, dest, key, thread, atMs }) {
      if (kind === 'find') return fates.good();
      const conversation = `${dest} ${thread ?? (kind === 'edit' ? key : '')}`;
      const bucket = buckets.get(conversation) ?? { tokens: 7, atMs };
      const tokens = Math.min(7, bucket.tokens + (atMs - bucket.atMs) / 2_000);
      if (tokens < 1) refused += 1;
      buckets.set(conversation, { tokens: tokens - 1, atMs });
      return fates.good();
    },
  };
}
