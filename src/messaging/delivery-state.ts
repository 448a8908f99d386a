import type { ChannelStore } from '../store/channel-store.ts';
import type { OutboxStore } from '../store/outbox-store.ts';
import { type Destination, destinationKey } from './messenger.ts';

/** How far one message is. `unwanted`: nobody has handed it over, so it is not on its way either. */
export type DeliveryState =
  | { readonly state: 'unwanted' }
  /** It stands in the channel, whatever edits are to come. */
  | { readonly state: 'sent' }
  | {
      /** `parked`: refused for good. */
      readonly state: 'waiting' | 'parked';
      /** By the machine's clock. */
      readonly wantedAtMs: number;
      /** A sentence; absent when it is just under way. */
      readonly why?: string;
      /** Since when the channel refuses everything. */
      readonly pausedSinceMs?: number;
    };

/** Reads how far the message with this key is in a channel. */
export type ReadDeliveryState = (dest: Destination, key: string) => Promise<DeliveryState>;

/** Over the outbox's own records; no index, so it does not lag. */
export function makeDeliveryState(store: {
  readonly outbox: Pick<OutboxStore, 'get'>;
  readonly channels: Pick<ChannelStore, 'get'>;
}): ReadDeliveryState {
  return async (dest, key) => {
    const channel = destinationKey(dest);
    const record = (await store.outbox.get(channel, key))?.value;
    if (record === undefined) return { state: 'unwanted' };
    if (record.have !== undefined) return { state: 'sent' };
    const paused = (await store.channels.get(channel))?.paused;
    const why = paused?.why ?? record.why;
    return {
      state: record.state === 'parked' ? 'parked' : 'waiting',
      wantedAtMs: record.wantedAtMs,
      ...(why === undefined ? {} : { why }),
      ...(paused === undefined ? {} : { pausedSinceMs: paused.sinceMs }),
    };
  };
}
