import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BadRequest, ThreadGone } from '../../src/domain/errors.ts';
import { makeTable, type Table } from '../../src/store/table.ts';
import { startTestStore, type TestStore } from '../store/dynalite.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { fates } from './simulated-chat.ts';
import { Outside, VirtualTime } from './virtual-time.ts';
import { makeWorld, message, mostWithin, slackChannel, teamsChannel, type World } from './world.ts';

const C1 = slackChannel('C1');
const C2 = slackChannel('C2');
const T1 = teamsChannel('19:x@thread.tacv2');
const AT_C1 = 'slack/T1/C1';
const AT_C2 = 'slack/T1/C2';
const AT_T1 = 'teams/N1/19:x@thread.tacv2';
const MINUTE = 60_000;

describe.each(['DynamoDB', 'memory'])('outbox (%s)', (storeKind) => {
  let world: World;
  let store: TestStore | undefined;
  const outside = new Outside();

  beforeAll(async () => {
    if (storeKind === 'DynamoDB') store = await startTestStore();
  });
  afterAll(() => store?.close());
  beforeEach(async () => {
    const time = new VirtualTime(Date.UTC(2026, 10, 20, 9), () => outside.quiet());
    const table = store
      ? waitedFor(makeTable({ ...(await store.fresh()), clock: time }), outside)
      : makeMemoryTable(time);
    world = makeWorld(1, { time, table });
  });

  const texts = (dest: string): string[] => world.slack.seen(dest).map(({ text }) => text);
  const keys = (dest: string): string[] => world.slack.seen(dest).map(({ key }) => key);

  it('sends what waited through an outage as soon as the platform answers anything about it', async () => {
    world.slack.fate = () => fates.serverError();
    const { outbox } = world.boot();
    void outbox.want([message(C1, 'inc/1/root')]);
    await world.time.pass(10 * MINUTE);
    const endMs = world.time.now();
    world.slack.fate = () => fates.good();
    await world.time.pass(3 * MINUTE);
    const after = world.slack.requests.filter(({ atMs }) => atMs >= endMs);
    expect(after.map(({ kind }) => kind).slice(0, 2)).toEqual(['find', 'post']);
    expect((after[1]?.atMs ?? 0) - (after[0]?.atMs ?? 0)).toBeLessThan(2_000);
  });

  it('has an alert out within a second of being wanted', async () => {
    const { outbox } = world.boot();
    const atMs = world.time.now();
    void outbox.want([message(C1, 'inc/1/root', 1, { urgency: 'critical' })]);
    await world.time.pass(5_000);
    expect(texts(AT_C1)).toEqual(['inc/1/root r1']);
    expect((world.slack.requests[0]?.atMs ?? Infinity) - atMs).toBeLessThan(200);
  });

  it('posts once what is wanted twice, and knows it by key and by id', async () => {
    const { outbox } = world.boot();
    await outbox.want([message(C1, 'inc/1/root')]);
    await outbox.want([message(C1, 'inc/1/root')]);
    await world.time.pass(MINUTE);
    await outbox.want([message(C1, 'inc/1/root')]);
    await world.time.pass(MINUTE);
    const [seen] = world.slack.seen(AT_C1);
    expect(keys(AT_C1)).toEqual(['inc/1/root']);
    expect(await outbox.delivered(C1, 'inc/1/root')).toBe(seen?.id);
    expect(await outbox.keyOf(C1, seen?.id ?? '')).toBe('inc/1/root');
    expect(await outbox.delivered(C1, 'inc/2/root')).toBeUndefined();
  });

  it('posts a root before its replies, and replies in the order they were wanted', async () => {
    const { outbox } = world.boot();
    const facts = [1, 2, 3, 4, 5].map((n) => message(C1, `inc/1/fact/${n}`, 1, { parent: 'inc/1/root' }));
    await outbox.want([...facts, message(C1, 'inc/1/root')]);
    await world.time.pass(MINUTE);
    const [root, ...replies] = world.slack.seen(AT_C1);
    expect(root?.key).toBe('inc/1/root');
    expect(replies.map(({ key }) => key)).toEqual(facts.map(({ key }) => key));
    expect(new Set(replies.map(({ thread }) => thread))).toEqual(new Set([root?.id]));
  });

  it('keeps the order of a thread when the answer to one reply is lost', async () => {
    const { outbox } = world.boot();
    world.slack.fate = ({ kind: what, key }) =>
      what === 'post' && key === 'inc/1/fact/1' ? fates.answerLost() : fates.good();
    const facts = [1, 2, 3].map((n) => message(C1, `inc/1/fact/${n}`, 1, { parent: 'inc/1/root' }));
    await outbox.want([message(C1, 'inc/1/root'), ...facts]);
    await world.time.pass(5 * MINUTE);
    expect(keys(AT_C1)).toEqual(['inc/1/root', 'inc/1/fact/1', 'inc/1/fact/2', 'inc/1/fact/3']);
  });

  it('sends new critical roots first, then acknowledgements, then other roots, edits and facts', async () => {
    const { outbox } = world.boot();
    await outbox.want([message(C1, 'inc/1/root'), message(C1, 'inc/2/root')]);
    await world.time.pass(MINUTE);
    await outbox.stop();
    world.slack.requests.length = 0;
    await outbox.want([
      message(C1, 'inc/1/fact/1', 1, { parent: 'inc/1/root' }),
      message(C1, 'inc/1/root', 2),
      message(C1, 'digest/d/1'),
      message(C1, 'inc/2/root', 2, { urgency: 'ack' }),
      message(C1, 'inc/3/root', 1, { urgency: 'critical' }),
    ]);
    world.boot();
    await world.time.pass(MINUTE);
    const posts = world.slack.requests.filter((r) => r.kind === 'post').map((r) => r.key);
    const edits = world.slack.requests.filter((r) => r.kind === 'edit').map((r) => r.key);
    expect(posts).toEqual(['inc/3/root', 'digest/d/1', 'inc/1/fact/1']);
    expect(edits).toEqual(['inc/2/root', 'inc/1/root']);
  });

  it('edits in place, and only to the newest of many revisions', async () => {
    const { outbox } = world.boot();
    await outbox.want([message(C1, 'inc/1/root')]);
    await world.time.pass(5_000);
    await Promise.all([2, 3, 4, 5, 6, 7].map((rev) => outbox.want([message(C1, 'inc/1/root', rev)])));
    await world.time.pass(MINUTE);
    expect(texts(AT_C1)).toEqual(['inc/1/root r7']);
    expect(world.slack.requests.filter((r) => r.kind === 'edit').length).toBeLessThanOrEqual(2);
  });

  it('lets two processes share the channels without doubling or reordering', async () => {
    const [a, b] = [world.boot(), world.boot()];
    const wanted = Array.from({ length: 12 }, (_, n) => message(n % 2 ? C1 : C2, `inc/${n}/root`));
    for (const [n, one] of wanted.entries()) {
      await (n % 3 ? a : b).outbox.want([one]);
      await world.time.pass(300);
    }
    await world.time.pass(MINUTE);
    expect(keys(AT_C1)).toEqual(wanted.filter((m) => m.dest === C1).map((m) => m.key));
    expect(keys(AT_C2)).toEqual(wanted.filter((m) => m.dest === C2).map((m) => m.key));
    expect(world.slack.requests.filter((r) => r.kind === 'post')).toHaveLength(12);
  });

  it('keeps the order of a thread when two processes want overlapping parts of it at once', async () => {
    const [a, b] = [world.boot(), world.boot()];
    const fact = (n: number) => message(C1, `inc/1/fact/${n}`, 1, { parent: 'inc/1/root' });
    await a.outbox.want([message(C1, 'inc/1/root')]);
    const overlapping = b.outbox.want([fact(1), fact(2), fact(3)]);
    await world.time.pass(1);
    await Promise.all([overlapping, a.outbox.want([fact(1), fact(2)])]);
    await world.time.pass(MINUTE);
    expect(keys(AT_C1)).toEqual(['inc/1/root', 'inc/1/fact/1', 'inc/1/fact/2', 'inc/1/fact/3']);
  });

  it('asks the table nothing about messages that it has seen through', async () => {
    const { outbox } = world.boot();
    const all = [message(C1, 'inc/1/root'), message(C1, 'inc/1/fact/1', 1, { parent: 'inc/1/root' })];
    await outbox.want(all);
    await world.time.pass(MINUTE);
    const before = world.asked.count;
    await outbox.want(all);
    expect(world.asked.count).toBe(before);
  });

  it('takes over what a dead process left, in the middle of a request', async () => {
    const first = world.boot();
    world.slack.fate = () => fates.silence();
    await first.outbox.want([message(C1, 'inc/1/root'), message(C1, 'inc/2/root')]);
    await world.time.pass(1_000);
    first.mortal.dead = true;
    world.slack.fate = () => fates.good();
    world.boot();
    await world.time.pass(5 * MINUTE);
    expect(keys(AT_C1)).toEqual(['inc/1/root', 'inc/2/root']);
  });

  it('posts at most once a second in a Slack channel, and other channels do not wait for it', async () => {
    const { outbox } = world.boot();
    const many = Array.from({ length: 20 }, (_, n) => message(C1, `inc/${n}/root`));
    await outbox.want([...many, message(C2, 'inc/99/root')]);
    await world.time.pass(10_000);
    expect(keys(AT_C2)).toEqual(['inc/99/root']);
    const posts = world.slack.requests.filter((r) => r.kind === 'post' && r.dest === AT_C1);
    expect(posts.length).toBeGreaterThanOrEqual(9);
    expect(mostWithin(posts, 1_000)).toBe(1);
    await world.time.pass(MINUTE);
    expect(keys(AT_C1)).toHaveLength(20);
  });

  it('keeps to 50 edits a minute over all channels of a workspace, and to its answer in urgent ones', async () => {
    const { outbox } = world.boot();
    const dests = Array.from({ length: 20 }, (_, n) => slackChannel(`C${n}`));
    await outbox.want(dests.map((dest) => message(dest, 'inc/1/root')));
    await world.time.pass(MINUTE);
    for (let rev = 2; rev < 12; rev += 1) {
      await outbox.want(dests.map((dest) => message(dest, 'inc/1/root', rev)));
      await world.time.pass(10_000);
    }
    await world.time.pass(5 * MINUTE);
    const edits = world.slack.requests.filter((r) => r.kind === 'edit');
    expect(mostWithin(edits, MINUTE)).toBeLessThanOrEqual(50);
    expect(dests.flatMap((d) => texts(`slack/T1/${d.channel}`))).toEqual(dests.map(() => 'inc/1/root r11'));
  });

  it('keeps to the bucket of each Teams thread, edits included', async () => {
    const { outbox } = world.boot();
    const facts = Array.from({ length: 20 }, (_, n) =>
      message(T1, `inc/1/fact/${n}`, 1, { parent: 'inc/1/root' }),
    );
    await outbox.want([message(T1, 'inc/1/root'), ...facts]);
    for (let rev = 2; rev < 30; rev += 1) {
      await outbox.want([message(T1, 'inc/1/root', rev)]);
      await world.time.pass(1_000);
    }
    await world.time.pass(2 * MINUTE);
    const inThread = world.teams.requests.filter((r) => r.thread !== undefined || r.kind === 'edit');
    expect(mostWithin(inThread, 1_000)).toBeLessThanOrEqual(7);
    expect(mostWithin(inThread, 30_000)).toBeLessThanOrEqual(7 + 15);
    expect(world.teams.seen(AT_T1)).toHaveLength(21);
    expect(world.teams.seen(AT_T1)[0]?.text).toBe('inc/1/root r29');
  });

  it('waits as long as one channel is told to, while others go on', async () => {
    const { outbox } = world.boot();
    const startMs = world.time.now();
    world.slack.fate = ({ dest }) =>
      dest === AT_C1 && world.time.now() < startMs + 30_000 ? fates.throttled(30_000) : fates.good();
    await outbox.want([message(C1, 'inc/1/root'), message(C1, 'inc/2/root'), message(C2, 'inc/3/root')]);
    await world.time.pass(20_000);
    expect([keys(AT_C1), keys(AT_C2)]).toEqual([[], ['inc/3/root']]);
    const inC1 = world.slack.requests.filter((r) => r.dest === AT_C1);
    expect(inC1).toHaveLength(1);
    await world.time.pass(20_000);
    expect(keys(AT_C1)).toEqual(['inc/1/root', 'inc/2/root']);
  });

  it('asks nothing more of a channel that told it to wait: no other thread, no critical root', async () => {
    const { outbox } = world.boot();
    await outbox.want([message(C1, 'inc/1/root'), message(C1, 'inc/2/root')]);
    await world.time.pass(5_000);
    world.slack.requests.length = 0;
    const startMs = world.time.now();
    world.slack.fate = () => (world.time.now() < startMs + 30_000 ? fates.throttled(30_000) : fates.good());
    await outbox.want([
      message(C1, 'inc/1/fact/1', 1, { parent: 'inc/1/root' }),
      message(C1, 'inc/2/fact/1', 1, { parent: 'inc/2/root' }),
    ]);
    await world.time.pass(5_000);
    await outbox.want([message(C1, 'inc/3/root', 1, { urgency: 'critical' })]);
    await world.time.pass(20_000);
    expect(world.slack.requests).toHaveLength(1);
    await world.time.pass(20_000);
    expect(world.slack.seen(AT_C1)).toHaveLength(5);
  });

  it('pauses a channel that refuses it, says so once, and goes on by itself or when it is resumed', async () => {
    const { outbox } = world.boot();
    let revoked = true;
    world.slack.fate = ({ dest }) => (dest === AT_C1 && revoked ? fates.revoked() : fates.good());
    await outbox.want([message(C1, 'inc/1/root'), message(C1, 'inc/2/root'), message(C2, 'inc/3/root')]);
    await world.time.pass(10 * MINUTE);
    expect(world.parked).toEqual([{ dest: AT_C1, key: undefined, why: 'The token is revoked.' }]);
    expect(world.slack.requests.filter((r) => r.dest === AT_C1).length).toBeLessThan(8);
    expect(await outbox.waiting()).toMatchObject([
      { dest: C1, waiting: 2, parked: 0, why: 'The token is revoked.' },
    ]);
    revoked = false;
    await outbox.resume(C1);
    await world.time.pass(10_000);
    expect(keys(AT_C1)).toEqual(['inc/1/root', 'inc/2/root']);
    expect(await outbox.waiting()).toEqual([]);
  });

  it('parks a message that is refused in its simple form too; others pass, and it can be resumed', async () => {
    const { outbox } = world.boot();
    const bad = { answerMs: 10, error: () => new BadRequest('invalid_blocks') };
    let broken = true;
    world.slack.fate = ({ key }) => (broken && key === 'inc/1/root' ? bad : fates.good());
    await outbox.want([message(C1, 'inc/1/root'), message(C1, 'inc/2/root')]);
    await world.time.pass(MINUTE);
    expect(keys(AT_C1)).toEqual(['inc/2/root']);
    expect(world.parked).toEqual([{ dest: AT_C1, key: 'inc/1/root', why: 'invalid_blocks' }]);
    expect(await outbox.waiting()).toMatchObject([{ waiting: 0, parked: 1, why: 'invalid_blocks' }]);
    broken = false;
    await outbox.resume(C1);
    await world.time.pass(MINUTE);
    expect(keys(AT_C1)).toEqual(['inc/2/root', 'inc/1/root']);
  });

  it('posts the root anew when it is gone, and the replies that were waiting with it', async () => {
    const { outbox } = world.boot();
    await outbox.want([message(C1, 'inc/1/root')]);
    await world.time.pass(5_000);
    const first = world.slack.seen(AT_C1)[0]?.id ?? '';
    world.slack.remove(AT_C1, first);
    world.slack.fate = ({ thread }) =>
      thread === first ? { answerMs: 10, error: () => new ThreadGone('thread_not_found') } : fates.good();
    await outbox.want([message(C1, 'inc/1/fact/1', 1, { parent: 'inc/1/root' })]);
    await world.time.pass(MINUTE);
    const [root, fact] = world.slack.seen(AT_C1);
    expect([root?.key, fact?.key, fact?.thread]).toEqual(['inc/1/root', 'inc/1/fact/1', root?.id]);
  });

  it('deletes an extra copy in Teams when somebody touches it', async () => {
    const { outbox } = world.boot();
    world.teams.fate = () => fates.answerLost();
    await outbox.want([message(T1, 'inc/1/root')]);
    await world.time.pass(10_000);
    world.teams.fate = () => fates.good();
    await world.time.pass(MINUTE);
    const [orphan, kept] = world.teams.seen(AT_T1);
    const touched = outbox.touched(T1, 'inc/1/root', orphan?.id ?? '');
    await world.time.pass(1_000);
    expect(await touched).toBe(kept?.id);
    expect(world.teams.seen(AT_T1)).toEqual([kept]);
    expect(await outbox.touched(T1, 'inc/1/root', kept?.id ?? '')).toBeUndefined();
  });

  it('hands what it has not sent to the next process when it is stopped', async () => {
    const first = world.boot();
    const many = Array.from({ length: 6 }, (_, n) => message(C1, `inc/${n}/root`));
    await first.outbox.want(many);
    await world.time.pass(2_000);
    const stopped = first.outbox.stop();
    await world.time.pass(1_000);
    await stopped;
    const before = keys(AT_C1).length;
    world.boot();
    await world.time.pass(3_000);
    expect(keys(AT_C1).length).toBeGreaterThan(before);
    await world.time.pass(MINUTE);
    expect(keys(AT_C1)).toEqual(many.map((m) => m.key));
  });
});

