import { expect, it } from 'vitest';
import type { FleetSnapshot } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import type { IncidentEvent } from '../../src/incidents/incident-event.ts';
import { makeSilence } from '../../src/incidents/silence.ts';
import { event, MINUTE, NOW, service } from '../assess/make.ts';
import { keepLog } from '../kept-log.ts';

function world() {
  let nowMs = NOW;
  let isDown = false;
  const absorbed: IncidentEvent[] = [];
  const run = makeSilence({
    known: (): FleetSnapshot => ({
      atMs: nowMs,
      services: [
        service({ running: 0, inventoryAtMs: nowMs, events: [event(HOUR, 'has reached a steady state.')] }),
      ],
      missing: [],
    }),
    open: async () => [],
    absorb: async (events) => {
      if (isDown) throw new Error('the store is away');
      absorbed.push(...events);
    },
    settings: { silenceMs: 5 * MINUTE, stuckMs: 30 * MINUTE, thresholds: DEFAULT_THRESHOLDS },
    clock: { now: () => nowMs },
    log: keepLog().log,
  });
  return {
    absorbed,
    at: (minute: number) => {
      nowMs = NOW + minute * MINUTE;
      return run();
    },
    setDown: (value: boolean) => {
      isDown = value;
    },
  };
}
const HOUR = 60 * MINUTE;

it('what goes on is told once', async () => {
  const { at, absorbed } = world();
  for (const minute of [0, 5, 6, 7]) await at(minute);
  expect(absorbed.map(({ name }) => name)).toEqual(['DECKHAND_TASKS_MISSING']);
});

it('what could not be stored is told by the next run', async () => {
  const { at, absorbed, setDown } = world();
  await at(0);
  setDown(true);
  await expect(at(5)).rejects.toThrow('the store is away');
  setDown(false);
  await at(6);
  expect(absorbed.map(({ name }) => name)).toEqual(['DECKHAND_TASKS_MISSING']);
});
