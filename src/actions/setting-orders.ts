import type { Grant } from '../domain/access.ts';
import { isServiceOrder, type WriteRecord, type WriteResult } from '../domain/write.ts';
import type { GrantStore } from '../store/grant-store.ts';
import type { RouteStore } from '../store/route-store.ts';

/** Deckhand's own configuration as orders change it. */
export interface SettingStores {
  readonly grants: Pick<GrantStore, 'put' | 'remove'>;
  readonly routes: Pick<RouteStore, 'put' | 'remove'>;
}

/** Carries an order about the configuration out; repeated without harm. @throws the errors of the stores */
export async function applySetting(
  { order, id }: Pick<WriteRecord, 'order' | 'id'>,
  { grants, routes }: SettingStores,
): Promise<Omit<WriteResult, 'atMs'>> {
  if (isServiceOrder(order)) throw new TypeError(`An order of kind ${order.kind} goes to AWS.`);
  switch (order.kind) {
    case 'grant_add': {
      const { who, on, actions, untilMs } = order;
      const end = untilMs === undefined ? {} : { untilMs };
      const grant: Grant = { id: settingId('g', id), who, on, actions, ...end };
      await grants.put(grant);
      return added('grants', grant.id);
    }
    case 'grant_remove':
      await grants.remove(order.grant);
      return REMOVED;
    case 'route_add': {
      const route = { id: settingId('r', id), ...order.route };
      await routes.put(route);
      return added('routes', route.id);
    }
    case 'route_remove':
      await routes.remove(order.route);
      return REMOVED;
  }
}

const REMOVED = { outcome: 'done', text: 'It holds no more.' } as const;

function added(what: 'grants' | 'routes', id: string): Omit<WriteResult, 'atMs'> {
  const text = `It holds from now on. \`${what} remove ${id}\` takes it away again.`;
  return { outcome: 'done', text, after: id };
}

/** Comes from the write, so that a repetition writes the same one. */
function settingId(letter: 'g' | 'r', write: string): string {
  return write.replace(/^w/, letter).slice(0, 8);
}
