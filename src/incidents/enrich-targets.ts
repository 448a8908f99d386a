import { newestCount } from '../assess/metric-window.ts';
import type { ServiceRef, ServiceSnapshot } from '../domain/fleet.ts';
import type { Findings, StopEvidence } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';

/** What a load balancer thinks of one target. */
export interface TargetState {
  /** `healthy`, `unhealthy`, `initial`, `draining` … */
  readonly state: string;
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

export interface TargetsOptions {
  /** Asks for the targets of one group. @throws as the call. */
  readonly targets: (
    place: Pick<ServiceRef, 'account' | 'region'>,
    targetGroupArn: string,
  ) => Promise<readonly TargetState[]>;
  /** The domain's clock. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * How the targets of a service are, and the load balancer's reason. Asked only where metrics or stops say that one
 * is not healthy; undefined where all are well or there are none.
 * @throws as the call, where the metrics know no count either.
 */
export async function targetsOf(
  { targets, log, clock }: TargetsOptions,
  service: ServiceSnapshot,
  stops: readonly StopEvidence[],
): Promise<Findings['targets']> {
  const counted = countedBy(service, service.metricsAtMs ?? clock.now());
  const isSuspected =
    (counted !== undefined && (counted.unhealthy > 0 || counted.healthy === 0)) || stops.some(byCheck);
  if (!isSuspected || service.targetGroups.length === 0) return undefined;
  try {
    const states = await Promise.all(service.targetGroups.map(({ arn }) => targets(service.ref, arn)));
    return toldBy(states.flat());
  } catch (error) {
    if (counted === undefined) throw error;
    log.warn(
      { err: error, service: service.ref.service },
      'the load balancer does not say why targets are unhealthy',
    );
    return counted;
  }
}

/** `Task failed ELB health checks in (target-group …)` */
function byCheck({ reason = '' }: StopEvidence): boolean {
  return /\bELB health check|target-group\b/i.test(reason);
}

function countedBy({ metrics }: ServiceSnapshot, atMs: number) {
  const healthy = newestCount(metrics.healthyHosts, atMs);
  const unhealthy = newestCount(metrics.unhealthyHosts, atMs);
  if (healthy === undefined && unhealthy === undefined) return undefined;
  return { healthy: healthy ?? 0, unhealthy: unhealthy ?? 0 };
}

function toldBy(states: readonly TargetState[]): Findings['targets'] {
  const ill = states.filter(({ state }) => state.startsWith('unhealthy'));
  const words = ill
    .map(({ reason, description }) => description ?? reason)
    .filter((word) => word !== undefined);
  const why = mostFrequent(words);
  return {
    healthy: states.filter(({ state }) => state === 'healthy').length,
    unhealthy: ill.length,
    ...(why === undefined ? {} : { why }),
  };
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
