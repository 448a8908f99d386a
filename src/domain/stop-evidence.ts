import type { StopEvidence } from './incident.ts';

/**
 * One list of several sightings of tasks: the event's, a later version's, what ECS itself still shows. What a later
 * sighting says wins; what it is silent about stays. Newest stop first.
 */
export function mergeStops(olderFirst: readonly StopEvidence[]): readonly StopEvidence[] {
  const byTask = new Map<string, StopEvidence>();
  for (const stop of olderFirst) {
    const known = byTask.get(stop.taskId);
    byTask.set(stop.taskId, known === undefined ? stop : mergeStop(known, stop));
  }
  return [...byTask.values()].sort((a, b) => b.atMs - a.atMs || (a.taskId < b.taskId ? -1 : 1));
}

function mergeStop(known: StopEvidence, later: StopEvidence): StopEvidence {
  const names = [...new Set([...known.containers, ...later.containers].map(({ name }) => name))];
  return {
    ...known,
    ...later,
    atMs: Math.min(known.atMs, later.atMs),
    containers: names.map((name) => ({
      ...known.containers.find((each) => each.name === name),
      ...later.containers.find((each) => each.name === name),
      name,
    })),
  };
}

/** The container whose end matters most: killed or failed before one that ended well or is not known to have ended. */
export function culpritOf({ containers }: StopEvidence): StopEvidence['containers'][number] | undefined {
  return containers.toSorted((a, b) => weight(b) - weight(a))[0];
}

/** Of the last lines of a container the one that says most: the newest that reports an error, else the last. */
export function tellingLine(lines: readonly string[]): string | undefined {
  const said = lines.filter((line) => line.trim() !== '');
  return said.findLast((line) => AN_ERROR.test(line) && !HARMLESS.test(line)) ?? said.at(-1);
}

const AN_ERROR =
  /error|exception|fatal|panic|critical|killed|denied|refused|fail|cannot|could not|unable|timed? ?out|no space/i;
/** A level that says that it is none. */
const HARMLESS =
  /\b(?:INFO|DEBUG|TRACE)\b|["']?(?:level|severity)["']?\s*[:=]\s*["']?(?:info|debug|trace)\b/i;

function weight({ exitCode, reason, lastLines }: StopEvidence['containers'][number]): number {
  const failed = exitCode !== undefined && exitCode !== 0;
  // A container that was told to stop because another one failed ends with SIGTERM or SIGKILL.
  const wasTold = exitCode === 143 || exitCode === 137;
  return (
    (reason === undefined ? 0 : 8) + (failed ? (wasTold ? 2 : 4) : 0) + (lastLines === undefined ? 0 : 1)
  );
}
