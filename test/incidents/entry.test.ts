import { expect, test } from 'vitest';
import { entryOf } from '../../src/incidents/entry.ts';
import { action, taskStop, understood } from './events.ts';

const NOW = Date.parse('2026-11-20T09:00:30Z');
const SECRET = 'hunter2-but-longer';
const LEAK = `dial postgres://app:${SECRET}@db.internal:5432 refused`;

test('a secret in the reason of an event is not kept', () => {
  const entry = entryOf(understood(action('SERVICE_TASK_START_IMPAIRED', { reason: LEAK })), NOW);
  expect(entry?.what.reason).toContain('db.internal:5432');
  expect(JSON.stringify(entry)).not.toContain(SECRET);
});

test('nor is one in the reasons of a task and of its containers', () => {
  const stopped = taskStop({
    stopCode: 'EssentialContainerExited',
    stoppedReason: LEAK,
    containers: [{ name: 'app', exitCode: 1, reason: LEAK }],
  });
  const entry = entryOf(understood(stopped), NOW);
  expect(entry?.what.detail).toContain('db.internal:5432');
  expect(JSON.stringify(entry)).not.toContain(SECRET);
});

test('what ten containers say at length is cut to what people read', () => {
  const containers = Array.from({ length: 10 }, (_, at) => ({
    name: `sidecar-${at}`,
    exitCode: 1,
    reason: 'the same again '.repeat(60),
  }));
  const stopped = taskStop({ stopCode: 'EssentialContainerExited', containers });
  expect(entryOf(understood(stopped), NOW)?.what.detail?.length).toBeLessThanOrEqual(1000);
});

test('a task of no service that fails begins no incident: nothing would ever end it', () => {
  const job = taskStop({ group: 'family:nightly-report' });
  expect(entryOf(understood(job), NOW)).toBeUndefined();
  expect(entryOf(understood(taskStop()), NOW)?.what.effect).toBe('stop');
});
