import { beforeEach, describe, expect, it } from 'vitest';
import { BadRequest } from '../../src/domain/errors.ts';
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

  it('posted, and its edit under way: it stands in the channel all the same', async () => {
    const { outbox } = world.boot();
    void outbox.want([message(CHANNEL, KEY)]);
    await world.time.pass(5_000);
    world.slack.fate = () => fates.good(8_000);
    void outbox.want([message(CHANNEL, KEY, 2)]);
    await world.time.pass(5_000);
    expect(world.slack.requests).toHaveLength(2);
    expect(await read()).toEqual({ state: 'sent' });
  });

  it('refused for good, in its simple form too: it is parked, and why', async () => {
    world.slack.fate = () => ({ answerMs: 20, error: () => new BadRequest('It is too long.') });
    const { outbox } = world.boot();
    void outbox.want([message(CHANNEL, KEY)]);
    await world.time.pass(5_000);
    expect(await read()).toMatchObject({ state: 'parked', why: 'It is too long.' });
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
