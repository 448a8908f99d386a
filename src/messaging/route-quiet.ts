import type { Maintenance, QuietHours } from '../domain/route.ts';
import { type WallTime, type Weekday, weekdayOf, type Zones } from '../domain/zone-time.ts';

/** A stretch of time; the end is no part of it. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

const MINUTE_MS = 60_000;

/** The quiet window around a moment; undefined when the channel may be spoken to. */
export function quietAt(quiet: QuietHours, atMs: number, zones: Zones): Stretch | undefined {
  const clock = zones(quiet.zone);
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const lasts = to > from ? 0 : 1;
  return daysAround(quiet.zone, atMs, zones)
    .filter((date) => isOneOf(quiet.days, date))
    .map((date) => ({
      fromMs: clock.moment({ ...date, minutes: from }),
      untilMs: clock.moment({ ...date, day: date.day + lasts, minutes: to }),
    }))
    .find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
}

/** The stretch of planned work around a moment; undefined when there is none. */
export function maintenanceAt(work: Maintenance, atMs: number, zones: Zones): Stretch | undefined {
  if ('fromMs' in work) return work.fromMs <= atMs && atMs < work.untilMs ? work : undefined;
  const clock = zones(work.zone);
  const starts = daysAround(work.zone, atMs, zones)
    .filter((date) => isOneOf(work.days, date))
    .map((date) => clock.moment({ ...date, minutes: minutesOf(work.at) }));
  const begun = starts.find((fromMs) => fromMs <= atMs && atMs < fromMs + work.minutes * MINUTE_MS);
  return begun === undefined ? undefined : { fromMs: begun, untilMs: begun + work.minutes * MINUTE_MS };
}

type Day = Omit<WallTime, 'minutes'>;

/** The days on which a window may have begun that holds this moment: none is longer than a day. */
function daysAround(zone: string, atMs: number, zones: Zones): readonly Day[] {
  const { year, month, day } = zones(zone).wall(atMs);
  return [-2, -1, 0].map((offset) => ({ year, month, day: day + offset }));
}

function isOneOf(days: readonly Weekday[] | undefined, date: Day): boolean {
  return days === undefined || days.includes(weekdayOf(date));
}

/** `07:30` → 450 */
function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
