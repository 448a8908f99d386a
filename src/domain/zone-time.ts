/** A moment as the clock on a wall in some zone shows it. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Since midnight by the wall clock. */
  readonly minutes: number;
}

/** Days of the week as people and settings write them, Sunday first as JavaScript counts. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Whether this is the name of a time zone: `Europe/Amsterdam`, `UTC`. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The clock on the wall in one zone. */
export interface ZoneClock {
  wall(atMs: number): WallTime;
  /**
   * The moment at which the clock shows this time. Days beyond the end of a month count on; 24:00 is the midnight
   * after. A time that a clock change leaves out is taken as much later, one that it repeats is the first.
   */
  moment(shown: WallTime): number;
}

/** Clocks by the name of their zone. */
export type Zones = (zone: string) => ZoneClock;

/** Makes each zone's clock once: to make one takes longer than to read it many times. */
export function makeZones(): Zones {
  const made = new Map<string, ZoneClock>();
  return (zone) => {
    const clock = made.get(zone) ?? makeZoneClock(zone);
    made.set(zone, clock);
    return clock;
  };
}

/** The day of the week of a date; days beyond the end of a month count on. */
export function weekdayOf({ year, month, day }: Omit<WallTime, 'minutes'>): Weekday {
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? 'sun';
}

/** Clocks are changed on whole quarters of an hour, so within one the offset is the same. */
const QUARTER_MS = 15 * MINUTE_MS;
const MOST_OFFSETS = 1000;

function makeZoneClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const known = new Map<number, number>();
  const readOffset = (atMs: number): number => {
    const shown = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = Object.fromEntries(shown);
    return asUtc({ year, month, day, minutes: hour * 60 + minute }) - atMs;
  };
  const offsetMs = (atMs: number): number => {
    const quarter = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
    const offset = known.get(quarter) ?? readOffset(quarter);
    if (known.size > MOST_OFFSETS) known.clear();
    known.set(quarter, offset);
    return offset;
  };
  return {
    wall(atMs) {
      const shown = new Date(atMs + offsetMs(atMs));
      return {
        year: shown.getUTCFullYear(),
        month: shown.getUTCMonth() + 1,
        day: shown.getUTCDate(),
        minutes: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
      };
    },
    moment(shown) {
      const utc = asUtc(shown);
      const offsets = [offsetMs(utc - DAY_MS), offsetMs(utc + DAY_MS)];
      const fits = offsets.map((offset) => utc - offset).filter((at) => at + offsetMs(at) === utc);
      return fits.length > 0 ? Math.min(...fits) : utc - Math.min(...offsets);
    },
  };
}

function asUtc({ year, month, day, minutes }: WallTime): number {
  return Date.UTC(year, month - 1, day, 0, minutes);
}
