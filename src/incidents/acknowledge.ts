import type { IncidentFact } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { IncidentRecord } from '../store/incident-store.ts';
import { withFact } from './correlate.ts';

export type AcknowledgeOutcome = 'done' | 'already_yours' | 'taken' | 'resolved' | 'gone';

/** What an acknowledgement does to the record of a slot; `next` only where it changes something. Pure. */
export function acknowledgeRecord(
  record: IncidentRecord | undefined,
  id: string,
  person: Person,
  nowMs: number,
): { readonly outcome: AcknowledgeOutcome; readonly next?: IncidentRecord } {
  if (record === undefined || record.incident.id !== id) return { outcome: 'gone' };
  const { incident } = record;
  if (incident.state === 'resolved') return { outcome: 'resolved' };
  const holder = incident.acknowledged?.by;
  if (holder !== undefined) {
    return {
      outcome: holder.platform === person.platform && holder.id === person.id ? 'already_yours' : 'taken',
    };
  }
  const fact: IncidentFact = {
    key: `ack-${incident.version}`,
    atMs: nowMs,
    text: `${person.name} has it`,
    kind: 'neutral',
  };
  const next = addFact(record, fact);
  return {
    outcome: 'done',
    next: {
      ...next,
      incident: { ...next.incident, state: 'acknowledged', acknowledged: { by: person, atMs: nowMs } },
    },
  };
}

/** The record with one more fact, as a new version. */
export function addFact(record: IncidentRecord, fact: IncidentFact): IncidentRecord {
  const { incident } = record;
  return {
    ...record,
    incident: { ...incident, facts: withFact(incident.facts, fact), version: incident.version + 1 },
  };
}
