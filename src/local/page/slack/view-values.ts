import type { PagePerson, PageState } from '../../page-api.ts';
import { type Json, object, objects, string } from '../json.ts';
import { initialInput, inputBlockId } from './inputs.tsx';
import { chosenKey, optionGroups } from './options.ts';

type Values = Readonly<Record<string, readonly string[]>>;

/** Slack's `state.values` of a view or a message: block id → action id → the element's type and what it holds. */
export function viewValues(
  view: Json,
  typed: Values,
  page: PageState,
  person: PagePerson,
): Record<string, Record<string, unknown>> {
  const out: Record<string, Record<string, unknown>> = {};
  for (const block of inputs(view)) {
    const element = object(block.element);
    const held = typed[inputBlockId(block)] ?? initialInput(element);
    out[inputBlockId(block)] = { [string(element.action_id)]: stateOf(element, held, page, person) };
  }
  return out;
}

/** Errors for inputs that must be filled and are not, as Slack itself shows them before it sends anything. */
export function missingInputs(view: Json, typed: Values): Record<string, string> {
  const empty = inputs(view).filter((block) => {
    const held = typed[inputBlockId(block)] ?? initialInput(object(block.element));
    return block.optional !== true && held.every((value) => value.trim() === '');
  });
  return Object.fromEntries(
    empty.map((block) => [inputBlockId(block), 'Please complete this required field.']),
  );
}

function inputs(view: Json): readonly Json[] {
  return objects(view.blocks).filter((block) => block.type === 'input');
}

function stateOf(element: Json, held: readonly string[], page: PageState, person: PagePerson): Json {
  const type = string(element.type);
  const key = chosenKey(element);
  if (key) {
    const all = optionGroups(element, page, person).flatMap((group) => group.options);
    const sent = held.map((value) => all.find((option) => option.value === value)?.sent ?? value);
    return { type, [key]: key.endsWith('s') ? sent : (sent[0] ?? null) };
  }
  const value = held[0] === undefined || held[0] === '' ? null : held[0];
  if (type === 'datepicker') return { type, selected_date: value };
  if (type === 'timepicker') return { type, selected_time: value };
  return { type, value };
}
