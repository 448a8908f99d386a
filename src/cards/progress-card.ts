import { formatDuration } from '../domain/time.ts';
import type { Card, Tone } from './card.ts';

export interface ProgressStep {
  readonly text: string;
  readonly state: 'done' | 'doing' | 'waiting' | 'failed';
}

export interface ProgressCardInput {
  /** What is being done: `Reading 412 services`. */
  readonly title: string;
  readonly steps?: readonly ProgressStep[];
  readonly elapsedMs: number;
}

/** Work that takes more than two seconds; edited in place until the answer replaces it. */
export function progressCard({ title, steps = [], elapsedMs }: ProgressCardInput): Card {
  const doing = steps.find(({ state }) => state === 'doing');
  return {
    title: `${title}…`,
    tone: 'info',
    summary: doing ? `${title}: ${doing.text}` : `${title}…`,
    blocks: [
      ...(steps.length > 0
        ? [
            {
              kind: 'list' as const,
              items: steps.map(({ text, state }) => ({
                ...(STEP_MARK[state] && { mark: STEP_MARK[state] }),
                text: `${text}${STEP_WORD[state]}`,
              })),
            },
          ]
        : []),
      { kind: 'context', text: `${formatDuration(elapsedMs)} so far` },
    ],
    compact: true,
  };
}

/** What stands in the place of an answer whose process ended while it worked. */
export function interruptedCard(): Card {
  const title = 'I was interrupted; please ask again.';
  return { title, tone: 'unknown', summary: title, blocks: [], compact: true };
}

const STEP_MARK: Readonly<Partial<Record<ProgressStep['state'], Tone>>> = {
  done: 'good',
  failed: 'critical',
};
const STEP_WORD: Readonly<Record<ProgressStep['state'], string>> = {
  done: '',
  doing: ' …',
  waiting: ' (waiting)',
  failed: ': failed',
};
