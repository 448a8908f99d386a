import { understandAlarm } from './event-alarm.ts';
import { understandCall } from './event-call.ts';
import { understandEcs } from './event-ecs.ts';
import { type Envelope, firstMoment, openEnvelope } from './event-envelope.ts';
import type { IncidentEvent, ParsedMessage } from './incident-event.ts';

/**
 * Reads the body of an SQS message; an SNS notification around it is taken off. Only the members of `detail` that are
 * used are looked at: AWS adds others without notice, and one of an unexpected kind counts as absent.
 * @throws BadRequest when it is no EventBridge event at all: such a message belongs into the dead-letter queue.
 */
export function parseMessage(body: string): ParsedMessage {
  const envelope = openEnvelope(body);
  if (isCanary(envelope)) {
    const { account, region, time } = envelope;
    return { kind: 'canary', canary: { accountId: account, region, atMs: firstMoment(time) } };
  }
  const event = understand(envelope);
  return event === undefined ? { kind: 'foreign', source: envelope.source } : { kind: 'event', event };
}

/** Undefined for what concerns nobody: other sources, calls that look and change nothing, calls by AWS itself. */
function understand(envelope: Envelope): IncidentEvent | undefined {
  const { source, 'detail-type': detailType } = envelope;
  if (source === TEST_SOURCE) return { ...understandEcs(envelope), isTest: true };
  if (source === 'aws.cloudwatch' && detailType === 'CloudWatch Alarm State Change') {
    return understandAlarm(envelope);
  }
  if (source !== 'aws.ecs') return undefined;
  return detailType.endsWith(' via CloudTrail') ? understandCall(envelope) : understandEcs(envelope);
}

/** `alerts test` sends `{ "source": "deckhand.test", "detail-type": "Deckhand Test" }` with the detail of an ECS event. */
const TEST_SOURCE = 'deckhand.test';

/**
 * A watched account's sign of life: an event of our own, or EventBridge's scheduled event of a rule whose name says
 * so (`…:rule/deckhand-canary`).
 */
function isCanary({ source, 'detail-type': detailType, resources }: Envelope): boolean {
  if (source === 'deckhand.canary' || detailType === 'Deckhand Canary') return true;
  if (source !== 'aws.events' || detailType !== 'Scheduled Event') return false;
  return resources.some((arn) => /deckhand/i.test(arn) && /canary/i.test(arn));
}
