import { DescribeServiceRevisionsCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { callAws, type RegionConnection } from './region-call.ts';

/** Which revisions of a service came to rest, as ECS keeps it for 90 days. */
export interface DeploymentHistory {
  /**
   * The task definitions of deployments that succeeded, newest first, each once.
   * @throws NotFound, Denied, Throttled, Unreachable, BadRequest (services that ECS keeps no deployments of)
   */
  steady(cluster: string, service: string): Promise<readonly string[]>;
  /** The same deployments one by one, with when they began. @throws as `steady` */
  past(cluster: string, service: string): Promise<readonly PastDeployment[]>;
}

export interface PastDeployment {
  /** An ARN. */
  readonly taskDefinition: string;
  readonly atMs: number;
}

/** Both calls take and give at most so many. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html */
const MOST = 20;
const COST = { ecsDeployments: 1 };

/** Reads the history with the account's own clients: two calls. */
export function makeDeploymentHistory(to: RegionConnection): DeploymentHistory {
  const past: DeploymentHistory['past'] = async (cluster, service) => {
    const listed = await callAws(to, 'ecs:ListServiceDeployments', COST, (within) =>
      to.clients
        .ecs()
        .send(
          new ListServiceDeploymentsCommand({ cluster, service, status: ['SUCCESSFUL'], maxResults: MOST }),
          within,
        ),
    );
    const newestFirst = (listed.serviceDeployments ?? [])
      .map(({ targetServiceRevisionArn, createdAt }) => ({
        revision: targetServiceRevisionArn ?? '',
        atMs: createdAt?.getTime() ?? 0,
      }))
      .sort((a, b) => b.atMs - a.atMs);
    const revisions = [...new Set(newestFirst.map(({ revision }) => revision))].filter((arn) => arn !== '');
    if (revisions.length === 0) return [];
    const described = await callAws(to, 'ecs:DescribeServiceRevisions', COST, (within) =>
      to.clients
        .ecs()
        .send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: revisions.slice(0, MOST) }), within),
    );
    const byArn = new Map(
      (described.serviceRevisions ?? []).map((each) => [each.serviceRevisionArn, each.taskDefinition]),
    );
    return newestFirst.flatMap(({ revision, atMs }) => {
      const taskDefinition = byArn.get(revision);
      return taskDefinition === undefined ? [] : [{ taskDefinition, atMs }];
    });
  };
  return {
    past,
    steady: async (cluster, service) => [
      ...new Set((await past(cluster, service)).map(({ taskDefinition }) => taskDefinition)),
    ],
  };
}
