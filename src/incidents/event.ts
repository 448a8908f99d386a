import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadRequest } from '../domain/errors.ts';

/**
 * The EventBridge envelope and the members of `detail` that are used, over all ECS event families
 * (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html):
 * `{ "detail-type": "ECS Service Action", "source": "aws.ecs", "account": "111122223333", "time": "…", "region":
 * "us-west-2", "resources": ["arn:aws:ecs:…:service/default/web"], "detail": { "eventType": "WARN", "eventName":
 * "SERVICE_TASK_START_IMPAIRED", "clusterArn": "…", "createdAt": "…" } }`
 */
const envelope = z.object({
  id: z.string().min(1),
  'detail-type': z.string().min(1),
  source: z.string(),
  account: z.string(),
  region: z.string(),
  time: z.string(),
  resources: z.array(z.string()).default([]),
  detail: z.looseObject({}),
});

const text = z.string().optional().catch(undefined);
const detailSchema = z.object({
  eventName: text,
  eventType: text,
  clusterArn: text,
  service: text,
  serviceName: text,
  group: text,
  reason: text,
  createdAt: text,
  updatedAt: text,
  deploymentId: text,
  capacityProviderArns: z.array(z.string()).optional().catch(undefined),
  taskArn: text,
  lastStatus: text,
  desiredStatus: text,
  stopCode: text,
  stoppedReason: text,
  stoppedAt: text,
  version: z.number().optional().catch(undefined),
  availabilityZone: text,
  containers: z
    .array(z.object({ name: text, exitCode: z.number().optional().catch(undefined), reason: text }))
    .optional()
    .catch(undefined),
});

/** One ECS event, understood. */
export interface EcsEvent {
  readonly id: string;
  /** `eventName`, or for state changes without one the state: `TASK_STOPPED`. */
  readonly name: string;
  readonly detailType: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly atMs: number;
  /** The 12-digit id. */
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string | undefined;
  readonly service: string | undefined;
  readonly reason: string | undefined;
  readonly task: StoppedTask | undefined;
  /** The same for two deliveries of one fact, whatever their event ids. */
  readonly fingerprint: string;
}

export interface StoppedTask {
  readonly id: string;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly containers: readonly {
    readonly name: string;
    readonly exitCode: number | undefined;
    readonly reason: string | undefined;
  }[];
}

/** What a queue message holds: an ECS event, or something that is none of ours and may be dropped. */
export type ParsedMessage =
  | { readonly kind: 'ecs'; readonly event: EcsEvent }
  | { readonly kind: 'foreign'; readonly source: string };

/**
 * Reads the body of an SQS message; an SNS notification around it is taken off.
 * @throws BadRequest when it is no EventBridge event at all: such a message belongs into the dead-letter queue.
 */
export function parseMessage(body: string): ParsedMessage {
  const outer = parseJson(body);
  const inner = isNotification(outer) ? parseJson(outer.Message) : outer;
  const parsed = envelope.safeParse(inner);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
    throw new BadRequest(`The message is no EventBridge event: ${where} is missing or of the wrong kind.`);
  }
  if (parsed.data.source !== 'aws.ecs') return { kind: 'foreign', source: parsed.data.source };
  return { kind: 'ecs', event: understand(parsed.data) };
}

type Envelope = z.infer<typeof envelope>;
type Detail = z.infer<typeof detailSchema>;

function understand(event: Envelope): EcsEvent {
  const detail = detailSchema.parse(event.detail);
  const name = nameOf(event, detail);
  const place = placeOf(event, detail);
  return {
    id: event.id,
    name,
    detailType: event['detail-type'],
    level: levelOf(detail, name),
    atMs: timeOf(event, detail),
    accountId: event.account,
    region: event.region,
    ...place,
    reason: detail.reason,
    task: taskOf(event, detail),
    fingerprint: fingerprintOf(event, detail, name, place),
  };
}

