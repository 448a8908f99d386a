import type { InputBlock as SlackInput } from '@slack/types';
import type { InputBlock } from '../../cards/card.ts';
import { truncate } from '../../cards/literal.ts';
import { SLACK_LIMITS } from './limits.ts';
import { toPlainLine } from './mrkdwn.ts';

/** Every input of ours has this in front of its id, in `block_id` and `action_id`. */
export const INPUT_ID_PREFIX = 'deckhand:input:';

/**
 * A line to type into, in a message: nothing is sent while somebody types. What it holds comes with the next click on a
 * button, as `state.values` (docs.slack.dev/reference/interaction-payloads/block_actions-payload).
 */
export function toInput({ id, label, placeholder }: InputBlock): SlackInput {
  const name = `${INPUT_ID_PREFIX}${id}`;
  const hint =
    placeholder === undefined ? '' : truncate(toPlainLine(placeholder), SLACK_LIMITS.placeholderChars);
  return {
    type: 'input',
    block_id: name,
    optional: true,
    dispatch_action: false,
    label: {
      type: 'plain_text',
      text: truncate(toPlainLine(label), SLACK_LIMITS.labelChars) || '–',
      emoji: false,
    },
    element: {
      type: 'plain_text_input',
      action_id: name,
      ...(hint === '' ? {} : { placeholder: { type: 'plain_text', text: hint, emoji: false } }),
    },
  };
}

/** What was typed into our inputs, by their ids; `values` is the `state.values` of a click. */
export function typedInto(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, string>> {
  const typed: Record<string, string> = {};
  for (const [block, held] of Object.entries(values ?? {})) {
    if (!block.startsWith(INPUT_ID_PREFIX) || typeof held !== 'object' || held === null) continue;
    for (const element of Object.values(held)) {
      const value: unknown = typeof element === 'object' && element !== null ? element.value : undefined;
      if (typeof value === 'string') typed[block.slice(INPUT_ID_PREFIX.length)] = value;
    }
  }
  return typed;
}
