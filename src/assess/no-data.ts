import type { MissingPart, ServiceSnapshot } from '../domain/fleet.ts';
import { formatDuration } from '../domain/time.ts';
import { newestProgressMs } from './shortfall.ts';

/** Why nothing can be said of a service. */
export type UnknownWhy = 'nothing_running' | 'denied' | 'unreachable' | 'too_new' | 'wrong_region';

/** Metrics of a new task take a few minutes; after this they should be there. */
const TOO_NEW_MS = 15 * 60 * 1000;

/** Says which: nothing running, denied (or not to be had at all), too new, or wrong region. */
export function explainNoData(
  service: ServiceSnapshot,
  missing: readonly MissingPart[],
  nowMs: number,
): { readonly why: UnknownWhy; readonly text: string } {
  if (service.desired === 0 && service.running === 0) {
    return { why: 'nothing_running', text: 'nothing running (desired count 0)' };
  }
  if (service.metricsAtMs === undefined) return unreadable(service, missing);
  if (service.running === 0) return { why: 'nothing_running', text: 'nothing running, so no metrics' };
  const startedAtMs = startOf(service);
  if (startedAtMs !== undefined && nowMs - startedAtMs < TOO_NEW_MS) {
    const age = formatDuration(nowMs - startedAtMs);
    return { why: 'too_new', text: `too new: running for ${age}, no metrics yet` };
  }
  return {
    why: 'wrong_region',
    text: `CloudWatch in ${service.ref.region} has no data, although ${tasks(service.running)} running: wrong region or endpoint?`,
  };
}

function unreadable(
  { ref }: ServiceSnapshot,
  missing: readonly MissingPart[],
): { readonly why: UnknownWhy; readonly text: string } {
  const part = missing.find(
    (each) =>
      each.account === ref.account &&
      each.region === ref.region &&
      (each.action === 'cloudwatch:GetMetricData' || each.kind === 'credentials'),
  );
  if (!part) return { why: 'unreachable', text: 'no metrics: they could not be read' };
  const denied = part.kind === 'denied' || part.kind === 'credentials';
  return { why: denied ? 'denied' : 'unreachable', text: `no metrics: ${part.why.replace(/\.$/, '')}` };
}

/** When what runs now began, as far as one look tells. */
function startOf(service: ServiceSnapshot): number | undefined {
  const primary = service.deployments.find((each) => each.status === 'PRIMARY');
  const times = [service.createdAtMs, primary?.createdAtMs, newestProgressMs(service)].flatMap(
    (at) => at ?? [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

function tasks(count: number): string {
  return count === 1 ? '1 task is' : `${count} tasks are`;
}
