import type { Deployment as AwsDeployment, Service, TaskSet } from '@aws-sdk/client-ecs';
import { type AwsApi, BATCH } from '../aws/api.ts';
import { NotFound } from '../domain/errors.ts';
import type { Deployment, ServiceEvent, ServiceInventory, ServiceRef } from '../domain/fleet.ts';
import type { Failures } from './missing.ts';
import { allPages, chunksOf, forEachLimited } from './paging.ts';

/** Names a service within one account and region. */
export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** What DescribeServices tells of a service; its target groups are matched to it later. */
export interface DescribedService {
  readonly inventory: Omit<ServiceInventory, 'targetGroups' | 'scalingBounds'>;
  readonly targetGroupArns: readonly string[];
}

/** ECS lists up to 100 messages of a service; for a judgement and a card the newest do. */
const KEPT_EVENTS = 30;

/** The names of all clusters, sorted, each once. */
export async function listClusters(api: AwsApi): Promise<readonly string[]> {
  const arns = await allPages((next) => api.listClusters(next));
  return sortedNames(arns);
}

/** The names of a cluster's services, sorted, each once. */
export async function listServices(api: AwsApi, cluster: string): Promise<readonly string[]> {
  const arns = await allPages((next) => api.listServices(cluster, next));
  return sortedNames(arns);
}

/** What {@link describeServices} reports as it goes, per batch that was answered. */
export type OnDescribed = (
  asked: readonly ServiceName[],
  found: readonly DescribedService[],
  /** Before the call, so that whatever happened since then is known to be newer. */
  askedAtMs: number,
) => void;

/**
 * Describes services, ten a call. A batch that fails is recorded and the others go on, except after a refusal:
 * then no further call is wasted. Services that are gone are missing from `found`.
 */
export async function describeServices(
  api: AwsApi,
  place: Pick<ServiceRef, 'account' | 'region'>,
  names: readonly ServiceName[],
  failures: Failures,
  now: () => number,
  onDescribed: OnDescribed,
): Promise<void> {
  await forEachLimited(batches(names), 10, async (batch) => {
    const cluster = batch[0]?.cluster;
    if (cluster === undefined || failures.hopeless('ecs:DescribeServices')) return;
    const askedAtMs = now();
    const services = await failures.attempt(
      'ecs:DescribeServices',
      () =>
        describeBatch(
          api,
          cluster,
          batch.map((name) => name.service),
        ),
      cluster,
    );
    if (!services) return;
    onDescribed(
      batch,
      services.flatMap((raw) => toDescribed(raw, { ...place, cluster })),
      askedAtMs,
    );
  });
}

/** A cluster that was deleted meanwhile has no services. */
async function describeBatch(
  api: AwsApi,
  cluster: string,
  names: readonly string[],
): Promise<readonly Service[]> {
  try {
    return await api.describeServices(cluster, names);
  } catch (error) {
    if (error instanceof NotFound) return [];
    throw error;
  }
}

function batches(names: readonly ServiceName[]): readonly (readonly ServiceName[])[] {
  const byCluster = new Map<string, ServiceName[]>();
  for (const name of names) {
    const list = byCluster.get(name.cluster) ?? [];
    list.push(name);
    byCluster.set(name.cluster, list);
  }
  return [...byCluster.values()].flatMap((list) => chunksOf(list, BATCH.services));
}

function toDescribed(raw: Service, place: Omit<ServiceRef, 'service'>): DescribedService[] {
  const service = raw.serviceName ?? lastPart(raw.serviceArn ?? '');
  if (service === '' || raw.status === 'INACTIVE') return [];
  const deployments = deploymentsOf(raw);
  return [
    {
      inventory: {
        ref: { ...place, service },
        arn: raw.serviceArn ?? '',
        status: raw.status ?? 'ACTIVE',
        launchType: launchTypeOf(raw),
        capacityProviders: capacityProvidersOf(raw).map((p) => ({
          name: p.capacityProvider ?? '',
          weight: p.weight ?? 0,
          base: p.base ?? 0,
        })),
        strategy: raw.schedulingStrategy === 'DAEMON' ? 'DAEMON' : 'REPLICA',
        controller: controllerOf(raw),
        platformVersion: raw.platformVersion ?? primaryTaskSet(raw)?.platformVersion,
        taskDefinition: raw.taskDefinition ?? deployments[0]?.taskDefinition ?? '',
        desired: raw.desiredCount ?? 0,
        running: raw.runningCount ?? 0,
        pending: raw.pendingCount ?? 0,
        createdAtMs: raw.createdAt?.getTime(),
        deployments,
        events: eventsOf(raw),
        tags: tagsOf(raw),
      },
      targetGroupArns: targetGroupArnsOf(raw),
    },
  ];
}

