import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What an attribute may hold. `undefined` members of maps are left out. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** A value as DynamoDB writes it. Numbers must be finite. */
export function toAttribute(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return { N: numberText(value) };
  if (value instanceof Uint8Array) return { B: value };
  // Array.isArray does not narrow readonly arrays.
  if (Array.isArray(value)) return { L: (value as readonly Value[]).map(toAttribute) };
  return { M: toAttributes(value as { readonly [name: string]: Value | undefined }) };
}

/** A map of values as DynamoDB writes it. */
export function toAttributes(values: {
  readonly [name: string]: Value | undefined;
}): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) attributes[name] = toAttribute(value);
  }
  return attributes;
}

/** The inverse of {@link toAttribute}. Sets, which this table never holds, are refused. */
export function fromAttribute(attribute: AttributeValue): Value {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL !== undefined) return null;
  if (attribute.B !== undefined) return attribute.B;
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.M !== undefined) return fromAttributes(attribute.M);
  throw new TypeError(
    `The table holds an attribute of a kind that is never written: ${Object.keys(attribute).join()}`,
  );
}

/** The inverse of {@link toAttributes}. */
export function fromAttributes(attributes: Record<string, AttributeValue>): Record<string, Value> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]));
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`The table cannot hold the number ${value}.`);
  return String(value);
}
