import { z } from 'zod';
import { callerOf } from './event-caller.ts';
import { changeOf } from './event-change.ts';
import { type Envelope, fingerprint, firstMoment, isRecord, record, text } from './event-envelope.ts';
import { type EventPlace, placeOf, serviceInArn } from './event-place.ts';
import type { IncidentEvent } from './incident-event.ts';

/**
 * `AWS API Call via CloudTrail` (docs.aws.amazon.com/awscloudtrail/latest/userguide/
 * cloudtrail-event-reference-record-contents.html): `{ "eventSource": "ecs.amazonaws.com", "eventName":
 * "UpdateService", "eventID": "…", "userIdentity": { … }, "userAgent": "…", "requestParameters": { "cluster": "core",
 * "service": "web", "desiredCount": 4 }, "responseElements": { … } }`. `errorCode` is there when the call failed.
 */
const detailSchema = z.object({
  eventSource: text,
  eventName: text,
  eventID: text,
  eventTime: text,
  errorCode: text,
  readOnly: z.unknown().optional(),
  userAgent: text,
  userIdentity: record,
  sessionCredentialFromConsole: z.unknown().optional(),
  requestParameters: record,
  responseElements: record,
});

/**
 * An ECS call that CloudTrail saw. A person changed something: what and through what stands in `reason` and `caller`;
 * a refused call is a warning. Undefined for calls that change nothing, and for those that AWS makes by itself (Auto
 * Scaling, the agents of instances): their effect is told by ECS's own events.
 * @throws BadRequest when it carries no readable time.
 */
export function understandCall(envelope: Envelope): IncidentEvent | undefined {
  const detail = detailSchema.parse(envelope.detail);
  const { eventName, eventSource } = detail;
  if (eventName === undefined || eventSource !== 'ecs.amazonaws.com') return undefined;
  if (isOnlyReading(detail.readOnly) || NO_CHANGE.test(eventName)) return undefined;
  const caller = callerOf(detail);
  if (caller === undefined) return undefined;
  const name = `API_${eventName.slice(0, LONGEST_CALL)}`;
  const request = detail.requestParameters ?? {};
  return {
    id: envelope.id,
    name,
    source: 'cloudtrail',
    level: detail.errorCode === undefined ? 'info' : 'warn',
    atMs: firstMoment(envelope.time, detail.eventTime),
    accountId: envelope.account,
    region: envelope.region,
    ...placeOfCall(request, detail.responseElements ?? {}),
    reason: changeOf(eventName, request, detail.errorCode),
    caller,
    fingerprint:
      detail.eventID === undefined ? fingerprint([envelope.id, name]) : fingerprint(['call', detail.eventID]),
  };
}

const LONGEST_CALL = 80;

/** Reading, and what an instance's agent says about itself. EventBridge sends reading calls on request only. */
const NO_CHANGE =
  /^(Describe|List|Get|Discover|Poll|Submit|RegisterContainerInstance|TagResource|UntagResource)/;

function isOnlyReading(value: unknown): boolean {
  return value === true || value === 'true';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Requests name the cluster and the service by name or ARN; without a cluster ECS takes `default`. StopTask names a
 * task only: its answer tells the service, as the task's group.
 */
function placeOfCall(request: Fields, answer: Fields): EventPlace {
  const service = isRecord(answer['service']) ? answer['service'] : {};
  const tasks: readonly unknown[] = Array.isArray(answer['tasks']) ? answer['tasks'] : [];
  const task = [answer['task'], tasks[0]].find(isRecord) ?? {};
  const asked = textIn(request, 'service') ?? textIn(request, 'serviceName');
  const arns = [
    serviceInArn(asked) && asked,
    textIn(service, 'serviceArn'),
    textIn(request, 'serviceDeploymentArn'),
    textIn(request, 'task'),
    textIn(task, 'taskArn'),
  ];
  const place = placeOf({
    arns,
    cluster: textIn(request, 'cluster') ?? textIn(service, 'clusterArn') ?? textIn(task, 'clusterArn'),
    service: asked ?? textIn(service, 'serviceName'),
    group: textIn(task, 'group') ?? textIn(request, 'group'),
  });
  const namesSomething = place.service !== undefined || textIn(request, 'task') !== undefined;
  return { ...place, cluster: place.cluster ?? (namesSomething ? 'default' : undefined) };
}

function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
