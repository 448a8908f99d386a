import { z } from 'zod';
import type { Deed } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';

/** What somebody did to an incident in another program. */
export interface HookEvent {
  /** The same for every delivery of one event. */
  readonly id: string;
  /** When it happened there, where that is told. */
  readonly atMs?: number;
  /** What the other program knows the incident by. */
  readonly key: string;
  readonly deed: Extract<Deed, { kind: 'ack' | 'resolve' }>;
  /** Stands for somebody who has no account here: of no chat platform, and named after the program. */
  readonly person: Person;
}

const LONGEST_NAME = 80;
const text = z.string().min(1).max(1000);

const pagerDutySchema = z.object({
  event: z.object({
    id: text,
    event_type: text,
    occurred_at: z.iso.datetime({ offset: true }),
    agent: z.object({ id: text, type: text, summary: text.nullish() }).nullish(),
    data: z.object({ incident_key: text.nullish() }).nullish(),
  }),
});

/**
 * A V3 webhook of PagerDuty (developer.pagerduty.com/docs/webhooks-overview). `nothing`: an event that means nothing
 * here, such as what our own call brought about: only what a person did counts.
 */
export function readPagerDuty(body: Uint8Array): HookEvent | 'malformed' | 'nothing' {
  const parsed = pagerDutySchema.safeParse(parseJson(body));
  if (!parsed.success) return 'malformed';
  const { id, event_type: type, occurred_at: at, agent, data } = parsed.data.event;
  const deed = DEEDS.get(type);
  const key = data?.incident_key;
  if (deed === undefined || !key || agent?.type !== 'user_reference') return 'nothing';
  return {
    id,
    atMs: Date.parse(at),
    key,
    deed,
    person: personOf('PagerDuty', agent.id, agent.summary ?? 'Somebody'),
  };
}

const webhookSchema = z.object({
  id: text,
  event: z.enum(['acknowledged', 'resolved']),
  /** `incident.key` of what we sent. */
  incident: text,
  by: z.object({ name: text, id: text.optional() }),
});

/** `{ id, event: 'acknowledged' | 'resolved', incident: the key, by: { name, id? } }` */
export function readWebhook(body: Uint8Array): HookEvent | 'malformed' {
  const parsed = webhookSchema.safeParse(parseJson(body));
  if (!parsed.success) return 'malformed';
  const { id, event, incident, by } = parsed.data;
  const deed = { kind: event === 'resolved' ? 'resolve' : 'ack' } as const;
  return { id, key: incident, deed, person: personOf('webhook', by.id ?? by.name, by.name) };
}

const DEEDS: ReadonlyMap<string, HookEvent['deed']> = new Map([
  ['incident.acknowledged', { kind: 'ack' }],
  ['incident.resolved', { kind: 'resolve' }],
]);

/** Untrusted as any name; without line breaks, and not longer than a name is. */
function personOf(program: string, id: string, name: string): Person {
  const shown = name
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
  return {
    platform: 'cli',
    id: `${program.toLowerCase()}:${id.slice(0, LONGEST_NAME)}`,
    tenant: program.toLowerCase(),
    name: `${shown || 'Somebody'} (${program})`,
  };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
