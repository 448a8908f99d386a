import type { ServiceSpec, StoppedTaskSpec } from '../scenario/service-schema.ts';
import type { WorldService } from './model.ts';
import type { Failing } from './service-state.ts';

const SHORTEST_MS = 10_000;
const LONGEST_MS = 30 * 60_000;
/** After this many missed turns the failing was over before the program started. */
const MISSED_TURNS = 3;

/**
 * Whether the newest revision keeps failing, and how fast: its tasks that stopped by themselves, or the failed tasks
 * that its deployment counts, over the time they took.
 */
export function failingOf(service: WorldService, spec: ServiceSpec, startMs: number): Failing | undefined {
  const newest = service.deployments.at(-1);
  if (!newest) return undefined;
  const deaths = spec.stoppedTasks
    .filter((task) => (task.revision ?? newest.revision) === newest.revision && diedByItself(task))
    .sort((a, b) => a.at - b.at);
  const first = deaths[0];
  const last = deaths.at(-1);
  if (!first || !last) return undefined;
  const settled = newest.state === 'COMPLETED';
  if (settled && deaths.length < 2) return undefined;
  const intervalMs = clamp(intervalOf(newest, deaths, first.at, last.at, startMs));
  if (settled && -last.at > MISSED_TURNS * intervalMs) return undefined;
  const missed = Math.max(0, Math.ceil(-last.at / intervalMs));
  const turn = last.at + missed * intervalMs;
  return {
    revision: newest.revision,
    intervalMs,
    nextAtMs: startMs + (turn > 0 ? turn : turn + intervalMs),
    kind: settled && service.running >= service.desired ? 'crash' : 'start',
    deaths,
  };
}

function intervalOf(
  newest: WorldService['deployments'][number],
  deaths: readonly StoppedTaskSpec[],
  first: number,
  last: number,
  startMs: number,
): number {
  if (newest.failedTasks > deaths.length) {
    return (startMs - newest.createdAtMs) / newest.failedTasks;
  }
  return deaths.length > 1 ? (last - first) / (deaths.length - 1) : -last;
}

/** What a person, the scheduler's own scaling or AWS's capacity stopped did not fail. */
export function diedByItself(
  task: Pick<StoppedTaskSpec, 'reason'> & {
    readonly stopCode: string | undefined;
    readonly stoppedReason?: string | undefined;
  },
): boolean {
  const { stopCode, reason = task.stoppedReason ?? '' } = task;
  if (stopCode === 'ServiceSchedulerInitiated') return /failed .*health check/i.test(reason);
  return stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart';
}

function clamp(ms: number): number {
  return Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms)));
}
