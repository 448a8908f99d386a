import { DescribeServiceRevisionsCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { callAws, type RegionConnection } from './region-call.ts';

/** Which revisions of a service came to rest, as ECS keeps it for 90 days. */
export interface DeploymentHistory {
  /**
   * The task definitions of deployments that succeeded, newest first, each once.
   * @throws NotFound, Denied, Throttled, Unreachable, BadRequest (services that ECS keeps no deployments of)
   */
  steady(cluster: string, service: string): Promise<readonly string[]>;
}

/** Both calls take and give at most so many. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html */
const MOST = 20;
const COST = { ecsDeployments: 1 };

/** Reads the history with the account's own clients: two calls. */
export function makeDeploymentHistory(to: RegionConnection): DeploymentHistory {
  return {
    async steady(cluster, service) {
      const listed = await callAws(to, 'ecs:ListServiceDeployments', COST, (within) =>
        to.clients
          .ecs()
          .send(
            new ListServiceDeploymentsCommand({ cluster, service, status: ['SUCCESSFUL'], maxResults: MOST }),
            within,
          ),
      );
      const newestFirst = (listed.serviceDeployments ?? []).toSorted(
        (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
      );
      const revisions = [...new Set(newestFirst.flatMap((each) => each.targetServiceRevisionArn ?? []))];
      if (revisions.length === 0) return [];
      const described = await callAws(to, 'ecs:DescribeServiceRevisions', COST, (within) =>
        to.clients
          .ecs()
          .send(
            new DescribeServiceRevisionsCommand({ serviceRevisionArns: revisions.slice(0, MOST) }),
            within,
          ),
      );
      const byArn = new Map(
        (described.serviceRevisions ?? []).map((each) => [each.serviceRevisionArn, each.taskDefinition]),
      );
      return [...new Set(revisions.flatMap((arn) => byArn.get(arn) ?? []))];
    },
  };
}
