import { z } from 'zod';
import type { WaitingHook } from '../domain/incident.ts';
import {
  type Envelope,
  fingerprint,
  firstMoment,
  lastPart,
  momentOf,
  number,
  records,
  text,
  texts,
} from './event-envelope.ts';
import { instanceState } from './event-instance.ts';
import { type EventPlace, placeOf } from './event-place.ts';
import type { IncidentEvent, StoppedTask } from './incident-event.ts';

/**
 * The members of `detail` that are used, over all ECS event families
 * (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html, ecs_hook_state_change_events.html,
 * ecs_container_instance_health_events.html, managed-daemons-events.html):
 * `{ "eventType": "WARN", "eventName": "SERVICE_TASK_START_IMPAIRED", "clusterArn": "…", "createdAt": "…" }`
 */
const detailSchema = z.object({
  eventName: text,
  eventType: text,
  clusterArn: text,
  cluster: text,
  service: text,
  serviceName: text,
  serviceArn: text,
  daemonArn: text,
  group: text,
  reason: text,
  createdAt: text,
  updatedAt: text,
  deploymentId: text,
  daemonDeploymentArn: text,
  serviceDeploymentArn: text,
  capacityProviderArns: texts,
  // Tasks.
  taskArn: text,
  taskDefinitionArn: text,
  lastStatus: text,
  stopCode: text,
  stoppedReason: text,
  version: number,
  availabilityZone: text,
  containers: records,
  // Container instances.
  containerInstanceArn: text,
  status: text,
  statusReason: text,
  agentConnected: z.unknown().optional(),
  overallStatus: text,
  healthChecks: records,
  // Deployment hooks.
  hookId: text,
  hookType: text,
  expiresAt: text,
  lifecycleStage: text,
});

type EcsDetail = z.infer<typeof detailSchema>;

/**
 * An event of any ECS family; one that AWS has not documented yet is read by the same members.
 * @throws BadRequest when it carries no readable time.
 */
export function understandEcs(envelope: Envelope): IncidentEvent {
  const detail = detailSchema.parse(envelope.detail);
  const instance = instanceState(envelope, detail);
  const name = detail.eventName?.slice(0, LONGEST_NAME) ?? instance?.name ?? stateName(envelope, detail);
  const place = placeOf({
    arns: [...envelope.resources, detail.serviceArn, detail.serviceDeploymentArn, detail.daemonArn],
    cluster: detail.clusterArn ?? detail.cluster,
    service: detail.service ?? detail.serviceName,
    group: detail.group,
  });
  const deploymentId =
    detail.deploymentId ?? lastPart(detail.daemonDeploymentArn ?? detail.serviceDeploymentArn);
  const atMs = firstMoment(envelope.time, detail.createdAt, detail.updatedAt);
  const reason = detail.reason ?? instance?.reason;
  const task = taskOf(envelope, detail);
  return {
    id: envelope.id,
    name,
    source: 'ecs',
    level: levelOf(detail, name),
    atMs,
    accountId: envelope.account,
    region: envelope.region,
    ...place,
    reason,
    ...(instance?.subject !== undefined && { subject: instance.subject }),
    ...(instance?.ends && { ends: true as const }),
    ...hookMembers(envelope, detail, name),
    ...(task !== undefined && { task }),
    ...(deploymentId !== undefined && { deploymentId }),
    ...(detail.version !== undefined && { version: detail.version }),
    fingerprint: fingerprintOf(envelope, detail, name, place, atMs),
  };
}

const LONGEST_NAME = 100;

/** State changes have no `eventName`: `ECS Task State Change` of a stopped task is `TASK_STOPPED`. */
function stateName(envelope: Envelope, detail: EcsDetail): string {
  const subject = envelope['detail-type']
    .replace(/^ECS /, '')
    .replace(/ (State )?Change$/, '')
    .replaceAll(/\s+/g, '_')
    .toUpperCase();
  return `${subject}_${detail.lastStatus ?? detail.status ?? 'CHANGED'}`.slice(0, LONGEST_NAME);
}

