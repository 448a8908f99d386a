import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isZone, makeZones, weekdayOf } from '../../src/domain/zone-time.ts';

const zones = makeZones();
const at = (zone: string, year: number, month: number, day: number, time: string) => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(zones(zone).moment({ year, month, day, minutes: hours * 60 + minutes })).toISOString();
};

describe('the clock on the wall', () => {
  it('knows its offset in summer and winter', () => {
    expect(at('Europe/Amsterdam', 2026, 1, 15, '07:00')).toBe('2026-01-15T06:00:00.000Z');
    expect(at('Europe/Amsterdam', 2026, 7, 15, '07:00')).toBe('2026-07-15T05:00:00.000Z');
    expect(at('Asia/Kolkata', 2026, 7, 15, '07:00')).toBe('2026-07-15T01:30:00.000Z');
    expect(at('UTC', 2026, 12, 31, '24:00')).toBe('2027-01-01T00:00:00.000Z');
  });

  it('takes an hour that is left out as an hour later, and of a repeated one the first', () => {
    expect(at('Europe/Amsterdam', 2026, 3, 29, '02:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('Europe/Amsterdam', 2026, 10, 25, '02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(at('America/New_York', 2026, 3, 8, '02:30')).toBe('2026-03-08T07:30:00.000Z');
    expect(at('America/New_York', 2026, 11, 1, '01:30')).toBe('2026-11-01T05:30:00.000Z');
  });

  it('shows again what it was asked for, but in an hour that is left out', () => {
    const zone = fc.constantFrom(
      'Europe/Amsterdam',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'UTC',
    );
    fc.assert(
      fc.property(zone, fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), (name, ms) => {
        const wall = (when: number) => zones(name).wall(when);
        const minute = Math.floor(ms / 60_000) * 60_000;
        const again = zones(name).moment(wall(minute));
        // Of two moments that show the same the first is meant.
        expect(wall(again)).toEqual(wall(minute));
        expect(again).toBeLessThanOrEqual(minute);
      }),
    );
  });

  it('knows zones from other words, and days beyond the end of a month', () => {
    expect(['Europe/Amsterdam', 'UTC'].map(isZone)).toEqual([true, true]);
    expect(['', 'Mars/Olympus', 'here'].map(isZone)).toEqual([false, false, false]);
    expect(weekdayOf({ year: 2026, month: 11, day: 31 })).toBe('tue');
  });
});
