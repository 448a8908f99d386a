/**
 * Reading JSON whose shape a bot decided: whatever is missing or of another type is absent, never an exception, so
 * that one odd message cannot take the page down.
 */
export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one when it is none. */
export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** The objects of a list; what is no object is left out. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value if it is a string, else the empty string. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value if it is a string with something in it. */
export function optional(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether the value is an object that is no list. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a Slack text object, or of a bare string. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : string(object(value).text);
}
