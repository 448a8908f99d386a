import type { IncidentFact } from '../domain/incident.ts';

/** How many facts an incident keeps: the first ones and the newest. */
const FACTS_FIRST = 20;
const FACTS_KEPT = 100;

/** Adds a fact unless it is told already; of too many the middle ones go (their messages stay). */
export function withFact(facts: readonly IncidentFact[], fact: IncidentFact): readonly IncidentFact[] {
  if (facts.some(({ key }) => key === fact.key)) return facts;
  const all = [...facts, fact];
  if (all.length <= FACTS_KEPT) return all;
  return [...all.slice(0, FACTS_FIRST), ...all.slice(FACTS_FIRST - FACTS_KEPT)];
}
