import type { Card, Tone } from './card.ts';
import { withCode } from './with-code.ts';

/** Something was refused or corrected: the sentence says what, why, and what to do. Seen by the asker alone. */
export function refusalCard(sentence: string): Card {
  return sentenceCard(sentence, 'warning');
}

/** Something was done: the sentence says what. */
export function doneCard(sentence: string): Card {
  return sentenceCard(sentence, 'good');
}

/** The first sentence is the title, the rest follows as text. */
function sentenceCard(sentence: string, tone: Tone): Card {
  const [, first = sentence, rest = ''] = /^(.{1,110}?[.!?])\s+(.*)$/s.exec(sentence) ?? [];
  if (first.length > LONGEST_TITLE) {
    return {
      title: TITLES[tone],
      tone,
      summary: plain(sentence),
      blocks: [{ kind: 'text', text: withCode(sentence) }],
    };
  }
  return {
    title: plain(first).replace(/\.$/, '').replaceAll('`', ''),
    tone,
    summary: plain(sentence),
    blocks: rest.trim() === '' ? [] : [{ kind: 'text', text: withCode(rest) }],
  };
}

function plain(sentence: string): string {
  return sentence.replace(/<slack:([UW][A-Z0-9]+)>/g, '$1');
}

const LONGEST_TITLE = 110;
const TITLES: Readonly<Record<Tone, string>> = {
  critical: 'That did not work',
  warning: 'I cannot do that',
  good: 'Done',
  unknown: 'I do not know',
  info: 'Note',
};
