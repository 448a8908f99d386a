import type { Incident } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { DeliveryState, ReadDeliveryState } from '../messaging/delivery-state.ts';
import type { FallbackStore } from '../store/fallback-store.ts';
import type { Log } from '../telemetry/log.ts';
import { type TellingOptions, whereTold } from './telling.ts';

export interface FallbackOptions {
  readonly open: () => Promise<readonly Incident[]>;
  /** The channels in which a place is told of now; none while a mute or quiet hours hold it back. */
  readonly destinations: TellingOptions['destinations'];
  /** The key of an incident's first message. */
  readonly rootKey: (incidentId: string) => string;
  readonly delivery: ReadDeliveryState;
  /** One mail, page or text message. @throws DeckhandError */
  readonly publish: (notice: { readonly subject: string; readonly text: string }) => Promise<void>;
  /** The incident's card as plain text. */
  readonly text: (incident: Incident) => string;
  readonly store: FallbackStore;
  /** Chat is out of reach when it took no alert for so long. */
  readonly fallbackMs: number;
  readonly project: string;
  readonly environment: string | undefined;
  /** The machine's clock, which the outbox goes by. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** Longer than one publish takes, retries included. */
const CLAIM_MS = 2 * 60_000;

/**
 * Tells of grave incidents past chat, once each, when no channel took their first message for minutes. Run it every half
 * minute. Rejects when the table does not answer. A process that dies between the notice and the note of it may send
 * the notice twice; none is lost.
 */
export function makeFallback(options: FallbackOptions): () => Promise<void> {
  /** Incidents that people know of, so that each is looked up only until then. */
  const known = new Set<string>();
  return async () => {
    const open = await options.open();
    const ids = new Set(open.map(({ id }) => id));
    for (const id of known) if (!ids.has(id)) known.delete(id);
    for (const incident of open) {
      if (!isGrave(incident) || known.has(incident.id)) continue;
      const reach = await reachOf(incident, options);
      if (reach === 'reached') known.add(incident.id);
      if (reach === 'out of reach' && (await publishOnce(incident, options))) known.add(incident.id);
    }
  };
}

/** Nobody has it, it is no test, and it is not told as part of another. */
function isGrave({ severity, state, isTest, merged }: Incident): boolean {
  return (
    (severity === 'critical' || severity === 'high') &&
    state === 'open' &&
    isTest === undefined &&
    merged === undefined
  );
}

async function reachOf(
  incident: Incident,
  { destinations, rootKey, delivery, fallbackMs, clock }: FallbackOptions,
): Promise<'reached' | 'out of reach' | 'not yet'> {
  const key = rootKey(incident.id);
  const { now } = await whereTold(incident, destinations);
  const states = await Promise.all(now.map((dest) => delivery(dest, key)));
  if (states.some(({ state }) => state === 'sent')) return 'reached';
  // What is held back by a mute or by quiet hours is wanted nowhere, and is not out of reach.
  const unsent = states.filter((each): each is Unsent => each.state === 'waiting' || each.state === 'parked');
  const overdueMs = clock.now() - fallbackMs;
  const isOverdue = ({ wantedAtMs, pausedSinceMs }: Unsent) =>
    Math.min(wantedAtMs, pausedSinceMs ?? wantedAtMs) <= overdueMs;
  return unsent.length > 0 && unsent.every(isOverdue) ? 'out of reach' : 'not yet';
}

type Unsent = Extract<DeliveryState, { state: 'waiting' | 'parked' }>;

/** @returns whether people have been told, by us or by another process. */
async function publishOnce(incident: Incident, options: FallbackOptions): Promise<boolean> {
  const { store, publish, clock, log, project, environment } = options;
  const nowMs = clock.now();
  if (!(await store.claim(incident.id, { nowMs, untilMs: nowMs + CLAIM_MS }))) return false;
  const subject = [project, environment, incident.title].filter((part) => part !== undefined).join(' ');
  try {
    await publish({ subject, text: options.text(incident) });
  } catch (error) {
    log.warn({ err: error, incident: incident.id }, 'chat is out of reach, and so is the fallback');
    await store.release(incident.id);
    return false;
  }
  log.warn(
    { incident: incident.id },
    'chat is out of reach: the incident was told through the fallback topic',
  );
  await store.sent(incident.id, clock.now());
  return true;
}
