import type { ServiceRef } from '../domain/fleet.ts';
import type { Incident } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import { type Destination, destinationKey, type MessageId } from '../messaging/messenger.ts';
import type { ThreadStore } from '../store/thread-store.ts';

/** What is known of the thread in which something is said. */
export interface ThreadContext {
  /** What it is about; empty for a thread about nothing we know. */
  readonly subject: Partial<ServiceRef>;
  /** The incident whose thread it is. */
  readonly incident?: string;
}

export interface ThreadMemoryDeps {
  readonly store: ThreadStore;
  /** Which of our messages has this id. */
  readonly keyOf: (dest: Destination, id: MessageId) => Promise<string | undefined>;
  /** The incident that a message key belongs to. */
  readonly incidentOfKey: (key: string) => string | undefined;
  readonly incident: (id: string) => Promise<Incident | undefined>;
}

export interface ThreadMemory {
  recall(dest: Destination, thread: MessageId | undefined): Promise<ThreadContext | undefined>;
  /** After an answer: the thread it was given in, or that its own message (`live/<requestId>`) may become. */
  remember(
    dest: Destination,
    thread: MessageId | undefined,
    requestId: string,
    intent: Intent,
  ): Promise<void>;
}

/** Threads remember what they are about, so that a follow-up need not name the service again. */
export function makeThreadMemory(deps: ThreadMemoryDeps): ThreadMemory {
  return {
    async recall(dest, thread) {
      if (thread === undefined) return undefined;
      const key = await deps.keyOf(dest, thread);
      const incidentId = key === undefined ? undefined : deps.incidentOfKey(key);
      if (incidentId !== undefined) {
        const incident = await deps.incident(incidentId);
        return { subject: incident?.target ?? {}, incident: incidentId };
      }
      const subject = await deps.store.recall(destinationKey(dest), key ?? `msg/${thread}`);
      return { subject: subject ?? {} };
    },
    async remember(dest, thread, requestId, intent) {
      const { service, cluster, account, region } = intent;
      if (service === undefined) return;
      const subject = {
        service,
        ...(cluster === undefined ? {} : { cluster }),
        ...(account === undefined ? {} : { account }),
        ...(region === undefined ? {} : { region }),
      };
      const rootKey = thread === undefined ? `live/${requestId}` : await deps.keyOf(dest, thread);
      await deps.store.remember(destinationKey(dest), rootKey ?? `msg/${thread}`, subject);
    },
  };
}
