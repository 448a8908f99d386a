import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QuietHours } from '../../src/domain/route.ts';
import { makeZones, WEEKDAYS, weekdayOf } from '../../src/domain/zone-time.ts';
import { maintenanceAt, quietAt } from '../../src/messaging/route-quiet.ts';

const zones = makeZones();
const night: QuietHours = { from: '22:00', to: '07:00', zone: 'Europe/Amsterdam', letThrough: 'critical' };
const until = (quiet: QuietHours, iso: string) => {
  const found = quietAt(quiet, Date.parse(iso), zones);
  return found && new Date(found.untilMs).toISOString();
};

describe('quiet hours', () => {
  it('cross midnight, begin at their first minute and end before their last', () => {
    expect(until(night, '2026-11-20T20:59:59Z')).toBeUndefined();
    expect(until(night, '2026-11-20T21:00:00Z')).toBe('2026-11-21T06:00:00.000Z');
    expect(until(night, '2026-11-21T05:59:59Z')).toBe('2026-11-21T06:00:00.000Z');
    expect(until(night, '2026-11-21T06:00:00Z')).toBeUndefined();
  });

  it('end by the wall clock in the nights in which it is changed', () => {
    expect(until(night, '2026-03-28T23:00:00Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(until(night, '2026-10-24T23:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
    // 02:30 comes twice: the window to the first one does not begin again with the second.
    const short = { ...night, to: '02:30' };
    expect(until(short, '2026-10-25T00:29:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(until(short, '2026-10-25T01:15:00Z')).toBeUndefined();
  });

  it('of some days are those on which a window begins', () => {
    const weekend: QuietHours = { ...night, from: '00:00', to: '24:00', days: ['sat', 'sun'] };
    expect(until(weekend, '2026-11-20T22:59:00Z')).toBeUndefined();
    expect(until(weekend, '2026-11-21T12:00:00Z')).toBe('2026-11-21T23:00:00.000Z');
    const friday: QuietHours = { ...night, days: ['fri'] };
    expect(until(friday, '2026-11-21T05:00:00Z')).toBe('2026-11-21T06:00:00.000Z');
    expect(until(friday, '2026-11-21T22:00:00Z')).toBeUndefined();
  });

  const time = fc.integer({ min: 0, max: 1439 }).map(clockTime);
  const quiet = fc
    .record({
      from: time,
      to: fc.oneof(time, fc.constant('24:00')),
      zone: fc.constantFrom(
        'Europe/Amsterdam',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Kolkata',
        'UTC',
      ),
      days: fc.option(fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }), { nil: undefined }),
      letThrough: fc.constant('critical' as const),
    })
    .filter(({ from, to }) => from !== to)
    .map(({ days, ...rest }): QuietHours => (days === undefined ? rest : { ...rest, days }));
  const moment = fc.integer({ min: 1_770_000_000_000, max: 1_800_000_000_000 });

  it('hold the moment in question, last less than two days, and begin on one of their days at their time', () => {
    fc.assert(
      fc.property(quiet, moment, (hours, atMs) => {
        const window = quietAt(hours, atMs, zones);
        if (window === undefined) return;
        expect(window.fromMs).toBeLessThanOrEqual(atMs);
        expect(window.untilMs).toBeGreaterThan(atMs);
        expect(window.untilMs - window.fromMs).toBeLessThanOrEqual(25 * 3_600_000);
        expect(hours.days ?? WEEKDAYS).toContain(weekdayOf(zones(hours.zone).wall(window.fromMs)));
        // Every moment of a window knows the same end; of two that overlap one may win.
        expect(quietAt(hours, window.untilMs - 1, zones)?.untilMs).toBeGreaterThanOrEqual(window.untilMs);
      }),
      { numRuns: 500 },
    );
  });

  it('are what the wall clock says, away from the nights in which it is changed', () => {
    fc.assert(
      fc.property(quiet, moment, (hours, atMs) => {
        const clock = zones(hours.zone);
        const offset = (ms: number) => {
          const { year, month, day, minutes } = clock.wall(ms);
          return Date.UTC(year, month - 1, day, 0, minutes) - Math.floor(ms / 60_000) * 60_000;
        };
        fc.pre(offset(atMs - 2 * 86_400_000) === offset(atMs + 2 * 86_400_000));
        expect(quietAt(hours, atMs, zones) !== undefined).toBe(isQuietByTheWall(hours, clock.wall(atMs)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('planned work', () => {
  it('is once, or again and again by the wall clock', () => {
    const once = { match: '*', fromMs: 1000, untilMs: 2000 };
    expect([999, 1000, 1999, 2000].map((ms) => maintenanceAt(once, ms, zones)?.untilMs)).toEqual([
      undefined,
      2000,
      2000,
      undefined,
    ]);
    const sundays = {
      match: '*',
      at: '23:30',
      minutes: 90,
      zone: 'Europe/Amsterdam',
      days: ['sun'],
    } as const;
    const end = (iso: string) => maintenanceAt(sundays, Date.parse(iso), zones)?.untilMs;
    expect(end('2026-11-22T22:30:00Z')).toBe(Date.parse('2026-11-23T00:00:00Z'));
    expect(end('2026-11-22T23:59:00Z')).toBe(Date.parse('2026-11-23T00:00:00Z'));
    expect(end('2026-11-23T22:45:00Z')).toBeUndefined();
  });
});

function clockTime(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The rule as a person would check it. */
function isQuietByTheWall(
  { from, to, days = WEEKDAYS }: QuietHours,
  { minutes, ...date }: { year: number; month: number; day: number; minutes: number },
): boolean {
  const now = minutes === 1440 ? '24:00' : clockTime(minutes);
  const today = days.includes(weekdayOf(date));
  const yesterday = days.includes(weekdayOf({ ...date, day: date.day - 1 }));
  if (from < to) return today && from <= now && now < to;
  return (today && now >= from) || (yesterday && now < to);
}
