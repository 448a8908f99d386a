import type { Card } from '../cards/card.ts';
import { doneCard, refusalCard } from '../cards/refusal-card.ts';

/** What became of an action. `card` is for the person who asked; what others should know is told where it belongs. */
export interface Performed {
  readonly done: boolean;
  readonly card: Card;
  /** Nobody may see where it is told: the person is told as well. */
  readonly tell?: true;
  /** Everybody in the conversation should see it, where it was typed. */
  readonly isPublic?: true;
}

/** It was done; the sentence says what. */
export function did(sentence: string): Performed {
  return { done: true, card: doneCard(sentence) };
}

/** It was not done; the sentence says why, and what to do. */
export function didNot(sentence: string): Performed {
  return { done: false, card: refusalCard(sentence) };
}