/** The table with its requests counted, so that virtual time waits for them. */
function waitedFor(table: Table, outside: Outside): Table {
  return {
    get: (...args) => outside.wait(table.get(...args)),
    put: (...args) => outside.wait(table.put(...args)),
    update: (...args) => outside.wait(table.update(...args)),
    delete: (...args) => outside.wait(table.delete(...args)),
    query: (...args) => outside.wait(table.query(...args)),
  };
}

describe('outbox over indexes that lag', () => {
  it('has the alert of another process out soon, though it is busy with a long queue of its own', async () => {
    const { boot, slack, time } = makeWorld(3, { indexLagMs: 1_500 });
    const [a, b] = [boot(), boot()];
    void a.outbox.want(Array.from({ length: 100 }, (_, n) => message(C1, `digest/d/${n}`)));
    await time.pass(13_200);
    const atMs = time.now();
    void b.outbox.want([message(C1, 'inc/1/root', 1, { urgency: 'critical' })]);
    await time.pass(2 * MINUTE);
    const posted = slack.requests.find((r) => r.key === 'inc/1/root');
    expect((posted?.atMs ?? Infinity) - atMs).toBeLessThan(5_000);
    expect(slack.seen(AT_C1)).toHaveLength(101);
  });
});

describe('outbox with more than it looks at together', () => {
  // 39 of 5,922 messages stayed behind after 1,000 kills: the first 1,000 of a channel went out, then it fell silent.
  it('sends all of a long queue that another process left, though nothing new is announced', async () => {
    const { boot, slack, time } = makeWorld(4);
    const first = boot();
    void first.outbox.want(Array.from({ length: 1_300 }, (_, n) => message(C1, `digest/d/${n}`)));
    await time.pass(5_000);
    first.mortal.dead = true;
    boot();
    await time.pass(60 * MINUTE);
    expect(slack.seen(AT_C1)).toHaveLength(1_300);
  });

  it('sends what stands behind a thousand replies that have to wait', async () => {
    const { boot, slack, time } = makeWorld(5);
    const first = boot();
    const replies = (parent: string, many: number) =>
      Array.from({ length: many }, (_, n) => message(C1, `${parent}/fact/${n}`, 1, { parent }));
    void first.outbox.want([message(C1, 'inc/2'), ...replies('inc/1', 1_100)]);
    await time.pass(10_000);
    slack.fate = () => fates.notSent();
    void first.outbox.want(replies('inc/2', 1));
    await time.pass(500);
    first.mortal.dead = true;
    slack.fate = () => fates.good();
    boot();
    await time.pass(10 * MINUTE);
    expect(slack.seen(AT_C1).map((m) => m.key)).toEqual(['inc/2', 'inc/2/fact/0']);
  });

  it('resumes a parked message behind a long queue', async () => {
    const { boot, slack, time } = makeWorld(6);
    const { outbox } = boot();
    const bad = { answerMs: 10, error: () => new BadRequest('invalid_blocks') };
    slack.fate = ({ key }) => (key === 'inc/1/root' ? bad : fates.good());
    void outbox.want([message(C1, 'inc/1/root', 1, { urgency: 'critical' })]);
    await time.pass(MINUTE);
    slack.fate = () => fates.good();
    void outbox.want(Array.from({ length: 1_100 }, (_, n) => message(C1, `digest/d/${n}`)));
    await time.pass(10_000);
    void outbox.resume(C1);
    await time.pass(10_000);
    expect(slack.seen(AT_C1).map((m) => m.key)).toContain('inc/1/root');
  });
});