function levelOf(detail: EcsDetail, name: string): IncidentEvent['level'] {
  // A person's answer to a paused deployment is no error, nor is the answer that time gives.
  if (isEndOfPause(detail, name)) return 'info';
  const type = detail.eventType?.toUpperCase();
  if (type === 'ERROR') return 'error';
  if (type === 'WARN' || type === 'WARNING') return 'warn';
  if (type === 'INFO') return 'info';
  // Without a type that means something the name has to tell: one that says FAILED is no small talk.
  return /FAIL|IMPAIRED|VIOLAT/.test(name) ? 'error' : 'info';
}

function taskOf(envelope: Envelope, detail: EcsDetail): StoppedTask | undefined {
  if (detail.lastStatus !== 'STOPPED') return undefined;
  const arn = detail.taskArn ?? envelope.resources.find((resource) => resource.includes(':task/'));
  if (arn === undefined) return undefined;
  return {
    id: lastPart(arn) ?? arn,
    arn,
    taskDefinitionArn: detail.taskDefinitionArn,
    zone: detail.availabilityZone,
    stopCode: detail.stopCode,
    stoppedReason: detail.stoppedReason,
    containers: detail.containers
      .slice(0, MOST_CONTAINERS)
      .map((container) => containerSchema.parse(container)),
  };
}

/** A task definition holds at most ten (docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html). */
const MOST_CONTAINERS = 10;

const containerSchema = z.object({
  name: text.transform((name) => name ?? 'container'),
  exitCode: number,
  reason: text,
});

/**
 * A pause waits for `ContinueServiceDeployment` until it expires; that it was answered or timed out ends it. A Lambda
 * hook is nobody's to answer.
 */
function hookMembers(
  envelope: Envelope,
  detail: EcsDetail,
  name: string,
): Pick<IncidentEvent, 'subject' | 'ends' | 'hook'> {
  const { hookId } = detail;
  if (hookId === undefined) return {};
  if (isEndOfPause(detail, name)) return { subject: hookId, ends: true };
  const deploymentArn =
    detail.serviceDeploymentArn ?? envelope.resources.find((arn) => arn.includes(':service-deployment/'));
  if (name !== 'HOOK_AWAITING_ACTION') return {};
  if (deploymentArn === undefined) return { subject: hookId };
  const expiresAtMs = momentOf(detail.expiresAt);
  const hook: WaitingHook = {
    id: hookId,
    deploymentArn,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(detail.lifecycleStage !== undefined && { stage: detail.lifecycleStage }),
  };
  return { subject: hookId, hook };
}

function isEndOfPause({ hookType }: EcsDetail, name: string): boolean {
  return hookType !== 'AWS_LAMBDA' && /^HOOK_(SUCCEEDED|FAILED|TIMED_OUT)$/.test(name);
}

/**
 * ECS delivers at least once and gives most events no version. Two are the same fact when service, name, moment (or
 * deployment and its update), reason and capacity provider agree; a task's or instance's when its ARN and state do,
 * and then the higher version counts. AWS's own samples share ids: the name keeps them apart.
 */
function fingerprintOf(
  envelope: Envelope,
  detail: EcsDetail,
  name: string,
  place: EventPlace,
  atMs: number,
): string {
  if (detail.eventName === undefined) {
    const arn = detail.taskArn ?? detail.containerInstanceArn ?? envelope.resources[0];
    if (arn !== undefined) return fingerprint([arn, name, detail.version === undefined ? atMs : 'versioned']);
  }
  const deployment = detail.deploymentId ?? detail.daemonDeploymentArn ?? detail.hookId;
  const moment =
    deployment === undefined
      ? (detail.createdAt ?? detail.updatedAt)
      : (detail.updatedAt ?? detail.createdAt);
  if (moment === undefined) return fingerprint([envelope.id, name]);
  const { account, region } = envelope;
  const about = [account, region, place.cluster, place.service, name, deployment, moment, detail.reason];
  return fingerprint([...about, detail.taskArn, ...detail.capacityProviderArns]);
}
