import type { LogSpec } from '../scenario/service-schema.ts';
import { containerOf } from './log-container.ts';
import type { LogEvent } from './model.ts';
import { digits } from './seeded.ts';
import type { Death, ServiceState } from './service-state.ts';

/** What was logged once belongs to a death that came within this; of what repeats, the last of it. */
const STORY_MS = 5 * 60_000;
const REPEATED_MS = 60_000;
const MOST_LINES = 10;

/**
 * What tasks wrote that died while the program ran, in `[fromMs, untilMs)`: those that die as one of the scenario's
 * stopped tasks did have its last lines in their own stream, just before their end.
 */
export function lastWords(state: ServiceState, group: string, fromMs: number, untilMs: number): LogEvent[] {
  return [...state.deaths].flatMap(([taskId, death]) => {
    const { endedMs } = death;
    if (endedMs < fromMs || endedMs - 2000 >= untilMs) return [];
    const lines = storyOf(state, death, group).slice(-MOST_LINES);
    return lines
      .map(({ container, line, n }, index) => {
        const atMs = endedMs - (lines.length - index) * 20;
        return {
          id: `3${String(atMs).padStart(17, '0')}${digits(`${state.place.seed}/death/${taskId}/${index}`, 38)}`,
          atMs,
          ingestedAtMs: atMs + 400,
          stream: `ecs/${container}/${taskId}`,
          message: line.replaceAll('{n}', String(n)).replaceAll('{t}', new Date(atMs).toISOString()),
        };
      })
      .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
  });
}

/** What the scenario has in the log when the task died that this death is like, oldest first. */
function storyOf(state: ServiceState, { likeMs }: Death, group: string) {
  return state.spec.logs
    .flatMap((entry) => {
      const container = containerOf(state, entry);
      if (container?.logGroup !== group) return [];
      const lines = entry.lines ?? (entry.line === undefined ? [] : [entry.line]);
      return lastTime(entry, likeMs).flatMap(({ atMs, n }) =>
        lines.map((line) => ({ container: container.name, line, atMs, n })),
      );
    })
    .sort((a, b) => a.atMs - b.atMs);
}

function lastTime(entry: LogSpec, likeMs: number): { readonly atMs: number; readonly n: number }[] {
  if (entry.every === undefined) {
    return entry.at <= likeMs && entry.at > likeMs - STORY_MS ? [{ atMs: entry.at, n: 1 }] : [];
  }
  const n = Math.floor((Math.min(likeMs, entry.until ?? likeMs) - entry.at) / entry.every);
  const atMs = entry.at + n * entry.every;
  return n >= 0 && atMs > likeMs - REPEATED_MS ? [{ atMs, n: n + 1 }] : [];
}
