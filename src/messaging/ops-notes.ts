import { opsNoteCard } from '../cards/ops-note-card.ts';
import type { Clock } from '../domain/time.ts';
import { makeOpsChannel, type OpsChannelOptions } from './ops-channel.ts';

export interface OpsNotesOptions extends OpsChannelOptions {
  readonly clock: Clock;
}

/** Trouble of Deckhand's own. */
export interface OpsNote {
  /** What kind of trouble it is: told once an hour, with how often it came. With `about`: told once ever, until there are many. */
  readonly kind: string;
  /** The one thing that it is about, by its id: the message that cannot be read. */
  readonly about?: string;
  /** In a few words. */
  readonly what: string;
  /** A sentence; may hold what another program said. */
  readonly why: string;
  /** A sentence. */
  readonly whatToDo: string;
}

const HOUR_MS = 3_600_000;
/** Kinds of trouble whose count is remembered. */
const MOST_KINDS = 500;
/** So many of one kind are told one by one in an hour; the others are counted in one message. */
const MOST_SINGLE = 10;

/**
 * Tells the people who run Deckhand what they must know of its own failures. Never rejects and never waits. Each process
 * counts for itself; the highest count stands in the message.
 */
export function makeOpsNotes(options: OpsNotesOptions): (note: OpsNote) => void {
  const tell = makeOpsChannel(options);
  const counts = new Map<string, number>();
  const countOf = (key: string): number => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.delete(key);
    counts.set(key, count);
    if (counts.size > MOST_KINDS) for (const oldest of [...counts.keys()].slice(0, 1)) counts.delete(oldest);
    return count;
  };
  return ({ kind, about, what, why, whatToDo }) => {
    const hour = Math.floor(options.clock.now() / HOUR_MS);
    const single = about === undefined ? undefined : `ops/${kind}/about/${about}`;
    if (single !== undefined && countOf(single) > 1) return;
    if (single !== undefined && countOf(`${kind} one by one ${hour}`) <= MOST_SINGLE) {
      tell({ key: single, rev: 1, card: () => opsNoteCard({ what, why, whatToDo, count: 1 }) });
      return;
    }
    const key = `ops/${kind}/${hour}`;
    const count = countOf(key);
    if (isRound(count)) tell({ key, rev: count, card: () => opsNoteCard({ what, why, whatToDo, count }) });
  };
}

/** 1, 2, 5, 10, 20, 50 …: a storm must not become a storm of edits. */
function isRound(count: number): boolean {
  const power = 10 ** Math.floor(Math.log10(count));
  return [1, 2, 5].includes(count / power);
}
