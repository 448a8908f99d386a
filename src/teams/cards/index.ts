import type { Card, Tone } from '../../cards/card.ts';
import { fitParts } from '../../cards/fit.ts';
import { titleMark } from '../../cards/tone.ts';
import { drawBlock } from './draw.ts';
import { type AdaptiveCardJson, bytesOf, type ElementsPart, part } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';
import { type MentionEntity, settleMentions } from './mentions.ts';
import { textLine, toMarkdown, toPlainLine } from './text.ts';

export type { AdaptiveCardJson } from './element.ts';

export interface AdaptiveCardOptions {
  /** The message's key in the outbox; every button carries it back. */
  readonly messageKey?: string;
  /** Teams refused the card once: no chart and no mention, names and words instead. */
  readonly simple?: true;
}

/**
 * Draws a card as an Adaptive Card 1.5, within {@link TEAMS_LIMITS}; what does not fit is counted in a last line.
 * The activity's own `summary` should be the card's summary: it is what a notification shows.
 */
export function toAdaptiveCard(source: Card, options: AdaptiveCardOptions = {}): AdaptiveCardJson {
  const { card, entities } = settleMentions(source, options.simple ? 0 : TEAMS_LIMITS.mentions);
  const summary =
    toPlainLine(card.summary, TEAMS_LIMITS.summaryChars) ||
    toPlainLine(card.title, TEAMS_LIMITS.summaryChars);
  const shell = (mentioned: readonly MentionEntity[]) => ({
    type: 'AdaptiveCard' as const,
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    speak: summary.replace(/[<>&]/g, ' ') || UNTITLED,
    fallbackText: summary || UNTITLED,
    msteams: { width: 'Full', ...(mentioned.length > 0 && { entities: mentioned }) },
  });
  const native = options.simple === undefined;
  const parts = [
    title(card),
    ...card.blocks.flatMap((block) => drawBlock(block, options.messageKey, native)),
  ];
  const budget = { parts: Number.POSITIVE_INFINITY, cost: TEAMS_LIMITS.cardBytes - bytesOf(shell(entities)) };
  const fitted = fitParts(parts, budget, remainder);
  const body = fitted.flatMap(({ drawn }) => drawn);
  const shown =
    entities.length === 0
      ? ''
      : JSON.stringify(body, (key, value: unknown) => (key === 'data' ? undefined : value));
  return { ...shell(entities.filter(({ text }) => shown.includes(text))), body };
}

/** The tone is the colour of the title's band and, for those who see none, the mark in front of it. */
function title(card: Card): ElementsPart {
  if (card.compact)
    return part(
      [textLine(`${titleMark(card.tone)}${card.title.trim() || UNTITLED}`)],
      { noun: 'title', count: 1 },
      true,
    );
  const text = toMarkdown(card.title, TEAMS_LIMITS.titleChars) || UNTITLED;
  const line = {
    type: 'TextBlock',
    text: `${titleMark(card.tone)}${text}`,
    style: 'heading',
    size: 'Medium',
    weight: 'Bolder',
    wrap: true,
  };
  const band = { type: 'Container', style: TONE_STYLE[card.tone], bleed: true, items: [line] };
  return part([band], { noun: 'title', count: 1 }, true);
}

function remainder(sentence: string): ElementsPart {
  return part([textLine(sentence, { subtle: true, size: 'Small' })], { noun: 'note', count: 0 });
}

const TONE_STYLE: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  warning: 'warning',
  good: 'good',
  unknown: 'emphasis',
  info: 'accent',
};
const UNTITLED = 'Deckhand';
