import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadRequest } from '../domain/errors.ts';

/**
 * What EventBridge puts around every event
 * (docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html):
 * `{ "id": "af3c…", "detail-type": "ECS Service Action", "source": "aws.ecs", "account": "111122223333", "time": "…",
 * "region": "us-west-2", "resources": ["arn:aws:ecs:…:service/default/web"], "detail": { … } }`
 */
const envelopeSchema = z.object({
  id: z.string().min(1),
  'detail-type': z.string().min(1),
  source: z.string(),
  account: z.string(),
  region: z.string(),
  time: z.unknown().optional(),
  resources: z.unknown().optional().transform(strings),
  detail: z.custom<Readonly<Record<string, unknown>>>(isRecord),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/**
 * Reads a message down to its event: an SNS notification around it is taken off, and so are quotes around the JSON.
 * @throws BadRequest with a sentence when no EventBridge event is inside.
 */
export function openEnvelope(body: string): Envelope {
  const parsed = envelopeSchema.safeParse(unwrap(body));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
  throw new BadRequest(`The message is no EventBridge event: ${where} is missing or of the wrong kind.`);
}

/** How many layers of wrapping are taken off: SNS around a string around the event is three. */
const DEEPEST = 5;

function unwrap(body: string): unknown {
  let value: unknown = body;
  for (let layer = 0; layer < DEEPEST && typeof value === 'string'; layer += 1) {
    const inner = parseJson(value);
    value = isNotification(inner) ? inner.Message : inner;
  }
  return value;
}

/** docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function isNotification(value: unknown): value is { readonly Message: string } {
  if (!isRecord(value) || typeof value['Message'] !== 'string' || 'detail' in value) return false;
  if (value['Type'] === 'SubscriptionConfirmation') {
    throw new BadRequest('The message asks to confirm an SNS subscription: confirm it in the SNS console.');
  }
  return true;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest('The message is no JSON.', { cause: error });
  }
}

/**
 * The first of these that is a moment, as milliseconds.
 * @throws BadRequest when none is.
 */
export function firstMoment(...candidates: readonly unknown[]): number {
  for (const candidate of candidates) {
    const atMs = momentOf(candidate);
    if (atMs !== undefined) return atMs;
  }
  throw new BadRequest('The event carries no readable time.');
}

/** A moment as AWS writes it (`2026-03-05T15:54:41Z`, with any fraction or offset); undefined for anything else. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Why an incident fails is a sentence or two; pages of it would fill its record. */
const LONGEST_TEXT = 1000;

/**
 * A member of the detail that is text, else undefined: what AWS leaves out or sends as null makes no event unreadable.
 * Cut where it is absurdly long.
 */
export const text = z
  .unknown()
  .optional()
  .transform((value): string | undefined => {
    if (typeof value !== 'string' || value === '') return undefined;
    if (value.length <= LONGEST_TEXT) return value;
    // Not through the middle of a surrogate pair.
    const last = value.charCodeAt(LONGEST_TEXT - 2);
    return `${value.slice(0, last >= 0xd800 && last < 0xdc00 ? LONGEST_TEXT - 2 : LONGEST_TEXT - 1)}…`;
  });

/** A member that is a number, else undefined. */
export const number = z
  .unknown()
  .optional()
  .transform((value) => (Number.isFinite(value) ? Number(value) : undefined));

/** A member that is a list of texts; what is no text in it is left out. */
export const texts = z.unknown().optional().transform(strings);

/** A member that is an object, as it came; undefined for anything else. */
export const record = z
  .unknown()
  .optional()
  .transform((value) => (isRecord(value) ? value : undefined));

/** A member that is a list of objects; what is no object in it is left out. */
export const records = z
  .unknown()
  .optional()
  .transform((value) => (Array.isArray(value) ? value.filter((one) => isRecord(one)) : []));

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The last part of an ARN or a path: a name stands as it is. */
export function lastPart(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf('/') + 1) || undefined;
}

/** What two deliveries of one fact have in common, as 16 characters. */
export function fingerprint(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 16);
}
