import { gunzipSync, gzipSync } from 'node:zlib';
import type { Key } from './keys.ts';
import type { Item, Table } from './table.ts';

/** A record and the number of its last write. Version 0 means that it does not exist yet. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

export interface Placement {
  /** Index entries; a record without one is in no index. */
  readonly index?: {
    readonly g1pk?: string;
    readonly g1sk?: string;
    readonly g2pk?: string;
    readonly g2sk?: string;
  };
  /** When it may be removed, in milliseconds since 1970. */
  readonly expiresAtMs?: number;
}

/**
 * Records that are written as a whole, each write only if nobody has written since the reader looked. `parse` checks
 * what an older version of Deckhand may have written and throws when it means nothing any more.
 */
export interface VersionedRecords<T> {
  get(key: Key): Promise<Versioned<T> | undefined>;
  /** False: somebody else wrote first. `seen` 0 creates. */
  replace(key: Key, seen: number, value: T, placement: Placement): Promise<boolean>;
  /** Reads a record out of an item that a query gave. */
  fromItem(item: Item): Versioned<T>;
  /** The same; undefined where it means nothing any more: one bad item must not hide the others of a list. */
  tryItem(item: Item): Versioned<T> | undefined;
}

/**
 * An item may have 400 KB (docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html), and a write costs
 * by its size. What is longer is compressed; the texts of a storm come to a tenth.
 */
const PLAIN_CHARS = 64 * 1024;

/**
 * Versioned records of one kind in the table. The value travels as JSON in `body`, in the form that `pack` gives it; as
 * gzipped JSON where that is long.
 */
export function makeVersionedRecords<T>(
  table: Table,
  parse: (value: unknown) => T,
  pack: (value: T) => unknown = (value) => value,
): VersionedRecords<T> {
  const fromItem = ({ pk, sk, body, version }: Item): Versioned<T> => {
    const text = body instanceof Uint8Array ? gunzipSync(body).toString('utf8') : body;
    if (typeof text !== 'string') throw new TypeError(`The item ${pk} / ${sk} is no versioned record.`);
    return { value: parse(JSON.parse(text)), version: Number(version) };
  };
  return {
    fromItem,

    tryItem(item) {
      try {
        return fromItem(item);
      } catch {
        return undefined;
      }
    },

    async get(key) {
      const item = await table.get(key);
      return item && fromItem(item);
    },

    replace(key, seen, value, { index, expiresAtMs }) {
      const item: Item = {
        ...key,
        ...index,
        version: seen + 1,
        body: bodyOf(JSON.stringify(pack(value))),
        ...(expiresAtMs === undefined ? {} : { expiresAt: Math.ceil(expiresAtMs / 1000) }),
      };
      return table.put(item, seen === 0 ? 'absent' : { version: seen });
    },
  };
}

function bodyOf(json: string): string | Uint8Array {
  return json.length > PLAIN_CHARS ? gzipSync(json, { level: 1 }) : json;
}
