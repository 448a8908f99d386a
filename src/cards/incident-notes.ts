import type { Incident, IncidentFact } from '../domain/incident.ts';

/** The latest note that somebody wrote about an incident: `Note by Olivia`, with her words as its detail. */
export function lastNote({ facts }: Pick<Incident, 'facts'>): IncidentFact | undefined {
  // The facts of what people did are named after it.
  return facts.filter(({ key }) => key.startsWith('note-')).toSorted((a, b) => b.atMs - a.atMs)[0];
}
