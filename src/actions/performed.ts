import type { Card } from '../cards/card.ts';

/** What became of an action. `card` is for the person who asked; what others should know is told where it belongs. */
export interface Performed {
  readonly done: boolean;
  readonly card: Card;
  /** Nobody may see where it is told: the person is told as well. */
  readonly tell?: true;
}
