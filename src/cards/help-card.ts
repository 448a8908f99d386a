import type { Block, Card, ListItem } from './card.ts';
import { typed } from './typed.ts';

export interface HelpEntry {
  /** How it is written: `service NAME`. */
  readonly usage: string;
  /** With real names from the fleet: `service checkout-api`. */
  readonly example: string;
  /** One line: what the answer tells. */
  readonly about: string;
}

export interface HelpCardInput {
  /** What stands before a command here: `/ecs`, `@Deckhand`. */
  readonly command: string;
  readonly entries: readonly HelpEntry[];
  /** One sentence above the entries. */
  readonly intro?: string;
  /** What the reader should know first. */
  readonly notice?: string;
  /** The flags of the one command that was asked about. */
  readonly flags?: readonly { readonly flag: string; readonly about: string }[];
  /** Sentences that work as well: `how is checkout doing?` */
  readonly sentences?: readonly string[];
}

/** What a person can say, examples first. With one entry: how exactly to write it. */
export function helpCard(input: HelpCardInput): Card {
  const { command, entries, intro, notice, flags = [], sentences = [] } = input;
  const only = entries.length === 1 ? entries[0] : undefined;
  const title = only ? `How to use ${only.usage.split(' ')[0]}` : 'What you can ask me';
  const first = entries[0];
  return {
    title,
    tone: 'info',
    summary: first ? `${title}. For example: ${typed(command, first.example)}` : title,
    blocks: [
      ...(notice === undefined ? [] : [{ kind: 'text' as const, text: notice }]),
      ...(intro === undefined ? [] : [{ kind: 'text' as const, text: intro }]),
      { kind: 'list', items: entries.map((entry) => item(command, entry, only !== undefined)) },
      ...(only === undefined && entries.length > 0
        ? [{ kind: 'context' as const, text: `${typed(command, 'help COMMAND')} tells how exactly.` }]
        : []),
      ...flagBlocks(flags),
      ...(sentences.length > 0
        ? [
            {
              kind: 'context' as const,
              text: `Plain sentences work too: ${sentences.map((each) => `“${each}”`).join(', ')}`,
            },
          ]
        : []),
    ],
  };
}

function flagBlocks(flags: NonNullable<HelpCardInput['flags']>): Block[] {
  if (flags.length === 0) return [];
  return [
    { kind: 'heading', text: 'Flags' },
    {
      kind: 'list',
      items: flags.map(({ flag, about }) => ({ text: [{ kind: 'code', text: flag }, ` ${about}`] })),
    },
  ];
}

function item(command: string, { usage, example, about }: HelpEntry, alone: boolean): ListItem {
  return {
    text: { kind: 'code', text: typed(command, example) },
    detail: alone ? `${about} Written ${typed(command, usage)}.` : about,
  };
}
