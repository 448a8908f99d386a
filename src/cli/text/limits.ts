/** The measures of text in a terminal. A terminal refuses nothing; these are for the eye. */
export const TEXT_LIMITS = {
  /** Below this, lines are longer than the terminal rather than unreadable. */
  narrowest: 30,
  /** A longer label pushes its own value only. */
  labelWidth: 24,
  urlChars: 4000,
  chartSeries: 12,
  /** A character each. */
  chartPoints: 60,
} as const;
