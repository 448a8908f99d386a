import { type CatalogueEntry, context, failure, GUIDE, quiet, recovery } from './catalogue-entry.ts';

const DAEMON_EVENTS = `${GUIDE}/managed-daemons-events.html`;
const HOOK_EVENTS = `${GUIDE}/ecs_hook_state_change_events.html`;
const TASK_EVENTS = `${GUIDE}/ecs_task_events.html`;
const INSTANCE_EVENTS = `${GUIDE}/ecs_container_instance_events.html`;
const INSTANCE_HEALTH = `${GUIDE}/ecs_container_instance_health_events.html`;
const CLUSTER = { text: 'See which services of the cluster suffer.', command: 'health {cluster}' };

/** What ECS reports of daemons, of hooks in deployments, of tasks and of container instances. */
export const PART_ENTRIES: Readonly<Record<string, CatalogueEntry>> = {
  DAEMON_TASK_START_IMPAIRED: failure('high', {
    title: 'Daemon task does not start',
    meaning: 'The task that a daemon must run on an instance was not created, or did not reach running.',
    causes: [
      'The image of the daemon cannot be pulled.',
      'The instance has too little CPU or memory left for it.',
      'The daemon exits at start or fails its health check.',
    ],
    impact:
      'The instance lacks its logs, metrics or security agent; a critical daemon keeps other tasks off it.',
    remedy: [
      CLUSTER,
      { text: 'Fix the image, the size or the command that the reason names.' },
      { text: 'Deploy the daemon again.' },
    ],
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_ROLLBACK_IN_PROGRESS: failure('high', {
    title: 'Daemon goes back to its old revision',
    meaning: 'The deployment of a daemon failed, and ECS returns to the revision before.',
    causes: [
      'The new revision of the daemon does not start.',
      'Its alarm or circuit breaker ended the deployment.',
    ],
    impact: 'Instances may lack the daemon until the rollback is through.',
    remedy: [CLUSTER, { text: 'Wait for the rollback, then fix the revision and deploy again.' }],
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_ROLLBACK_FAILED: failure('critical', {
    title: 'Daemon rollback failed',
    meaning: 'The deployment of a daemon failed, and ECS could not return to the revision before either.',
    causes: ['The old image or a role that it needs is gone.', 'The instances have no room for the daemon.'],
    impact: 'Instances run without the daemon, or with a broken one; new ones may take no tasks.',
    remedy: [CLUSTER, { text: 'Deploy a revision of the daemon that is known to work.' }],
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_SUCCESSFUL: recovery({
    title: 'Daemon deployed',
    meaning: 'The daemon runs in its new revision on every instance.',
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_ROLLBACK_SUCCESSFUL: recovery({
    title: 'Daemon rolled back',
    meaning: 'The daemon runs in its old revision again.',
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_PENDING: quiet({
    title: 'Daemon deployment waits',
    meaning: 'ECS will begin to deploy a daemon.',
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_IN_PROGRESS: context({
    title: 'Daemon deployment in progress',
    meaning: 'ECS replaces the tasks of a daemon.',
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_STOPPED: context({
    title: 'Daemon deployment stopped',
    meaning: 'The deployment of a daemon ended before it was through, by failure or for a newer one.',
    source: DAEMON_EVENTS,
  }),
  DAEMON_DEPLOYMENT_STOP_REQUESTED: context({
    title: 'Daemon deployment is being stopped',
    meaning: 'The deployment of a daemon goes no further and will be rolled back.',
    source: DAEMON_EVENTS,
  }),
  HOOK_AWAITING_ACTION: failure('medium', {
    title: 'Deployment waits for an answer',
    meaning: 'A deployment is paused at a hook until somebody continues it or rolls it back.',
    causes: [
      'The service asks for an approval at this stage of its deployments.',
      'Nobody has looked at it yet.',
    ],
    impact: 'None yet; when the time is up ECS decides by itself, usually by rolling back.',
    remedy: [
      { text: 'Look at the new revision before you let it go on.', command: 'service {service}' },
      { text: 'Continue or roll back before the time is up.' },
    ],
    source: HOOK_EVENTS,
  }),
  HOOK_IN_PROGRESS: quiet({
    title: 'Deployment hook runs',
    meaning: 'A hook of the deployment is at work.',
    source: HOOK_EVENTS,
  }),
  HOOK_SUCCEEDED: context({
    title: 'Deployment goes on after its hook',
    meaning: 'The hook was answered with continue, or its function succeeded.',
    source: HOOK_EVENTS,
  }),
  HOOK_FAILED: context({
    title: 'Deployment hook said no',
    meaning: 'The hook was answered with roll back, or its function failed: the deployment is rolled back.',
    source: HOOK_EVENTS,
  }),
  HOOK_TIMED_OUT: context({
    title: 'Deployment hook timed out',
    meaning: 'Nobody answered in time, so ECS does what the hook says for this case.',
    source: HOOK_EVENTS,
  }),
  TASK_STOPPED: context({
    title: 'Task stopped',
    meaning: 'A task of the service ended.',
    causes: [
      'A deployment or scaling replaced it.',
      'Its program exited or was killed.',
      'A health check failed, or its host went away.',
    ],
    impact: 'One task fewer until its replacement is healthy.',
    source: TASK_EVENTS,
  }),
  CONTAINER_INSTANCE_HEALTH_IMPAIRED: failure('medium', {
    title: 'Container instance impaired',
    meaning: 'ECS finds an instance of the cluster unfit to run tasks.',
    causes: [
      'The agent has been out of touch for too long.',
      'The container runtime hangs.',
      'A GPU or a required daemon on it fails.',
    ],
    impact: 'Tasks on that instance may be down or unwatched; managed instances are replaced by ECS.',
    remedy: [
      CLUSTER,
      { text: 'Drain the instance in the ECS console, then terminate it.' },
      { text: 'If it is managed by ECS, wait for its replacement.' },
    ],
    source: INSTANCE_HEALTH,
  }),
  CONTAINER_INSTANCE_HEALTH_OK: context({
    title: 'Container instance is well',
    meaning: 'ECS finds the instance fit to run tasks.',
    source: INSTANCE_HEALTH,
  }),
  CONTAINER_INSTANCE_DISCONNECTED: context({
    title: 'Agent of an instance disconnected',
    meaning: 'The agent of an instance is out of touch, which is normal a few times an hour.',
    causes: ['The agent reconnects or is updated.', 'The instance hangs, or its network is cut.'],
    impact: 'Nothing starts or stops there meanwhile; running tasks go on.',
    source: INSTANCE_EVENTS,
  }),
  CONTAINER_INSTANCE_DRAINING: context({
    title: 'Container instance drains',
    meaning: 'An instance takes no new tasks, and those of services move away.',
    source: INSTANCE_EVENTS,
  }),
  CONTAINER_INSTANCE_INACTIVE: context({
    title: 'Container instance left the cluster',
    meaning: 'An instance was deregistered: its tasks are gone.',
    causes: ['Auto Scaling or ECS took it away.', 'A person deregistered or terminated it.'],
    impact: 'ECS starts its tasks elsewhere if there is room.',
    source: INSTANCE_EVENTS,
  }),
  CONTAINER_INSTANCE_ACTIVE: quiet({
    title: 'Container instance active',
    meaning: 'An instance is in the cluster and connected.',
    source: INSTANCE_EVENTS,
  }),
};
