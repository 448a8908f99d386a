import { parkedCard } from '../cards/outbox-card.ts';
import type { Clock } from '../domain/time.ts';
import type { Parked } from './channel.ts';
import { destinationKey } from './messenger.ts';
import { makeOpsChannel, type OpsChannelOptions } from './ops-channel.ts';
import { channelName } from './routes.ts';

export interface ParkedNotesOptions extends OpsChannelOptions {
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/**
 * Tells people, in another channel, that one of them gets no messages. The key holds the hour: of several replicas,
 * and of a channel that is refused again and again, there is one note an hour.
 */
export function makeParkedNotes(options: ParkedNotesOptions): (parked: Parked) => void {
  const tell = makeOpsChannel(options);
  return ({ dest, key, why }) => {
    const channel = channelName(dest);
    options.log.warn({ channel, key, why }, 'messages are refused for good');
    const hour = Math.floor(options.clock.now() / HOUR_MS);
    const what = key === undefined ? 'channel' : 'message';
    tell({
      key: `ops/parked/${destinationKey(dest)}/${hour}`,
      rev: 1,
      card: (command) => parkedCard({ channel, what, why, command }),
      notIn: dest,
    });
  };
}
