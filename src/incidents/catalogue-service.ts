import {
  type CatalogueEntry,
  context,
  failure,
  GUIDE,
  LOOK,
  quiet,
  ROLL_BACK,
  recovery,
} from './catalogue-entry.ts';

const DEPLOYMENT_EVENTS = `${GUIDE}/ecs_service_deployment_events.html`;

/** What ECS reports of services and their deployments; the first nine are the ones that call somebody. */
export const SERVICE_ENTRIES: Readonly<Record<string, CatalogueEntry>> = {
  SERVICE_DEPLOYMENT_FAILED: failure('critical', {
    title: 'Deployment failed',
    meaning: 'The new revision did not become steady, and ECS gave the deployment up.',
    causes: [
      'The new image crashes at start or fails its health check.',
      'The image tag does not exist, or may not be pulled.',
      'A setting, secret or permission that the new revision needs is missing.',
      'There is no room for the new tasks beside the old ones.',
    ],
    impact: 'The change is not live; without an automatic rollback the service may run too few tasks.',
    remedy: [LOOK, ROLL_BACK, { text: 'Fix the revision and deploy again.' }],
    source: DEPLOYMENT_EVENTS,
  }),
  SERVICE_TASK_START_IMPAIRED: failure('high', {
    title: 'Tasks cannot start reliably',
    meaning: 'Task after task stops soon after its start, so ECS tries less and less often.',
    causes: [
      'The program exits at start: a bad command, a missing setting, an error in the code.',
      'The image or a secret cannot be read.',
      'The load balancer ends tasks that are slow to become healthy.',
    ],
    impact: 'The service cannot replace tasks or grow, and may run fewer than it should.',
    remedy: [
      LOOK,
      ROLL_BACK,
      { text: 'Fix what the stop reasons name: image, secret, memory or health check.' },
    ],
    source: `${GUIDE}/service-throttle-logic.html`,
  }),
  SERVICE_TASK_PLACEMENT_FAILURE: failure('high', {
    title: 'No room for a task',
    meaning:
      'ECS wants to start a task and finds no place with the CPU, memory, port or capacity that it needs.',
    causes: [
      'The instances of the cluster are full, or too small for this task.',
      'Fargate or Fargate Spot has no capacity in these zones.',
      'The port or the network interfaces of every instance are taken.',
      'Placement constraints exclude every instance.',
    ],
    impact: 'The service runs fewer tasks than it should and cannot grow with its load.',
    remedy: [
      LOOK,
      { text: 'Add instances, or let the capacity provider grow its Auto Scaling group.' },
      {
        text: 'For Fargate Spot: add FARGATE to the capacity providers; for Fargate: add subnets of other zones.',
      },
      { text: 'Until there is room, run fewer of something less important.', command: 'health {cluster}' },
    ],
  }),
  SERVICE_TASK_CONFIGURATION_FAILURE: failure('high', {
    title: 'Task configuration rejected',
    meaning: 'ECS cannot start tasks because a setting of the task or the service is wrong.',
    causes: [
      'A role, secret, log group or target group was deleted or renamed.',
      'The execution role lacks a permission.',
      'Subnets, security groups or the CPU and memory pair do not fit.',
    ],
    impact: 'No task can start: the service keeps what runs and cannot replace it.',
    remedy: [
      LOOK,
      ROLL_BACK,
      {
        text: 'Correct the setting that the reason names, then deploy again.',
        command: 'redeploy {service}',
      },
    ],
  }),
  SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED: failure('high', {
    title: 'Daemon task breaks its placement rule',
    meaning: 'A task of a service that runs once per instance no longer fits the placement constraint.',
    causes: [
      'Attributes of the instance changed while the task ran.',
      'The placement constraint of the service was changed.',
    ],
    impact: 'That instance may lack its logs, metrics or network agent.',
    remedy: [
      LOOK,
      { text: 'Compare the placement constraint with the attributes of the instance.' },
      { text: 'Replace the tasks after the correction.', command: 'redeploy {service}' },
    ],
  }),
  ECS_OPERATION_THROTTLED: failure('medium', {
    title: 'ECS is being throttled',
    meaning: 'ECS calls other AWS services for this service too often and has to wait.',
    causes: [
      'Many services deploy or scale in the account at once.',
      'Tasks stop and start in a loop, each with calls to EC2, load balancing or Auto Scaling.',
    ],
    impact: 'Deployments and scaling are slow; what runs keeps running.',
    remedy: [
      { text: 'Find what restarts in a loop.', command: 'health --only critical' },
      { text: 'Let deployments run one after the other.' },
      { text: 'If it lasts, ask AWS for a higher rate of the API that the reason names.' },
    ],
  }),
  SERVICE_DISCOVERY_OPERATION_THROTTLED: failure('medium', {
    title: 'Service discovery is being throttled',
    meaning: 'Cloud Map takes no more changes for the moment, so names may point at tasks that are gone.',
    causes: [
      'Many tasks start and stop at once, in one or several services.',
      'Several services deploy at the same time.',
    ],
    impact: 'Others that find the service by name may reach stopped tasks or miss new ones.',
    remedy: [
      LOOK,
      { text: 'Calm what restarts in a loop, and space deployments out.' },
      { text: 'If it lasts, ask for a higher Cloud Map quota.' },
    ],
  }),
  SERVICE_DISCOVERY_INSTANCE_UNHEALTHY: failure('medium', {
    title: 'Unhealthy in service discovery',
    meaning: 'A running task is unhealthy in Cloud Map, so it is not found by name.',
    causes: [
      'The health check of the container fails.',
      'Cloud Map has not heard of the task yet, or is throttled.',
      'The task is overloaded and answers too late.',
    ],
    impact: 'Fewer tasks carry the calls that find the service by name.',
    remedy: [
      LOOK,
      { text: 'If the task hangs, replace it.', command: 'redeploy {service}' },
      { text: 'Check the command and time-out of the health check.' },
    ],
  }),
  VPC_LATTICE_TARGET_UNHEALTHY: failure('medium', {
    title: 'Unhealthy target in VPC Lattice',
    meaning: 'A running task fails the health check of its VPC Lattice target group.',
    causes: [
      'The program does not answer on the port or path of the check.',
      'A security group blocks VPC Lattice.',
      'The task is overloaded and answers too late.',
    ],
    impact: 'Fewer tasks take traffic from VPC Lattice.',
    remedy: [
      LOOK,
      { text: 'Compare port, path and expected codes of the check with the program.' },
      ROLL_BACK,
    ],
  }),
  SERVICE_HEALTH_UNKNOWN: failure('high', {
    title: 'Health unknown',
    meaning: 'ECS cannot tell whether the tasks of the service are healthy.',
    causes: [
      'The agents of the instances lost their connection.',
      'The load balancer or Cloud Map does not answer ECS.',
    ],
    impact: 'Tasks may be down without being replaced.',
    remedy: [LOOK, { text: 'Check the instances, their network and the state of AWS in this region.' }],
  }),
  SERVICE_STEADY_STATE: recovery({
    title: 'Steady again',
    meaning: 'The service runs as many healthy tasks as it should.',
  }),
  TASKSET_STEADY_STATE: recovery({
    title: 'Task set steady',
    meaning: 'The task set runs as many healthy tasks as it should.',
  }),
  SERVICE_DEPLOYMENT_COMPLETED: recovery({
    title: 'Deployment completed',
    meaning: 'All tasks run the revision that was deployed last, and they are healthy.',
    source: DEPLOYMENT_EVENTS,
  }),
  SERVICE_DEPLOYMENT_IN_PROGRESS: context({
    title: 'Deployment in progress',
    meaning: 'ECS replaces the tasks by those of another revision, or goes back to one that worked.',
    impact: 'Usually none: old tasks serve until new ones are healthy.',
    source: DEPLOYMENT_EVENTS,
  }),
  SERVICE_DESIRED_COUNT_UPDATED: context({
    title: 'Desired count changed',
    meaning: 'Somebody or a scaling policy changed how many tasks the service should run.',
  }),
  TASKS_STOPPED: context({
    title: 'Tasks stopped',
    meaning: 'ECS stopped tasks of the service.',
  }),
  CAPACITY_PROVIDER_STEADY_STATE: quiet({
    title: 'Capacity provider steady',
    meaning: 'The capacity provider of the service has the instances that it needs.',
  }),
};