function nameOf(event: Envelope, detail: Detail): string {
  if (detail.eventName) return detail.eventName;
  const subject = event['detail-type']
    .replace(/^ECS /, '')
    .replace(/ (State )?Change$/, '')
    .replaceAll(' ', '_')
    .toUpperCase();
  return `${subject}_${detail.lastStatus ?? 'CHANGED'}`;
}

function levelOf(detail: Detail, name: string): EcsEvent['level'] {
  const type = detail.eventType?.toUpperCase();
  if (type === 'ERROR') return 'error';
  if (type === 'WARN' || type === 'WARNING') return 'warn';
  if (type === 'INFO') return 'info';
  // Without a type that means something the name has to tell: one that says FAILED is no small talk.
  return /FAIL|IMPAIRED|VIOLAT/.test(name) ? 'error' : 'info';
}

/** `service/web` of the old form, `service/core/web`, and what belongs to a service: `service-deployment/core/web/abc`. */
const OF_A_SERVICE = /:(?:service|service-deployment|service-revision|task-set|daemon)\//;

/** The service stands in the ARN, in `service`, `serviceName` or the task's group, depending on the family. */
function placeOf(
  event: Envelope,
  detail: Detail,
): { readonly cluster: string | undefined; readonly service: string | undefined } {
  const arn = event.resources.find((resource) => OF_A_SERVICE.test(resource));
  const parts = arn?.split(OF_A_SERVICE)[1]?.split('/') ?? [];
  const fromArn =
    parts.length > 1 ? { cluster: parts[0], service: parts[1] } : { cluster: undefined, service: parts[0] };
  const group = detail.group?.startsWith('service:') ? detail.group.slice('service:'.length) : undefined;
  const named = detail.service ?? detail.serviceName;
  const clusterFromTask = event.resources
    .find((resource) => /:(task|container-instance)\/[^/]+\//.test(resource))
    ?.split(/:(?:task|container-instance)\//)[1]
    ?.split('/')[0];
  return {
    cluster: lastPart(detail.clusterArn) ?? fromArn.cluster ?? clusterFromTask,
    service: fromArn.service ?? lastPart(named) ?? group,
  };
}

function timeOf(event: Envelope, detail: Detail): number {
  for (const candidate of [event.time, detail.createdAt, detail.updatedAt]) {
    const atMs = candidate === undefined ? Number.NaN : Date.parse(candidate);
    if (!Number.isNaN(atMs)) return atMs;
  }
  throw new BadRequest('The event carries no readable time.');
}

function taskOf(event: Envelope, detail: Detail): StoppedTask | undefined {
  const arn = detail.taskArn ?? event.resources.find((resource) => resource.includes(':task/'));
  if (arn === undefined || detail.lastStatus !== 'STOPPED') return undefined;
  return {
    id: lastPart(arn) ?? arn,
    stopCode: detail.stopCode,
    stoppedReason: detail.stoppedReason,
    containers: (detail.containers ?? []).map((c) => ({
      name: c.name ?? 'container',
      exitCode: c.exitCode,
      reason: c.reason,
    })),
  };
}

/**
 * ECS delivers at least once and gives most events no version. Two are the same fact when service, name, moment (or
 * deployment and its update), reason and capacity provider agree; a task's when its ARN and version do.
 */
function fingerprintOf(
  event: Envelope,
  detail: Detail,
  name: string,
  place: { cluster: string | undefined; service: string | undefined },
): string {
  const moment =
    detail.deploymentId === undefined
      ? (detail.createdAt ?? event.time)
      : `${detail.deploymentId}@${detail.updatedAt ?? event.time}`;
  const facts =
    detail.taskArn === undefined
      ? [
          event.account,
          event.region,
          place.cluster,
          place.service,
          name,
          moment,
          detail.reason,
          ...(detail.capacityProviderArns ?? []),
        ]
      : [detail.taskArn, name, detail.version ?? moment];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 16);
}

function isNotification(value: unknown): value is { readonly Message: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Message' in value &&
    typeof value.Message === 'string' &&
    !('detail' in value)
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new BadRequest('The message is no JSON.', { cause: error });
  }
}

function lastPart(arn: string | undefined): string | undefined {
  return arn?.split('/').at(-1) || undefined;
}
