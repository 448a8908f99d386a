import type { EventEntry } from '../domain/incident-log.ts';
import { catalogueEntry } from './catalogue.ts';

/** So many failing stops within this time are an incident of their own. */
export interface CrashLoopSettings {
  readonly stops: number;
  readonly withinMs: number;
}

/**
 * Tasks that keep failing are a failure even where ECS sends no event that says so. `recent` holds the last stops, this
 * one among them; undefined while they are too few.
 */
export function crashLoopOf(
  recent: readonly EventEntry[],
  stop: EventEntry,
  { stops: most, withinMs }: CrashLoopSettings,
): EventEntry | undefined {
  const stops = recent.filter(({ what, atMs }) => what.effect === 'stop' && stop.atMs - atMs <= withinMs);
  if (stops.length < most) return undefined;
  const name = 'DECKHAND_CRASH_LOOP';
  const { title, severity } = catalogueEntry(name, 'error');
  const what: EventEntry['what'] = {
    ...stop.what,
    id: name,
    name,
    title,
    severity,
    effect: 'failure',
    text: title,
    detail: `${stops.length} tasks failed within ${Math.round(withinMs / 60_000)} minutes`,
    kind: 'worse',
    signature: name,
    sinceMs: Math.min(...stops.map(({ atMs }) => atMs)),
  };
  return { key: stop.key, atMs: stop.atMs, what };
}
