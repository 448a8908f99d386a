import type { PagePerson, PageState } from '../../page-api.ts';
import { isObject, type Json, object, objects, string, textOf } from '../json.ts';
import { channelsFor } from '../state/people.ts';

/** What a select offers, with the groups it came in. */
export interface OptionGroup {
  readonly label: string | undefined;
  readonly options: readonly Option[];
}

export interface Option {
  /** What the choice is known by inside the page. */
  readonly value: string;
  readonly label: string;
  readonly description: string | undefined;
  /** What is sent: Slack's option object, or the id of a person or channel. */
  readonly sent: unknown;
}

/** How Slack names the choice in what it sends, by the type of the element. Absent: no choice element. */
export function chosenKey(element: Json): string | undefined {
  return CHOSEN[string(element.type)];
}

const CHOSEN: Readonly<Record<string, string>> = {
  static_select: 'selected_option',
  radio_buttons: 'selected_option',
  overflow: 'selected_option',
  multi_static_select: 'selected_options',
  checkboxes: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  channels_select: 'selected_channel',
  multi_channels_select: 'selected_channels',
  conversations_select: 'selected_conversation',
  multi_conversations_select: 'selected_conversations',
};

/** The options of any choice element: its own, or the people and channels of the workspace. */
export function optionGroups(element: Json, page: PageState, person: PagePerson): readonly OptionGroup[] {
  const type = string(element.type);
  if (type.endsWith('users_select')) {
    const options = page.people.map((p) => plain(p.slackId, p.name));
    return [{ label: undefined, options }];
  }
  if (type.endsWith('channels_select') || type.endsWith('conversations_select')) {
    const options = channelsFor(page.slack.channels, person).map((c) => plain(c.id, `#${c.name}`));
    return [{ label: undefined, options }];
  }
  const groups = objects(element.option_groups);
  if (groups.length > 0) {
    return groups.map((group) => ({
      label: textOf(group.label),
      options: objects(group.options).map(option),
    }));
  }
  return [{ label: undefined, options: objects(element.options).map(option) }];
}

function plain(id: string, label: string): Option {
  return { value: id, label, description: undefined, sent: id };
}

function option(json: Json): Option {
  const description = textOf(json.description);
  return {
    value: string(json.value),
    label: textOf(json.text),
    description: description || undefined,
    sent: json,
  };
}

/** The values that are chosen at first. */
export function initialValues(element: Json): readonly string[] {
  const single =
    element.initial_option ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  if (single !== undefined) return [valueOf(single)];
  const several =
    element.initial_options ??
    element.initial_users ??
    element.initial_channels ??
    element.initial_conversations;
  return Array.isArray(several) ? several.map(valueOf) : [];
}

function valueOf(chosen: unknown): string {
  return isObject(chosen) ? string(object(chosen).value) : string(chosen);
}
