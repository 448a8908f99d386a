import type { ActionsBlock, ContextBlock, Button as SlackButton } from '@slack/types';
import type { Button, PressButton } from '../../cards/card.ts';
import { safeUrl, truncate } from '../../cards/literal.ts';
import { encodePayload } from '../../cards/payload.ts';
import { SLACK_LIMITS } from './limits.ts';
import { toPlainLine } from './mrkdwn.ts';

/** Every action id of ours begins like this; the rest is `<what it does>:<its number in the message>`. */
export const ACTION_ID_PREFIX = 'deckhand:';

/** Numbers the buttons of one message: an action id must be unique within it. */
export type NextNumber = () => number;

/** A button, or undefined where Slack could not carry it (a payload or an address that is too long). */
export function toButton(button: Button, next: NextNumber): SlackButton | undefined {
  return button.kind === 'link' ? linkButton(button.label, button.url, next) : pressButton(button, next);
}

/** Rows of buttons, and a line that names those which could not be drawn. */
export function toActions(buttons: readonly Button[], next: NextNumber): (ActionsBlock | ContextBlock)[] {
  const drawn = buttons.map((button) => toButton(button, next));
  const elements = drawn.filter((button) => button !== undefined);
  const blocks: (ActionsBlock | ContextBlock)[] = [];
  for (let at = 0; at < elements.length; at += SLACK_LIMITS.actions) {
    blocks.push({ type: 'actions', elements: elements.slice(at, at + SLACK_LIMITS.actions) });
  }
  const lost = buttons.filter((_, index) => drawn[index] === undefined);
  return lost.length === 0 ? blocks : [...blocks, lostButtons(lost)];
}

/** Says which buttons are missing, so that the reader can type the command instead. */
export function lostButtons(lost: readonly Button[]): ContextBlock {
  const names = truncate(lost.map((button) => `“${toPlainLine(button.label)}”`).join(', '), 500);
  const text = `Slack cannot carry ${names}; please type the command instead.`;
  return { type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] };
}

function pressButton(button: PressButton, next: NextNumber): SlackButton | undefined {
  const value = encodePayload(button.payload);
  if (value.length > SLACK_LIMITS.valueChars) return undefined;
  return {
    type: 'button',
    action_id: `${ACTION_ID_PREFIX}${button.payload.do}:${next()}`,
    text: label(button.label, SLACK_LIMITS.buttonChars),
    value,
    ...(button.style && { style: button.style }),
    ...(button.confirm && { confirm: confirm(button.confirm, button.style) }),
  };
}

function linkButton(text: string, url: string, next: NextNumber): SlackButton | undefined {
  const href = safeUrl(url, SLACK_LIMITS.urlChars);
  if (href === undefined) return undefined;
  return {
    type: 'button',
    action_id: `${ACTION_ID_PREFIX}link:${next()}`,
    text: label(text, SLACK_LIMITS.buttonChars),
    url: href,
  };
}

function confirm(ask: NonNullable<PressButton['confirm']>, style: PressButton['style']) {
  return {
    title: label(ask.title, SLACK_LIMITS.confirmTitleChars),
    text: label(ask.text, SLACK_LIMITS.confirmTextChars),
    confirm: label(ask.yes, SLACK_LIMITS.confirmButtonChars),
    deny: label(ask.no, SLACK_LIMITS.confirmButtonChars),
    ...(style && { style }),
  };
}

function label(text: string, max: number) {
  return { type: 'plain_text' as const, text: truncate(toPlainLine(text), max) || '–', emoji: false };
}
