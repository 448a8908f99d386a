import { assessFleet } from '../assess/fleet-health.ts';
import { countBounds, suggestCount } from '../assess/scaling.ts';
import type { Collector } from '../collector/collector.ts';
import { loadOf } from '../commands/scale.ts';
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
    const reasons = assessed.reasons.map((reason) => reason.text);
    const counted = assessed.reasons.some((reason) => reason.rule === 'running_below_desired');
    return counted ? reasons : [`${running} of ${desired} tasks running`, ...reasons];
  };
}

/** The count that the load of an incident's service asks for, where that is more than it has. */
export function makeSuggest(collector: Collector): (target: IncidentTarget) => Promise<number | undefined> {
  return async ({ account, region, cluster, service }) => {
    if (cluster === undefined || service === undefined) return undefined;
    const ref = { account, region, cluster, service };
    const { services } = await collector.snapshot({ scope: ref });
    const found = services[0];
    if (found === undefined || found.strategy === 'DAEMON') return undefined;
    const scaling = await collector.scaling(ref);
    const bounds = countBounds(scaling, found.tags, found.desired);
    const suggestion = suggestCount(loadOf(found, scaling), bounds);
    return suggestion.action === 'scale_up' ? suggestion.count : undefined;
  };
}
