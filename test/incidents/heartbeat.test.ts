import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeBacklog } from '../../src/incidents/backlog.ts';
import { type Heartbeat, makeHeartbeat } from '../../src/incidents/heartbeat.ts';
import type { IncidentEvent } from '../../src/incidents/incident-event.ts';
import { makeHeartbeatStore } from '../../src/store/heartbeat-store.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 2);
const spoke = { accountId: '111122223333', region: 'eu-west-1' };

let nowMs: number;
let caughtUpMs: number | undefined;
let absorbed: IncidentEvent[];
let table: ReturnType<typeof makeMemoryTable>;
let isDown: boolean;
beforeEach(() => {
  nowMs = START;
  caughtUpMs = START;
  absorbed = [];
  isDown = false;
  table = makeMemoryTable({ now: () => nowMs });
});

function boot(expected: readonly (typeof spoke)[] = []): Heartbeat {
  return makeHeartbeat({
    store: makeHeartbeatStore(table),
    absorb: async (events) => {
      if (isDown) throw new Error('the store is away');
      absorbed.push(...events);
    },
    backlog: { caughtUpSinceMs: () => caughtUpMs },
    canaryMs: 5 * MINUTE,
    expected,
    clock: { now: () => nowMs },
    log: keepLog().log,
  });
}
const told = () => absorbed.map(({ ends }) => (ends ? 'back' : 'silent'));
/** Signs of life each `everyMs`, the last one at the present moment, which moves on with them. */
async function beat(heartbeat: Heartbeat, count: number, everyMs = MINUTE): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    nowMs += everyMs;
    await heartbeat.seen({ ...spoke, atMs: nowMs });
  }
}
async function passMinutes(count: number, ...heartbeats: Heartbeat[]): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    nowMs += MINUTE;
    for (const heartbeat of heartbeats) await heartbeat.check();
  }
}

describe('an account that sends signs of life', () => {
  it('is silent after five minutes, once, and ends it by coming back', async () => {
    const heartbeat = boot();
    await beat(heartbeat, 5);
    await passMinutes(4, heartbeat);
    expect(told()).toEqual([]);
    await passMinutes(5, heartbeat);
    expect(told()).toEqual(['silent']);
    await beat(heartbeat, 1);
    await passMinutes(2, heartbeat);
    expect(told()).toEqual(['silent', 'back']);
    const [silent, back] = absorbed;
    expect(silent).toMatchObject({
      name: 'DECKHAND_SPOKE_SILENT',
      subject: 'canary',
      service: undefined,
      ...spoke,
    });
    expect(back).toMatchObject({ name: 'DECKHAND_SPOKE_BACK', subject: 'canary', ends: true });
    expect(back?.atMs).toBeGreaterThan(silent?.atMs ?? 0);
  });

  it('may pause three times as long as it usually does', async () => {
    const heartbeat = boot();
    await beat(heartbeat, 6, 10 * MINUTE);
    await passMinutes(29, heartbeat);
    expect(told()).toEqual([]);
    await passMinutes(1, heartbeat);
    expect(told()).toEqual(['silent']);
  });

  it('is silent again as another incident', async () => {
    const heartbeat = boot();
    for (let time = 0; time < 2; time += 1) {
      await beat(heartbeat, 6);
      await passMinutes(6, heartbeat);
    }
    await beat(heartbeat, 1);
    await heartbeat.check();
    expect(told()).toEqual(['silent', 'back', 'silent', 'back']);
    expect(new Set(absorbed.map(({ id }) => id)).size).toBe(4);
  });

  it('comes back after the silence was noticed, even with a sign that was sent before', async () => {
    const heartbeat = boot();
    await beat(heartbeat, 1);
    await passMinutes(6, heartbeat);
    await heartbeat.seen({ ...spoke, atMs: nowMs - 4 * MINUTE });
    nowMs += MINUTE;
    await heartbeat.check();
    expect(told()).toEqual(['silent', 'back']);
    expect(absorbed[1]?.atMs).toBeGreaterThan(absorbed[0]?.atMs ?? 0);
  });

  it('cannot hide its silence behind a clock that is ahead', async () => {
    const heartbeat = boot();
    await heartbeat.seen({ ...spoke, atMs: nowMs + 3 * 60 * MINUTE });
    await passMinutes(6, heartbeat);
    expect(told()).toEqual(['silent']);
  });
});

