import { TTL_MS, threadKey } from './keys.ts';
import type { Table } from './table.ts';

/** What a thread is about: names as the inventory has them, any may be missing. */
export interface ThreadSubject {
  readonly service?: string;
  readonly cluster?: string;
  readonly account?: string;
  readonly region?: string;
}

/** What threads are about, so that a follow-up need not name the service again. */
export interface ThreadStore {
  /** `rootKey` names the thread: the key of its root message where that is ours, else the root's id. */
  remember(dest: string, rootKey: string, subject: ThreadSubject): Promise<void>;
  recall(dest: string, rootKey: string): Promise<ThreadSubject | undefined>;
}

/** Thread subjects in the table; `nowMs` is the machine's clock, which also removes them. */
export function makeThreadStore(table: Table, systemNow: () => number): ThreadStore {
  return {
    async remember(dest, rootKey, subject) {
      await table.put({
        ...threadKey(dest, rootKey),
        ...subject,
        expiresAt: Math.ceil((systemNow() + TTL_MS.thread) / 1000),
      });
    },
    async recall(dest, rootKey) {
      const item = await table.get(threadKey(dest, rootKey));
      if (item === undefined) return undefined;
      const parts = (['service', 'cluster', 'account', 'region'] as const).flatMap((name) => {
        const value = item[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      return Object.fromEntries(parts);
    },
  };
}
