import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { callAws, type RegionConnection } from './region-call.ts';

/** One deployment of a service, as ECS tells its stages and hooks. */
export interface DeploymentStages {
  /** `arn:aws:ecs:…:service-deployment/core/web/abc` */
  readonly arn: string;
  /** `IN_PROGRESS`, `SUCCESSFUL`, `ROLLBACK_IN_PROGRESS` … */
  readonly status: string;
  readonly reason: string | undefined;
  /** `POST_SCALE_UP` and the like; undefined for rolling deployments without stages. */
  readonly stage: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
  /** Those that are, or were, active; a paused deployment has one in `AWAITING_ACTION`. */
  readonly hooks: readonly LifecycleHook[];
}

export interface LifecycleHook {
  readonly id: string;
  /** `PAUSE` or `AWS_LAMBDA`. */
  readonly kind: string;
  /** `AWAITING_ACTION`, `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`. */
  readonly status: string;
  readonly expiresAtMs: number | undefined;
  /** What happens then: `ROLLBACK` or `CONTINUE`. */
  readonly timeoutAction: string | undefined;
}

/** Service deployments of one account and region. */
export interface ServiceDeployments {
  /** At most 20 ARNs; those that ECS does not know are absent. @throws Denied, Throttled, Unreachable */
  describe(arns: readonly string[]): Promise<readonly DeploymentStages[]>;
  /** Those of one service that are under way: two calls, one where there are none. @throws NotFound, as `describe` */
  underWay(cluster: string, service: string): Promise<readonly DeploymentStages[]>;
}

const UNDER_WAY = ['PENDING', 'IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'] as const;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
const MOST = 20;

/** Reads with the account's own clients. */
export function makeServiceDeployments(to: RegionConnection): ServiceDeployments {
  const describe = (arns: readonly string[]) =>
    callAws(to, 'ecs:DescribeServiceDeployments', { ecsDeployments: 1 }, async (within) => {
      const answer = await to.clients
        .ecs()
        .send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }), within);
      return (answer.serviceDeployments ?? []).map(stagesOf);
    });
  return {
    describe,
    async underWay(cluster, service) {
      const arns = await callAws(to, 'ecs:ListServiceDeployments', { ecsDeployments: 1 }, async (within) => {
        const answer = await to.clients.ecs().send(
          new ListServiceDeploymentsCommand({
            cluster,
            service,
            status: [...UNDER_WAY],
            maxResults: MOST,
          }),
          within,
        );
        return (answer.serviceDeployments ?? []).flatMap((each) => each.serviceDeploymentArn ?? []);
      });
      return arns.length === 0 ? [] : describe(arns.slice(0, MOST));
    },
  };
}

function stagesOf(deployment: ServiceDeployment): DeploymentStages {
  return {
    arn: deployment.serviceDeploymentArn ?? '',
    status: deployment.status ?? '',
    reason: deployment.statusReason,
    stage: deployment.lifecycleStage,
    createdAtMs: deployment.createdAt?.getTime(),
    updatedAtMs: deployment.updatedAt?.getTime(),
    hooks: (deployment.lifecycleHookDetails ?? []).map((hook) => ({
      id: hook.hookId ?? '',
      kind: hook.targetType ?? '',
      status: hook.status ?? '',
      expiresAtMs: hook.expiresAt?.getTime(),
      timeoutAction: hook.timeoutAction,
    })),
  };
}
