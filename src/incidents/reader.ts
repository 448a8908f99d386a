import type { Incident, IncidentTarget } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { FoldSettings } from './fold.ts';
import { incidentNumbered, incidentsOf, tell } from './record.ts';
import { numberOfIncident, slotOf, slotOfIncident } from './slot-name.ts';
import type { Slots } from './slots.ts';

/** The reading side, for commands. */
export interface IncidentReader {
  byId(id: string): Promise<Incident | undefined>;
  byNumber(number: number): Promise<Incident | undefined>;
  /** The incident that is open for a service: its own, or the one that tells the story of its group. */
  ofService(target: IncidentTarget): Promise<Incident | undefined>;
  /** Everything open, the newest first. */
  open(): Promise<readonly Incident[]>;
  /** Closed today and yesterday, newest first. */
  recentlyClosed(): Promise<readonly Incident[]>;
}

export interface ReaderOptions {
  readonly store: IncidentStore;
  readonly slots: Pick<Slots, 'read'>;
  readonly settings: FoldSettings;
  readonly clock: Clock;
}

const MOST_OPEN = 2000;
const MOST_CLOSED = 200;
const DAY_MS = 24 * 3_600_000;

/** Reads incidents from the store, as they stand there. */
export function makeReader({ store, slots, settings, clock }: ReaderOptions): IncidentReader {
  const inSlot = async (slot: string, number: number): Promise<Incident | undefined> => {
    const told = await slots.read(slot);
    return (told && incidentNumbered(told, number)) ?? store.closed(number);
  };
  const byId: IncidentReader['byId'] = async (id) => {
    const found = await inSlot(slotOfIncident(id), numberOfIncident(id));
    return found?.id === id ? found : undefined;
  };
  return {
    byId,
    async byNumber(number) {
      const slot = await store.slotOf(number);
      return slot === undefined ? undefined : inSlot(slot, number);
    },
    async ofService(target) {
      const told = await slots.read(slotOf(target));
      const last = told && incidentsOf(told).at(-1);
      if (last?.merged === undefined) return last?.state === 'resolved' ? undefined : last;
      const leader = await byId(last.merged.into);
      return leader?.state === 'resolved' ? undefined : leader;
    },
    async open() {
      const records = await store.open(MOST_OPEN);
      return records
        .flatMap(({ value }) => incidentsOf(tell(value, settings)))
        .filter(({ state }) => state !== 'resolved')
        .sort((a, b) => b.openedAtMs - a.openedAtMs);
    },
    async recentlyClosed() {
      const days = [clock.now(), clock.now() - DAY_MS].map((ms) => new Date(ms).toISOString().slice(0, 10));
      return (await Promise.all(days.map((day) => store.closedOn(day, MOST_CLOSED)))).flat();
    },
  };
}
