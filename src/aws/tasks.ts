import { DescribeTasksCommand, ListTasksCommand, type ListTasksCommandOutput } from '@aws-sdk/client-ecs';
import type { RegionClients } from './clients.ts';
import { translateAwsError } from './errors.ts';

/** One task, as far as stopping it is concerned. */
export interface TaskAtWork {
  readonly arn: string;
  readonly id: string;
  /** The service that keeps it; undefined for a task that was started by hand. */
  readonly service: string | undefined;
  readonly lastStatus: string;
}

/** Single tasks of one account and region. */
export interface TaskReader {
  /** @returns undefined when the cluster has no such task. @throws Denied, Throttled, Unreachable */
  find(cluster: string, id: string): Promise<TaskAtWork | undefined>;
  /** The running task of a cluster whose id begins so, if there is exactly one. @throws as `find` */
  beginning(cluster: string, prefix: string): Promise<TaskAtWork | undefined>;
}

const TIMEOUT_MS = 8000;

/** Reads single tasks with the account's own clients. */
export function makeTaskReader(site: {
  readonly account: string;
  readonly region: string;
  readonly clients: Pick<RegionClients, 'ecs'>;
}): TaskReader {
  const { account, region, clients } = site;
  const call = async <T>(action: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw translateAwsError(error, { account, region, action });
    }
  };
  const within = () => ({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  const find: TaskReader['find'] = (cluster, id) =>
    call('ecs:DescribeTasks', async () => {
      const answer = await clients.ecs().send(new DescribeTasksCommand({ cluster, tasks: [id] }), within());
      const task = answer.tasks?.[0];
      if (task?.taskArn === undefined) return undefined;
      return {
        arn: task.taskArn,
        id: idOf(task.taskArn),
        service: /^service:(.+)$/.exec(task.group ?? '')?.[1],
        lastStatus: task.lastStatus ?? '',
      };
    });
  const listed = (cluster: string) =>
    call('ecs:ListTasks', async () => {
      const ids: string[] = [];
      let next: string | undefined;
      do {
        const page: ListTasksCommandOutput = await clients
          .ecs()
          .send(
            new ListTasksCommand({ cluster, ...(next === undefined ? {} : { nextToken: next }) }),
            within(),
          );
        ids.push(...(page.taskArns ?? []).map(idOf));
        next = page.nextToken;
      } while (next);
      return ids;
    });
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
