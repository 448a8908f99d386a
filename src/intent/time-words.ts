const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|secs?|seconds?)$/, 1000],
  [/^(?:m|mins?|minutes?)$/, MINUTE],
  [/^(?:h|hrs?|hours?)$/, HOUR],
  [/^(?:d|days?)$/, DAY],
  [/^(?:w|weeks?)$/, 7 * DAY],
];

/** Ten years: more is a slip, and stays far from where milliseconds lose precision. */
const LONGEST = 3650 * DAY;

/** When "overnight" begins: the evening before, so that what broke after work is in it. */
const EVENING_HOUR = 18;

/** `90m`, `1h30m`, `2 hours`, `1.5h` in milliseconds; `undefined` for anything else, zero and over ten years. */
export function parseDuration(text: string): number | undefined {
  const said = text.trim().toLowerCase();
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/.test(said)) return undefined;
  let total = 0;
  for (const [, number, unit] of said.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const ms = UNITS.find(([pattern]) => pattern.test(unit ?? ''))?.[1];
    if (ms === undefined) return undefined;
    total += Number(number) * ms;
  }
  total = Math.round(total);
  return total > 0 && total <= LONGEST ? total : undefined;
}

/** The shortest exact way to write a length of time: `1h30m`. Milliseconds below a second are in the seconds. */
export function printDuration(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
  ] as const) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole}${unit}`);
  }
  if (rest > 0) parts.push(`${rest / 1000}s`);
  return parts.join('');
}

/**
 * What `--since` may say: a length of time, `today`, `yesterday`, `overnight` (from their local start to now), or
 * `deploy`. Overnight begins at 18:00 the evening before.
 */
export function parseLookBack(
  text: string,
  at: { readonly nowMs: number; readonly zone?: string },
): { readonly sinceMs: number } | { readonly since: 'deploy' } | undefined {
  const said = text.trim().toLowerCase();
  if (/^(?:the )?(?:last |latest )?(?:deploy|deployment)$/.test(said)) return { since: 'deploy' };
  const zone = at.zone ?? 'UTC';
  if (said === 'today') return back(at.nowMs, zone, 0, 0);
  if (said === 'yesterday') return back(at.nowMs, zone, 1, 0);
  if (said === 'overnight') return back(at.nowMs, zone, 1, EVENING_HOUR);
  const sinceMs = parseDuration(said);
  return sinceMs === undefined ? undefined : { sinceMs };
}

/** The IANA name of a zone in its own spelling, whatever the case; `undefined` where there is none. */
export function knownZone(name: string): string | undefined {
  const wanted = name.toLowerCase();
  if (wanted === 'utc' || wanted === 'gmt' || wanted === 'z') return 'UTC';
  const listed = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === wanted);
  if (listed) return listed;
  // Older names (Asia/Calcutta, US/Pacific) are not listed, but understood.
  if (!/^[a-z]+\/[a-z0-9_+/-]+$/i.test(name)) return undefined;
  return offsetAt(0, name) === undefined ? undefined : name;
}

/** Every zone that can be named, for suggestions. */
export function zoneNames(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}

function back(nowMs: number, zone: string, days: number, hour: number): { readonly sinceMs: number } {
  const offset = offsetAt(nowMs, zone) ?? 0;
  const local = new Date(nowMs + offset);
  const wall = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate() - days, hour);
  // The offset of then, not of now: the clocks may have changed in between.
  const guess = wall - (offsetAt(wall - offset, zone) ?? 0);
  const start = wall - (offsetAt(guess, zone) ?? 0);
  return { sinceMs: Math.max(nowMs - start, 0) };
}

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds; `undefined` for an unknown zone. */
function offsetAt(ms: number, zone: string): number | undefined {
  const parts = wallClock(ms, zone);
  if (!parts) return undefined;
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(ms / 1000) * 1000;
}

function wallClock(ms: number, zone: string): Intl.DateTimeFormatPart[] | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return format.formatToParts(ms);
  } catch {
    // RangeError: no such zone.
    return undefined;
  }
}
