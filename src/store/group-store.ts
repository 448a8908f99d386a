import type { GroupMember } from '../domain/incident.ts';
import { G2, groupKey, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

/** How an incident stood at the `version` of its service's record. */
export interface JoinedMember extends GroupMember {
  readonly version: number;
  /** An earlier cause was learnt: it belongs elsewhere. Kept, so that an older word does not bring it back. */
  readonly hasLeft?: true;
}

/** All incidents of the last day that name one shared cause, whether they are a group yet or not. */
export interface GroupRecord {
  readonly key: string;
  readonly members: readonly JoinedMember[];
}

/** Shared causes in the table. A save marks the group dirty until all members know of each other. */
export interface GroupStore {
  /** `isDirty`: some members may not know of the others. */
  get(key: string): Promise<(Versioned<GroupRecord> & { readonly isDirty: boolean }) | undefined>;
  /** `seenVersion` 0 creates. False: somebody else wrote first. */
  save(seenVersion: number, group: GroupRecord, isDirty: boolean): Promise<boolean>;
  /** False: somebody has changed it since, and it stays dirty. */
  markTold(key: string, version: number): Promise<boolean>;
  dirty(limit: number): Promise<readonly Versioned<GroupRecord>[]>;
}

/** Groups over the table. `now` is the machine's clock. */
export function makeGroupStore(table: Table, now: () => number): GroupStore {
  // Written below alone; every member says again how it stands, so none of it has to last.
  const records = makeVersionedRecords<GroupRecord>(table, (value) => value as GroupRecord);
  return {
    async get(key) {
      const item = await table.get(groupKey(key));
      return item && { ...records.fromItem(item), isDirty: item.g2pk !== undefined };
    },
    save: (seenVersion, group, isDirty) =>
      records.replace(groupKey(group.key), seenVersion, group, {
        ...(isDirty ? { index: { g2pk: G2.dirtyGroups, g2sk: group.key } } : {}),
        expiresAtMs: now() + TTL_MS.quietSlot,
      }),
    async markTold(key, version) {
      const marked = await table.update(groupKey(key), { remove: ['g2pk', 'g2sk'] }, { version });
      return marked !== undefined;
    },
    async dirty(limit) {
      const items = await table.query({ index: 'g2', pk: G2.dirtyGroups, limit });
      return items.flatMap((item) => records.tryItem(item) ?? []);
    },
  };
}
