import type { Button, PressButton } from '../../cards/card.ts';
import { safeUrl } from '../../cards/literal.ts';
import { encodePayload } from '../../cards/payload.ts';
import type { AdaptiveElement } from './element.ts';
import { TEAMS_LIMITS } from './limits.ts';
import { textLine, toPlainLine } from './text.ts';

/** Sets of at most six buttons each, and a line that names the buttons that could not be drawn. */
export function toActionSets(buttons: readonly Button[], messageKey: string | undefined): AdaptiveElement[] {
  const drawn = buttons.map((button) => toAction(button, messageKey));
  const actions = drawn.filter((action) => action !== undefined);
  const sets: AdaptiveElement[] = [];
  for (let at = 0; at < actions.length; at += TEAMS_LIMITS.actions) {
    sets.push({ type: 'ActionSet', actions: actions.slice(at, at + TEAMS_LIMITS.actions) });
  }
  const lost = buttons.filter((_, index) => drawn[index] === undefined);
  return lost.length === 0 ? sets : [...sets, lostButtons(lost)];
}

/** Undefined for a link that is none. */
export function toAction(button: Button, messageKey: string | undefined): AdaptiveElement | undefined {
  if (button.kind === 'press')
    return button.confirm ? asking(button, button.confirm, messageKey) : execute(button, messageKey);
  const url = safeUrl(button.url, TEAMS_LIMITS.urlChars);
  return url === undefined ? undefined : { type: 'Action.OpenUrl', title: label(button.label), url };
}

export function lostButtons(lost: readonly Button[]): AdaptiveElement {
  const names = lost.map((button) => `“${toPlainLine(button.label, TEAMS_LIMITS.labelChars)}”`).join(', ');
  return textLine(`${names} leads nowhere that can be opened.`, { subtle: true, size: 'Small' });
}

/** Universal Action: the bot gets an invoke with `verb` and `data`. `k` names the message for the outbox. */
function execute(button: PressButton, messageKey: string | undefined, title = button.label): AdaptiveElement {
  return {
    type: 'Action.Execute',
    title: label(title),
    verb: button.payload.do,
    data: { p: encodePayload(button.payload), ...(messageKey !== undefined && { k: messageKey }) },
    ...styleOf(button),
  };
}

/** Teams has no confirm dialog for actions: the question unfolds below the button, and a second press answers it. */
function asking(
  button: PressButton,
  confirm: NonNullable<PressButton['confirm']>,
  messageKey: string | undefined,
): AdaptiveElement {
  const body = [
    textLine(confirm.title, { weight: 'Bolder' }, TEAMS_LIMITS.confirmChars),
    textLine(confirm.text, {}, TEAMS_LIMITS.confirmChars),
  ];
  const actions = [execute(button, messageKey, confirm.yes)];
  return {
    type: 'Action.ShowCard',
    title: label(button.label),
    ...styleOf(button),
    card: { type: 'AdaptiveCard', version: '1.5', body, actions },
  };
}

function styleOf(button: PressButton): { style?: 'positive' | 'destructive' } {
  if (!button.style) return {};
  return { style: button.style === 'primary' ? 'positive' : 'destructive' };
}

function label(text: string): string {
  return toPlainLine(text, TEAMS_LIMITS.labelChars) || '–';
}
