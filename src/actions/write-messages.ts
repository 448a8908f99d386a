import { proposalCard } from '../cards/write-card.ts';
import type { WriteRecord } from '../domain/write.ts';
import { parseDestination, type WantedMessage } from '../messaging/messenger.ts';

/** Revisions of the messages about a write: they only ever rise, whichever process writes them. */
export const REPORT_DONE_REV = 1_000_000_000;
export const REPORT_UNDONE_REV = 1_000_000_001;
/** Above anything that an answer in progress uses. */
const CARD_REV = 3_000_000_000;
const CARD_STEP = {
  proposed: 0,
  approving: 1,
  claimed: 2,
  calling: 2,
  called: 2,
  finished: 3,
  done: 3,
  closed: 4,
};

/** The proposal's own message as it should stand now. */
export function proposalMessage(record: WriteRecord): readonly WantedMessage[] {
  const dest = parseDestination(record.place?.dest ?? '');
  const card = record.place?.card;
  if (dest === undefined || card === undefined) return [];
  return [
    {
      dest,
      key: card.key,
      rev: CARD_REV + CARD_STEP[record.state],
      card: proposalCard(record),
      urgency: 'ack',
      ...(card.thread === undefined ? {} : { thread: card.thread }),
    },
  ];
}

/** The reply that tells how it goes. */
export function reportMessage(
  record: WriteRecord,
  rev: number,
  card: WantedMessage['card'],
): readonly WantedMessage[] {
  const dest = parseDestination(record.place?.dest ?? '');
  if (dest === undefined) return [];
  const below = record.place?.below;
  return [
    {
      dest,
      key: `write/${record.id}/report`,
      rev,
      card,
      urgency: 'ack',
      unordered: true,
      ...(below === undefined ? {} : { thread: below }),
    },
  ];
}
