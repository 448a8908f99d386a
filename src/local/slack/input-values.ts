import { type JsonObject, objectAt, objectsOf } from '../json.ts';

/**
 * What the `input` blocks of a message or view hold, as `state.values` has it: block id, action id, then the element's
 * type and value. Only what belongs to these inputs is taken from `given`; one that nobody touched is there as empty.
 */
export function inputValues(
  blocks: readonly JsonObject[],
  given: JsonObject,
): Record<string, Record<string, unknown>> {
  const known: Record<string, Record<string, unknown>> = {};
  for (const block of objectsOf(blocks).filter((each) => each.type === 'input')) {
    const element = objectAt(block, 'element');
    const id = String(block.block_id);
    const actionId = String(element.action_id);
    const value = objectAt(objectAt(given, id), actionId);
    known[id] = { [actionId]: { type: element.type, ...emptyValue(element), ...value } };
  }
  return known;
}

function emptyValue(element: JsonObject): JsonObject {
  const type = String(element.type);
  if (type.endsWith('_input')) return { value: null };
  if (type === 'checkboxes' || type === 'multi_static_select') return { selected_options: [] };
  return {};
}
