import { beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../src/cards/card.ts';
import { toText } from '../../src/cli/text/index.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { makeAway } from '../../src/incidents/away.ts';
import type { WantedMessage } from '../../src/messaging/messenger.ts';
import { makeAliveStore } from '../../src/store/alive-store.ts';
import { keepLog } from '../kept-log.ts';
import { slackChannel } from '../messaging/world.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 2, 10);
const OPS = slackChannel('C-ops');
const NO_CARD: Card = { title: '', tone: 'info', summary: '', blocks: [] };

let nowMs: number;
let caughtUpMs: number | undefined;
let wanted: WantedMessage[];
let open: Incident[];
let closed: Incident[];
let table: ReturnType<typeof makeMemoryTable>;
let isRefused: boolean;
beforeEach(() => {
  nowMs = START;
  caughtUpMs = START;
  wanted = [];
  open = [];
  closed = [];
  isRefused = false;
  table = makeMemoryTable({ now: () => nowMs });
});

const boot = () =>
  makeAway({
    store: makeAliveStore(table),
    incidents: { open: async () => open, recentlyClosed: async () => closed },
    want: async (messages) => {
      if (isRefused) throw new Error('the store is away');
      wanted.push(...messages);
    },
    destinations: [OPS],
    backlog: { caughtUpSinceMs: () => caughtUpMs },
    clock: { now: () => nowMs },
    log: keepLog().log,
  });
const keys = () => wanted.map(({ key }) => key);

async function live(minutes: number, ...processes: (() => Promise<void>)[]): Promise<void> {
  for (let half = 0; half < minutes * 2; half += 1) {
    for (const beat of processes) await beat();
    nowMs += MINUTE / 2;
  }
}

function incident(number: number, change: Partial<Incident>): Incident {
  return {
    id: `production/eu-west-1/core/web-${number}#${number}`,
    number,
    target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: `web-${number}` },
    severity: 'high',
    cause: 'SERVICE_TASK_START_IMPAIRED',
    title: 'Tasks cannot start reliably',
    state: 'open',
    openedAtMs: START - 60 * MINUTE,
    lastSeenAtMs: START,
    count: 1,
    facts: [],
    version: 1,
    ...change,
  };
}

describe('after an absence', () => {
  it('one message tells of it, and only one', async () => {
    await live(5, boot());
    const lastMs = nowMs - MINUTE / 2;
    nowMs = lastMs + 21 * MINUTE;
    await live(5, boot());
    expect(keys()).toEqual([`away/${lastMs}`]);
    expect(wanted[0]?.dest).toEqual(OPS);
    expect(wanted[0]?.card.title).toContain('away for 21 min');
  });

  it('the message tells what began, what ended and what goes on, without tests and parts of groups', async () => {
    await live(1, boot());
    const from = nowMs;
    nowMs += 20 * MINUTE;
    open = [incident(1, {}), incident(2, { openedAtMs: from + MINUTE }), incident(3, { isTest: true })];
    const over = (atMs: number) => ({ state: 'resolved' as const, resolved: { atMs, how: 'Steady again' } });
    closed = [
      incident(4, over(from + 2 * MINUTE)),
      incident(5, over(from - 2 * MINUTE)),
      incident(6, { ...over(from + 2 * MINUTE), merged: { into: 'x', number: 1 } }),
    ];
    await boot()();
    const [, begun = '', ended = '', before = ''] = toText(wanted[0]?.card ?? NO_CARD).split(
      /^(?:New|Resolved meanwhile|Still open)$/m,
    );
    const numbers = (text: string) => [...text.matchAll(/#(\d+)/g)].map(([, number]) => Number(number));
    expect([begun, ended, before].map(numbers)).toEqual([[2], [4], [1]]);
  });

  it('the message waits for what waited in the queue, a minute at most', async () => {
    await live(1, boot());
    nowMs += 20 * MINUTE;
    caughtUpMs = undefined;
    const beat = boot();
    await beat();
    nowMs += MINUTE / 2;
    await beat();
    expect(keys()).toEqual([]);
    nowMs += MINUTE / 2;
    await beat();
    expect(keys()).toHaveLength(1);
  });

  it('what a process noticed and could not tell is told by the next one, under the same key', async () => {
    await live(1, boot());
    const lastMs = nowMs - MINUTE / 2;
    nowMs += 20 * MINUTE;
    isRefused = true;
    await expect(boot()()).rejects.toThrow('the store is away');
    isRefused = false;
    nowMs += MINUTE;
    await live(1, boot());
    expect(keys()).toEqual([`away/${lastMs}`]);
  });

  it('one that ends before it could tell makes the absence longer, not another one', async () => {
    await live(1, boot());
    const lastMs = nowMs - MINUTE / 2;
    nowMs += 20 * MINUTE;
    isRefused = true;
    await expect(boot()()).rejects.toThrow('the store is away');
    isRefused = false;
    nowMs += 20 * MINUTE;
    await live(1, boot());
    expect(keys()).toEqual([`away/${lastMs}`]);
  });

  it('of two that come back together both may tell, under one key', async () => {
    await live(1, boot());
    nowMs += 20 * MINUTE;
    await live(2, boot(), boot());
    await Promise.all([boot()(), boot()()]);
    expect(new Set(keys()).size).toBe(1);
  });
});

it.each([
  ['a first start ever', 0, 0],
  ['a restart within three minutes', 1, 3],
])('%s says nothing', async (_, livedMinutes, awayMinutes) => {
  await live(livedMinutes, boot());
  nowMs += awayMinutes * MINUTE - MINUTE / 2;
  await live(2, boot());
  expect(keys()).toEqual([]);
});

it('a process that is gone is no absence while another one lives', async () => {
  const [one, two] = [boot(), boot()];
  await live(2, one, two);
  await live(30, two);
  await live(2, boot(), two);
  expect(keys()).toEqual([]);
});

it('a clock that is set back is no absence', async () => {
  await live(10, boot());
  nowMs -= 60 * MINUTE;
  await live(5, boot());
  expect(keys()).toEqual([]);
});
