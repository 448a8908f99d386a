import type { Intent } from '../domain/intent.ts';
import type { Card, ListItem } from './card.ts';
import { typed } from './typed.ts';

export interface UnknownNameCardInput {
  readonly kind: 'service' | 'cluster' | 'account' | 'region';
  /** As the person wrote it. */
  readonly name: string;
  /** The nearest names, best first. With an intent, a button runs the command for it. */
  readonly suggestions: readonly {
    readonly name: string;
    /** `prod-core · production · us-east-1`. */
    readonly where?: string;
    readonly intent?: Intent;
  }[];
  /** How the reader addresses Deckhand: `/ecs`, `@Deckhand`. */
  readonly command: string;
  /** A part of the fleet could not be read, and may hold it. */
  readonly incomplete?: boolean;
}

/** Nothing has this name: says so, and what may have been meant. */
export function unknownNameCard(input: UnknownNameCardInput): Card {
  const { kind, name, suggestions, command, incomplete = false } = input;
  const [best, ...others] = suggestions;
  const title = incomplete ? `I see no ${kind} ${name} now` : `No ${kind} ${name}`;
  if (!best) {
    const text = incomplete
      ? 'It may be where I could not look. Ask again once that can be read.'
      : `Nothing that I watch has a name like it. ${typed(command, 'health')} shows what there is.`;
    return { title, tone: 'info', summary: `${title}. ${text}`, blocks: [{ kind: 'text', text }] };
  }
  const where = best.where ? ` in ${best.where}` : '';
  return {
    title: `${title}. Did you mean ${best.name}?`,
    tone: 'info',
    summary: `${title}; did you mean ${best.name}${where}?`,
    blocks: [{ kind: 'list', items: [best, ...others].map(item) }],
  };
}

function item({ name, where, intent }: UnknownNameCardInput['suggestions'][number]): ListItem {
  return {
    text: { kind: 'bold', text: name },
    ...(where && { detail: where }),
    ...(intent && {
      button: { kind: 'press' as const, label: name, payload: { do: 'run' as const, intent } },
    }),
  };
}
