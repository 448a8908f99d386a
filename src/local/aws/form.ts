import type { NormalizedSchema } from '@smithy/core/schema';

/**
 * Reads an awsQuery form (`Filters.member.1.Name=…`) by the input's schema. The SDK ships only the writing side.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readForm(schema: NormalizedSchema, body: string): object {
  const root: Node = { children: new Map() };
  for (const [key, value] of new URLSearchParams(body)) {
    let node = root;
    for (const part of key.split('.')) {
      const next = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.value = value;
  }
  return readStruct(schema, root);
}

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

function read(schema: NormalizedSchema, node: Node): unknown {
  if (schema.isStructSchema()) return readStruct(schema, node);
  if (schema.isListSchema()) return readList(schema, node);
  if (schema.isMapSchema()) return readMap(schema, node);
  const text = node.value;
  if (text === undefined) return undefined;
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBooleanSchema()) return text === 'true';
  if (schema.isTimestampSchema()) return new Date(text);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

function readStruct(schema: NormalizedSchema, node: Node): object {
  const struct: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(member.getMergedTraits().xmlName ?? name);
    if (child !== undefined) struct[name] = read(member, child);
  }
  return struct;
}

function readList(schema: NormalizedSchema, node: Node): unknown[] {
  const member = schema.getValueSchema();
  const wrapper = member.getMergedTraits().xmlName ?? 'member';
  const items = schema.getMergedTraits().xmlFlattened ? node : node.children.get(wrapper);
  return indexed(items).map((item) => read(member, item));
}

function readMap(schema: NormalizedSchema, node: Node): object {
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const value = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? node : node.children.get('entry');
  return Object.fromEntries(
    indexed(entries).map((entry) => {
      const held = entry.children.get(value);
      return [
        entry.children.get(key)?.value ?? '',
        held === undefined ? undefined : read(schema.getValueSchema(), held),
      ];
    }),
  );
}

function indexed(node: Node | undefined): readonly Node[] {
  return [...(node?.children ?? [])]
    .filter(([index]) => /^\d+$/.test(index))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}
