import { assessFleet, countsOf } from '../assess/fleet-health.ts';
import { healthData } from '../assess/health-data.ts';
import type { ContextBlock } from '../cards/card.ts';
import { healthCard } from '../cards/health-card.ts';
import type { Collector } from '../collector/collector.ts';
import type { Spending } from '../collector/spending.ts';
import type { Scope } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Clock } from '../domain/time.ts';
import type { Handler } from './command.ts';

/** `health [service|cluster|account] [--only …] [--fresh]` */
export function makeHealthCommand(deps: {
  readonly collector: Collector;
  readonly thresholds: Thresholds;
  readonly clock: Clock;
  /** Says that reading is slowed, where it is. */
  readonly spending?: Pick<Spending, 'report'>;
}): Handler {
  return async (intent, asking) => {
    const scope = scopeOf(intent);
    const snapshot = await deps.collector.snapshot({
      scope,
      ...(intent.fresh === undefined ? {} : { fresh: intent.fresh }),
      ...(asking.onProgress === undefined ? {} : { onProgress: asking.onProgress }),
    });
    const nowMs = deps.clock.now();
    const assessed = assessFleet(snapshot, { nowMs, thresholds: deps.thresholds });
    const asked =
      intent.only === undefined
        ? assessed.services
        : assessed.services.filter((each) => each.health === intent.only);
    const data = healthData(snapshot, { services: asked }, nowMs);
    const counts = countsOf(assessed.services);
    const notice = deps.spending?.report().notice;
    const card = healthCard({
      scopeLabel: labelOf(scope),
      scope,
      counts,
      services: asked.map((each, at) => ({
        ref: each.service.ref,
        health: each.health,
        reasons: each.reasons.map((reason) => reason.text),
        running: each.service.running,
        desired: each.service.desired,
        dataAgeMs: data.services[at]?.ageMs ?? 0,
      })),
      missing: snapshot.missing,
      command: asking.prefix,
      ...(notice === undefined ? {} : { notice }),
      ...(intent.only === undefined ? {} : { only: intent.only }),
    });
    const unhealthy = asked.some((each) => each.health === 'warning' || each.health === 'critical');
    return {
      card: intent.diagnose ? { ...card, blocks: [...card.blocks, NO_DIAGNOSIS] } : card,
      data,
      verdict: snapshot.missing.length > 0 ? 'incomplete' : unhealthy ? 'unhealthy' : 'ok',
    };
  };
}

/** What `--diagnose` gets until it is answered. */
const NO_DIAGNOSIS: ContextBlock = {
  kind: 'context',
  text: 'Diagnosis is not available yet; this is health alone.',
};

/** The places that an intent names. */
export function scopeOf(intent: Intent): Scope {
  const { account, region, cluster, service } = intent;
  return {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
}

/** A scope in words: `checkout-api in prod-core`, `all accounts`. */
export function labelOf({ account, region, cluster, service }: Scope): string {
  const places = [cluster, account, region].filter((part) => part !== undefined);
  if (service !== undefined) return places.length === 0 ? service : `${service} in ${places.join(' · ')}`;
  return places.length === 0 ? 'all accounts' : places.join(' · ');
}
