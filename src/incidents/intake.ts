import type { Collector } from '../collector/collector.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { EvidenceBox } from './evidence.ts';
import type { IncidentEvent } from './incident-event.ts';
import type { Absorbed, Incidents } from './incidents.ts';
import { targetOf } from './target.ts';

export interface IntakeOptions {
  readonly incidents: Pick<Incidents, 'absorb'>;
  readonly box: Pick<EvidenceBox, 'keep'>;
  readonly collector: Pick<Collector, 'observe'>;
  readonly accounts: () => readonly AccountConfig[];
}

/**
 * What an event is for: incidents first of all, the evidence of a task that ended, and what the collector must read
 * again. An event is done when all of it is durable.
 */
export function makeIntake({ incidents, box, collector, accounts }: IntakeOptions): Incidents['absorb'] {
  const keep = async (event: IncidentEvent): Promise<Absorbed> => {
    try {
      const target = event.task === undefined ? undefined : targetOf(event, accounts());
      if (target !== undefined) await box.keep(target, event);
      return { done: true };
    } catch (error) {
      return { done: false, error };
    }
  };
  return async (events) => {
    const [absorbed, kept] = await Promise.all([
      incidents.absorb(events),
      Promise.all(events.map(keep)),
      ...placesOf(events).map((event) => collector.observe(event)),
    ]);
    return absorbed.map((result, at) => (result.done ? (kept[at] ?? result) : result));
  };
}

/** One event for each service that AWS told of: what we concluded ourselves is no news of the fleet. */
function placesOf(events: readonly IncidentEvent[]): readonly IncidentEvent[] {
  const told = events.filter(
    ({ source, isTest }) => (source === 'ecs' || source === 'cloudtrail') && !isTest,
  );
  return [
    ...new Map(
      told.map((event) => [[event.accountId, event.region, event.cluster, event.service].join('/'), event]),
    ).values(),
  ];
}
