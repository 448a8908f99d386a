import type { IncidentTarget } from '../domain/incident.ts';

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
