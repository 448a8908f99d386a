import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { RegionClients } from './clients.ts';
import { translateAwsError } from './errors.ts';

/** One task, as far as stopping it is concerned. */
export interface TaskAtWork {
  readonly arn: string;
  readonly id: string;
  /** The service that keeps it; undefined for a task that was started by hand. */
  readonly service: string | undefined;
  readonly lastStatus: string;
  readonly taskDefinition: string;
}

/** Single tasks of one account and region. */
export interface TaskReader {
  /** @returns undefined when the cluster has no such task. @throws Denied, Throttled, Unreachable */
  find(cluster: string, id: string): Promise<TaskAtWork | undefined>;
  /** The ids of a service's running tasks, at most a hundred. @throws NotFound, Denied, Throttled, Unreachable */
  running(cluster: string, service: string): Promise<readonly string[]>;
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
  return {
    find: (cluster, id) =>
      call('ecs:DescribeTasks', async () => {
        const answer = await clients.ecs().send(new DescribeTasksCommand({ cluster, tasks: [id] }), within());
        const task = answer.tasks?.[0];
        if (task?.taskArn === undefined) return undefined;
        return {
          arn: task.taskArn,
          id: task.taskArn.slice(task.taskArn.lastIndexOf('/') + 1),
          service: /^service:(.+)$/.exec(task.group ?? '')?.[1],
          lastStatus: task.lastStatus ?? '',
          taskDefinition: task.taskDefinitionArn ?? '',
        };
      }),
    running: (cluster, service) =>
      call('ecs:ListTasks', async () => {
        const answer = await clients
          .ecs()
          .send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'RUNNING' }), within());
        return (answer.taskArns ?? []).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
      }),
  };
}
