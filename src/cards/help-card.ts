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
  /** The one command that was asked about; absent: all of them. */
  readonly topic?: string;
  /** One sentence above the entries. */
  readonly intro?: string;
  /** What the reader should know first. */
  readonly notice?: string;
  /** The flags of the one command that was asked about. */
  readonly flags?: readonly { readonly flag: string; readonly about: string }[];
  /** Sentences that work as well: `how is checkout doing?` */
  readonly sentences?: readonly string[];
}

/** What a person can say, examples first. About one command: how exactly to write it. */
export function helpCard(input: HelpCardInput): Card {
  const { command, entries, topic, intro, notice, flags = [], sentences = [] } = input;
  const title = topic === undefined ? 'What you can ask me' : `How to use ${topic}`;
  const first = entries[0];
  return {
    title,
    tone: 'info',
    summary: first ? `${title}. For example: ${typed(command, first.example)}` : title,
    blocks: [
      ...(notice === undefined ? [] : [{ kind: 'text' as const, text: notice }]),
      ...(intro === undefined ? [] : [{ kind: 'text' as const, text: intro }]),
      { kind: 'list', items: entries.map((entry) => item(command, entry)) },
      ...(first === undefined ? [] : [{ kind: 'context' as const, text: exactly(command, topic, first) }]),
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

function item(command: string, { example, about }: HelpEntry): ListItem {
  return { text: { kind: 'code', text: typed(command, example) }, detail: about };
}

/** All entries about one command say how it is written. */
function exactly(command: string, topic: string | undefined, { usage }: HelpEntry): string {
  return topic === undefined
    ? `${typed(command, 'help COMMAND')} tells how exactly.`
    : `How it is written: ${usage}`;
}
