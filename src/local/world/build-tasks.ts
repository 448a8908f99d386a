import type { ServiceSpec, StoppedTaskSpec } from '../scenario/service-schema.ts';
import type { WorldCluster, WorldDeployment, WorldService, WorldTask } from './model.ts';
import { type Place, privateIp, taskArn, zoneOf } from './place.ts';
import { draw, hash, hexId } from './seeded.ts';
import type { ContainerPlan, Failing } from './service-state.ts';

/** ECS shows stopped tasks for about an hour. */
export const STOPPED_KEPT_MS = 3_600_000;
const START_MS = 25_000;

interface TaskContext {
  readonly place: Place;
  readonly cluster: WorldCluster;
  readonly containers: readonly ContainerPlan[];
  readonly startMs: number;
  readonly failing: Failing | undefined;
}

/** The tasks that run, are pending and stopped within the last hour. */
export function buildTasks(
  service: WorldService,
  spec: ServiceSpec,
  context: TaskContext,
): { readonly tasks: WorldTask[]; readonly nextTask: number } {
  const { startMs } = context;
  const tasks: WorldTask[] = [];
  const make = (deployment: WorldDeployment, createdAtMs: number, zone?: string): WorldTask => {
    const task = makeTask(service, deployment, { ...context, n: tasks.length, createdAtMs, zone });
    tasks.push(task);
    return task;
  };
  const replaced = replacementTimes(service, spec, context);
  runningDeployments(service, spec, context.failing).forEach((deployment, index) => {
    const spreadMs = START_MS + index * 4000;
    const bornMs = Math.min(startMs - START_MS, replaced[index] ?? deployment.createdAtMs + spreadMs);
    run(make(deployment, bornMs), Math.min(startMs, bornMs + START_MS), context.containers);
  });
  for (let i = 0; i < service.pending; i += 1) {
    const deployment = service.deployments.at(-1);
    if (!deployment) break;
    const task = make(deployment, startMs - 20_000 - i * 1000);
    task.lastStatus = 'PENDING';
    task.version = 2;
  }
  for (const stopped of spec.stoppedTasks) {
    if (-stopped.at > STOPPED_KEPT_MS) continue;
    const deployment = deploymentOf(service, stopped, startMs);
    if (!deployment) continue;
    stop(
      make(deployment, startMs + bornBefore(spec, stopped.at), stopped.zone),
      stopped,
      startMs + stopped.at,
    );
  }
  return { tasks, nextTask: tasks.length };
}

const LIFE_MS = 45_000;
const STORY_MS = 5 * 60_000;

/** When a task began that stopped then: what the log tells once, just before, it has lived to write. */
function bornBefore(spec: ServiceSpec, stoppedAt: number): number {
  const earlier = spec.stoppedTasks.map(({ at }) => at).filter((at) => at < stoppedAt);
  const since = Math.max(stoppedAt - STORY_MS, ...earlier);
  const told = spec.logs
    .filter(({ every, at }) => every === undefined && at > since && at <= stoppedAt)
    .map(({ at }) => at - 15_000);
  return Math.min(stoppedAt - LIFE_MS, ...told);
}

export interface NewTask extends Omit<TaskContext, 'startMs' | 'failing'> {
  /** Its number within the service: id, address and zone derive from it. */
  readonly n: number;
  readonly createdAtMs: number;
  readonly zone?: string | undefined;
}

/** A task as it is the moment the scheduler decides for it. */
export function makeTask(service: WorldService, deployment: WorldDeployment, context: NewTask): WorldTask {
  const { place, cluster, n } = context;
  const id = hexId(`${place.seed}/task/${n}`, 32);
  const instances = cluster.instances.filter((one) => one.status === 'ACTIVE' && one.connected);
  const instance =
    service.launchType === 'FARGATE' ? undefined : instances[n % Math.max(1, instances.length)];
  return {
    arn: taskArn(place, id),
    id,
    revision: deployment.revision,
    deploymentId: deployment.id,
    createdAtMs: context.createdAtMs,
    zone: context.zone ?? instance?.zone ?? zoneOf(place.region, n),
    ip: privateIp(place, n),
    containerInstanceArn: instance?.arn,
    capacityProvider: pickProvider(service, hash(id)),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    startedAtMs: undefined,
    stoppedAtMs: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    version: 1,
    containers: context.containers.map((container) => ({
      name: container.name,
      lastStatus: 'PENDING',
      exitCode: undefined,
      reason: undefined,
      health: 'UNKNOWN',
    })),
  };
}

/** By weight. */
function pickProvider(service: WorldService, seed: number): string | undefined {
  const providers = Object.entries(service.capacityProviders ?? {});
  const total = providers.reduce((sum, [, weight]) => sum + weight, 0);
  let rest = draw(seed, 1) * total;
  for (const [name, weight] of providers) {
    rest -= weight;
    if (rest < 0) return name;
  }
  return providers[0]?.[0];
}

