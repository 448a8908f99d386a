import { expect, test } from 'vitest';
import { makeIncidentStore } from '../../src/store/incident-store.ts';
import { makeMemoryTable } from './memory-table.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');

test('what one replica keeps of the events it folded up outlives what another folds up at the same moment', async () => {
  const table = makeMemoryTable({ now: () => NOW });
  const store = makeIncidentStore(table, () => NOW);
  await store.keepSeen('a/r/c/s', NOW - 60_000, ['one', 'two', 'three']);
  await store.keepSeen('a/r/c/s', NOW - 60_000, ['one', 'two']);
  expect([...(await store.seen('a/r/c/s'))].toSorted()).toEqual(['one', 'three', 'two']);
});
