import { createHash } from 'node:crypto';
import type { EventEntry, Happening } from '../domain/incident-log.ts';
import { redactSecrets } from '../domain/untrusted.ts';
import { catalogueEntry } from './catalogue.ts';
import type { IncidentEvent, StoppedTask } from './incident-event.ts';
import { alarmTitle, factOf, isFailingStop, reasonKey, signatureOf } from './story.ts';

/** An event whose time lies further ahead than this has a wrong clock: it counts as of now. */
const FURTHEST_AHEAD_MS = 3 * 60 * 60_000;

/** A task of ten containers may say twenty times as much; people read less than this. */
const LONGEST_DETAIL = 1000;

/** 72 bits: of the events of one service no two will ever share them. */
const KEY_CHARS = 12;

/**
 * What an event adds to the log of its service; undefined for what no incident ever tells: tasks that come and go as
 * ECS wants, notices nobody needs.
 */
export function entryOf(told: IncidentEvent, nowMs: number): EventEntry | undefined {
  const effect = effectOf(told);
  if (effect === undefined) return undefined;
  const event = withoutSecrets(told);
  const { title, severity } = catalogueEntry(event.name, event.level);
  const { reason, subject, ends, hook, sinceMs, isTest } = event;
  const shared = effect === 'recovery' || effect === 'context' ? undefined : reasonKey(event);
  const what: Omit<Happening, 'id'> = {
    name: event.name,
    effect,
    title: alarmTitle(event) ?? title,
    severity,
    ...wordsOf(event),
    signature: hash(signatureOf(event)),
    ...(reason === undefined ? {} : { reason }),
    ...(shared === undefined ? {} : { shared }),
    ...(subject === undefined ? {} : { subject }),
    ...(ends === undefined ? {} : { ends }),
    ...(hook === undefined ? {} : { hook }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(isTest === undefined ? {} : { isTest }),
  };
  return {
    key: event.fingerprint.slice(0, KEY_CHARS),
    atMs: event.atMs - nowMs > FURTHEST_AHEAD_MS ? nowMs : event.atMs,
    what: { id: hash(JSON.stringify(what)), ...what },
    ...(event.version === undefined ? {} : { version: event.version }),
    ...(event.task === undefined ? {} : { task: event.task.id }),
  };
}

/** A reason is what a program or a registry said last, and goes into the table, to channels and to other programs. */
function withoutSecrets(event: IncidentEvent): IncidentEvent {
  const { reason, task } = event;
  return {
    ...event,
    reason: reason && redactSecrets(reason),
    ...(task === undefined ? {} : { task: stopWithoutSecrets(task) }),
  };
}

function stopWithoutSecrets(task: StoppedTask): StoppedTask {
  const { stoppedReason, containers } = task;
  return {
    ...task,
    stoppedReason: stoppedReason && redactSecrets(stoppedReason),
    containers: containers.map((one) => ({ ...one, reason: one.reason && redactSecrets(one.reason) })),
  };
}

function effectOf(event: IncidentEvent): Happening['effect'] | undefined {
  // Tasks outside of services (jobs, scheduled tasks) end by themselves, and nothing would ever end their incident.
  if (event.task !== undefined)
    return event.service !== undefined && isFailingStop(event.task) ? 'stop' : undefined;
  if (event.ends || isDeletion(event)) return 'recovery';
  const { effect } = catalogueEntry(event.name, event.level);
  return effect === 'quiet' ? undefined : effect;
}

/** ECS never says of a service that is gone that it is steady: nothing else would end its incident. */
function isDeletion({ name, level }: IncidentEvent): boolean {
  return name === 'API_DeleteService' && level === 'info';
}

/** A stop's text leaves out which task it was: the entry knows, and many stops share the rest. */
function wordsOf(event: IncidentEvent): Pick<Happening, 'text' | 'detail' | 'kind'> {
  const { text, detail, kind } = factOf(event);
  return {
    text: event.task === undefined ? text : 'stopped',
    kind,
    ...(detail === undefined ? {} : { detail: detail.slice(0, LONGEST_DETAIL) }),
  };
}

/** Part of a message's key. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
