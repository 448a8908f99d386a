import { beforeEach, expect, test } from 'vitest';
import { Throttled, Unreachable } from '../../src/domain/errors.ts';
import { makePatience, type Patience } from '../../src/incidents/patience.ts';
import { raw, understood } from './events.ts';

const EVENT = understood(raw({ detail: { eventName: 'SERVICE_TASK_START_IMPAIRED', eventType: 'WARN' } }));
let nowMs: number;
let tries: number;
let late: number;
let failure: (tries: number) => Error | undefined;
let patience: Patience;

beforeEach(() => {
  nowMs = 0;
  tries = 0;
  late = 0;
  failure = () => undefined;
  patience = makePatience({
    async absorb() {
      tries += 1;
      const error = failure(tries);
      if (error !== undefined) throw error;
    },
    onLate: () => {
      late += 1;
    },
    wait: async (ms) => {
      nowMs += ms;
    },
    systemNow: () => nowMs,
  });
});

test('an event is kept in hand for as long as the table is throttled or does not answer', async () => {
  failure = (count) => (count > 9 ? undefined : count % 2 ? new Throttled('busy') : new Unreachable('away'));
  await patience.absorb(EVENT);
  expect([tries, late]).toEqual([10, 1]);
});

test('after some minutes it goes back to the queue', async () => {
  failure = () => new Throttled('busy');
  await expect(patience.absorb(EVENT)).rejects.toThrow('busy');
  expect(nowMs).toBeGreaterThanOrEqual(5 * 60_000);
  expect(nowMs).toBeLessThan(6 * 60_000);
});

test('what does not pass by itself goes back at once', async () => {
  failure = () => new TypeError('no such thing');
  await expect(patience.absorb(EVENT)).rejects.toThrow('no such thing');
  expect([tries, late]).toEqual([1, 0]);
});

test('a bot that ends keeps nothing in hand', async () => {
  failure = (count) => {
    if (count === 3) patience.stop();
    return new Throttled('busy');
  };
  await expect(patience.absorb(EVENT)).rejects.toThrow('busy');
  expect(tries).toBe(3);
});