describe('an account that was never heard of', () => {
  it('is no incident, unless it must send', async () => {
    await passMinutes(30, boot());
    expect(told()).toEqual([]);
    await passMinutes(6, boot([spoke]));
    expect(told()).toEqual(['silent']);
  });

  it('that must send ends it with its first sign', async () => {
    const heartbeat = boot([spoke]);
    await passMinutes(6, heartbeat);
    await beat(heartbeat, 1);
    await heartbeat.check();
    expect(told()).toEqual(['silent', 'back']);
  });
});

describe('after our own absence', () => {
  it('nobody is silent while the queue still brings what waited, nor for five minutes after', async () => {
    await beat(boot(), 3);
    const heartbeat = boot();
    nowMs += 60 * MINUTE;
    caughtUpMs = undefined;
    await passMinutes(3, heartbeat);
    caughtUpMs = nowMs;
    await passMinutes(4, heartbeat);
    expect(told()).toEqual([]);
    await passMinutes(1, heartbeat);
    expect(told()).toEqual(['silent']);
  });

  it('a silence that was noticed but not stored as an event is told by the next process', async () => {
    const heartbeat = boot();
    await beat(heartbeat, 1);
    isDown = true;
    nowMs += 6 * MINUTE;
    await expect(heartbeat.check()).rejects.toThrow('the store is away');
    isDown = false;
    await boot().check();
    expect(told()).toEqual(['silent']);
  });

  it('one that ended meanwhile is told and ended at once', async () => {
    const heartbeat = boot();
    await beat(heartbeat, 1);
    isDown = true;
    nowMs += 6 * MINUTE;
    await expect(heartbeat.check()).rejects.toThrow('the store is away');
    isDown = false;
    await beat(boot(), 1);
    await boot().check();
    expect(told()).toEqual(['silent', 'back']);
  });
});

it('two replicas that share the signs of life conclude the same events, whoever hears which', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 4, maxLength: 20 }), async (hearers) => {
      nowMs = START;
      caughtUpMs = START;
      absorbed = [];
      table = makeMemoryTable({ now: () => nowMs });
      const [one, two] = [boot(), boot()];
      for (const isFirst of hearers) {
        nowMs += MINUTE;
        await (isFirst ? one : two).seen({ ...spoke, atMs: nowMs });
        await one.check();
        await two.check();
      }
      expect(told()).toEqual([]);
      await passMinutes(7, one, two);
      expect(new Set(absorbed.map(({ id }) => id)).size).toBe(1);
    }),
    { numRuns: 50 },
  );
});

it('signs of life cost at most one write in half a minute', async () => {
  const heartbeat = boot();
  let writes = 0;
  const before = table.put.bind(table);
  table.put = (...parameters) => {
    writes += 1;
    return before(...parameters);
  };
  await beat(heartbeat, 60, 1_000);
  expect(writes).toBeLessThanOrEqual(2);
});

describe('the backlog', () => {
  const backlog = makeBacklog({ now: () => nowMs });

  it('is unknown until the queue has answered, and while what waited is coming', () => {
    expect(backlog.caughtUpSinceMs()).toBeUndefined();
    backlog.received(20 * MINUTE);
    expect(backlog.caughtUpSinceMs()).toBeUndefined();
    nowMs += 1_000;
    backlog.received();
    expect(backlog.caughtUpSinceMs()).toBe(nowMs);
    const sinceMs = nowMs;
    nowMs += 20_000;
    backlog.received(500);
    expect(backlog.caughtUpSinceMs()).toBe(sinceMs);
  });

  it('is unknown while the queue cannot be reached, and for a queue that nobody asks', () => {
    backlog.received();
    backlog.failed();
    expect(backlog.caughtUpSinceMs()).toBeUndefined();
    backlog.received();
    nowMs += 2 * MINUTE;
    expect(backlog.caughtUpSinceMs()).toBeUndefined();
    backlog.received();
    expect(backlog.caughtUpSinceMs()).toBe(nowMs);
  });
});
