import { type Envelope, lastPart } from './event-envelope.ts';
import type { IncidentEvent } from './incident-event.ts';

/** The members of an ECS event's detail that tell about instances. */
interface InstanceDetail {
  readonly eventName: string | undefined;
  readonly containerInstanceArn: string | undefined;
  readonly status: string | undefined;
  readonly statusReason: string | undefined;
  readonly agentConnected?: unknown;
  readonly overallStatus: string | undefined;
  readonly healthChecks: readonly Readonly<Record<string, unknown>>[];
}

type InstanceState = Pick<IncidentEvent, 'name' | 'reason' | 'subject' | 'ends'>;

/**
 * What happened to a container instance (docs.aws.amazon.com/AmazonECS/latest/developerguide/
 * ecs_container_instance_events.html, ecs_container_instance_health_events.html); undefined for other families.
 *
 * An agent reconnects a few times an hour, so that it is disconnected is told within an incident and begins none. That
 * ECS found the instance impaired does begin one, until it is well or gone.
 */
export function instanceState(envelope: Envelope, detail: InstanceDetail): InstanceState | undefined {
  if (detail.eventName !== undefined) return undefined;
  const id = lastPart(detail.containerInstanceArn ?? envelope.resources.find(isInstance));
  const subject = id === undefined ? {} : { subject: id };
  if (envelope['detail-type'] === 'ECS Container Instance Health Change') {
    const status = detail.overallStatus ?? 'CHANGED';
    return {
      name: `CONTAINER_INSTANCE_HEALTH_${status}`,
      reason: impairments(detail),
      ...subject,
      ...(status === 'OK' && { ends: true as const }),
    };
  }
  if (envelope['detail-type'] !== 'ECS Container Instance State Change') return undefined;
  const status = detail.status ?? 'CHANGED';
  const isAlone = detail.agentConnected === false && status === 'ACTIVE';
  return {
    name: isAlone ? 'CONTAINER_INSTANCE_DISCONNECTED' : `CONTAINER_INSTANCE_${status}`,
    reason: detail.statusReason,
    ...subject,
    ...(status === 'INACTIVE' && { ends: true as const }),
  };
}

function isInstance(arn: string): boolean {
  return arn.includes(':container-instance/');
}

/** `AGENT_CONNECTIVITY: Agent disconnected since …`, for every check that fails. */
function impairments({ healthChecks }: InstanceDetail): string | undefined {
  const failing = healthChecks.filter((check) => check['status'] === 'IMPAIRED');
  const lines = failing.map((check) =>
    [check['type'], check['statusReason']].filter((part) => typeof part === 'string').join(': '),
  );
  return (
    lines
      .filter((line) => line !== '')
      .join('; ')
      .slice(0, 1000) || undefined
  );
}
