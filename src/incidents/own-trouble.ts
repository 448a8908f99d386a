import { sentenceFor } from '../domain/errors.ts';
import type { OpsNote } from '../messaging/ops-notes.ts';
import type { IncidentEvent } from './incident-event.ts';

/** A message of the alert queue that is no event at all. Told once per message. `why` is a sentence. */
export function poisonNote(messageId: string, why: string): OpsNote {
  return {
    kind: 'poison',
    about: messageId,
    what: 'A message of the alert queue cannot be read',
    why: `${why} It is message ${messageId}.`,
    whatToDo:
      'It is not deleted: after as many receives as the queue allows it stands in the dead-letter queue. See who sends it; README "Redrive" tells how it comes back once it can be read.',
  };
}

/** An event that could not be stored. Told once an hour, with how often. */
export function notTakenInNote(
  { service, cluster, accountId }: Pick<IncidentEvent, 'service' | 'cluster' | 'accountId'>,
  error: unknown,
): OpsNote {
  return {
    kind: 'absorb',
    what: `An event of ${service ?? cluster ?? `account ${accountId}`} could not be taken in`,
    why: sentenceFor(error).message,
    whatToDo:
      'It stays in the queue and I take it in as soon as I can: nothing is lost, alerts come late. If this goes on, see my log and the table.',
  };
}

/** The alert queue refuses us or does not answer. Told once an hour, with how often. */
export function queueNote(error: unknown): OpsNote {
  const name = error instanceof Error ? error.name : '';
  return {
    kind: 'queue',
    what: 'The alert queue cannot be read',
    why: `No event comes in (${name || 'no answer'}).`,
    whatToDo:
      'Events wait there and are taken in afterwards. Check ALERT_QUEUE_URL, and that I may call sqs:ReceiveMessage on it.',
  };
}
