import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { StopEvidence } from '../domain/incident.ts';
import { callAws, type RegionConnection } from './region-call.ts';

/** A task that ECS still shows although it has ended. Texts are untrusted. */
export interface ShownStop {
  /** The service that kept it; undefined for a task that was started by hand. */
  readonly service: string | undefined;
  readonly stop: StopEvidence;
}

/** Stopped tasks of one account and region. ECS shows them for about an hour. */
export interface StoppedTaskReader {
  /**
   * Those of a cluster, or of one of its services; `isCut` where there are more.
   * @throws NotFound when there is no such cluster or service; Denied, Throttled, Unreachable
   */
  stopped(
    cluster: string,
    service?: string,
  ): Promise<{ readonly stops: readonly ShownStop[]; readonly isCut: boolean }>;
}

/** ListTasks and DescribeTasks both take and give at most so many. */
const PAGE = 100;
const MOST_PAGES = 5;

/** Reads with the account's own clients: two calls for each hundred tasks. */
export function makeStoppedTaskReader(to: RegionConnection): StoppedTaskReader {
  const listed = (cluster: string, service: string | undefined, nextToken: string | undefined) =>
    callAws(to, 'ecs:ListTasks', { ecsTasks: 1 }, (within) =>
      to.clients.ecs().send(
        new ListTasksCommand({
          cluster,
          desiredStatus: 'STOPPED',
          maxResults: PAGE,
          ...(service === undefined ? {} : { serviceName: service }),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
        within,
      ),
    );
  const described = (cluster: string, tasks: readonly string[]) =>
    callAws(to, 'ecs:DescribeTasks', { ecsTasks: 1 }, async (within) => {
      const answer = await to.clients
        .ecs()
        .send(new DescribeTasksCommand({ cluster, tasks: [...tasks] }), within);
      return (answer.tasks ?? []).flatMap((task) => shownStop(task) ?? []);
    });
  return {
    async stopped(cluster, service) {
      const stops: ShownStop[] = [];
      let next: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { taskArns = [], nextToken } = await listed(cluster, service, next);
        if (taskArns.length > 0) stops.push(...(await described(cluster, taskArns)));
        if (!nextToken) return { stops, isCut: false };
        next = nextToken;
      }
      return { stops, isCut: true };
    },
  };
}

/** Undefined for one that is still on its way down: what it ends with is not known yet. */
function shownStop(task: Task): ShownStop | undefined {
  const { taskArn, stoppedAt, stopCode, stoppedReason, taskDefinitionArn, containers = [] } = task;
  if (taskArn === undefined || stoppedAt === undefined) return undefined;
  const revision = Number(/:(\d+)$/.exec(taskDefinitionArn ?? '')?.[1]);
  return {
    service: /^service:(.+)$/.exec(task.group ?? '')?.[1],
    stop: {
      taskId: taskArn.slice(taskArn.lastIndexOf('/') + 1),
      atMs: stoppedAt.getTime(),
      ...(stopCode === undefined ? {} : { stopCode }),
      ...(stoppedReason ? { reason: stoppedReason } : {}),
      ...(Number.isNaN(revision) ? {} : { revision }),
      containers: containers.map(({ name = 'container', exitCode, reason }) => ({
        name,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(reason ? { reason } : {}),
      })),
    },
  };
}
