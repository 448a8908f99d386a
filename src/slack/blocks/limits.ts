/**
 * Every limit of Slack that the renderer keeps, in UTF-16 units where it counts characters.
 *
 * Sources: blocks https://docs.slack.dev/reference/block-kit/blocks and the page of each block below it; elements
 * https://docs.slack.dev/reference/block-kit/block-elements/button-element; confirm
 * https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object.
 */
export const SLACK_LIMITS = {
  /** …/block-kit/blocks: "up to 50 blocks in each message". */
  blocks: 50,
  /** Over all blocks: `msg_blocks_too_long` begins between 13,172 and 13,297 (slackapi/bolt-js issue 2509). */
  messageChars: 13_000,
  /** …/methods/chat.postMessage#truncating: text beyond 4,000 characters should be avoided. */
  textChars: 4000,
  /** …/blocks/header-block. */
  headerChars: 150,
  /** …/blocks/section-block. */
  sectionChars: 3000,
  fields: 10,
  fieldChars: 2000,
  /** …/composition-objects/text-object, which context elements are. */
  contextChars: 3000,
  /** …/blocks/actions-block. */
  actions: 25,
  /** …/block-elements/button-element. */
  buttonChars: 75,
  valueChars: 2000,
  urlChars: 3000,
  /** …/composition-objects/confirmation-dialog-object. */
  confirmTitleChars: 100,
  confirmTextChars: 300,
  confirmButtonChars: 30,
  /** …/blocks/input-block, …/block-elements/plain-text-input-element. */
  labelChars: 2000,
  placeholderChars: 150,
  /** …/blocks/table-block; the header row counts. */
  tableRows: 100,
  tableColumns: 20,
  /** …/blocks/table-block: one table a message. */
  tables: 1,
  /** …/blocks/data-visualization-block; at most two a message. */
  charts: 2,
  chartTitleChars: 50,
  chartSeries: 6,
  chartPoints: 20,
  chartLabelChars: 20,
  chartAxisChars: 50,
  /** Ours: so many letters of labels stand side by side under a chart on a phone. */
  chartRowChars: 40,
  /** Ours: rich text has no documented limit of its own; the same as a section keeps blocks of one size. */
  richTextChars: 3000,
  /** Ours: Slack folds long sections away behind "See more"; a few lines a block stay open. */
  listBlockChars: 700,
  /** Ours: leaves room for title, buttons and small print beside a table (a data table may hold 10,000). */
  tableChars: 9000,
  /** Ours: a cell is a few words. */
  cellChars: 300,
  /** Ours: nobody reads further down in a chat. */
  listItems: 100,
} as const;
