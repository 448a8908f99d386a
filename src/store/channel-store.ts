import { z } from 'zod';
import { channelKey, G2, paceKey, sortable } from './keys.ts';
import type { Item, Table } from './table.ts';

const pausedSchema = z.object({
  /** A sentence for people. */
  why: z.string(),
  sinceMs: z.number(),
  /** When it is tried again. */
  untilMs: z.number(),
  /** How often it was tried while paused. */
  tries: z.number(),
});
export type ChannelPause = Readonly<z.infer<typeof pausedSchema>>;

const channelSchema = z.object({
  dest: z.string(),
  /** Who sends there now; the lease is over at `leaseUntilMs`. Absent after an orderly release. */
  owner: z.string().optional(),
  leaseUntilMs: z.number().default(0),
  /** Rises by one with every new owner. */
  epoch: z.number().default(0),
  /** How often somebody has announced work. */
  marks: z.number().default(0),
  markedAtMs: z.number().default(0),
  paused: pausedSchema.optional(),
  /** Per bucket of the pacing, the moment it has recovered; milliseconds since 1970. */
  pace: z.record(z.string(), z.number()).default({}),
});

/** One channel: who sends there, at what pace, what stops it. */
export type ChannelRecord = Readonly<z.infer<typeof channelSchema>>;

/** Per bucket of the pacing, the moment it has recovered. */
export type Pace = ChannelRecord['pace'];

/** The channels that messages go to: leases, announcements of work, pauses, pace. */
export interface ChannelStore {
  get(dest: string): Promise<ChannelRecord | undefined>;
  /** Announces that something is due; after the messages are written, never before. */
  mark(dest: string, nowMs: number): Promise<ChannelRecord>;
  /** Makes `owner` the sender until `untilMs` if nobody became it since `seen`. `undefined`: somebody did. */
  acquire(seen: ChannelRecord, owner: string, untilMs: number): Promise<ChannelRecord | undefined>;
  /** Keeps the lease and writes the pace down. `undefined`: the lease is lost. */
  renew(held: ChannelRecord, untilMs: number, pace: Pace): Promise<ChannelRecord | undefined>;
  /** Gives the lease back. False: lost, or work was announced since `held`. `nextMs` undefined: nothing to come. */
  release(held: ChannelRecord, nextMs: number | undefined, pace: Pace): Promise<boolean>;
  /** The owner begins, prolongs or ends (`undefined`) a pause. `undefined`: the lease is lost. */
  pause(held: ChannelRecord, paused: ChannelPause | undefined): Promise<ChannelRecord | undefined>;
  /** Ends a pause, whoever owns the channel, and announces work. */
  resume(dest: string, nowMs: number): Promise<void>;
  /** Channels with something due by then, longest due first; from an index that may lag. */
  due(byMs: number, limit: number): Promise<readonly ChannelRecord[]>;
  /** All channels with something to come. */
  busy(limit: number): Promise<readonly ChannelRecord[]>;
  /** The moment the shared pace of a workspace has recovered; 0 when nothing was used yet. */
  pace(platform: string, tenant: string): Promise<number>;
  /** False: somebody else changed it since `seen`. */
  setPace(platform: string, tenant: string, seen: number, next: number): Promise<boolean>;
}

/** The channels in the table. */
export function makeChannelStore(table: Table): ChannelStore {
  return { ...channels(table), ...paces(table) };
}

function channels(table: Table): Omit<ChannelStore, 'pace' | 'setPace'> {
  const listed = async (upTo: string | undefined, limit: number): Promise<readonly ChannelRecord[]> => {
    const range = { index: 'g2', pk: G2.channels, limit, ...(upTo ? { upTo } : {}) } as const;
    return (await table.query(range)).map(toChannel);
  };
  return {
    async get(dest) {
      const item = await table.get(channelKey(dest));
      return item && toChannel(item);
    },
    mark: (dest, nowMs) => mark(table, dest, nowMs),

    async acquire(seen, owner, untilMs) {
      const set = {
        dest: seen.dest,
        owner,
        leaseUntilMs: untilMs,
        epoch: seen.epoch + 1,
        ...indexed(untilMs),
      };
      const item = await table.update(channelKey(seen.dest), { set }, epochIs(seen));
      return item && toChannel(item);
    },

    async renew(held, untilMs, pace) {
      const change = { set: { pace, leaseUntilMs: untilMs, ...indexed(untilMs) } };
      const item = await table.update(channelKey(held.dest), change, epochIs(held));
      return item && toChannel(item);
    },

    async release(held, nextMs, pace) {
      const set = { pace, leaseUntilMs: 0, ...(nextMs === undefined ? {} : indexed(nextMs)) };
      const remove = ['owner', ...(nextMs === undefined ? ['g2pk', 'g2sk'] : [])];
      const condition = { ...epochIs(held), marks: held.marks === 0 ? undefined : held.marks };
      return (await table.update(channelKey(held.dest), { set, remove }, condition)) !== undefined;
    },

    async pause(held, paused) {
      const change = paused ? { set: { paused } } : { remove: ['paused'] };
      const item = await table.update(channelKey(held.dest), change, epochIs(held));
      return item && toChannel(item);
    },

    async resume(dest, nowMs) {
      await table.update(channelKey(dest), { set: { dest }, remove: ['paused'] });
      await mark(table, dest, nowMs);
    },

    due: (byMs, limit) => listed(sortable(byMs), limit),
    busy: (limit) => listed(undefined, limit),
  };
}

async function mark(table: Table, dest: string, nowMs: number): Promise<ChannelRecord> {
  const set = { dest, markedAtMs: nowMs, ...indexed(nowMs) };
  const item = await table.update(channelKey(dest), { set, add: { marks: 1 } });
  if (!item) throw new TypeError('An unconditional update always gives the item.');
  return toChannel(item);
}

function paces(table: Table): Pick<ChannelStore, 'pace' | 'setPace'> {
  return {
    async pace(platform, tenant) {
      return Number((await table.get(paceKey(platform, tenant)))?.recoveredMs ?? 0);
    },

    async setPace(platform, tenant, seen, next) {
      const condition = { recoveredMs: seen === 0 ? undefined : seen };
      const set = { recoveredMs: next };
      return (await table.update(paceKey(platform, tenant), { set }, condition)) !== undefined;
    },
  };
}

function toChannel(item: Item): ChannelRecord {
  return channelSchema.parse(item);
}

function indexed(atMs: number): { g2pk: string; g2sk: string } {
  return { g2pk: G2.channels, g2sk: sortable(atMs) };
}

function epochIs(seen: ChannelRecord): { epoch: number | undefined } {
  return { epoch: seen.epoch === 0 ? undefined : seen.epoch };
}
