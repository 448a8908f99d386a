import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeIncidentStore } from '../../src/store/incident-store.ts';
import { makeTable } from '../../src/store/table.ts';
import { startTestStore, type TestStore } from '../store/dynalite.ts';
import { ACCOUNT, raw, understood } from './events.ts';
import { openWorld } from './world.ts';

const BEGIN_MS = Date.parse('2026-11-20T01:00:00Z');

/** A storm of one service in which no reason is like another, each as long as is kept. */
function storm(count: number) {
  return Array.from({ length: count }, (_, at) => {
    const time = new Date(BEGIN_MS + at * 1000).toISOString();
    const words = Array.from({ length: 190 }, (_w, n) =>
      ((at * 7919 * 7919 + n * n * 104_729 + n * 15_485_863) % 1_679_616).toString(36),
    );
    const reason = `ResourceInitializationError: request ${at} failed: ${words.join(' ')}`;
    return understood(
      raw({
        time,
        resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/web`],
        detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_START_IMPAIRED', createdAt: time, reason },
      }),
    );
  });
}

describe('the record of a service whose every failure has another long reason', () => {
  let server: TestStore;
  beforeAll(async () => {
    server = await startTestStore();
  });
  afterAll(() => server.close());

  test('fits the table, and counts all of them', async () => {
    const table = makeTable({ ...server, clock: { now: () => Date.parse('2026-11-20T09:00:30Z') } });
    const world = openWorld({
      store: makeIncidentStore(table, () => Date.parse('2026-11-20T09:00:30Z')),
      want: async () => undefined,
    });
    const events = storm(900);
    for (let at = 0; at < events.length; at += 100) {
      const results = await world.incidents.absorb(events.slice(at, at + 100));
      expect(results.filter(({ done }) => !done)).toEqual([]);
    }
    expect(await world.incidents.open()).toMatchObject([{ count: 900 }]);
  });
});

test('an incident of many reasons asks for no more than a few groups', async () => {
  const asked = new Set<string>();
  const world = openWorld({
    groups: {
      get: async (key) => void asked.add(key),
      save: async () => true,
      markTold: async () => true,
      dirty: async () => [],
    },
    want: async () => undefined,
  });
  const hosts = Array.from(
    { length: 40 },
    (_, at) => `dial tcp db-${at}.example.com:5432: connection refused`,
  );
  await world.incidents.absorb(
    hosts.map((reason, at) => {
      const time = new Date(BEGIN_MS + at * 1000).toISOString();
      return understood(
        raw({
          time,
          detail: { eventType: 'ERROR', eventName: 'SERVICE_TASK_START_IMPAIRED', createdAt: time, reason },
        }),
      );
    }),
  );
  await world.incidents.idle();
  expect(asked.size).toBeGreaterThan(0);
  expect(asked.size).toBeLessThanOrEqual(10);
});
