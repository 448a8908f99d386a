import type { Card } from './card.ts';
import { typed } from './typed.ts';

export interface NotBuiltCardInput {
  /** The command that was understood: `scale`. */
  readonly name: string;
  /** How the reader addresses Deckhand: `/ecs`, `@Deckhand`. */
  readonly command: string;
  /** What works and comes nearest, with real names. */
  readonly instead: readonly { readonly example: string; readonly about: string }[];
}

/** The words were understood, but the command does not exist in this version. Says so plainly. */
export function notBuiltCard({ name, command, instead }: NotBuiltCardInput): Card {
  const title = `${name} is not available yet`;
  const first = instead[0];
  return {
    title,
    tone: 'info',
    summary: first ? `${title}. What works: ${typed(command, first.example)}` : title,
    blocks: [
      { kind: 'text', text: 'I understood you, but this version cannot do it. Nothing was changed.' },
      ...(first
        ? [
            { kind: 'heading' as const, text: 'What works instead' },
            {
              kind: 'list' as const,
              items: instead.map(({ example, about }) => ({
                text: { kind: 'code' as const, text: typed(command, example) },
                detail: about,
              })),
            },
          ]
        : []),
    ],
  };
}
