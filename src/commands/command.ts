import type { Card } from '../cards/card.ts';
import type { Intent } from '../domain/intent.ts';
import type { Person } from '../domain/person.ts';

/** Who asks, and how they address the bot. */
export interface Asking {
  readonly person: Person;
  /** `/ecs`, `@Deckhand`, or empty where a bare command is understood. */
  readonly prefix: string;
  /** The conversation, in the platform's own id; absent on the command line. */
  readonly channel?: string;
  /** Whom the words mention, where the platform tells more of them than stands in the words. */
  readonly mentions?: readonly Person[];
  /** Called while data is being read. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Answer {
  readonly card: Card;
  /** The same as data, for the command line's `--json` (the contracts of README). */
  readonly data?: unknown;
  /** `unhealthy`: what was asked about is warning or critical. `incomplete`: part of the scope could not be read. */
  readonly verdict: 'ok' | 'unhealthy' | 'incomplete';
}

/**
 * Answers one command. It reads, and never writes: what changes something goes through `actions`.
 * @throws DeckhandError, whose sentence is for the person who asked.
 */
export type Handler = (intent: Intent, asking: Asking) => Promise<Answer>;
