import type { StopEvidence } from '../domain/incident.ts';
import { culpritOf } from '../domain/stop-evidence.ts';

/** A stop as an event or DescribeTasks tells it. */
export type Stop = Pick<StopEvidence, 'stopCode' | 'reason' | 'containers'>;

/**
 * Whether somebody may ask later why this task ended. What ECS stops itself, for a deployment or to scale in, is no
 * question unless a container failed or a health check was the reason. A task that somebody stopped, or that ended
 * by itself with exit code 0, is one.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export function isWorthKeeping({ stopCode, reason = '', containers }: Stop): boolean {
  const isPlanned =
    stopCode === 'ServiceSchedulerInitiated' || (stopCode === undefined && PLANNED.test(reason));
  if (!isPlanned) return true;
  return UNHEALTHY.test(reason) || containers.some(failed);
}

/** `Scaling activity initiated by (deployment ecs-svc/…)` */
const PLANNED = /\bScaling activity initiated by\b/i;
/** `Task failed ELB health checks in (target-group …)`, `Task failed container health checks` */
const UNHEALTHY = /\bfailed\b.*\bhealth\s?checks?\b|\bunhealthy\b/i;
const LOAD_BALANCER = /\bELB\b|target[- ]?group|load balancer/i;
const OUT_OF_MEMORY = /OutOfMemory|OOM-?Killed|\bout of memory\b/i;

/** ECS ends a container with SIGTERM (143) and, 30 seconds later, with SIGKILL (137): both are its own doing. */
const TOLD_TO_STOP = new Set([0, 143, 137]);

function failed({ exitCode, reason }: Stop['containers'][number]): boolean {
  return reason !== undefined || (exitCode !== undefined && !TOLD_TO_STOP.has(exitCode));
}

/** Why a task ended, in words that are the same for all that ended alike. May hold words of AWS: untrusted. */
export function stopReason(stop: Stop): string {
  const { stopCode, reason = '' } = stop;
  const culprit = culpritOf({ ...stop, taskId: '', atMs: 0 });
  const all = [reason, ...stop.containers.map((each) => each.reason ?? '')].join(' ');
  if (OUT_OF_MEMORY.test(all)) return 'out of memory';
  if (UNHEALTHY.test(reason)) {
    return LOAD_BALANCER.test(reason)
      ? 'failed the load balancer’s health check'
      : 'failed its container health check';
  }
  switch (stopCode) {
    case 'SpotInterruption':
      return 'Spot capacity was taken back';
    case 'TerminationNotice':
      return 'its instance was about to be terminated';
    case 'InfrastructureHealth':
      return 'its host failed';
    case 'UserInitiated':
      return 'stopped by somebody';
    case 'TaskFailedToStart':
      return `did not start: ${startError(culprit?.reason ?? reason)}`;
    case undefined:
    default:
      return endedWith(culprit, reason);
  }
}

function endedWith(culprit: Stop['containers'][number] | undefined, reason: string): string {
  if (culprit?.reason !== undefined) return startError(culprit.reason);
  const code = culprit?.exitCode;
  if (code === undefined) return alike(reason) || 'no reason given';
  if (code === 0) return 'ended by itself (exit code 0)';
  const signal = SIGNALS[code];
  return `exit code ${code}${signal === undefined ? '' : ` (${signal})`}`;
}

const SIGNALS: Readonly<Record<number, string>> = {
  126: 'command cannot be run',
  127: 'command not found',
  134: 'aborted',
  137: 'killed',
  139: 'segmentation fault',
  143: 'told to stop',
};

/** `CannotPullContainerError: pull image manifest has been retried …` → `CannotPullContainerError` */
function startError(reason: string): string {
  return (
    /^\W*([A-Z][A-Za-z]+(?:Error|Exception))\b/.exec(reason)?.[1] ?? (alike(reason) || 'no reason given')
  );
}

const LONGEST = 80;

/** Without what differs from task to task: ids, ARNs, addresses. */
function alike(text: string): string {
  const same = text
    .replace(/\([^)]*\)/g, '')
    .replace(/\barn:\S+/g, '…')
    .replace(/\b(?:[0-9a-f]{8,}|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?)\b/gi, '…')
    .replace(/\s+/g, ' ')
    .trim();
  return same.length <= LONGEST ? same : `${same.slice(0, LONGEST - 1).trimEnd()}…`;
}
