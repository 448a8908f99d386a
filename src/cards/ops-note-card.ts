import type { Card } from './card.ts';

export interface OpsNoteCardInput {
  /** What went wrong, in a few words. */
  readonly what: string;
  /** A sentence. May hold what another program said. */
  readonly why: string;
  /** A sentence that says what ends it. */
  readonly whatToDo: string;
  /** How often in this hour, as far as the teller knows. */
  readonly count: number;
}

/** For the people who run Deckhand: trouble of its own that somebody has to know of. */
export function opsNoteCard({ what, why, whatToDo, count }: OpsNoteCardInput): Card {
  const times = count > 1 ? [{ kind: 'context' as const, text: `At least ${count} times in this hour` }] : [];
  return {
    title: what,
    tone: 'warning',
    summary: `${what}: ${why}`,
    blocks: [{ kind: 'text', text: why }, { kind: 'text', text: whatToDo }, ...times],
  };
}
