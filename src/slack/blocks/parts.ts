import type { KnownBlock } from '@slack/types';
import type { Holds, Part } from '../../cards/fit.ts';
import { truncate } from '../../cards/literal.ts';
import { SLACK_LIMITS } from './limits.ts';
import { preformatted } from './rich-text.ts';

/** A block with its price in characters. */
export function part(drawn: KnownBlock, holds: Holds, essential = false): Part<KnownBlock> {
  return { drawn, holds, essential, cost: lengthOf(drawn) };
}

/** Every character of a block that somebody could count: all strings in it. */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, each]) => sum + (key === 'type' ? 0 : lengthOf(each)), 0);
}

/** A line of small print by Deckhand itself; `text` is never foreign. */
export function notePart(text: string, holds: Holds): Part<KnownBlock> {
  return part({ type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] }, holds);
}

/** Preformatted lines, in as many blocks as they need. `heading` lines at the start are not counted. */
export function codeParts(lines: readonly string[], noun: string, heading = 0): Part<KnownBlock>[] {
  const parts: Part<KnownBlock>[] = [];
  let chunk: string[] = [];
  let chars = 0;
  const flush = (countless: number) => {
    const text = chunk.join('\n');
    const count = Math.max(0, chunk.length - countless);
    if (text !== '') parts.push(part(preformatted(text), { noun, count }));
    chunk = [];
    chars = 0;
  };
  for (const line of lines) {
    const cut = truncate(line, SLACK_LIMITS.richTextChars / 2);
    if (chars + cut.length + 1 > SLACK_LIMITS.richTextChars) flush(parts.length === 0 ? heading : 0);
    chunk.push(cut);
    chars += cut.length + 1;
  }
  flush(parts.length === 0 ? heading : 0);
  return parts;
}
