import type { FleetSnapshot, Health, MissingPart } from '../domain/fleet.ts';
import { type AssessedFleet, type AssessedService, countsOf } from './fleet-health.ts';

/** What `health --json` prints as `data`. Other programs rely on these names. */
export interface HealthData {
  readonly counts: Readonly<Record<Health, number>>;
  readonly services: readonly {
    readonly service: string;
    readonly cluster: string;
    readonly account: string;
    readonly region: string;
    readonly health: Health;
    readonly reasons: readonly string[];
    readonly running: number;
    readonly desired: number;
    /** The age of the oldest part that the judgement rests on. */
    readonly ageMs: number;
  }[];
  readonly missing: readonly Pick<MissingPart, 'account' | 'region' | 'action' | 'why'>[];
}

/**
 * The contract's shape of a judged fleet. `assessed` may hold fewer services than the snapshot (`--only critical`):
 * the counts are of what it holds.
 */
export function healthData(
  snapshot: Pick<FleetSnapshot, 'missing'>,
  assessed: Pick<AssessedFleet, 'services'>,
  nowMs: number,
): HealthData {
  return {
    counts: countsOf(assessed.services),
    services: assessed.services.map((each) => toService(each, nowMs)),
    missing: snapshot.missing.map(({ account, region, action, why }) => ({ account, region, action, why })),
  };
}

function toService(
  { service, health, reasons }: AssessedService,
  nowMs: number,
): HealthData['services'][number] {
  const inventoryAtMs = service.inventoryTrueAtMs ?? service.inventoryAtMs;
  const readAtMs = Math.min(inventoryAtMs, service.metricsAtMs ?? inventoryAtMs);
  return {
    service: service.ref.service,
    cluster: service.ref.cluster,
    account: service.ref.account,
    region: service.ref.region,
    health,
    reasons: reasons.map((reason) => reason.text),
    running: service.running,
    desired: service.desired,
    ageMs: Math.max(0, nowMs - readAtMs),
  };
}
