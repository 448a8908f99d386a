import type { Tone } from './card.ts';

/** One mark per tone. They differ in shape as well as in colour, so that they read without colour. */
export const TONE_MARK: Readonly<Record<Tone, string>> = {
  critical: '🔴',
  warning: '⚠️',
  good: '✅',
  unknown: '❔',
  info: 'ℹ️',
};

/** What stands before a title. An informational card has nothing to signal, so it has no mark. */
export function titleMark(tone: Tone): string {
  return tone === 'info' ? '' : `${TONE_MARK[tone]} `;
}
