/** `eventName`s of *ECS Service Action* with their `eventType` (ECS developer guide, "service action events"). */
export const SERVICE_ACTIONS = {
  SERVICE_STEADY_STATE: 'INFO',
  TASKSET_STEADY_STATE: 'INFO',
  CAPACITY_PROVIDER_STEADY_STATE: 'INFO',
  SERVICE_DESIRED_COUNT_UPDATED: 'INFO',
  TASKS_STOPPED: 'INFO',
  SERVICE_TASK_START_IMPAIRED: 'WARN',
  SERVICE_DISCOVERY_INSTANCE_UNHEALTHY: 'WARN',
  VPC_LATTICE_TARGET_UNHEALTHY: 'WARN',
  SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED: 'ERROR',
  ECS_OPERATION_THROTTLED: 'ERROR',
  SERVICE_DISCOVERY_OPERATION_THROTTLED: 'ERROR',
  SERVICE_TASK_PLACEMENT_FAILURE: 'ERROR',
  SERVICE_TASK_CONFIGURATION_FAILURE: 'ERROR',
  SERVICE_HEALTH_UNKNOWN: 'ERROR',
} as const;

/** `eventName`s of *ECS Deployment State Change* (ECS developer guide, "service deployment state change events"). */
export const DEPLOYMENT_CHANGES = {
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'INFO',
  SERVICE_DEPLOYMENT_COMPLETED: 'INFO',
  SERVICE_DEPLOYMENT_FAILED: 'ERROR',
} as const;

/**
 * *ECS Daemon Service Action* and *ECS Hook State Change*. Daemon events say `WARNING`, service events `WARN`. Of hooks
 * only the type of HOOK_AWAITING_ACTION is documented; the other types are those of events with a like meaning.
 */
export const OTHER_EVENTS = {
  DAEMON_TASK_START_IMPAIRED: 'WARNING',
  HOOK_IN_PROGRESS: 'INFO',
  HOOK_AWAITING_ACTION: 'INFO',
  HOOK_SUCCEEDED: 'INFO',
  HOOK_FAILED: 'ERROR',
  HOOK_TIMED_OUT: 'ERROR',
} as const;

/** Every event name that ECS documents. The timeline accepts others as well: AWS adds new ones. */
export const EVENT_NAMES: readonly string[] = [
  ...Object.keys(SERVICE_ACTIONS),
  ...Object.keys(DEPLOYMENT_CHANGES),
  ...Object.keys(OTHER_EVENTS),
];

/** Why ECS says that a task stopped (`stopCode` of DescribeTasks). */
export const STOP_CODES = [
  'EssentialContainerExited',
  'TaskFailedToStart',
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
  'UserInitiated',
  'InfrastructureHealth',
] as const;

export const HEALTH_WORDS = ['good', 'warning', 'critical', 'unknown'] as const;

/** What an evaluation may expect of `diagnose`. */
export const CAUSE_WORDS = [
  'healthy',
  'image_pull_failed',
  'secret_unavailable',
  'network_unreachable',
  'task_config_invalid',
  'entrypoint_error',
  'insufficient_capacity',
  'placement_constraint',
  'application_crash',
  'bad_deployment',
  'container_health_check_failing',
  'target_health_check_failing',
  'out_of_memory',
  'memory_leak',
  'cpu_saturation',
  'traffic_spike',
  'dependency_failure',
  'disk_full',
  'spot_interruption',
  'host_failure',
  'service_discovery_failure',
  'api_throttled',
  'certificate_expired',
  'stopped_by_person',
  'stuck_deployment',
  'unknown',
] as const;
