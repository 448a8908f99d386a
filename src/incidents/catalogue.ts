import type { Severity } from '../domain/incident.ts';

/** What an event means to the incident of its service. */
export type Effect = 'failure' | 'recovery' | 'info';

export interface CatalogueEntry {
  readonly title: string;
  /** One sentence for somebody who does not know ECS's words. */
  readonly meaning: string;
  readonly severity: Severity;
  readonly effect: Effect;
}

const failure = (severity: Severity, title: string, meaning: string): CatalogueEntry => ({
  severity,
  title,
  meaning,
  effect: 'failure',
});
const recovery = (title: string, meaning: string): CatalogueEntry => ({
  severity: 'info',
  title,
  meaning,
  effect: 'recovery',
});
const info = (title: string, meaning: string): CatalogueEntry => ({
  severity: 'info',
  title,
  meaning,
  effect: 'info',
});

/**
 * Every event name that ECS documents (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html,
 * ecs_service_deployment_events.html), in words of our own.
 */
const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  SERVICE_DEPLOYMENT_FAILED: failure(
    'critical',
    'Deployment failed',
    'The new revision did not become steady, and the circuit breaker ended the deployment.',
  ),
  SERVICE_TASK_START_IMPAIRED: failure(
    'high',
    'Tasks cannot start reliably',
    'The service cannot consistently start its tasks.',
  ),
  SERVICE_TASK_PLACEMENT_FAILURE: failure(
    'high',
    'No room for a task',
    'ECS finds no capacity where the task could run.',
  ),
  SERVICE_TASK_CONFIGURATION_FAILURE: failure(
    'high',
    'Task configuration rejected',
    'ECS cannot start tasks because of a setting of the task or the service.',
  ),
  SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED: failure(
    'high',
    'Daemon task breaks its placement rule',
    'A daemon task no longer fits the placement constraint of its service.',
  ),
  DAEMON_TASK_START_IMPAIRED: failure(
    'high',
    'Daemon tasks cannot start reliably',
    'The daemon cannot consistently start its tasks.',
  ),
  SERVICE_HEALTH_UNKNOWN: failure(
    'high',
    'Health unknown',
    'ECS cannot tell whether the tasks of the service are healthy.',
  ),
  ECS_OPERATION_THROTTLED: failure(
    'medium',
    'ECS is being throttled',
    'ECS calls other AWS services for this service too often and has to wait.',
  ),
  SERVICE_DISCOVERY_OPERATION_THROTTLED: failure(
    'medium',
    'Service discovery is being throttled',
    'Cloud Map asks ECS to wait, so names may point at old tasks.',
  ),
  SERVICE_DISCOVERY_INSTANCE_UNHEALTHY: failure(
    'medium',
    'Unhealthy in service discovery',
    'Cloud Map sees an unhealthy task of the service.',
  ),
  VPC_LATTICE_TARGET_UNHEALTHY: failure(
    'medium',
    'Unhealthy target in VPC Lattice',
    'VPC Lattice sees an unhealthy task of the service.',
  ),
  SERVICE_STEADY_STATE: recovery('Steady again', 'The service runs as many healthy tasks as it should.'),
  TASKSET_STEADY_STATE: recovery('Task set steady', 'The task set runs as many healthy tasks as it should.'),
  SERVICE_DEPLOYMENT_COMPLETED: recovery('Deployment completed', 'The new revision runs as it should.'),
  SERVICE_DEPLOYMENT_IN_PROGRESS: info('Deployment in progress', 'ECS is replacing tasks.'),
  SERVICE_DESIRED_COUNT_UPDATED: info(
    'Desired count changed',
    'Somebody or a scaling policy changed the number of tasks.',
  ),
  CAPACITY_PROVIDER_STEADY_STATE: info(
    'Capacity provider steady',
    'The capacity provider has what it needs.',
  ),
  TASKS_STOPPED: info('Tasks stopped', 'Tasks of the service were stopped.'),
  HOOK_AWAITING_ACTION: info(
    'Deployment waits for an answer',
    'A deployment hook waits for somebody to let it go on.',
  ),
  TASK_STOPPED: info('Task stopped', 'A task of the service ended.'),
};

/**
 * The entry of an event. What ECS has not documented yet is told all the same: an error as an alert of high
 * severity, a warning of medium, anything else as information.
 */
export function catalogueEntry(name: string, level: 'info' | 'warn' | 'error'): CatalogueEntry {
  const known = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
  if (known !== undefined) return known;
  const title = name.charAt(0).toUpperCase() + name.slice(1).toLowerCase().replaceAll('_', ' ');
  if (level === 'info') return info(title, 'ECS sent a notice that I do not know yet.');
  return failure(
    level === 'error' ? 'high' : 'medium',
    title,
    'ECS reported a problem of a kind that I do not know yet.',
  );
}

/** The names that have an entry of their own, for tests and the runbook page. */
export const CATALOGUE_NAMES: readonly string[] = Object.keys(CATALOGUE);
