import type { Live } from '../src/messaging/live.ts';
import type { WantedMessage } from '../src/messaging/messenger.ts';

/** Answers as one message each, in rising revisions, handed to `want`. */
export function plainAnswers(
  want: (messages: readonly WantedMessage[]) => Promise<void>,
): Pick<Live, 'open'> {
  return {
    open({ requestId, dest, thread }) {
      let rev = 0;
      const put = async (card: WantedMessage['card']): Promise<void> => {
        rev += 1;
        const place = thread === undefined ? {} : { thread };
        await want([{ dest, key: `live/${requestId}`, rev, card, urgency: 'ack', ...place }]);
      };
      return { show: put, finish: put };
    },
  };
}
