import type { Clock } from '../../src/domain/time.ts';
import type { Condition, Item, Range, Table } from '../../src/store/table.ts';

/** A table in memory that behaves as the real one: conditions, expiry, sparse indexes. For fast simulations. */
export function makeMemoryTable(clock: Clock): Table & { readonly items: ReadonlyMap<string, Item> } {
  const items = new Map<string, Item>();
  const idOf = (key: { pk: string; sk: string }): string => `${key.pk}\n${key.sk}`;
  const alive = (item: Item | undefined): Item | undefined =>
    item && (item.expiresAt === undefined || item.expiresAt > Math.floor(clock.now() / 1000))
      ? item
      : undefined;

  function holds(item: Item | undefined, condition: Condition | undefined): boolean {
    if (condition === undefined) return true;
    if (condition === 'absent') return alive(item) === undefined;
    return Object.entries(condition).every(([name, value]) => item?.[name] === value);
  }

  return {
    items,

    async get(key) {
      return alive(items.get(idOf(key)));
    },

    async put(item, condition) {
      if (!holds(items.get(idOf(item)), condition)) return false;
      items.set(idOf(item), item);
      return true;
    },

    async update(key, { set, remove, add }, condition) {
      const before = items.get(idOf(key));
      if (!holds(before, condition)) return undefined;
      const after: Record<string, Item[string]> = { ...before, pk: key.pk, sk: key.sk };
      for (const [name, value] of Object.entries(set ?? {})) if (value !== undefined) after[name] = value;
      for (const name of remove ?? []) delete after[name];
      for (const [name, by] of Object.entries(add ?? {})) after[name] = Number(after[name] ?? 0) + by;
      // The key was just put in.
      const item = after as Item;
      items.set(idOf(key), item);
      return item;
    },

    async delete(key, condition) {
      if (!holds(items.get(idOf(key)), condition)) return false;
      items.delete(idOf(key));
      return true;
    },

    async query(range) {
      return select(
        [...items.values()].filter((item) => alive(item)),
        range,
      );
    },
  };
}

function select(items: readonly Item[], range: Range): readonly Item[] {
  const [pk, sk] = [`${range.index ?? ''}pk`, `${range.index ?? ''}sk`];
  const order = range.newestFirst ? -1 : 1;
  const keyed = items.flatMap((item) => {
    const key = item[sk];
    return item[pk] === range.pk && typeof key === 'string' ? [{ item, key }] : [];
  });
  return keyed
    .filter(({ key }) => range.prefix === undefined || key.startsWith(range.prefix))
    .filter(({ key }) => range.upTo === undefined || key <= range.upTo)
    .sort((a, b) => (a.key < b.key ? -order : order))
    .slice(0, range.limit)
    .map(({ item }) => item);
}