/** Which deployment each running task belongs to, old ones first. */
function runningDeployments(
  service: WorldService,
  spec: ServiceSpec,
  failing: Failing | undefined,
): WorldDeployment[] {
  const newest = service.deployments.at(-1);
  if (!newest) return [];
  const before = service.deployments.slice(0, -1).findLast((one) => one.state === 'COMPLETED');
  const fresh = before ? freshTasks(service, spec, newest, failing) : service.running;
  return Array.from({ length: service.running }, (_, index) =>
    before && index < service.running - fresh ? before : newest,
  );
}

/** How many of the running tasks are of the newest deployment. */
function freshTasks(
  service: WorldService,
  spec: ServiceSpec,
  newest: WorldDeployment,
  failing: Failing | undefined,
): number {
  if (newest.state === 'COMPLETED') return service.running;
  const groups = spec.targetGroups ?? (spec.targetGroup ? [spec.targetGroup] : []);
  const unhealthy = Math.max(0, ...groups.map((group) => group.targets?.unhealthy ?? 0));
  if (failing || newest.state === 'FAILED') return Math.min(unhealthy, service.running);
  return Math.max(Math.floor(service.running / 2), Math.min(unhealthy, service.running));
}

/** Running tasks that took the place of ones that died are younger than their deployment; newest last. */
function replacementTimes(service: WorldService, spec: ServiceSpec, { startMs }: TaskContext) {
  if (service.running < service.desired) return [];
  const newest = service.deployments.at(-1);
  const times = spec.stoppedTasks
    .filter((task) => (task.revision ?? newest?.revision) === newest?.revision)
    .map((task) => startMs + task.at)
    .sort((a, b) => a - b)
    .slice(-service.running);
  const untouched = Array.from({ length: service.running - times.length }, () => undefined);
  return [...untouched, ...times];
}

function deploymentOf(
  service: WorldService,
  stopped: StoppedTaskSpec,
  startMs: number,
): WorldDeployment | undefined {
  const newest = service.deployments.at(-1);
  const revision = stopped.revision ?? newest?.revision;
  const same = service.deployments.filter((one) => one.revision === revision);
  const found = same.findLast((one) => one.createdAtMs <= startMs + stopped.at) ?? same[0];
  if (found || !newest || revision === undefined) return found;
  const taskDefinitionArn = newest.taskDefinitionArn.replace(/:\d+$/, `:${revision}`);
  return { ...newest, revision, taskDefinitionArn };
}

/** Puts a task into the state RUNNING; its containers' own health checks pass. */
export function run(task: WorldTask, startedAtMs: number, containers: readonly ContainerPlan[]): void {
  task.lastStatus = 'RUNNING';
  task.startedAtMs = startedAtMs;
  task.version = Math.max(3, task.version + 1);
  task.containers.forEach((container, index) => {
    container.lastStatus = 'RUNNING';
    container.health = containers[index]?.healthCheck === undefined ? 'UNKNOWN' : 'HEALTHY';
  });
}

/** Puts a task into the end that a scenario tells of. A task that failed to start never ran. */
export function stop(
  task: WorldTask,
  death: Pick<StoppedTaskSpec, 'stopCode' | 'reason' | 'containers'>,
  atMs: number,
): void {
  const ran = death.stopCode !== 'TaskFailedToStart';
  task.startedAtMs ??= ran ? Math.min(atMs, task.createdAtMs + START_MS) : undefined;
  task.lastStatus = 'STOPPED';
  task.desiredStatus = 'STOPPED';
  task.stoppedAtMs = atMs;
  task.stopCode = death.stopCode;
  task.stoppedReason = death.reason ?? defaultStoppedReason(death.stopCode);
  task.version += 1;
  const own = task.containers.map((container) => container.name);
  task.containers.forEach((container, index) => {
    const told = death.containers?.find((one, at) => {
      const known = one.name !== undefined && own.includes(one.name);
      return known ? one.name === container.name : at === index;
    });
    container.lastStatus = 'STOPPED';
    container.health = container.health === 'UNKNOWN' ? 'UNKNOWN' : 'UNHEALTHY';
    container.exitCode = told ? told.exitCode : ran ? unexplainedExit(death.stopCode, index) : undefined;
    container.reason = told?.reason;
  });
}

/** The first container of a task that ended by itself failed; what ECS stops ends by SIGTERM (128 + 15). */
function unexplainedExit(stopCode: string, index: number): number {
  return stopCode === 'EssentialContainerExited' && index === 0 ? 1 : 143;
}

/** `stoppedReason` where the scenario gives only the code (ECS developer guide, "stopped task error messages"). */
export function defaultStoppedReason(stopCode: string): string {
  switch (stopCode) {
    case 'EssentialContainerExited':
      return 'Essential container in task exited';
    case 'TaskFailedToStart':
      return 'Task failed to start';
    case 'SpotInterruption':
      return 'Your Spot Task was interrupted.';
    case 'UserInitiated':
      return 'Task stopped by user';
    case 'ServiceSchedulerInitiated':
      return 'Scaling activity initiated by deployment';
    case 'TerminationNotice':
      return 'Host EC2 (instance) terminated.';
    default:
      return 'Task stopped because of an infrastructure failure';
  }
}
