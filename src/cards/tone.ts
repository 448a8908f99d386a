import type { Tone } from './card.ts';

/** One mark per tone. They differ in shape as well as in colour, so that they read without colour. */
export const TONE_MARK: Readonly<Record<Tone, string>> = {
  critical: '🔴',
  warning: '⚠️',
  good: '✅',
  unknown: '❔',
  info: 'ℹ️',
};

/** The word that says the same as the mark. */
export const TONE_WORD: Readonly<Record<Tone, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  good: 'Good',
  unknown: 'Unknown',
  info: 'Info',
};
