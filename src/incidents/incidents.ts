import type { AccountConfig } from '../domain/accounts.ts';
import type { Incident, IncidentFact, IncidentTarget } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { IncidentRecord } from '../store/incident-store.ts';
import { type AcknowledgeOutcome, acknowledgeRecord, addFact } from './acknowledge.ts';
import { correlate } from './correlate.ts';
import type { EcsEvent } from './event.ts';
import {
  incidentId,
  makeSlots,
  numberOfIncident,
  type SlotOptions,
  type Slots,
  slotOf,
  slotOfIncident,
} from './slots.ts';
import { targetOf } from './target.ts';

export interface IncidentsOptions extends SlotOptions {
  readonly accounts: readonly AccountConfig[];
  /** What the collector sees of a service right now, in sentences; may be slow, may fail. */
  readonly look?: (target: IncidentTarget) => Promise<readonly string[]>;
  /** The count that its load asks for; undefined where more tasks would not help. */
  readonly suggest?: (target: IncidentTarget) => Promise<number | undefined>;
}

export type Acknowledged =
  | { readonly outcome: Exclude<AcknowledgeOutcome, 'gone'>; readonly incident: Incident }
  | { readonly outcome: 'gone' };

/** The reading side, for commands. */
export interface IncidentReader {
  byId(id: string): Promise<Incident | undefined>;
  byNumber(number: number): Promise<Incident | undefined>;
  /** The open incident of a service. */
  ofService(target: IncidentTarget): Promise<Incident | undefined>;
  open(): Promise<readonly Incident[]>;
  /** Closed today and yesterday, newest first. */
  recentlyClosed(): Promise<readonly Incident[]>;
}

export interface Incidents extends IncidentReader {
  /** Durable when it resolves: the incident is stored and its messages are wanted. */
  absorb(event: EcsEvent): Promise<void>;
  acknowledge(id: string, person: Person): Promise<Acknowledged>;
  /** Hands on whatever was stored but not handed on, after a crash. */
  sweep(): Promise<void>;
}

const LISTED = 200;
const DAY_MS = 24 * 3_600_000;

/** Incidents over the store. */
export function makeIncidents(options: IncidentsOptions): Incidents {
  const slots = makeSlots(options);
  const reader = makeReader(options);
  return {
    ...reader,
    sweep: () => slots.sweep(),
    absorb: (event) => absorb(slots, options, event),
    async acknowledge(id, person) {
      let outcome: AcknowledgeOutcome = 'gone';
      const record = await slots.update(slotOfIncident(id), async (current) => {
        const result = acknowledgeRecord(current, id, person, options.clock.now());
        outcome = result.outcome;
        return result.next;
      });
      const incident = record?.incident.id === id ? record.incident : await reader.byId(id);
      if (incident === undefined) return { outcome: 'gone' };
      return { outcome: outcome === 'gone' ? 'resolved' : outcome, incident };
    },
  };
}

async function absorb(slots: Slots, options: IncidentsOptions, event: EcsEvent): Promise<void> {
  const target = targetOf(event, options.accounts);
  if (target === undefined) return;
  const slot = slotOf(target);
  let opened: Incident | undefined;
  await slots.update(slot, async (record) => {
    const result = correlate(record, event, target);
    opened = undefined;
    if (result.kind === 'nothing') return undefined;
    if (result.kind === 'changed') return result.record;
    const number = await options.store.nextNumber();
    opened = { ...result.record.incident, number, id: incidentId(slot, number) };
    return { ...result.record, incident: opened };
  });
  // Never awaited by the queue: the alert is out, what AWS answers may take its time.
  if (opened !== undefined) void addLook(slots, options, slot, opened);
}

async function addLook(
  slots: Slots,
  options: IncidentsOptions,
  slot: string,
  incident: Incident,
): Promise<void> {
  try {
    const sentences = (await options.look?.(incident.target)) ?? [];
    if (sentences.length === 0) return;
    const suggestedCount = await options.suggest?.(incident.target).catch((error: unknown) => {
      options.log.warn({ err: error, incident: incident.id }, 'no count could be suggested');
      return undefined;
    });
    const fact: IncidentFact = {
      key: `look-${incident.number}`,
      atMs: options.clock.now(),
      text: 'What I see now',
      detail: sentences.join('; '),
      kind: 'neutral',
    };
    await slots.update(slot, async (record) =>
      record?.incident.id === incident.id ? withLook(addFact(record, fact), suggestedCount) : undefined,
    );
  } catch (error) {
    options.log.warn({ err: error, incident: incident.id }, 'the service could not be looked at');
  }
}

function withLook(record: IncidentRecord, suggestedCount: number | undefined): IncidentRecord {
  return suggestedCount === undefined
    ? record
    : { ...record, incident: { ...record.incident, suggestedCount } };
}

function makeReader({ store, clock }: IncidentsOptions): IncidentReader {
  return {
    async byId(id) {
      const current = (await store.current(slotOfIncident(id)))?.value.incident;
      return current?.id === id ? current : store.closed(numberOfIncident(id));
    },
    async byNumber(number) {
      const open = await store.open(LISTED);
      return open.find((incident) => incident.number === number) ?? store.closed(number);
    },
    async ofService(target) {
      const incident = (await store.current(slotOf(target)))?.value.incident;
      return incident?.state === 'resolved' ? undefined : incident;
    },
    open: () => store.open(LISTED),
    async recentlyClosed() {
      const days = [clock.now(), clock.now() - DAY_MS].map((ms) => new Date(ms).toISOString().slice(0, 10));
      return (await Promise.all(days.map((day) => store.closedOn(day, LISTED)))).flat();
    },
  };
}
