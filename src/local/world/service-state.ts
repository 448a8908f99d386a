import type { ServiceSpec, StoppedTaskSpec } from '../scenario/service-schema.ts';
import type { History } from './history.ts';
import type { WorldCluster, WorldService, WorldTask } from './model.ts';
import type { Place } from './place.ts';
import { uuid } from './seeded.ts';

/** A container of every task of a service. */
export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly memoryMiB: number | undefined;
  readonly healthCheck: string | undefined;
  readonly logGroup: string | undefined;
}

/** How a revision keeps failing until it is rolled back. */
export interface Failing {
  readonly revision: number;
  readonly intervalMs: number;
  readonly nextAtMs: number;
  /** `start`: a new task does not come up. `crash`: a running one dies and is replaced. */
  readonly kind: 'start' | 'crash';
  /** What the tasks died of, in turn. */
  readonly deaths: readonly StoppedTaskSpec[];
}

/** The end of a task that went as one of the scenario's stopped tasks did. */
export interface Death {
  readonly endedMs: number;
  /** When the other one died, from the program's start. */
  readonly likeMs: number;
}

/** What the movement of one service needs beyond what AWS shows of it. */
export interface ServiceState {
  readonly place: Place;
  readonly spec: ServiceSpec;
  readonly cluster: WorldCluster;
  readonly service: WorldService;
  readonly family: string;
  readonly containers: readonly ContainerPlan[];
  /** The image of the first essential container by revision. */
  readonly images: ReadonlyMap<number, string>;
  readonly latestRevision: number;
  readonly failing: Failing | undefined;
  /** Every task that ever ran here: log streams are named after them, long after ECS has forgotten them. */
  readonly everyTask: WorldTask[];
  readonly running: History;
  /** Of tasks that ran and died while the program ran, by id. */
  readonly deaths: Map<string, Death>;
  /** By target group ARN. */
  readonly hosts: ReadonlyMap<string, { readonly healthy: History; readonly unhealthy: History }>;
  /** Number of the next task, deployment. Ids derive from them. */
  nextTask: number;
  nextDeployment: number;
  nextMessage: number;
  /** A shortfall that the scenario orders and that no scheduler heals by itself. */
  held: number;
  /** No task can be placed: the scenario's service events say so. */
  readonly placementMessage: string | undefined;
  placementToldMs: number | undefined;
  /** Tasks that are bound to fail: the scheduler does not count on them. */
  readonly attempts: Set<string>;
  /** Pending tasks that stay pending until somebody changes the service. */
  readonly stalled: Set<string>;
  /** The newest deployment takes over running tasks of its revision; a forced one does not. */
  adopts: boolean;
  /** A deployment began while the program ran: old tasks make way for new ones. */
  rolling: boolean;
  /** Whether steady state has been told since the last change. */
  steady: boolean;
  /** A look by the scheduler is on the agenda. */
  lookDue: boolean;
  /** The failure loop is on the agenda. */
  failureDue: boolean;
  failures: number;
  impairedTold: boolean;
  /** Set by the first change of the desired count by a person: from then on the load spreads over the tasks. */
  spread: { readonly atMs: number; readonly tasks: number } | undefined;
  /** What began at `sinceMs` (with a bad revision) ended at `untilMs` (when the revision was gone). */
  recovered: { readonly sinceMs: number; readonly untilMs: number }[];
  /** When all tasks had been replaced. */
  replacedAtMs: number[];
}

/** Tasks that ECS counts as running. */
export function runningTasks(state: ServiceState): WorldTask[] {
  return state.service.tasks.filter((task) => task.lastStatus === 'RUNNING');
}

/** Tasks that the scheduler wants and has: not stopped and not told to stop. */
export function activeTasks(state: ServiceState): WorldTask[] {
  return state.service.tasks.filter(
    (task) => task.desiredStatus === 'RUNNING' && task.lastStatus !== 'STOPPED',
  );
}

/** Makes the counts of a service agree with its tasks, and remembers them for the metrics. */
export function recount(state: ServiceState, atMs: number): void {
  const { service } = state;
  service.running = runningTasks(state).length;
  service.pending = activeTasks(state).filter((task) => task.lastStatus !== 'RUNNING').length;
  state.running.set(atMs, service.running);
  for (const group of service.targetGroups) {
    const hosts = state.hosts.get(group.arn);
    hosts?.healthy.set(atMs, group.targets.filter((target) => target.state === 'healthy').length);
    hosts?.unhealthy.set(atMs, group.targets.filter((target) => target.state === 'unhealthy').length);
  }
}

/** Adds to the service's own event list, newest first, at most 100 as ECS keeps. */
export function tell(state: ServiceState, atMs: number, message: string): void {
  const id = uuid(`${state.place.seed}/message/${state.nextMessage}`);
  state.nextMessage += 1;
  state.service.events.unshift({ id, atMs, message });
  state.service.events.splice(100);
}
