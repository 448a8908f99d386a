import type { Card } from '../cards/card.ts';
import type { Log } from '../telemetry/log.ts';
import { type Destination, destinationKey, type WantedMessage } from './messenger.ts';

export interface OpsChannelOptions {
  readonly want: (messages: readonly WantedMessage[]) => Promise<void>;
  /** The ops channel, where one is configured. */
  readonly ops: Destination | undefined;
  /** Where alerts go by default. */
  readonly defaults: readonly Destination[];
  readonly log: Pick<Log, 'warn'>;
}

/** Something that the people who run Deckhand should know. */
export interface ForOps {
  /** Deterministic: of several replicas that notice the same, there is one message. */
  readonly key: string;
  /** A newer one edits the message. */
  readonly rev: number;
  /** Given how the bot is spoken to in that channel. */
  readonly card: (command: string) => Card;
  /** The channel that is in trouble: told elsewhere. */
  readonly notIn?: Destination;
}

/**
 * Tells it in the ops channel, else in a default one, of the same platform as the channel in trouble first. Where there is
 * no channel it is in the log alone. Never rejects.
 */
export function makeOpsChannel(options: OpsChannelOptions): (news: ForOps) => void {
  return ({ key, rev, card, notIn }) => {
    const dest = channelFor(notIn, options);
    if (dest === undefined) return;
    const command = dest.platform === 'slack' ? '/ecs' : '@Deckhand';
    options.want([{ dest, key, rev, card: card(command), unordered: true }]).catch((error: unknown) => {
      options.log.warn({ err: error, key }, 'the people who run me could not be told');
    });
  };
}

function channelFor(
  notIn: Destination | undefined,
  { ops, defaults }: OpsChannelOptions,
): Destination | undefined {
  const near = defaults.filter(({ platform }) => platform === notIn?.platform);
  const far = defaults.filter(({ platform }) => platform !== notIn?.platform);
  const candidates = [...(ops === undefined ? [] : [ops]), ...near, ...far];
  const avoid = notIn === undefined ? undefined : destinationKey(notIn);
  return candidates.find((dest) => destinationKey(dest) !== avoid);
}
