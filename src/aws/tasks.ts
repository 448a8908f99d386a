import { DescribeTasksCommand, ListTasksCommand, type ListTasksCommandOutput } from '@aws-sdk/client-ecs';
import { callAws, type RegionConnection } from './region-call.ts';

/** One task, as far as stopping it is concerned. */
export interface TaskAtWork {
  readonly arn: string;
  readonly id: string;
  /** The service that keeps it; undefined for a task that was started by hand. */
  readonly service: string | undefined;
  readonly lastStatus: string;
  /** `STOPPED` from the moment on at which it is to end. */
  readonly desiredStatus: string;
}

/** Single tasks of one account and region. */
export interface TaskReader {
  /** @returns undefined when the cluster has no such task. @throws Denied, Throttled, Unreachable */
  find(cluster: string, id: string): Promise<TaskAtWork | undefined>;
  /** The running task of a cluster whose id begins so, if there is exactly one. @throws as `find` */
  beginning(cluster: string, prefix: string): Promise<TaskAtWork | undefined>;
}

/** Reads single tasks with the account's own clients. */
export function makeTaskReader(to: RegionConnection): TaskReader {
  const find: TaskReader['find'] = (cluster, id) =>
    callAws(to, 'ecs:DescribeTasks', { ecsTasks: 1 }, async (within) => {
      const answer = await to.clients.ecs().send(new DescribeTasksCommand({ cluster, tasks: [id] }), within);
      const task = answer.tasks?.[0];
      if (task?.taskArn === undefined) return undefined;
      return {
        arn: task.taskArn,
        id: idOf(task.taskArn),
        service: /^service:(.+)$/.exec(task.group ?? '')?.[1],
        lastStatus: task.lastStatus ?? '',
        desiredStatus: task.desiredStatus ?? '',
      };
    });
  const page = (cluster: string, nextToken: string | undefined) =>
    callAws(
      to,
      'ecs:ListTasks',
      { ecsTasks: 1 },
      (within): Promise<ListTasksCommandOutput> =>
        to.clients
          .ecs()
          .send(new ListTasksCommand({ cluster, ...(nextToken === undefined ? {} : { nextToken }) }), within),
    );
  const listed = async (cluster: string) => {
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const { taskArns = [], nextToken } = await page(cluster, next);
      ids.push(...taskArns.map(idOf));
      next = nextToken;
    } while (next);
    return ids;
  };
  return {
    find,
    async beginning(cluster, prefix) {
      const fits = (await listed(cluster)).filter((id) => id.startsWith(prefix));
      const [only] = fits;
      return fits.length === 1 && only !== undefined ? find(cluster, only) : undefined;
    },
  };
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
