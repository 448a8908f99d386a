import { pino } from 'pino';
import type { Card } from '../../src/cards/card.ts';
import { DELIVERY_DEFAULTS, type DeliverySettings } from '../../src/domain/delivery-settings.ts';
import { type Destination, destinationKey, type WantedMessage } from '../../src/messaging/messenger.ts';
import { makeOutbox, type Outbox } from '../../src/messaging/outbox.ts';
import { makeChannelStore } from '../../src/store/channel-store.ts';
import type { Key } from '../../src/store/keys.ts';
import { makeOutboxStore } from '../../src/store/outbox-store.ts';
import type { Table } from '../../src/store/table.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { Mortal } from './mortal.ts';
import { type Request, SimulatedChat } from './simulated-chat.ts';
import { seeded, VirtualTime } from './virtual-time.ts';

export const silentLog = pino({ level: 'silent' });

export interface Process {
  readonly mortal: Mortal;
  readonly outbox: Outbox;
}

/** Everything around the outbox, simulated: time, table, two platforms, processes that die. */
export interface World {
  readonly time: VirtualTime;
  readonly table: Table;
  readonly slack: SimulatedChat;
  readonly teams: SimulatedChat;
  readonly random: () => number;
  /** Every message id that was ever written down. */
  readonly known: ReadonlySet<string>;
  /** Requests to the table. */
  readonly asked: { readonly count: number };
  readonly parked: { dest: string; key: string | undefined; why: string }[];
  /** A new process with an outbox that is started. */
  readonly boot: () => Process;
}

export function makeWorld(
  seed: number,
  overrides: {
    readonly table?: Table;
    readonly time?: VirtualTime;
    readonly settings?: DeliverySettings;
    /** How far the indexes are behind the table, in milliseconds. */
    readonly indexLagMs?: number;
  } = {},
): World {
  const time = overrides.time ?? new VirtualTime();
  const known = new Set<string>();
  const asked = { count: 0 };
  const table = noting(overrides.table ?? lagging(time, overrides.indexLagMs ?? 0), known, asked);
  const random = seeded(seed);
  const [slack, teams] = [new SimulatedChat(time, 'slack'), new SimulatedChat(time, 'teams')];
  const parked: World['parked'] = [];
  let booted = 0;

  function boot(): Process {
    booted += 1;
    const mortal = new Mortal(time, () => random() * 4);
    const own = overrides.table ? table : mortal.table(table);
    const outbox = makeOutbox({
      store: { outbox: makeOutboxStore(own), channels: makeChannelStore(own) },
      messengers: [mortal.messenger(slack.messenger()), mortal.messenger(teams.messenger())],
      clock: time,
      timers: mortal.timers(),
      settings: overrides.settings ?? DELIVERY_DEFAULTS,
      log: silentLog,
      owner: `process-${booted}`,
      onParked: ({ dest, key, why }) => parked.push({ dest: destinationKey(dest), key, why }),
    });
    outbox.start();
    return { mortal, outbox };
  }

  return { time, table, slack, teams, random, known, asked, parked, boot };
}

/** The table, noting every id that an outbox record holds, and how often it is asked. */
function noting(table: Table, known: Set<string>, asked: { count: number }): Table {
  const counted = <A extends unknown[], R>(method: (...args: A) => R) => {
    return (...args: A): R => {
      asked.count += 1;
      return method(...args);
    };
  };
  const put: Table['put'] = async (item, condition) => {
    const written = await table.put(item, condition);
    if (written && item.pk.startsWith('OUT#') && typeof item.body === 'string') {
      const { have, strays } = JSON.parse(item.body) as { have?: { id: string }; strays: string[] };
      for (const id of [...(have ? [have.id] : []), ...strays]) known.add(id);
    }
    return written;
  };
  return {
    get: counted((key) => table.get(key)),
    put: counted(put),
    update: counted((...args) => table.update(...args)),
    delete: counted((...args) => table.delete(...args)),
    query: counted((range) => table.query(range)),
  };
}

/** A table in memory whose indexes show what it held a while ago. */
function lagging(time: VirtualTime, lagMs: number): Table {
  const table = makeMemoryTable(time);
  if (lagMs === 0) return table;
  const shown = makeMemoryTable(time);
  const show = async <T>(key: Key, writing: Promise<T>): Promise<T> => {
    const result = await writing;
    const item = await table.get(key);
    time.after(lagMs, () => void (item ? shown.put(item) : shown.delete(key)));
    return result;
  };
  return {
    get: (key) => table.get(key),
    put: (item, condition) => show(item, table.put(item, condition)),
    update: (key, ...rest) => show(key, table.update(key, ...rest)),
    delete: (key, condition) => show(key, table.delete(key, condition)),
    query: (range) => (range.index ? shown : table).query(range),
  };
}

export const slackChannel = (channel: string): Destination => ({ platform: 'slack', tenant: 'T1', channel });
export const teamsChannel = (channel: string): Destination => ({ platform: 'teams', tenant: 'N1', channel });

export function cardOf(title: string): Card {
  return { title, tone: 'info', summary: title, blocks: [] };
}

export function message(
  dest: Destination,
  key: string,
  rev = 1,
  more: Partial<WantedMessage> = {},
): WantedMessage {
  return { dest, key, rev, card: cardOf(`${key} r${rev}`), ...more };
}

/** The greatest number of requests in any window of this length. */
export function mostWithin(requests: readonly Request[], windowMs: number): number {
  let most = 0;
  for (let from = 0, to = 0; to < requests.length; to += 1) {
    while ((requests[to]?.atMs ?? 0) - (requests[from]?.atMs ?? 0) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
