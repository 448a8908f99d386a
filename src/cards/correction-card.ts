import type { Card } from './card.ts';
import { typed } from './typed.ts';

export interface CorrectionCardInput {
  /** What did not fit, and what would. May hold words of the person: literal text. */
  readonly text: string;
  /** Commands that would be understood, without the prefix. */
  readonly suggestions: readonly string[];
  /** How the reader addresses Deckhand: `/ecs`, `@Deckhand`. */
  readonly command: string;
}

/** A command was almost right: says what did not fit and how to write it. Nothing has been done. */
export function correctionCard({ text, suggestions, command }: CorrectionCardInput): Card {
  const title = suggestions.length === 0 ? 'I did not understand that' : 'Did you mean this?';
  return {
    title,
    tone: 'info',
    summary: text,
    blocks: [
      { kind: 'text', text },
      ...(suggestions.length === 0
        ? []
        : [
            {
              kind: 'list' as const,
              items: suggestions.map((suggestion) => ({
                text: { kind: 'code' as const, text: typed(command, suggestion) },
              })),
            },
          ]),
    ],
  };
}
