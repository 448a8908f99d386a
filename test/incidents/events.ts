import { parseMessage } from '../../src/incidents/event.ts';
import type { IncidentEvent } from '../../src/incidents/incident-event.ts';

/** Events as EventBridge sends them (the shapes of "Amazon ECS events"), written by hand. */
export const ACCOUNT = '111122223333';
const SERVICE_ARN = `arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/web`;
export const CLUSTER_ARN = `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/core`;

let ids = 0;

export interface RawEvent {
  readonly id?: string;
  readonly 'detail-type'?: string;
  readonly source?: string;
  readonly account?: string;
  readonly region?: string;
  readonly time?: string;
  readonly resources?: readonly string[];
  readonly detail?: object;
}

export function raw(change: RawEvent = {}): RawEvent {
  ids += 1;
  return {
    id: `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`,
    'detail-type': 'ECS Service Action',
    source: 'aws.ecs',
    account: ACCOUNT,
    region: 'eu-west-1',
    time: '2026-11-20T09:00:00Z',
    resources: [SERVICE_ARN],
    detail: {},
    ...change,
  };
}

export interface Action {
  readonly at?: string;
  readonly reason?: string;
  readonly type?: string;
  readonly id?: string;
}

/** A service action that happened at this time of day. */
export function action(
  eventName: string,
  { at = '09:00:00', reason, type = 'ERROR', id }: Action = {},
): RawEvent {
  const detail = {
    eventType: type,
    eventName,
    clusterArn: CLUSTER_ARN,
    createdAt: `2026-11-20T${at}.123Z`,
    ...(reason === undefined ? {} : { reason }),
  };
  return raw({ time: `2026-11-20T${at}Z`, detail, ...(id === undefined ? {} : { id }) });
}

export function deployment(eventName: string, at = '09:00:00', type = 'INFO', id = 'ecs-svc/1'): RawEvent {
  return raw({
    'detail-type': 'ECS Deployment State Change',
    time: `2026-11-20T${at}Z`,
    detail: {
      eventType: type,
      eventName,
      deploymentId: id,
      updatedAt: `2026-11-20T${at}Z`,
      reason: `ECS deployment ${id}: ${eventName}`,
    },
  });
}

export function taskStop(detail: object = {}, at = '09:00:00'): RawEvent {
  const taskArn = `arn:aws:ecs:eu-west-1:${ACCOUNT}:task/core/0123456789abcdef0123456789abcdef`;
  return raw({
    'detail-type': 'ECS Task State Change',
    time: `2026-11-20T${at}Z`,
    resources: [taskArn],
    detail: {
      clusterArn: CLUSTER_ARN,
      taskArn,
      group: 'service:web',
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', exitCode: 1 }],
      version: 5,
      ...detail,
    },
  });
}

/** An answer or the beginning of a wait at a deployment hook. */
export function hook(eventName: string, detail: object = {}, at = '09:00:00'): RawEvent {
  const serviceDeploymentArn = `arn:aws:ecs:eu-west-1:${ACCOUNT}:service-deployment/core/web/abc123`;
  return raw({
    'detail-type': 'ECS Hook State Change',
    time: `2026-11-20T${at}Z`,
    resources: [serviceDeploymentArn],
    detail: {
      eventType: 'INFO',
      eventName,
      hookId: 'ecs-pause-h1',
      hookType: 'PAUSE',
      expiresAt: '2026-11-20T10:00:00Z',
      lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
      clusterArn: CLUSTER_ARN,
      serviceArn: SERVICE_ARN,
      serviceDeploymentArn,
      updatedAt: `2026-11-20T${at}.618059641Z`,
      ...detail,
    },
  });
}

/** A CloudWatch alarm of the service changes its state. */
export function alarm(value: string, detail: object = {}, at = '09:00:00'): RawEvent {
  return raw({
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    time: `2026-11-20T${at}Z`,
    resources: [`arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:web-cpu`],
    detail: {
      alarmName: 'web-cpu',
      state: { value, reason: `It is ${value}`, timestamp: `2026-11-20T${at}.985+0000` },
      configuration: { metrics: [alarmMetric({ ClusterName: 'core', ServiceName: 'web' })] },
      ...detail,
    },
  });
}

export function alarmMetric(dimensions: unknown, more: object = {}): object {
  return { id: 'm1', metricStat: { metric: { namespace: 'AWS/ECS', name: 'CPU', dimensions } }, ...more };
}

let calls = 0;

/** A call to ECS that CloudTrail saw. */
export function call(eventName: string, detail: object = {}, at = '09:00:00'): RawEvent {
  calls += 1;
  return raw({
    'detail-type': 'AWS API Call via CloudTrail',
    time: `2026-11-20T${at}Z`,
    resources: [],
    detail: {
      eventSource: 'ecs.amazonaws.com',
      eventName,
      eventID: `call-${calls}`,
      eventTime: `2026-11-20T${at}Z`,
      userIdentity: { type: 'IAMUser', userName: 'olivia', arn: `arn:aws:iam::${ACCOUNT}:user/olivia` },
      userAgent: 'aws-cli/2.13.17 Python/3.11.5',
      requestParameters: { cluster: 'core', service: 'web' },
      ...detail,
    },
  });
}

/** The event understood; it must be one that concerns somebody. */
export function understood(event: object): IncidentEvent {
  const parsed = parseMessage(JSON.stringify(event));
  if (parsed.kind !== 'event') throw new Error(`not an event but ${parsed.kind}`);
  return parsed.event;
}
