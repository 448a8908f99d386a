import type { Card, Tone } from '../../cards/card.ts';
import { fitParts } from '../../cards/fit.ts';
import { titleMark } from '../../cards/tone.ts';
import { drawBlock } from './draw.ts';
import { type AdaptiveCardJson, bytesOf, type ElementsPart, part } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';
import { textLine, toMarkdown, toPlainLine } from './text.ts';

export type { AdaptiveCardJson } from './element.ts';

export interface AdaptiveCardOptions {
  /** The message's key in the outbox; every button carries it back. */
  readonly messageKey?: string;
}

/**
 * Draws a card as an Adaptive Card 1.5, within {@link TEAMS_LIMITS}; what does not fit is counted in a last line.
 * The activity's own `summary` should be the card's summary: it is what a notification shows.
 */
export function toAdaptiveCard(card: Card, options: AdaptiveCardOptions = {}): AdaptiveCardJson {
  const summary =
    toPlainLine(card.summary, TEAMS_LIMITS.summaryChars) ||
    toPlainLine(card.title, TEAMS_LIMITS.summaryChars);
  const shell = {
    type: 'AdaptiveCard' as const,
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    speak: summary.replace(/[<>&]/g, ' ') || UNTITLED,
    fallbackText: summary || UNTITLED,
    msteams: { width: 'Full' },
  };
  const parts = [title(card), ...card.blocks.flatMap((block) => drawBlock(block, options.messageKey))];
  const budget = { parts: Number.POSITIVE_INFINITY, cost: TEAMS_LIMITS.cardBytes - bytesOf(shell) };
  const fitted = fitParts(parts, budget, remainder);
  return { ...shell, body: fitted.flatMap(({ drawn }) => drawn) };
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
