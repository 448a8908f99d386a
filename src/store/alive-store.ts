import { z } from 'zod';
import { aliveKey } from './keys.ts';
import type { Table } from './table.ts';
import { makeVersionedRecords, type Versioned } from './versioned.ts';

const aliveSchema = z.object({
  /** When some process last lived. */
  atMs: z.number(),
  /** Nobody lived in this time, and people have not been told yet. */
  gap: z.object({ fromMs: z.number(), toMs: z.number() }).optional(),
});

export type AliveRecord = Readonly<z.infer<typeof aliveSchema>>;

/** The sign of life that all processes of an installation share. It never expires: a long absence is one, too. */
export interface AliveStore {
  get(): Promise<Versioned<AliveRecord> | undefined>;
  /** `seen` 0 creates. False: somebody else wrote first. */
  save(seen: number, record: AliveRecord): Promise<boolean>;
}

/** The sign of life in the table. */
export function makeAliveStore(table: Table): AliveStore {
  const records = makeVersionedRecords<AliveRecord>(table, (value) => aliveSchema.parse(value));
  return {
    get: () => records.get(aliveKey()),
    save: (seen, record) => records.replace(aliveKey(), seen, record, {}),
  };
}
