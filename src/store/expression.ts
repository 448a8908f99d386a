import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { toAttribute, type Value } from './attributes.ts';

/**
 * What must hold for a write to happen. `absent`: no item, or one that has expired. Else every named attribute has
 * this value; `undefined` means that the item does not have it.
 */
export type Condition = 'absent' | { readonly [attribute: string]: string | number | boolean | undefined };

export interface Change {
  readonly set?: { readonly [attribute: string]: Value | undefined };
  readonly remove?: readonly string[];
  /** Counters; an absent one counts from 0. */
  readonly add?: { readonly [attribute: string]: number };
}

/** Collects the placeholders of one request: every name and value gets one, so that no reserved word ever bites. */
export class Expression {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};

  name(attribute: string): string {
    const known = this.#names.get(attribute);
    if (known) return known;
    const placeholder = `#n${this.#names.size}`;
    this.#names.set(attribute, placeholder);
    return placeholder;
  }

  value(value: Value): string {
    const placeholder = `:v${Object.keys(this.#values).length}`;
    this.#values[placeholder] = toAttribute(value);
    return placeholder;
  }

  update({ set, remove, add }: Change): string {
    const setting = Object.entries(set ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [`${this.name(name)} = ${this.value(value)}`],
    );
    const removing = (remove ?? []).map((name) => this.name(name));
    const adding = Object.entries(add ?? {}).map(
      ([name, value]) => `${this.name(name)} ${this.value(value)}`,
    );
    return [
      setting.length > 0 ? `SET ${setting.join(', ')}` : '',
      removing.length > 0 ? `REMOVE ${removing.join(', ')}` : '',
      adding.length > 0 ? `ADD ${adding.join(', ')}` : '',
    ]
      .filter(Boolean)
      .join(' ');
  }

  /** The request members; read them last. */
  input(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    const names = Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name]));
    return {
      ...(this.#names.size > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(Object.keys(this.#values).length > 0 ? { ExpressionAttributeValues: this.#values } : {}),
    };
  }
}

/** The condition of a write as a request member; empty when there is none. */
export function conditionOf(
  expression: Expression,
  condition: Condition | undefined,
  nowSeconds: number,
): { ConditionExpression?: string } {
  if (condition === undefined) return {};
  if (condition === 'absent') {
    const absent = `attribute_not_exists(${expression.name('pk')})`;
    const expired = `${expression.name('expiresAt')} <= ${expression.value(nowSeconds)}`;
    return { ConditionExpression: `${absent} OR ${expired}` };
  }
  const parts = Object.entries(condition).map(([name, value]) =>
    value === undefined
      ? `attribute_not_exists(${expression.name(name)})`
      : `${expression.name(name)} = ${expression.value(value)}`,
  );
  return { ConditionExpression: parts.join(' AND ') };
}
