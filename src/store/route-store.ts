import { z } from 'zod';
import type { Route } from '../domain/route.ts';
import { routeSchema } from '../domain/route-schema.ts';
import { settingKey, settingsPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

/** A route that was made in chat: it has a name. */
export type StoredRoute = Route & { readonly id: string };

/** The routes that were made in chat. */
export interface RouteStore {
  list(): Promise<readonly StoredRoute[]>;
  /** Writing the same route again changes nothing. */
  put(route: StoredRoute): Promise<void>;
  /** No effect when it is gone already. */
  remove(id: string): Promise<void>;
}

/** So many that nobody reaches it by hand. */
const MOST_ROUTES = 2000;

const storedSchema = routeSchema.extend({ id: z.string() });

/** Routes in the table. */
export function makeRouteStore(table: Table): RouteStore {
  return {
    async list() {
      const items = await table.query({ pk: settingsPartition('route'), limit: MOST_ROUTES });
      return items.flatMap(toRoute);
    },
    async put(route) {
      await table.put({ ...settingKey('route', route.id), body: JSON.stringify(route) });
    },
    async remove(id) {
      await table.delete(settingKey('route', id));
    },
  };
}

/** One that means nothing any more must not take the others along. */
function toRoute({ body }: Item): readonly StoredRoute[] {
  const parsed = storedSchema.safeParse(typeof body === 'string' ? JSON.parse(body) : undefined);
  return parsed.success ? [parsed.data] : [];
}
