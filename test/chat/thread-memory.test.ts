import { expect, test } from 'vitest';
import { makeOnce } from '../../src/chat/once.ts';
import { makeThreadMemory } from '../../src/chat/thread-memory.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { incidentOfKey, rootKey } from '../../src/incidents/messages.ts';
import type { ThreadSubject } from '../../src/store/thread-store.ts';

const dest = { platform: 'slack', tenant: '-', channel: 'C1' } as const;
const target = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
const INCIDENT = 'production/eu-west-1/core/web#7';

function memory(keys: Readonly<Record<string, string>>) {
  const kept = new Map<string, ThreadSubject>();
  return makeThreadMemory({
    store: {
      remember: async (where, key, subject) => void kept.set(`${where} ${key}`, subject),
      recall: async (where, key) => kept.get(`${where} ${key}`),
    },
    keyOf: async (_dest, id) => keys[id],
    incidentOfKey,
    incident: async (id) => (id === INCIDENT ? ({ id, target } as Incident) : undefined),
  });
}

test('outside of threads there is nothing to recall', async () => {
  expect(await memory({}).recall(dest, undefined)).toBeUndefined();
});

test.each([rootKey(INCIDENT), `inc/${INCIDENT}/story`, `inc/${INCIDENT}/fact/abc`])(
  'the thread of %s is about its incident',
  async (key) => {
    expect(await memory({ '1.1': key }).recall(dest, '1.1')).toEqual({ subject: target, incident: INCIDENT });
  },
);

test('a thread below an answer is about what was asked', async () => {
  const threads = memory({ '1.1': 'live/r1' });
  await threads.remember(dest, undefined, 'r1', { command: 'health', service: 'web', cluster: 'core' });
  expect(await threads.recall(dest, '1.1')).toEqual({ subject: { service: 'web', cluster: 'core' } });
});

test('a thread that people began is about what was asked there last', async () => {
  const threads = memory({});
  await threads.remember(dest, '2.2', 'r1', { command: 'health', service: 'web' });
  await threads.remember(dest, '2.2', 'r2', { command: 'service', service: 'cart' });
  await threads.remember(dest, '2.2', 'r3', { command: 'help' });
  expect(await threads.recall(dest, '2.2')).toEqual({ subject: { service: 'cart' } });
  expect(await threads.recall({ ...dest, channel: 'C2' }, '2.2')).toEqual({ subject: {} });
});

test('the memory of requests is bounded', () => {
  const isNew = makeOnce({ now: () => 0 });
  for (let count = 0; count < 25_000; count += 1) expect(isNew(`r${count}`)).toBe(true);
  expect(isNew('r24999')).toBe(false);
  expect(isNew('r0')).toBe(true);
});
