import type { ServiceMetrics } from '../domain/fleet.ts';
import { PERIOD_MS } from './metrics.ts';

/** CloudWatch has a period's samples together this long after its end. */
const SAMPLES_ARE_IN_MS = 3 * 60 * 1000;

/**
 * Whether CloudWatch counted other tasks than the inventory says, in a period that ended after the inventory was
 * read: then an event was lost on its way, and the count must be read again.
 */
export function contradictsTasks(
  running: number,
  readAtMs: number,
  metrics: Pick<ServiceMetrics, 'runningTasks'>,
  nowMs: number,
): boolean {
  const endMs = Math.floor((nowMs - SAMPLES_ARE_IN_MS) / PERIOD_MS) * PERIOD_MS;
  if (readAtMs >= endMs) return false;
  const point = metrics.runningTasks?.points.findLast((each) => each.atMs === endMs - PERIOD_MS);
  return Math.round(point?.value ?? 0) !== running;
}
