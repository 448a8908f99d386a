import { isObject, textOf } from '../json.ts';

/** One thing that is wrong, as Slack words it, with where it is. */
export interface Problem {
  readonly message: string;
  /** JSON pointer into the arguments: `/blocks/0/text`. */
  readonly pointer: string;
}

/** Judges one value and reports what is wrong with it. */
export type Check = (value: unknown, pointer: string, problems: Problem[]) => void;

/** A member of an object: its check, and whether it must be there. */
export interface Member {
  readonly check: Check;
  readonly required: boolean;
}

/** A member that must be there. */
export const required = (check: Check): Member => ({ check, required: true });
/** A member that may be missing. */
export const optional = (check: Check): Member => ({ check, required: false });

/** Anything at all; for members whose form no limit depends on. */
export const anything: Check = () => {};

/** `true` or `false`. */
export const flag: Check = (value, pointer, problems) => {
  if (typeof value !== 'boolean') problems.push({ message: 'must be a valid boolean', pointer });
};

/** A whole number within bounds. */
export function integer(min: number, max: number): Check {
  return (value, pointer, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      problems.push({ message: `must be an integer between ${min} and ${max}`, pointer });
    }
  };
}

/** A string of `min` to `max` characters. */
export function string(max: number, min = 0): Check {
  return (value, pointer, problems) => {
    if (typeof value !== 'string') return void problems.push({ message: 'must be a string', pointer });
    if (value.length > max) problems.push({ message: `must be less than ${max + 1} characters`, pointer });
    if (value.length < min) problems.push({ message: `must be more than ${min - 1} characters`, pointer });
  };
}

/** One of a few strings. */
export function choice(...allowed: readonly string[]): Check {
  return (value, pointer, problems) => {
    if (typeof value !== 'string' || !allowed.includes(value)) {
      problems.push({ message: `must be one of ${allowed.join(', ')}`, pointer });
    }
  };
}

/** A list of `min` to `max` items, each of one shape. */
export function list(max: number, item: Check, min = 1): Check {
  return (value, pointer, problems) => {
    if (!Array.isArray(value)) return void problems.push({ message: 'must be an array', pointer });
    if (value.length > max) problems.push({ message: `no more than ${max} items allowed`, pointer });
    if (value.length < min) problems.push({ message: `must have at least ${min} items`, pointer });
    for (const [index, each] of value.entries()) item(each, `${pointer}/${index}`, problems);
  };
}

/** An object with exactly these members. */
export function object(members: Readonly<Record<string, Member>>): Check {
  return (value, pointer, problems) => {
    if (!isObject(value)) return void problems.push({ message: 'must be an object', pointer });
    for (const [name, member] of Object.entries(members)) {
      if (value[name] !== undefined) member.check(value[name], `${pointer}/${name}`, problems);
      else if (member.required) problems.push({ message: `missing required field: ${name}`, pointer });
    }
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(members, name)) {
        problems.push({ message: `invalid additional property: ${name}`, pointer });
      }
    }
  };
}

/** An object whose `type` says which of these shapes it has. */
export function typed(shapes: () => Readonly<Record<string, Check>>): Check {
  return (value, pointer, problems) => {
    if (!isObject(value)) return void problems.push({ message: 'must be an object', pointer });
    const shape = typeof value.type === 'string' ? shapes()[value.type] : undefined;
    if (shape !== undefined) return shape(value, pointer, problems);
    const message =
      value.type === undefined ? 'missing required field: type' : `unsupported type: ${textOf(value.type)}`;
    problems.push({ message, pointer: `${pointer}/type` });
  };
}

/** Both judgements, one after the other. */
export function both(first: Check, second: Check): Check {
  return (value, pointer, problems) => {
    first(value, pointer, problems);
    second(value, pointer, problems);
  };
}

/** At least one of these members must be there. */
export function anyOf(...names: readonly string[]): Check {
  return (value, pointer, problems) => {
    if (isObject(value) && !names.some((name) => value[name] !== undefined)) {
      problems.push({ message: `missing required field: ${names.join(' or ')}`, pointer });
    }
  };
}
