import { describe, expect, it } from 'vitest';
import { DELIVERY_DEFAULTS } from '../../src/domain/delivery-settings.ts';
import { makeLive } from '../../src/messaging/live.ts';
import { makeLiveStore } from '../../src/store/live-store.ts';
import { fates } from './simulated-chat.ts';
import { cardOf, makeWorld, type Process, silentLog, slackChannel, type World } from './world.ts';

const C1 = slackChannel('C1');
const AT_C1 = 'slack/T1/C1';

function liveOf(world: World, { outbox, mortal }: Process) {
  const live = makeLive({
    outbox,
    store: makeLiveStore(mortal.table(world.table)),
    clock: world.time,
    timers: mortal.timers(),
    settings: DELIVERY_DEFAULTS,
    log: silentLog,
    interrupted: cardOf('interrupted'),
  });
  live.start();
  return live;
}

describe('live answers', () => {
  it('are one message that is edited in place', async () => {
    const world = makeWorld(1);
    const answer = liveOf(world, world.boot()).open({ requestId: 'r1', dest: C1 });
    void answer.show(cardOf('reading 1 of 3'));
    await world.time.pass(2_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['reading 1 of 3']);
    void answer.show(cardOf('reading 2 of 3'));
    void answer.finish(cardOf('all is well'));
    await world.time.pass(60_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['all is well']);
  });

  it('go into the thread they were asked in', async () => {
    const world = makeWorld(1);
    void liveOf(world, world.boot())
      .open({ requestId: 'r1', dest: C1, thread: '77.7' })
      .finish(cardOf('yes'));
    await world.time.pass(2_000);
    expect(world.slack.seen(AT_C1).map((m) => [m.thread, m.text])).toEqual([['77.7', 'yes']]);
  });

  it('do not wait for each other when the platform leaves one in doubt', async () => {
    const world = makeWorld(1);
    world.slack.fate = ({ key }) => (key === 'live/r1' ? fates.serverError() : fates.good());
    const live = liveOf(world, world.boot());
    void live.open({ requestId: 'r1', dest: C1 }).finish(cardOf('first'));
    void live.open({ requestId: 'r2', dest: C1 }).finish(cardOf('second'));
    await world.time.pass(5_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['second']);
  });

  it('say so when their process died at work', async () => {
    const world = makeWorld(1);
    const first = world.boot();
    void liveOf(world, first).open({ requestId: 'r1', dest: C1 }).show(cardOf('reading'));
    await world.time.pass(5_000);
    first.mortal.dead = true;
    liveOf(world, world.boot());
    await world.time.pass(120_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['interrupted']);
  });

  it('are not given up while their process lives, however long it takes', async () => {
    const world = makeWorld(1);
    const answer = liveOf(world, world.boot()).open({ requestId: 'r1', dest: C1 });
    liveOf(world, world.boot());
    void answer.show(cardOf('reading'));
    await world.time.pass(600_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['reading']);
  });

  it('are completed by a process that was only frozen', async () => {
    const world = makeWorld(1);
    const first = world.boot();
    const answer = liveOf(world, first).open({ requestId: 'r1', dest: C1 });
    liveOf(world, world.boot());
    void answer.show(cardOf('reading'));
    await world.time.pass(5_000);
    first.mortal.freeze(120_000);
    await world.time.pass(100_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['interrupted']);
    await world.time.pass(30_000);
    void answer.finish(cardOf('done after all'));
    await world.time.pass(60_000);
    expect(world.slack.seen(AT_C1).map((m) => m.text)).toEqual(['done after all']);
  });
});
