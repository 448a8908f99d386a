import type { IncidentFact } from '../domain/incident.ts';
import { catalogueEntry } from './catalogue.ts';
import type { EcsEvent, StoppedTask } from './event.ts';

/** What an event adds to the story of its incident. Reasons are AWS's own words and stay untrusted text. */
export function factOf(event: EcsEvent): IncidentFact {
  if (event.task !== undefined) return taskFact(event, event.task);
  const entry = catalogueEntry(event.name, event.level);
  const detail = event.reason;
  return {
    key: event.fingerprint,
    atMs: event.atMs,
    text: entry.title,
    kind: entry.effect === 'failure' ? 'worse' : entry.effect === 'recovery' ? 'better' : 'neutral',
    ...(detail === undefined ? {} : { detail }),
  };
}

/** Whether a task's end is a sign of trouble: ECS's own comings and goings are not. */
export function isFailingStop(task: StoppedTask): boolean {
  if (task.stopCode === 'ServiceSchedulerInitiated' || task.stopCode === 'UserInitiated') return false;
  if (task.stopCode !== undefined && task.stopCode !== 'EssentialContainerExited') return true;
  // 143 answers SIGTERM, a normal stop.
  return task.containers.some(
    (c) => c.reason !== undefined || (c.exitCode !== undefined && c.exitCode !== 0 && c.exitCode !== 143),
  );
}

function taskFact(event: EcsEvent, task: StoppedTask): IncidentFact {
  const details = [task.stoppedReason, ...task.containers.map(containerLine)].filter(
    (line) => line !== undefined && line !== '',
  );
  return {
    key: event.fingerprint,
    atMs: event.atMs,
    text: `Task ${task.id.slice(0, 8)} stopped`,
    kind: isFailingStop(task) ? 'worse' : 'neutral',
    ...(details.length === 0 ? {} : { detail: details.join('; ') }),
  };
}

function containerLine(container: StoppedTask['containers'][number]): string | undefined {
  const exit = container.exitCode === undefined ? undefined : `exit code ${container.exitCode}`;
  const parts = [exit, container.reason].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `${container.name}: ${parts.join(', ')}`;
}
