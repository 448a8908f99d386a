import type { Service } from '@aws-sdk/client-ecs';
import { isDeploying } from '../assess/deploying.ts';
import type { AwsApi } from '../aws/api.ts';
import { NotFound } from '../domain/errors.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { ServiceState } from '../domain/write.ts';

/** A service as AWS tells it at this moment, never from memory: what a write is compared with. */
export interface LiveService extends ServiceState {
  readonly arn: string;
  readonly pending: number;
  readonly tags: Readonly<Record<string, string>>;
  /** A deployment has begun and neither completed nor failed. */
  readonly deploying: boolean;
  readonly deployments: readonly LiveDeployment[];
  /** ECS's newest message about it; its own words. */
  readonly newestEvent: string | undefined;
}

export interface LiveDeployment {
  readonly id: string;
  readonly isPrimary: boolean;
  readonly taskDefinition: string;
  readonly state: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS' | undefined;
  readonly running: number;
  readonly createdAtMs: number;
}

/** Reads one service. @throws NotFound, Denied, Throttled, Unreachable */
export async function readLive(api: Pick<AwsApi, 'describeServices'>, ref: ServiceRef): Promise<LiveService> {
  const services = await api.describeServices(ref.cluster, [ref.service]);
  const found = services.find((each) => each.serviceName === ref.service && each.status !== 'INACTIVE');
  if (found === undefined) throw new NotFound(`${ref.service} is not there any more. Nothing changed.`);
  return toLive(found);
}

function toLive(raw: Service): LiveService {
  const deployments = (raw.deployments ?? []).map(toDeployment);
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  return {
    arn: raw.serviceArn ?? '',
    desired: raw.desiredCount ?? 0,
    running: raw.runningCount ?? 0,
    pending: raw.pendingCount ?? 0,
    taskDefinition: raw.taskDefinition ?? primary?.taskDefinition ?? '',
    deployment: primary?.id ?? '',
    tags: Object.fromEntries((raw.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    // Task sets of other controllers tell by not being stable.
    deploying:
      deployments.length === 0
        ? (raw.taskSets ?? []).some((set) => set.stabilityStatus === 'STABILIZING')
        : isDeploying(deployments),
    deployments,
    newestEvent: raw.events?.[0]?.message,
  };
}

function toDeployment(raw: NonNullable<Service['deployments']>[number]): LiveDeployment {
  const state = raw.rolloutState;
  return {
    id: raw.id ?? '',
    isPrimary: raw.status === 'PRIMARY',
    taskDefinition: raw.taskDefinition ?? '',
    state: state === 'COMPLETED' || state === 'FAILED' || state === 'IN_PROGRESS' ? state : undefined,
    running: raw.runningCount ?? 0,
    createdAtMs: raw.createdAt?.getTime() ?? 0,
  };
}
