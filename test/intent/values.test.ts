import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../src/intent/cron.ts';
import { editDistance, nearestWord } from '../../src/intent/edit-distance.ts';
import { knownZone, parseDuration, printDuration } from '../../src/intent/time-words.ts';

describe('parseDuration', () => {
  it('reads what printDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000_000 }), (seconds) => {
        expect(parseDuration(printDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });

  it.each(['', '5', 'h', '2 fortnights', '-2h', '0m', '2h and', '1e3h', '99999d'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('parseCron', () => {
  it.each([
    ['0 9 * * 1-5', '0 9 * * 1-5'],
    ['  0   9 * *   mon-fri ', '0 9 * * MON-FRI'],
    ['*/15 0,12 1-7/2 jan-mar 0', '*/15 0,12 1-7/2 JAN-MAR 0'],
    ['0 0 * * 7', '0 0 * * 7'],
    ['@weekly', '0 0 * * 0'],
  ])('reads %j', (text, cron) => {
    expect(parseCron(text)).toBe(cron);
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '1//2 * * * *',
    '@yearl',
    'a b c d e',
  ])('refuses %j', (text) => {
    expect(parseCron(text)).toBeUndefined();
  });
});

describe('editDistance', () => {
  it.each([
    ['checkout', 'checkout', 0],
    ['chekout', 'checkout', 1],
    ['chekcout', 'checkout', 1],
    ['ckeckuot', 'checkout', 2],
    ['ca', 'abc', undefined],
  ])('%s to %s is %s', (a, b, distance) => {
    expect(editDistance(a, b, 2)).toBe(distance);
  });

  it('is the same in both directions, and none only for the same word', () => {
    const words = fc.stringMatching(/^[abc]{0,6}$/);
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(editDistance(a, b, 9)).toBe(editDistance(b, a, 9));
        expect(editDistance(a, b, 9) === 0).toBe(a === b);
      }),
    );
  });

  it('finds the nearest word, and none where all are far', () => {
    expect(nearestWord('criticl', ['warning', 'critical'])).toBe('critical');
    expect(nearestWord('xyz', ['warning', 'critical'])).toBeUndefined();
  });
});

describe('knownZone', () => {
  it.each([
    ['europe/amsterdam', 'Europe/Amsterdam'],
    ['utc', 'UTC'],
    ['US/Pacific', 'US/Pacific'],
    ['Mars/Base', undefined],
    ['../etc', undefined],
  ])('%s is %s', (name, zone) => {
    expect(knownZone(name)).toBe(zone);
  });
});
