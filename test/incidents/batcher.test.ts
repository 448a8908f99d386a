import { expect, test } from 'vitest';
import { makeBatcher } from '../../src/incidents/batcher.ts';
import type { IncidentEvent } from '../../src/incidents/incident-event.ts';
import type { Absorbed } from '../../src/incidents/incidents.ts';
import { action, understood } from './events.ts';

const events = (count: number) =>
  Array.from({ length: count }, () => understood(action('SERVICE_TASK_START_IMPAIRED')));

function open(absorb: (events: readonly IncidentEvent[]) => Promise<readonly Absorbed[]>) {
  const due: { readonly ms: number; readonly run: () => void; off: boolean }[] = [];
  const batcher = makeBatcher({
    absorb,
    most: 5,
    longestMs: 50,
    timers: {
      after(ms, run) {
        const timer = { ms, run, off: false };
        due.push(timer);
        return () => {
          timer.off = true;
        };
      },
    },
  });
  return { batcher, due, tick: () => due.splice(0).forEach(({ run, off }) => (off ? undefined : run())) };
}

const allDone = async (batch: readonly IncidentEvent[]) => batch.map(() => ({ done: true }) as const);

test('events that come together are one batch, after a moment', async () => {
  const sizes: number[] = [];
  const { batcher, due, tick } = open((batch) => {
    sizes.push(batch.length);
    return allDone(batch);
  });
  const added = events(3).map((event) => batcher.add(event));
  expect([sizes, due.map(({ ms }) => ms)]).toEqual([[], [50]]);
  tick();
  await Promise.all(added);
  expect(sizes).toEqual([3]);
});

test('a full batch does not wait', async () => {
  const sizes: number[] = [];
  const { batcher, tick } = open((batch) => {
    sizes.push(batch.length);
    return allDone(batch);
  });
  const added = events(7).map((event) => batcher.add(event));
  expect(sizes).toEqual([5]);
  tick();
  await Promise.all(added);
  expect(sizes).toEqual([5, 2]);
});

test('an event that could not be stored fails alone', async () => {
  const { batcher, tick } = open(async (batch) =>
    batch.map((_, at) => (at === 1 ? { done: false, error: new Error('throttled') } : { done: true })),
  );
  const added = events(3).map((event) => batcher.add(event));
  tick();
  const results = await Promise.allSettled(added);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a batch that fails as a whole fails each of its events', async () => {
  const { batcher, tick } = open(() => Promise.reject(new Error('no store')));
  const added = events(2).map((event) => batcher.add(event));
  tick();
  const results = await Promise.allSettled(added);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
