import { spendingKey, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';

/** What reading AWS cost on a day, added up over all replicas. */
export function makeSpendingStore(
  table: Table,
  systemNow: () => number,
): { add(day: string, dollars: number): Promise<number> } {
  return {
    async add(day, dollars) {
      const expiresAt = Math.ceil((systemNow() + TTL_MS.spending) / 1000);
      const item = await table.update(spendingKey(day), { add: { dollars }, set: { expiresAt } });
      return typeof item?.['dollars'] === 'number' ? item['dollars'] : dollars;
    },
  };
}
