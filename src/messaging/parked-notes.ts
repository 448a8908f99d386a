import { parkedCard } from '../cards/outbox-card.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';
import type { Parked } from './channel.ts';
import { type Destination, destinationKey, type WantedMessage } from './messenger.ts';
import { channelName } from './routes.ts';

export interface ParkedNotesOptions {
  readonly want: (messages: readonly WantedMessage[]) => Promise<void>;
  /** The ops channel, where one is configured. */
  readonly ops: Destination | undefined;
  /** Where alerts go by default. */
  readonly defaults: readonly Destination[];
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

const HOUR_MS = 3_600_000;

/**
 * Tells people, in another channel, that one of them gets no messages. The key holds the hour: of several replicas,
 * and of a channel that is refused again and again, there is one note an hour.
 */
export function makeParkedNotes(options: ParkedNotesOptions): (parked: Parked) => void {
  return (parked) => {
    const channel = channelName(parked.dest);
    options.log.warn({ channel, key: parked.key, why: parked.why }, 'messages are refused for good');
    const dest = noteChannel(parked.dest, options);
    if (dest === undefined) return;
    options.want([note(parked, dest, options.clock.now())]).catch((error: unknown) => {
      options.log.warn({ err: error, channel }, 'nobody could be told that a channel refuses messages');
    });
  };
}

/** The ops channel, else a default one, of the same platform first; never the channel that does not work. */
function noteChannel(parked: Destination, { ops, defaults }: ParkedNotesOptions): Destination | undefined {
  const near = defaults.filter(({ platform }) => platform === parked.platform);
  const far = defaults.filter(({ platform }) => platform !== parked.platform);
  const candidates = [...(ops === undefined ? [] : [ops]), ...near, ...far];
  return candidates.find((dest) => destinationKey(dest) !== destinationKey(parked));
}

function note({ dest: parked, key, why }: Parked, dest: Destination, nowMs: number): WantedMessage {
  const card = parkedCard({
    channel: channelName(parked),
    what: key === undefined ? 'channel' : 'message',
    why,
    command: dest.platform === 'slack' ? '/ecs' : '@Deckhand',
  });
  const hour = Math.floor(nowMs / HOUR_MS);
  return { dest, key: `ops/parked/${destinationKey(parked)}/${hour}`, rev: 1, card, unordered: true };
}
