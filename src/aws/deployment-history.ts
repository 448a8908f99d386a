import { DescribeServiceRevisionsCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import type { RegionClients } from './clients.ts';
import { translateAwsError } from './errors.ts';

/** Which revisions of a service came to rest, as ECS keeps it for 90 days. */
export interface DeploymentHistory {
  /**
   * The task definitions of deployments that succeeded, newest first, each once.
   * @throws NotFound, Denied, Throttled, Unreachable, BadRequest (services that ECS keeps no deployments of)
   */
  steady(cluster: string, service: string): Promise<readonly string[]>;
}

const TIMEOUT_MS = 8000;
/** Both calls take and give at most so many. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html */
const MOST = 20;

/** Reads the history with the account's own clients: two calls. */
export function makeDeploymentHistory(site: {
  readonly account: string;
  readonly region: string;
  readonly clients: Pick<RegionClients, 'ecs'>;
}): DeploymentHistory {
  const { account, region, clients } = site;
  const call = async <T>(action: string, send: (within: { abortSignal: AbortSignal }) => Promise<T>) => {
    try {
      return await send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw translateAwsError(error, { account, region, action });
    }
  };
  return {
    async steady(cluster, service) {
      const listed = await call('ecs:ListServiceDeployments', (within) =>
        clients
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
      const described = await call('ecs:DescribeServiceRevisions', (within) =>
        clients
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
