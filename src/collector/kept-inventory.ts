import { sentenceFor } from '../domain/errors.ts';
import type { InventoryChange, InventoryStore } from '../store/inventory-store.ts';
import type { Log } from '../telemetry/log.ts';
import { CLOCK_SKEW_MS, nameKey, type RegionChanges } from './changes.ts';
import type { ServiceName } from './inventory.ts';
import type { RegionMemory } from './region-memory.ts';

export interface KeptInventoryOptions {
  readonly store: InventoryStore;
  /** `account/region` */
  readonly place: string;
  readonly memory: RegionMemory;
  readonly changes: RegionChanges;
  readonly now: () => number;
  readonly log: Pick<Log, 'debug' | 'warn'>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Within this time what other replicas saw is not asked for again. */
const SYNC_MS = 5000;
/** A generation is written at most this often; in between the marks of changed services say what it lacks. */
const SAVE_MS = 60 * 60 * 1000;

/**
 * One region's memory and the table. The table only saves calls: whatever fails here is logged, and the region is
 * read from AWS.
 */
export class KeptInventory {
  readonly #options: KeptInventoryOptions;
  #generation: string | undefined;
  #savedAtMs: number | undefined;
  #syncedAtMs: number | undefined;
  #syncing: Promise<void> | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: KeptInventoryOptions) {
    this.#options = options;
  }

  /** Brings the memory up to what any replica has kept. */
  async sync(): Promise<void> {
    const nowMs = this.#options.now();
    if (this.#syncedAtMs !== undefined && nowMs - this.#syncedAtMs < SYNC_MS) return;
    this.#syncing ??= this.#attempt('the kept inventory could not be read', () => this.#load()).finally(
      () => {
        this.#syncedAtMs = this.#options.now();
        this.#syncing = undefined;
      },
    );
    await this.#syncing;
  }

  async #load(): Promise<void> {
    const { store, place, memory, changes, now } = this.#options;
    const kept = await store.load(place, this.#generation);
    if (kept) {
      const nowMs = now();
      const heardAtMs = memory.adopt(kept.lines, nowMs - DAY_MS, nowMs + CLOCK_SKEW_MS);
      if (heardAtMs !== undefined) changes.heard(Math.min(heardAtMs, nowMs));
      this.#generation = kept.generation;
      this.#savedAtMs = kept.atMs;
    }
    const latestMs = now() + CLOCK_SKEW_MS;
    changes.adopt((await store.changes(place)).filter(({ atMs }) => atMs <= latestMs));
  }

  /** Keeps the memory if what is kept has become old. Resolves at once; the writing goes on by itself. */
  saveIfOld(): void {
    const nowMs = this.#options.now();
    if (this.#saving || (this.#savedAtMs !== undefined && nowMs - this.#savedAtMs < SAVE_MS)) return;
    this.#savedAtMs = nowMs;
    this.#saving = this.#attempt('the inventory could not be kept', () => this.#save(nowMs)).finally(() => {
      this.#saving = undefined;
    });
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    await this.#saving;
  }

  async #save(nowMs: number): Promise<void> {
    const { store, place, memory, changes } = this.#options;
    const generation = await store.save(place, memory.toLines(changes.heardAtMs), nowMs);
    if (generation === undefined) return;
    this.#generation = generation;
    const marks = await store.changes(place);
    await store.forgetChanges(
      place,
      marks.filter((mark) => this.#holds(mark)),
    );
  }

  /** What was read clearly after the change is in the generation that was just written. */
  #holds({ service, atMs }: InventoryChange): boolean {
    const readAtMs = this.#options.memory.details.get(service)?.atMs;
    return readAtMs !== undefined && readAtMs > atMs + CLOCK_SKEW_MS;
  }

  /** Lets every replica know that a service has changed. */
  async markChanged(name: ServiceName, atMs: number): Promise<void> {
    const { store, place } = this.#options;
    await this.#attempt('a change could not be shared', () =>
      store.markChanged(place, { service: nameKey(name), atMs }),
    );
  }

  async #attempt(message: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn(
        { err: error, place: this.#options.place, why: sentenceFor(error).message },
        message,
      );
    }
  }
}
