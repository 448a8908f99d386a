import type { AwsConnections } from '../aws/connect.ts';
import type { Collector } from '../collector/collector.ts';
import type { FoundTask, StopDeps } from '../commands/stop.ts';
import { type AccountConfig, idOfAccount } from '../domain/accounts.ts';
import { DeckhandError } from '../domain/errors.ts';
import { inScope, type Scope, type ServiceRef } from '../domain/fleet.ts';

/** A task's own id as ECS writes it today; anything shorter is the beginning of one. */
const WHOLE_ID_CHARS = 32;

/** Finds a task by its ARN, its id, or the beginning of it, in every watched cluster of a scope. */
export function makeFindTask(
  aws: Pick<AwsConnections, 'tasks'>,
  collector: Pick<Collector, 'inventory'>,
  accounts: readonly AccountConfig[],
): StopDeps['findTask'] {
  return async (asked, scope) => {
    const places = clustersIn(await collector.inventory(), { ...scope, ...placeInArn(asked, accounts) });
    const id = asked.slice(asked.lastIndexOf('/') + 1);
    let incomplete = false;
    const found = await Promise.all(
      places.map(async (place): Promise<FoundTask | undefined> => {
        const account = accounts.find(({ name }) => name === place.account);
        if (account === undefined) return undefined;
        const reader = aws.tasks(account, place.region);
        try {
          const task =
            id.length >= WHOLE_ID_CHARS
              ? await reader.find(place.cluster, id)
              : await reader.beginning(place.cluster, id);
          return task && isIn(task.arn, place.cluster) ? { ...task, place } : undefined;
        } catch (error) {
          if (!(error instanceof DeckhandError)) throw error;
          incomplete = true;
          return undefined;
        }
      }),
    );
    const tasks = found.filter((task) => task !== undefined);
    return { task: tasks.length === 1 ? tasks[0] : undefined, incomplete };
  };
}

/** Some APIs like that of ECS do not mind the cluster that they are asked about; ARNs of the old form do not name it. */
function isIn(taskArn: string, cluster: string): boolean {
  const [, named, id] = taskArn.split('/');
  return id === undefined || named === cluster;
}

function clustersIn(
  refs: readonly ServiceRef[],
  { service: _any, ...scope }: Scope,
): readonly FoundTask['place'][] {
  const places = refs
    .filter((ref) => inScope(ref, scope))
    .map(({ account, region, cluster }) => ({ account, region, cluster }));
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

/** `arn:aws:ecs:eu-west-1:111122223333:task/shop/0f9c…` says where it is. */
function placeInArn(asked: string, accounts: readonly AccountConfig[]): Scope {
  const match = /^arn:[^:]+:ecs:([^:]+):(\d{12}):task\/([^/]+)\/[^/]+$/.exec(asked);
  if (match === null) return {};
  const [, region = '', id = '', cluster = ''] = match;
  const account = accounts.find((each) => idOfAccount(each) === id)?.name ?? id;
  return { account, region, cluster };
}
