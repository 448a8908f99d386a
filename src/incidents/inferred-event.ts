import { createHash } from 'node:crypto';
import type { IncidentEvent } from './incident-event.ts';
import type { Absorbed } from './incidents.ts';

/** What Deckhand concluded by itself, before it is an event. */
export interface Inferred
  extends Pick<
    IncidentEvent,
    'atMs' | 'accountId' | 'region' | 'subject' | 'ends' | 'deploymentId' | 'sinceMs'
  > {
  readonly name: `DECKHAND_${string}`;
  readonly level: IncidentEvent['level'];
  readonly cluster?: string;
  readonly service?: string;
  readonly reason?: string;
  /**
   * What makes it this conclusion and no other, taken from what AWS or the table says and never from the reader's own
   * clock or memory: every replica, and the next process, must come to the same.
   */
  readonly because: readonly (string | number)[];
}

/** The event of a conclusion. Its id and its fingerprint follow from what it is about and `because` alone. */
export function inferredEvent({ because, cluster, service, reason, ...rest }: Inferred): IncidentEvent {
  const { name, accountId, region } = rest;
  const facts = [name, accountId, region, cluster ?? '', service ?? '', ...because];
  const fingerprint = createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 16);
  return {
    ...rest,
    id: `deckhand-${fingerprint}`,
    source: 'deckhand',
    cluster,
    service,
    reason,
    fingerprint,
  };
}

/** Takes conclusions in as events are taken in. Rejects with the first thing that kept one from becoming durable. */
export function makeConclude(
  absorb: (events: readonly IncidentEvent[]) => Promise<readonly Absorbed[]>,
): (events: readonly IncidentEvent[]) => Promise<void> {
  return async (events) => {
    for (const result of await absorb(events)) if (!result.done) throw result.error;
  };
}
