import { outboxCard, type WaitingChannel } from '../cards/outbox-card.ts';
import { BadRequest } from '../domain/errors.ts';
import type { Waiting } from '../messaging/outbox.ts';
import { channelName } from '../messaging/routes.ts';
import type { Handler } from './command.ts';

/** The reading side of the outbox. */
export interface OutboxReader {
  waiting(): Promise<readonly Waiting[]>;
  /** The machine's clock, which the outbox goes by. */
  readonly now: () => number;
}

export interface OutboxDeps {
  /** Undefined where nothing keeps messages (the command line without a table). */
  readonly outbox: OutboxReader | undefined;
}

/** `outbox [list]`: what waits to be sent and why. `outbox resume` changes something: it goes through `actions`. */
export function makeOutboxCommand({ outbox }: OutboxDeps): Handler {
  return async (_intent, asking) => {
    if (outbox === undefined) {
      throw new BadRequest(
        'There is no outbox here: start Deckhand with `npm start`, or name its table in DYNAMODB_TABLE.',
      );
    }
    const channels = await waitingChannels(outbox);
    const card = outboxCard({ channels, nowMs: outbox.now(), command: asking.prefix });
    return { card, data: { channels }, verdict: 'ok' };
  };
}

/** What waits, in the words of cards. */
export async function waitingChannels(outbox: OutboxReader): Promise<readonly WaitingChannel[]> {
  const waiting = await outbox.waiting();
  return waiting.map(({ dest, ...rest }) => ({ channel: channelName(dest), ...rest }));
}
