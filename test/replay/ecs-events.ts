import { randomUUID } from 'node:crypto';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const CLUSTER = 'core';

/** An event about a service as EventBridge delivers it; its own id, unless it is delivered twice. */
export type EcsEvent = Readonly<Record<string, unknown>> & { readonly id: string };

/** `SERVICE_TASK_START_IMPAIRED` and its like. */
export function serviceEvent(
  service: string,
  {
    name,
    type,
    atMs,
    reason,
  }: { name: string; type: 'INFO' | 'WARN' | 'ERROR'; atMs: number; reason?: string },
): EcsEvent {
  return {
    ...envelope(service, 'ECS Service Action', atMs),
    detail: {
      eventType: type,
      eventName: name,
      clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${CLUSTER}`,
      createdAt: new Date(atMs).toISOString(),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

export const impaired = (service: string, atMs: number, reason?: string): EcsEvent =>
  serviceEvent(service, {
    name: 'SERVICE_TASK_START_IMPAIRED',
    type: 'WARN',
    atMs,
    ...(reason === undefined ? {} : { reason }),
  });

export const steady = (service: string, atMs: number): EcsEvent =>
  serviceEvent(service, { name: 'SERVICE_STEADY_STATE', type: 'INFO', atMs });

/** A task whose process ended with an error. */
export function crashed(service: string, atMs: number): EcsEvent {
  const cluster = `${REGION}:${ACCOUNT}`;
  const taskArn = `arn:aws:ecs:${cluster}:task/${CLUSTER}/${randomUUID().replaceAll('-', '')}`;
  return {
    ...envelope(service, 'ECS Task State Change', atMs),
    resources: [taskArn],
    detail: {
      taskArn,
      taskDefinitionArn: `arn:aws:ecs:${cluster}:task-definition/${service}:1`,
      clusterArn: `arn:aws:ecs:${cluster}:cluster/${CLUSTER}`,
      group: `service:${service}`,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      version: 5,
      containers: [{ name: 'app', exitCode: 1, lastStatus: 'STOPPED' }],
    },
  };
}

/** A company in which these services, and nothing else, run well. */
export function company(services: readonly string[]): object {
  const clusters = { [CLUSTER]: { services: Object.fromEntries(services.map((name) => [name, {}])) } };
  return { accounts: [{ name: 'production', id: ACCOUNT, regions: { [REGION]: { clusters } } }] };
}

function envelope(service: string, detailType: string, atMs: number) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.ecs',
    account: ACCOUNT,
    time: new Date(atMs).toISOString(),
    region: REGION,
    resources: [`arn:aws:ecs:${REGION}:${ACCOUNT}:service/${CLUSTER}/${service}`],
  };
}
