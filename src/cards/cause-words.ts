/**
 * What an event means, in words for somebody who was just woken up. Names and meanings:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html. Undefined for an event that
 * is not in the catalogue: the card then names it as AWS does.
 */
export function causeWords(cause: string): string | undefined {
  return CAUSES[cause];
}

const CAUSES: Readonly<Record<string, string>> = {
  SERVICE_DEPLOYMENT_FAILED: 'The deployment failed: the new tasks did not become steady.',
  SERVICE_TASK_START_IMPAIRED: 'Tasks keep failing to start.',
  SERVICE_TASK_PLACEMENT_FAILURE: 'ECS cannot place tasks: no capacity fits them.',
  SERVICE_TASK_CONFIGURATION_FAILURE: 'ECS rejects the task or service configuration.',
  SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED: 'An instance no longer meets the constraints of this daemon.',
  DAEMON_TASK_START_IMPAIRED: 'Daemon tasks keep failing to start.',
  SERVICE_DISCOVERY_INSTANCE_UNHEALTHY: 'Service discovery reports an unhealthy instance.',
  SERVICE_DISCOVERY_OPERATION_THROTTLED: 'Cloud Map throttles the service registry.',
  VPC_LATTICE_TARGET_UNHEALTHY: 'A VPC Lattice target is unhealthy.',
  ECS_OPERATION_THROTTLED: 'An AWS API throttles ECS, so that it cannot keep the service up to date.',
  SERVICE_HEALTH_UNKNOWN: 'ECS cannot tell the health of this service.',
  HOOK_AWAITING_ACTION: 'A deployment waits for somebody to answer its hook.',
};
