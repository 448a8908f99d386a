import { mutesCard } from '../cards/mute-cards.ts';
import { BadRequest } from '../domain/errors.ts';
import type { Clock } from '../domain/time.ts';
import type { MuteStore } from '../store/mute-store.ts';
import type { Handler } from './command.ts';

export interface MutesDeps {
  /** Undefined where nothing keeps mutes (the command line without a table). */
  readonly mutes: Pick<MuteStore, 'list'> | undefined;
  readonly clock: Clock;
}

/** `mute list`: what is muted, until when, and by whom. `mute NAME 2h` changes something: it goes through `actions`. */
export function makeMutesCommand({ mutes, clock }: MutesDeps): Handler {
  return async () => {
    if (mutes === undefined) {
      throw new BadRequest(
        'There are no mutes here: start Deckhand with `npm start`, or name its table in DYNAMODB_TABLE.',
      );
    }
    const nowMs = clock.now();
    const valid = (await mutes.list()).filter(({ untilMs }) => untilMs > nowMs);
    const data = valid.map(({ on, fromMs, untilMs, by, why }) => ({
      on,
      from: new Date(fromMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      by: by.name,
      ...(why === undefined ? {} : { why }),
    }));
    return { card: mutesCard(valid), data: { mutes: data }, verdict: 'ok' };
  };
}
