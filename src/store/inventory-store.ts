import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import {
  INVENTORY_CHANGE_PREFIX,
  inventoryChangeKey,
  inventoryChunkKey,
  inventoryChunkPrefix,
  inventoryHeadKey,
  sortable,
  TTL_MS,
  taskDefinitionKey,
} from './keys.ts';
import type { Item, Table } from './table.ts';

/** A region's inventory as it was kept: lines of text that only the collector reads. */
export interface KeptInventory {
  readonly generation: string;
  readonly atMs: number;
  readonly lines: readonly string[];
}

/** Something happened to a service after its inventory was read. */
export interface InventoryChange {
  /** `cluster/service` */
  readonly service: string;
  readonly atMs: number;
}

/**
 * What the collector keeps over restarts and shares between replicas, for a day: inventories in pieces of at most
 * 300 KB, and which services have changed since. Task definitions stay for ever. `place` is `account/region`.
 * Every function throws what the table throws.
 */
export interface InventoryStore {
  /** The newest inventory; undefined when there is none, or none newer than the generation that is known. */
  load(place: string, knownGeneration?: string): Promise<KeptInventory | undefined>;
  /**
   * Keeps an inventory. The pieces are written first and the head last, so that a crash leaves the older one whole.
   * @returns its generation; undefined when a newer one is kept already.
   */
  save(place: string, lines: readonly string[], atMs: number): Promise<string | undefined>;
  /** Marks a service as changed at this moment. */
  markChanged(place: string, change: InventoryChange): Promise<void>;
  changes(place: string): Promise<readonly InventoryChange[]>;
  /** Removes marks, each only while it is the one that was seen. */
  forgetChanges(place: string, changes: readonly InventoryChange[]): Promise<void>;
  taskDefinition(arn: string): Promise<string | undefined>;
  keepTaskDefinition(arn: string, text: string): Promise<void>;
}

/** Pieces are this large; DynamoDB takes items of 400 KB. */
const CHUNK_BYTES = 300 * 1024;
const MOST_CHUNKS = 900;
const MOST_CHANGES = 20_000;

/**
 * The collector's records in the table; `systemNow` is the machine's clock, which also removes them. `fleet` tells
 * apart fleets that have the same names.
 */
export function makeInventoryStore(table: Table, systemNow: () => number, fleet = ''): InventoryStore {
  const within = (place: string) => (fleet === '' ? place : `${fleet}/${place}`);
  const expiresAt = () => Math.ceil((systemNow() + TTL_MS.inventory) / 1000);
  return {
    async load(at, knownGeneration) {
      const place = within(at);
      const head = headOf(await table.get(inventoryHeadKey(place)));
      if (head === undefined || head.generation === knownGeneration) return undefined;
      const prefix = inventoryChunkPrefix(head.generation);
      const items = await table.query({ pk: inventoryHeadKey(place).pk, prefix, limit: MOST_CHUNKS });
      const chunks = items.flatMap(({ data }) => (data instanceof Uint8Array ? [data] : []));
      if (chunks.length !== head.chunks) return undefined;
      const text = (await promisify(gunzip)(Buffer.concat(chunks))).toString('utf8');
      return { generation: head.generation, atMs: head.atMs, lines: text.split('\n') };
    },

    async save(at, lines, atMs) {
      const place = within(at);
      const before = await table.get(inventoryHeadKey(place));
      if ((headOf(before)?.atMs ?? 0) >= atMs) return undefined;
      const generation = `${sortable(atMs)}-${randomUUID().slice(0, 8)}`;
      const chunks = cut(await compress(lines));
      for (const [n, data] of chunks.entries()) {
        await table.put({ ...inventoryChunkKey(place, generation, n), data, expiresAt: expiresAt() });
      }
      const head = { generation, chunks: chunks.length, atMs, expiresAt: expiresAt() };
      const seen = headOf(before)?.generation;
      const condition = seen === undefined ? 'absent' : { generation: seen };
      const written = await table.put({ ...inventoryHeadKey(place), ...head }, condition);
      return written ? generation : undefined;
    },

    async markChanged(place, { service, atMs }) {
      await table.put({ ...inventoryChangeKey(within(place), service), atMs, expiresAt: expiresAt() });
    },

    async changes(place) {
      const { pk } = inventoryHeadKey(within(place));
      const items = await table.query({ pk, prefix: INVENTORY_CHANGE_PREFIX, limit: MOST_CHANGES });
      return items.flatMap(({ sk, atMs }) =>
        typeof atMs === 'number' ? [{ service: sk.slice(INVENTORY_CHANGE_PREFIX.length), atMs }] : [],
      );
    },

    async forgetChanges(place, changes) {
      for (const { service, atMs } of changes) {
        await table.delete(inventoryChangeKey(within(place), service), { atMs });
      }
    },

    async taskDefinition(arn) {
      const text = (await table.get(taskDefinitionKey(within(arn))))?.['text'];
      return typeof text === 'string' ? text : undefined;
    },

    async keepTaskDefinition(arn, text) {
      await table.put({ ...taskDefinitionKey(within(arn)), text }, 'absent');
    },
  };
}

function headOf(
  item: Item | undefined,
): { readonly generation: string; readonly chunks: number; readonly atMs: number } | undefined {
  if (item === undefined) return undefined;
  const { generation, chunks, atMs } = item;
  if (typeof generation !== 'string' || typeof chunks !== 'number' || typeof atMs !== 'number')
    return undefined;
  return { generation, chunks, atMs };
}

/** Line by line, so that a large fleet never stands in memory as one text. */
async function compress(lines: readonly string[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  const separated = lines.map((line, at) => (at === 0 ? line : `\n${line}`));
  for await (const part of Readable.from(separated).pipe(createGzip())) parts.push(part);
  return Buffer.concat(parts);
}

function cut(bytes: Buffer): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    chunks.push(new Uint8Array(bytes.subarray(from, from + CHUNK_BYTES)));
  }
  return chunks;
}