/** With an external controller the task sets say what the service itself leaves out. */
function primaryTaskSet(raw: Service): TaskSet | undefined {
  return raw.taskSets?.find((set) => set.status === 'PRIMARY') ?? raw.taskSets?.[0];
}

function capacityProvidersOf(raw: Service): NonNullable<Service['capacityProviderStrategy']> {
  return raw.capacityProviderStrategy ?? primaryTaskSet(raw)?.capacityProviderStrategy ?? [];
}

function launchTypeOf(raw: Service): ServiceInventory['launchType'] {
  const type = raw.launchType ?? primaryTaskSet(raw)?.launchType;
  return type === 'FARGATE' || type === 'EC2' || type === 'EXTERNAL' ? type : undefined;
}

function controllerOf(raw: Service): ServiceInventory['controller'] {
  const type = raw.deploymentController?.type;
  return type === 'CODE_DEPLOY' || type === 'EXTERNAL' ? type : 'ECS';
}

/** PRIMARY first, then newest first. Services of CodeDeploy and external controllers have task sets instead. */
function deploymentsOf(raw: Service): readonly Deployment[] {
  const deployments = (raw.deployments ?? []).map(toDeployment);
  const all = deployments.length > 0 ? deployments : (raw.taskSets ?? []).map(taskSetAsDeployment);
  return all.sort(
    (a, b) =>
      Number(b.status === 'PRIMARY') - Number(a.status === 'PRIMARY') ||
      (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0) ||
      (a.id < b.id ? -1 : 1),
  );
}

function toDeployment(raw: AwsDeployment): Deployment {
  return {
    id: raw.id ?? '',
    status: deploymentStatus(raw.status),
    taskDefinition: raw.taskDefinition ?? '',
    desired: raw.desiredCount ?? 0,
    running: raw.runningCount ?? 0,
    pending: raw.pendingCount ?? 0,
    failedTasks: raw.failedTasks ?? 0,
    rolloutState: rolloutStateOf(raw),
    rolloutReason: raw.rolloutStateReason,
    createdAtMs: raw.createdAt?.getTime(),
    updatedAtMs: raw.updatedAt?.getTime(),
  };
}

function taskSetAsDeployment(raw: TaskSet): Deployment {
  return {
    id: raw.id ?? '',
    status: deploymentStatus(raw.status),
    taskDefinition: raw.taskDefinition ?? '',
    desired: raw.computedDesiredCount ?? 0,
    running: raw.runningCount ?? 0,
    pending: raw.pendingCount ?? 0,
    failedTasks: 0,
    rolloutState: undefined,
    rolloutReason: undefined,
    createdAtMs: raw.createdAt?.getTime(),
    updatedAtMs: raw.updatedAt?.getTime(),
  };
}

function deploymentStatus(status: string | undefined): Deployment['status'] {
  return status === 'PRIMARY' || status === 'ACTIVE' ? status : 'INACTIVE';
}

function rolloutStateOf(raw: AwsDeployment): Deployment['rolloutState'] {
  const state = raw.rolloutState;
  return state === 'COMPLETED' || state === 'FAILED' || state === 'IN_PROGRESS' ? state : undefined;
}

function eventsOf(raw: Service): readonly ServiceEvent[] {
  return (raw.events ?? [])
    .flatMap((event) =>
      event.createdAt && event.message
        ? [{ id: event.id ?? '', atMs: event.createdAt.getTime(), message: event.message }]
        : [],
    )
    .sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1))
    .slice(0, KEPT_EVENTS);
}

function tagsOf(raw: Service): Readonly<Record<string, string>> {
  const pairs = (raw.tags ?? []).flatMap((tag) => (tag.key ? [[tag.key, tag.value ?? ''] as const] : []));
  return Object.fromEntries(pairs);
}

/** Blue/green services swap between two groups, and those of CodeDeploy name theirs in the task sets. */
function targetGroupArnsOf(raw: Service): readonly string[] {
  const balancers = [
    ...(raw.loadBalancers ?? []),
    ...(raw.taskSets ?? []).flatMap((s) => s.loadBalancers ?? []),
  ];
  const arns = balancers.flatMap((lb) => [
    lb.targetGroupArn,
    lb.advancedConfiguration?.alternateTargetGroupArn,
  ]);
  return [...new Set(arns.flatMap((arn) => arn || []))].sort();
}

function sortedNames(arns: readonly string[]): readonly string[] {
  return [...new Set(arns.map(lastPart))].filter((name) => name !== '').sort();
}

/** `…:service/CLUSTER/NAME` and the old `…:service/NAME` both end in the name. */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
