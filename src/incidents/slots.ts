import type { IncidentTarget, Severity } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { Destination, WantedMessage } from '../messaging/messenger.ts';
import type { IncidentRecord, IncidentStore } from '../store/incident-store.ts';
import type { Versioned } from '../store/versioned.ts';
import type { Log } from '../telemetry/log.ts';
import { wantedMessages } from './messages.ts';

export interface SlotOptions {
  readonly store: IncidentStore;
  /** Undefined where another process sends: what changes stays marked, and its sweep finds it. */
  readonly want: ((messages: readonly WantedMessage[]) => Promise<void>) | undefined;
  readonly destinations: (target: IncidentTarget, severity: Severity) => readonly Destination[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The one way an incident changes: read, change, write if nobody wrote meanwhile, hand its messages on. */
export interface Slots {
  /** `change` may run several times; undefined means that nothing changes. Answers with the record as it then is. */
  update(
    slot: string,
    change: (record: IncidentRecord | undefined) => Promise<IncidentRecord | undefined>,
  ): Promise<IncidentRecord | undefined>;
  /** Hands on the messages of whatever was written but not handed on, after a crash. */
  sweep(): Promise<void>;
}

/** How many writers may get in the way of one change before its cause has to come again. */
const ATTEMPTS = 8;
const SWEPT = 200;

/** Slots over the store and the outbox. */
export function makeSlots({ store, want, destinations, clock, log }: SlotOptions): Slots {
  const derive = async (slot: string, { value, version }: Versioned<IncidentRecord>): Promise<void> => {
    if (want === undefined) return;
    const { incident } = value;
    await want(wantedMessages(incident, destinations(incident.target, incident.severity), clock.now()));
    if (incident.state === 'resolved') await store.archive(incident);
    await store.markDerived(slot, version);
  };

  return {
    async update(slot, change) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const seen = await store.current(slot);
        const next = await change(seen?.value);
        if (next === undefined) return seen?.value;
        const version = seen?.version ?? 0;
        if (await store.save(slot, version, next)) {
          await derive(slot, { value: next, version: version + 1 });
          return next;
        }
      }
      throw new Error(`The incident of ${slot} changes too fast to be written.`);
    },
    async sweep() {
      for (const dirty of await store.dirty(SWEPT)) {
        const slot = slotOfIncident(dirty.value.incident.id);
        // One that cannot be handed on must not keep the others waiting.
        await derive(slot, dirty).catch((error: unknown) => {
          log.warn({ err: error, slot }, 'an incident could not be handed on; it is tried again');
        });
      }
    },
  };
}

/** `account/region/cluster/service`; `-` for what an event does not name. */
export function slotOf(target: IncidentTarget): string {
  return [target.account, target.region, target.cluster ?? '-', target.service ?? '-'].join('/');
}

/** An incident's id is its slot and its number. */
export function incidentId(slot: string, number: number): string {
  return `${slot}#${number}`;
}

/** The slot in an incident's id. */
export function slotOfIncident(id: string): string {
  return id.slice(0, id.lastIndexOf('#'));
}

/** The number in an incident's id. */
export function numberOfIncident(id: string): number {
  return Number(id.slice(id.lastIndexOf('#') + 1));
}
