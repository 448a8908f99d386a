import type { Card, MentionSpan, Span } from '../../cards/card.ts';
import { mentionMark } from './text.ts';

/** One entry of `msteams.entities`; `text` stands in the card to the letter. */
export interface MentionEntity {
  readonly type: 'mention';
  readonly text: string;
  readonly mentioned: { readonly id: string; readonly name: string };
}

/**
 * A card whose mentions are those that Teams will know, and the entities behind them: each name stands for one person,
 * and those beyond `most` are names in bold.
 */
export function settleMentions(
  card: Card,
  most: number,
): { readonly card: Card; readonly entities: readonly MentionEntity[] } {
  const entities = new Map<string, MentionEntity>();
  const settle = (span: MentionSpan): Span => {
    for (let copy = 1; copy <= most; copy += 1) {
      const named = copy === 1 ? span : { ...span, name: `${span.name} ${copy}` };
      const text = mentionMark(named);
      if (text === undefined) break;
      const known = entities.get(text);
      if (known?.mentioned.id === span.id) return named;
      if (known !== undefined) continue;
      if (entities.size >= most) break;
      entities.set(text, { type: 'mention', text, mentioned: { id: span.id, name: plainName(text) } });
      return named;
    }
    return { kind: 'bold', text: span.name };
  };
  // The same card with one kind of span in place of another.
  return { card: replaced(card, settle) as Card, entities: [...entities.values()] };
}

function replaced(value: unknown, settle: (span: MentionSpan) => Span): unknown {
  if (Array.isArray(value)) return value.map((each) => replaced(each, settle));
  if (typeof value !== 'object' || value === null) return value;
  if (isMention(value)) return settle(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, settle)]));
}

function isMention(value: object): value is MentionSpan {
  return 'kind' in value && value.kind === 'mention';
}

function plainName(mark: string): string {
  return mark.replace(/<\/?at>/g, '');
}
