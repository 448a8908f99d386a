import type { Check, Member } from './shape.ts';
import {
  anyOf,
  anything,
  both,
  choice,
  flag,
  integer,
  list,
  object,
  optional,
  required,
  string,
  typed,
} from './shape.ts';

/**
 * Block elements and composition objects with their limits.
 * https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects
 */

const type: Member = required(anything);

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function plainText(max = 3000): Check {
  return object({
    type: required(choice('plain_text')),
    text: required(string(max, 1)),
    emoji: optional(flag),
  });
}

/** Either kind of text. */
export function anyText(max = 3000): Check {
  return object({
    type: required(choice('plain_text', 'mrkdwn')),
    text: required(string(max, 1)),
    emoji: optional(flag),
    verbatim: optional(flag),
  });
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
const confirm = object({
  title: required(plainText(100)),
  text: required(anyText(300)),
  confirm: required(plainText(30)),
  deny: required(plainText(30)),
  style: optional(choice('primary', 'danger')),
});

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
function option(text: Check): Check {
  return object({
    text: required(text),
    value: required(string(150)),
    description: optional(anyText(75)),
    url: optional(string(3000)),
  });
}

const plainOption = option(plainText(75));
const optionGroup = object({ label: required(plainText(75)), options: required(list(100, plainOption)) });

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: `elements` are text runs of many kinds. */
export const richText: Check = object({
  type: required(choice('rich_text')),
  block_id: optional(string(255)),
  elements: required(
    list(
      1000,
      typed(() => RICH_TEXT_ELEMENTS),
      0,
    ),
  ),
});

const richRuns: Check = object({
  type,
  elements: required(list(10_000, anything, 0)),
  style: optional(anything),
  indent: optional(anything),
  offset: optional(anything),
  border: optional(anything),
  language: optional(anything),
});
const RICH_TEXT_ELEMENTS: Readonly<Record<string, Check>> = {
  rich_text_section: richRuns,
  rich_text_list: richRuns,
  rich_text_quote: richRuns,
  rich_text_preformatted: richRuns,
};

/** https://docs.slack.dev/reference/block-kit/block-elements/image-element */
export const imageElement: Check = both(
  object({
    type,
    alt_text: required(string(2000)),
    image_url: optional(string(3000)),
    slack_file: optional(anything),
  }),
  anyOf('image_url', 'slack_file'),
);

const actionId = optional(string(255));
const focus = { focus_on_load: optional(flag) };
const confirmable = { type, action_id: actionId, confirm: optional(confirm), ...focus };
const placeholder = optional(plainText(150));
const label = optional(string(75));

const button = object({
  type,
  action_id: actionId,
  text: required(plainText(75)),
  value: optional(string(2000)),
  url: optional(string(3000)),
  style: optional(choice('primary', 'danger')),
  confirm: optional(confirm),
  accessibility_label: label,
});

const feedbackButton = object({
  text: required(plainText(75)),
  value: required(string(2000)),
  accessibility_label: label,
});

function select(members: Readonly<Record<string, Member>>): Check {
  return object({ ...confirmable, placeholder, max_selected_items: optional(integer(1, 1000)), ...members });
}

function staticSelect(initial: string): Check {
  return both(
    select({
      options: optional(list(100, plainOption)),
      option_groups: optional(list(100, optionGroup)),
      [initial]: optional(anything),
    }),
    anyOf('options', 'option_groups'),
  );
}

const conversationSelect = (initial: string) =>
  select({
    [initial]: optional(anything),
    default_to_current_conversation: optional(flag),
    response_url_enabled: optional(flag),
    filter: optional(anything),
  });

function choiceList(initial: string): Check {
  return object({
    ...confirmable,
    options: required(list(10, option(anyText(75)))),
    [initial]: optional(anything),
  });
}

function input(members: Readonly<Record<string, Member>>): Check {
  return object({
    type,
    action_id: actionId,
    placeholder,
    dispatch_action_config: optional(anything),
    ...focus,
    ...members,
  });
}

/** Elements that may stand in an `actions` block or beside a section. */
export const ACTION_ELEMENTS: Readonly<Record<string, Check>> = {
  button,
  checkboxes: choiceList('initial_options'),
  radio_buttons: choiceList('initial_option'),
  datepicker: object({ ...confirmable, placeholder, initial_date: optional(string(10)) }),
  datetimepicker: object({ ...confirmable, initial_date_time: optional(anything) }),
  timepicker: object({
    ...confirmable,
    placeholder,
    initial_time: optional(string(5)),
    timezone: optional(string(64)),
  }),
  overflow: object({
    type,
    action_id: actionId,
    confirm: optional(confirm),
    options: required(list(5, plainOption)),
  }),
  static_select: staticSelect('initial_option'),
  multi_static_select: staticSelect('initial_options'),
  external_select: select({ initial_option: optional(anything), min_query_length: optional(anything) }),
  multi_external_select: select({
    initial_options: optional(anything),
    min_query_length: optional(anything),
  }),
  users_select: select({ initial_user: optional(anything) }),
  multi_users_select: select({ initial_users: optional(anything) }),
  conversations_select: conversationSelect('initial_conversation'),
  multi_conversations_select: conversationSelect('initial_conversations'),
  channels_select: select({ initial_channel: optional(anything), response_url_enabled: optional(flag) }),
  multi_channels_select: select({ initial_channels: optional(anything) }),
  workflow_button: object({
    type,
    action_id: actionId,
    text: required(plainText(75)),
    workflow: required(anything),
    style: optional(choice('primary', 'danger')),
    accessibility_label: label,
  }),
};

/** Elements of a `context_actions` block. */
export const CONTEXT_ACTION_ELEMENTS: Readonly<Record<string, Check>> = {
  feedback_buttons: object({
    type,
    action_id: actionId,
    positive_button: required(feedbackButton),
    negative_button: required(feedbackButton),
  }),
  icon_button: object({
    type,
    action_id: actionId,
    icon: required(string(255)),
    text: required(plainText(75)),
    value: optional(string(2000)),
    confirm: optional(confirm),
    accessibility_label: label,
    visible_to_user_ids: optional(list(1000, string(255), 0)),
  }),
};

const {
  button: _button,
  overflow: _overflow,
  workflow_button: _workflowButton,
  ...CHOOSERS
} = ACTION_ELEMENTS;

/** Elements of an `input` block. */
export const INPUT_ELEMENTS: Readonly<Record<string, Check>> = {
  ...CHOOSERS,
  plain_text_input: input({
    initial_value: optional(string(3000)),
    multiline: optional(flag),
    min_length: optional(integer(0, 3000)),
    max_length: optional(integer(1, 3000)),
  }),
  rich_text_input: input({
    initial_value: optional(anything),
    min_lines: optional(integer(1, 100)),
    max_lines: optional(integer(1, 100)),
  }),
  email_text_input: input({ initial_value: optional(string(3000)) }),
  url_text_input: input({ initial_value: optional(string(3000)) }),
  number_input: input({
    is_decimal_allowed: required(flag),
    initial_value: optional(string(255)),
    min_value: optional(string(255)),
    max_value: optional(string(255)),
  }),
  file_input: object({
    type,
    action_id: actionId,
    filetypes: optional(anything),
    max_files: optional(integer(1, 10)),
  }),
};

/** The button alone, for blocks that take nothing else. */
export const buttonElement: Check = typed(() => ({ button }));
