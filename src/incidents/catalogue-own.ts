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

const ALARM_EVENTS =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html';
const CALLS = `${GUIDE}/logging-using-cloudtrail.html`;
const AFTER_A_CALL = [
  { text: 'If it was a mistake, ask the one who did it, or take it back.' },
  { text: 'See how the service is.', command: 'service {service}' },
];

/** CloudWatch alarms, calls that CloudTrail saw, and what Deckhand infers because no event says it. */
export const OWN_ENTRIES: Readonly<Record<string, CatalogueEntry>> = {
  // Medium: an alarm may be anything from a hint to an outage, and only its owner knows; what ECS itself reports of
  // the same service raises the severity.
  CLOUDWATCH_ALARM: failure('medium', {
    title: 'CloudWatch alarm',
    meaning: 'A metric of the service crossed the limit of an alarm.',
    causes: [
      'More traffic than usual.',
      'A deployment made the service slower or made it fail.',
      'Something that the service calls is slow or down.',
    ],
    impact: 'It depends on the alarm: its name and reason say what it watches.',
    remedy: [
      LOOK,
      {
        text: 'If it is load, give it the count that the load asks for.',
        command: 'scale {service} suggested',
      },
      ROLL_BACK,
    ],
    source: ALARM_EVENTS,
  }),
  CLOUDWATCH_ALARM_OK: context({
    title: 'CloudWatch alarm is over',
    meaning: 'The metric of the alarm is back within its limit.',
    source: ALARM_EVENTS,
  }),
  // A metric that stopped says nothing about whether what the alarm had warned of is over.
  CLOUDWATCH_ALARM_INSUFFICIENT_DATA: quiet({
    title: 'CloudWatch alarm has no data',
    meaning: 'The alarm has just begun, or its metric has stopped.',
    source: ALARM_EVENTS,
  }),
  CLOUDWATCH_SCALING_ALARM: quiet({
    title: 'Scaling alarm',
    meaning: 'An alarm by which a target tracking policy scales the service; it rings as part of its work.',
    source:
      'https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html',
  }),
  API_UpdateService: context({
    title: 'Service changed',
    meaning: 'Somebody changed the service: its count, its revision or its settings.',
    impact: 'The service follows the change with a deployment or by scaling.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  API_CreateService: context({
    title: 'Service created',
    meaning: 'Somebody created the service.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  API_DeleteService: context({
    title: 'Service deleted',
    meaning: 'Somebody deleted the service: its tasks stop.',
    impact: 'The service answers nobody any more.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  API_StopTask: context({
    title: 'Task stopped by hand',
    meaning: 'Somebody stopped a task; a service starts another in its place.',
    impact: 'One task fewer until its replacement is healthy.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  API_UpdateServicePrimaryTaskSet: context({
    title: 'Primary task set changed',
    meaning: 'Somebody made another task set the one that takes the traffic.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  API_PutClusterCapacityProviders: context({
    title: 'Capacity providers changed',
    meaning: 'Somebody changed where the services of the cluster may run.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  API_ContinueServiceDeployment: context({
    title: 'Deployment hook answered',
    meaning: 'Somebody continued a paused deployment or rolled it back.',
    remedy: AFTER_A_CALL,
    source: CALLS,
  }),
  DECKHAND_TASKS_MISSING: failure('high', {
    title: 'Too few tasks run',
    meaning: 'Fewer tasks run than should, for minutes, and ECS has reported no reason.',
    causes: [
      'New tasks cannot be placed or do not start.',
      'The event rule of the account misses this kind of event.',
      'Tasks are slow to become healthy.',
    ],
    impact: 'The service carries its load with fewer tasks than it should.',
    remedy: [LOOK, ROLL_BACK, { text: 'Check that the account sends its ECS events to the alert queue.' }],
    source: `${GUIDE}/service-event-messages-list.html`,
  }),
  DECKHAND_CRASH_LOOP: failure('high', {
    title: 'Tasks keep stopping',
    meaning: 'Several tasks of the service ended by failure within a short time.',
    causes: [
      'The program exits with an error.',
      'It is killed for memory.',
      'Its health check fails, or something that it needs at start does not answer.',
    ],
    impact: 'Requests fail while tasks restart, and the service may run fewer than it should.',
    remedy: [LOOK, ROLL_BACK, { text: 'Fix what the exit codes and reasons name.' }],
    source: `${GUIDE}/stopped-task-error-codes.html`,
  }),
  DECKHAND_DEPLOYMENT_STUCK: failure('high', {
    title: 'Deployment gets nowhere',
    meaning: 'A deployment has neither completed nor failed for a long time, and nothing moves.',
    causes: [
      'New tasks do not become healthy, and the circuit breaker is off.',
      'There is no room for the new tasks.',
      'Old tasks take long to drain.',
    ],
    impact: 'The change is not live; old tasks keep serving as long as they last.',
    remedy: [
      LOOK,
      ROLL_BACK,
      { text: 'Turn on the deployment circuit breaker, so that ECS ends such deployments.' },
    ],
    source: `${GUIDE}/deployment-circuit-breaker.html`,
  }),
  DECKHAND_SPOKE_SILENT: failure('high', {
    title: 'No sign of life from an account',
    meaning: 'The account sends no scheduled event any more, so its ECS events may be lost as well.',
    causes: [
      'The event rule or the permission to send to the alert queue was removed.',
      'EventBridge or the queue has trouble in that region.',
      'The account or region was taken out of use.',
    ],
    impact: 'Nothing may be wrong there, but failures would go unnoticed.',
    remedy: [
      { text: 'See what Deckhand can still read there.', command: 'accounts list' },
      { text: 'Check the event rule, its target and its dead-letter queue in that account.' },
      { text: 'If the account is gone, take it out of the configuration.' },
    ],
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html',
  }),
  DECKHAND_HEALTHY_AGAIN: recovery({
    title: 'Healthy again',
    meaning: 'A look at the service shows as many healthy tasks as it should have.',
    source: `${GUIDE}/service-event-messages-list.html`,
  }),
  DECKHAND_SPOKE_BACK: recovery({
    title: 'The account reports again',
    meaning: 'The scheduled event of the account arrives as before.',
    remedy: [
      { text: 'See whether something failed there meanwhile.', command: 'health' },
      { text: 'Find out why it had been silent.' },
    ],
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html',
  }),
};
