/** Every limit of Teams that the renderer keeps. */
export const TEAMS_LIMITS = {
  /**
   * A message with its cards may have about 28 KB:
   * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages. The activity around the card needs some.
   */
  cardBytes: 26_000,
  /**
   * "A maximum of six primary actions":
   * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference. More go into sets of their own.
   */
  actions: 6,
  /** Ours, in UTF-16 units: a title is a line or two. */
  titleChars: 300,
  summaryChars: 500,
  labelChars: 60,
  /** Ours: long text comes in pieces, so that a part of it still fits. */
  textChars: 2000,
  factChars: 600,
  /** Ours: a line of a log. */
  codeLineChars: 400,
  codeLines: 12,
  cellChars: 300,
  urlChars: 2000,
  confirmChars: 500,
  /** Ours: table and its fallback together, so that the rest of the card has room. */
  tableBytes: 15_000,
  /** Ours: beyond this a table is unreadable on a phone. */
  tableColumns: 12,
  /** Ours: a small chart, legible on a phone. */
  chartSeries: 5,
  chartPoints: 20,
  chartLabelChars: 20,
  /** Ours: who is called by one message. */
  mentions: 20,
  listItems: 100,
} as const;
