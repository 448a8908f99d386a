import { assessFleet } from '../assess/fleet-health.ts';
import type { Collector } from '../collector/collector.ts';
import type { IncidentTarget } from '../domain/incident.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Clock } from '../domain/time.ts';

/** What the collector sees of an incident's service at this moment, in sentences for its thread. */
export function makeLook(
  collector: Collector,
  thresholds: Thresholds,
  clock: Clock,
): (target: IncidentTarget) => Promise<readonly string[]> {
  return async ({ account, region, cluster, service }) => {
    if (cluster === undefined || service === undefined) return [];
    const snapshot = await collector.snapshot({ scope: { account, region, cluster, service }, fresh: true });
    const assessed = assessFleet(snapshot, { nowMs: clock.now(), thresholds }).services[0];
    if (assessed === undefined) return [];
    const { running, desired } = assessed.service;
    return [`${running} of ${desired} tasks running`, ...assessed.reasons.map((reason) => reason.text)];
  };
}
