import type { StoppedTask } from './incident-event.ts';

/**
 * Whether a task's end is a sign of trouble. ECS's own comings and goings and what people stop are not, but ECS also
 * ends tasks whose health check fails.
 */
export function isFailingStop(task: StoppedTask): boolean {
  const { stopCode, stoppedReason = '', containers } = task;
  if (/\bfailed\b.*\bhealth checks?\b/i.test(stoppedReason)) return true;
  if (stopCode === 'ServiceSchedulerInitiated' || stopCode === 'UserInitiated') return false;
  if (stopCode !== undefined && stopCode !== 'EssentialContainerExited') return true;
  if (/^(scaling activity|task stopped by|stopped by)\b/i.test(stoppedReason)) return false;
  if (containers.some((one) => one.reason !== undefined)) return true;
  const exits = containers.flatMap(({ exitCode }) => (exitCode === undefined ? [] : [exitCode]));
  // With no exit code at all nothing says that it went well. 143 answers SIGTERM, a normal stop.
  if (exits.length === 0) return stopCode !== undefined;
  return exits.some((code) => code !== 0 && code !== 143);
}
