import { beforeEach, describe, expect, it } from 'vitest';
import { makeDeliveryState } from '../../src/messaging/delivery-state.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import { fates } from './simulated-chat.ts';
import { makeWorld, message, slackChannel } from './world.ts';

const CHANNEL = slackChannel('C1');
const KEY = 'inc/1/root';

describe('how far a message is', () => {
  let world: ReturnType<typeof makeWorld>;
  beforeEach(() => {
    world = makeWorld(7);
  });
  const read = () =>
    makeDeliveryState({ outbox: makeOutboxStore(world.table), channels: makeChannelStore(world.table) })(
      CHANNEL,
      KEY,
    );

  it('nobody wanted: it is not on its way', async () => {
    expect(await read()).toEqual({ state: 'unwanted' });
  });

  it('posted: it stands in the channel', async () => {
    const { outbox } = world.boot();
    void outbox.want([message(CHANNEL, KEY)]);
    await world.time.pass(5_000);
    expect(await read()).toEqual({ state: 'sent' });
  });

  it('waiting: the channel refuses everything, since when and why', async () => {
    world.slack.fate = () => fates.revoked();
    const { outbox } = world.boot();
    const sinceMs = world.time.now();
    void outbox.want([message(CHANNEL, KEY)]);
    await world.time.pass(5_000);
    const state = await read();
    expect(state).toMatchObject({
      state: 'waiting',
      wantedAtMs: expect.any(Number),
      why: expect.any(String),
    });
    expect('pausedSinceMs' in state && state.pausedSinceMs).toBeGreaterThanOrEqual(sinceMs);
  });
});
