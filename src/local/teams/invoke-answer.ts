import { isObject, type JsonObject, objectAt, stringAt, textOf } from '../json.ts';
import { checkAdaptiveCard } from './adaptive-card.ts';
import type { BotAnswer } from './bot-link.ts';

/** What a person sees after a click. */
export interface ClickResult {
  readonly card?: JsonObject;
  readonly message?: string;
  readonly error?: string;
}

/** A dialog that opens or changes, or what the bot said instead. */
export interface TaskResult {
  readonly task?: JsonObject;
  readonly message?: string;
  readonly error?: string;
}

const WRONG = 'Something went wrong. Please try again.';
const UNREACHABLE = 'Unable to reach app. Please try again.';

/**
 * Reads the answer to `adaptiveCard/action` as Teams does:
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
 */
export function readClickAnswer(answer: BotAnswer): ClickResult {
  const failed = failure(answer);
  if (failed !== undefined) return { error: failed };
  const body = answer.ok && isObject(answer.body) ? answer.body : {};
  const { statusCode, type, value } = body;
  if (typeof statusCode !== 'number' || typeof type !== 'string') return { error: WRONG };
  if (type === 'application/vnd.microsoft.error') return { error: stringAt(value, 'message') ?? WRONG };
  if (statusCode !== 200) return { error: WRONG };
  if (type === 'application/vnd.microsoft.card.adaptive') {
    const problems = checkAdaptiveCard(value);
    return isObject(value) && problems.length === 0
      ? { card: value }
      : { error: `${WRONG} (${problems.join('; ')})` };
  }
  if (type === 'application/vnd.microsoft.activity.message' && typeof value === 'string')
    return { message: value };
  return { error: WRONG };
}

/** Reads the answer to `task/fetch` or `task/submit`; an empty one closes the dialog. */
export function readTaskAnswer(answer: BotAnswer): TaskResult {
  const failed = failure(answer);
  if (failed !== undefined) return { error: failed };
  const task = objectAt(answer.ok ? answer.body : {}, 'task');
  if (task.type === 'message') return { message: textOf(task.value) };
  if (task.type !== 'continue') return {};
  const value = objectAt(task, 'value');
  const problems = checkAdaptiveCard(objectAt(objectAt(value, 'card'), 'content'));
  return problems.length === 0 || value.card === undefined
    ? { task: value }
    : { error: `${WRONG} (${problems.join('; ')})` };
}

function failure(answer: BotAnswer): string | undefined {
  if (!answer.ok) return UNREACHABLE;
  return answer.status >= 200 && answer.status < 300 ? undefined : WRONG;
}
