import type { LogSpec } from '../scenario/service-schema.ts';
import { diedByItself } from './build-failing.ts';
import { lastWords } from './last-words.ts';
import { containerOf } from './log-container.ts';
import type { LogEvent, WorldTask } from './model.ts';
import { digits, draw, hash, hexId } from './seeded.ts';
import type { ServiceState } from './service-state.ts';

const WITH_DEPLOYMENT_MS = 60_000;
const LAST_WORDS_MS = 5 * 60_000;

/** Log groups of the services of one account and region. */
export function logGroups(states: readonly ServiceState[]): string[] {
  const names = states.flatMap((state) => state.containers.map((container) => container.logGroup));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** The events of a group in `[fromMs, untilMs)`, ascending; of one moment in the order of the file. */
export function logEvents(
  states: readonly ServiceState[],
  group: string,
  fromMs: number,
  untilMs: number,
  startMs: number,
): LogEvent[] {
  return states
    .flatMap((state) => [
      ...state.spec.logs.flatMap((entry, index) => {
        const container = containerOf(state, entry);
        if (container?.logGroup !== group) return [];
        return entryEvents(state, entry, { index, container: container.name, fromMs, untilMs, startMs });
      }),
      ...lastWords(state, group, fromMs, untilMs),
    ])
    .sort((a, b) => a.atMs - b.atMs);
}

interface EntryWindow {
  readonly index: number;
  readonly container: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly startMs: number;
}

/** Every occurrence of an entry within the window. The lines of one occurrence are a millisecond apart. */
function entryEvents(state: ServiceState, entry: LogSpec, window: EntryWindow): LogEvent[] {
  const firstMs = window.startMs + entry.at;
  const lines = entry.lines ?? (entry.line === undefined ? [] : [entry.line]);
  const lastMs = entry.every === undefined ? firstMs : endOf(state, entry, window.startMs);
  const everyMs = entry.every ?? 1;
  const begin = Math.max(0, Math.ceil((window.fromMs - lines.length - firstMs) / everyMs));
  const events: LogEvent[] = [];
  for (let n = begin; ; n += 1) {
    const atMs = firstMs + n * everyMs;
    if (atMs >= window.untilMs || atMs > lastMs) break;
    lines.forEach((line, offset) => {
      const at = atMs + offset;
      if (at < window.fromMs || at >= window.untilMs || isSilent(state, at)) return;
      events.push(logEvent(state, window, { line, atMs: at, n, offset }));
    });
    if (entry.every === undefined) break;
  }
  return events;
}

/** An entry that began with a revision falls silent when the revision has been rolled back. */
function endOf(state: ServiceState, entry: LogSpec, startMs: number): number {
  const beganMs = startMs + entry.at;
  const over = state.recovered.find(
    ({ sinceMs, untilMs }) => beganMs >= sinceMs - WITH_DEPLOYMENT_MS && beganMs < untilMs,
  );
  const untilMs = entry.until === undefined ? Number.POSITIVE_INFINITY : startMs + entry.until;
  return Math.min(untilMs, over?.untilMs ?? Number.POSITIVE_INFINITY);
}

function logEvent(
  state: ServiceState,
  { index, container, startMs }: EntryWindow,
  { line, atMs, n, offset }: { line: string; atMs: number; n: number; offset: number },
): LogEvent {
  const seed = `${state.place.seed}/log/${index}/${n}/${offset}`;
  const pick = hash(`${state.place.seed}/log/${index}/${n}`);
  const saidMs = atMs - offset;
  return {
    id: `3${String(atMs).padStart(17, '0')}${digits(seed, 38)}`,
    atMs,
    ingestedAtMs: atMs + 200 + Math.floor(draw(pick, 1) * 1300),
    stream: `ecs/${container}/${writerOf(state, pick, saidMs, startMs)}`,
    message: line.replaceAll('{n}', String(n + 1)).replaceAll('{t}', new Date(atMs).toISOString()),
  };
}

/** One of the tasks that ran at that moment; one that is about to die has the last word. */
function writerOf(state: ServiceState, pick: number, atMs: number, startMs: number): string {
  const alive = state.everyTask.filter((task) => ranAt(task, atMs));
  const dying = alive
    .filter((task) => diedByItself(task) && isBetween(atMs, task.stoppedAtMs, startMs))
    .sort((a, b) => (a.stoppedAtMs ?? 0) - (b.stoppedAtMs ?? 0));
  const task = dying[0] ?? alive[Math.floor(draw(pick, 2) * alive.length)];
  return task?.id ?? hexId(`${state.place.seed}/task/before/${pick % 4}`, 32);
}

/** Everything was stopped while the program ran: nobody is left to write. */
function isSilent(state: ServiceState, atMs: number): boolean {
  const since = state.running.firstChangeMs;
  return since !== undefined && atMs >= since && !state.everyTask.some((task) => ranAt(task, atMs));
}

/** Before the program's start alone: later deaths bring their own lines, and what was written stays where it is. */
function isBetween(atMs: number, stoppedAtMs: number | undefined, startMs: number): boolean {
  return stoppedAtMs !== undefined && stoppedAtMs <= startMs && stoppedAtMs - atMs <= LAST_WORDS_MS;
}

function ranAt(task: WorldTask, atMs: number): boolean {
  return task.createdAtMs <= atMs && (task.stoppedAtMs === undefined || task.stoppedAtMs >= atMs);
}
