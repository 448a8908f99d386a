import { z } from 'zod';
import { GRANT_ACTIONS, type Grant } from '../domain/access.ts';
import { settingKey, settingsPartition, TTL_MS } from './keys.ts';
import type { Item, Table } from './table.ts';

/** The grants that were made in chat. */
export interface GrantStore {
  list(): Promise<readonly Grant[]>;
  /** Writing the same grant again changes nothing. */
  put(grant: Grant): Promise<void>;
  /** No effect when it is gone already. */
  remove(id: string): Promise<void>;
}

/** So many that nobody reaches it by hand. */
const MOST_GRANTS = 2000;

const grantSchema = z.object({
  id: z.string(),
  who: z.string(),
  on: z.string(),
  actions: z.array(z.enum(GRANT_ACTIONS)),
  untilMs: z.number().optional(),
});

/** Grants in the table. */
export function makeGrantStore(table: Table): GrantStore {
  return {
    async list() {
      const items = await table.query({ pk: settingsPartition('grant'), limit: MOST_GRANTS });
      return items.map(toGrant);
    },
    async put(grant) {
      const { untilMs } = grant;
      await table.put({
        ...settingKey('grant', grant.id),
        body: JSON.stringify(grant),
        ...(untilMs === undefined ? {} : { expiresAt: Math.ceil((untilMs + TTL_MS.endedGrant) / 1000) }),
      });
    },
    async remove(id) {
      await table.delete(settingKey('grant', id));
    },
  };
}

function toGrant({ body }: Item): Grant {
  const { untilMs, ...grant } = grantSchema.parse(JSON.parse(typeof body === 'string' ? body : ''));
  return untilMs === undefined ? grant : { ...grant, untilMs };
}
