import type { Incident, IncidentTarget } from '../domain/incident.ts';
import type { IncidentRecord } from '../domain/incident-log.ts';
import type { Clock } from '../domain/time.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { Versioned } from '../store/versioned.ts';
import type { FoldSettings } from './fold.ts';
import { compact, emptyRecord, incidentsOf, type Told, tell, withNumbers } from './record.ts';
import { slotOf } from './slot-name.ts';
import { isToldOtherwise, isUrgent, newsIn, saveOf, type TellingOptions, withTelling } from './telling.ts';

export interface SlotOptions extends TellingOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
}

/** A record as it was written, and what it was before. */
export interface Written {
  readonly slot: string;
  readonly version: number;
  readonly told: Told;
  /** Somebody waits for it: a new incident, another state or severity. Counts alone may wait a moment. */
  readonly isUrgent: boolean;
  /** Open incidents that were not open before, or have another cause now. */
  readonly news: readonly Incident[];
}

/** The one way an incident changes: read, change, write if nobody wrote meanwhile. */
export interface Slots {
  /**
   * `change` is pure and may run several times; undefined means that nothing changes. `earliestMs` is the time of the
   * oldest event that it adds; a change that adds none is asked again of the table before it counts as nothing.
   * @returns what was written; undefined when nothing changed.
   * @throws Unreachable, Throttled
   */
  update(target: IncidentTarget, change: Change, earliestMs?: number): Promise<Written | undefined>;
  /** Asks again where the open incidents of a record are told: quiet hours end, mutes come and go. */
  replan(record: IncidentRecord): Promise<Written | undefined>;
  /** As it stands in the table. */
  read(slot: string): Promise<Told | undefined>;
}

/** `gone` holds the keys of events that have left the record and may be delivered once more. */
export type Change = (told: Told, gone: ReadonlySet<string>) => Told | undefined;

const NO_KEYS: ReadonlySet<string> = new Set();

/** How many writers may get in the way of one change before its cause has to come again. */
const ATTEMPTS = 12;
/** Records kept in memory, so that an event of a storm costs a write and no read. */
const KEPT = 500;

type Kept = { readonly told: Told; readonly version: number };

/** Slots over the store; of the changes to one slot in this process one runs at a time. */
export function makeSlots(options: SlotOptions): Slots {
  return new StoredSlots(options);
}

class StoredSlots implements Slots {
  readonly #o: SlotOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: SlotOptions) {
    this.#o = options;
  }

  update(target: IncidentTarget, change: Change, earliestMs?: number): Promise<Written | undefined> {
    return inTurn(this.#turns, slotOf(target), () => this.#update(target, change, earliestMs));
  }

  async replan(record: IncidentRecord): Promise<Written | undefined> {
    if (!(await isToldOtherwise(record, this.#o))) return undefined;
    return this.update(record.target, (told) => ({ ...told }));
  }

  async read(slot: string): Promise<Told | undefined> {
    return toKept(await this.#o.store.current(slot), this.#o.settings)?.told;
  }

  async #update(
    target: IncidentTarget,
    change: Change,
    earliestMs = Number.POSITIVE_INFINITY,
  ): Promise<Written | undefined> {
    const slot = slotOf(target);
    const numbers: number[] = [];
    try {
      for (let tries = 0; tries < ATTEMPTS; tries += 1) {
        const result = await this.#attempt(target, { change, earliestMs }, numbers);
        if (result !== 'late') return result === 'nothing' ? undefined : result;
      }
    } catch (error) {
      // Whether the write happened is not known: what is in memory may be old.
      this.#kept.delete(slot);
      throw error;
    }
    throw new Error(`The incident of ${slot} changes too fast to be written.`);
  }

  async #attempt(
    target: IncidentTarget,
    { change, earliestMs }: { readonly change: Change; readonly earliestMs: number },
    numbers: number[],
  ): Promise<Written | 'nothing' | 'late'> {
    const { store, settings, clock } = this.#o;
    const slot = slotOf(target);
    const seen = await this.#load(target);
    // Only what is stored may be folded up: the key of anything else would say that it had been taken in.
    const { told: short, dropped } = compact(seen.told, settings);
    const untilMs = short.record.base?.untilMs ?? Number.NEGATIVE_INFINITY;
    const gone = earliestMs <= untilMs ? new Set([...(await store.seen(slot)), ...dropped]) : NO_KEYS;
    const changed = change(short, gone);
    if (changed === undefined) return this.#isCertain(slot, earliestMs) ? 'nothing' : 'late';
    const numbered = await withNumbers(
      changed,
      taking(numbers, () => store.nextNumber(slot)),
      settings,
    );
    const version = seen.version + 1;
    const told = await withTelling(seen.told, numbered, version, this.#o);
    if (dropped.length > 0) await store.keepSeen(slot, untilMs, dropped);
    if (!(await store.save(slot, seen.version, told.record, saveOf(told, clock)))) {
      this.#kept.delete(slot);
      return 'late';
    }
    this.#keep(slot, { told, version });
    const [before, after] = [incidentsOf(seen.told), incidentsOf(told)];
    return { slot, version, told, isUrgent: isUrgent(before, after), news: newsIn(before, after) };
  }

  async #load(target: IncidentTarget): Promise<Kept> {
    const { store, settings } = this.#o;
    const slot = slotOf(target);
    const found = this.#kept.get(slot) ?? toKept(await store.current(slot), settings);
    return found ?? { told: tell(emptyRecord(target), settings), version: 0 };
  }

  /** That an event is there already stays true; anything else that memory says may have changed meanwhile. */
  #isCertain(slot: string, earliestMs: number): boolean {
    return earliestMs !== Number.POSITIVE_INFINITY || !this.#kept.delete(slot);
  }

  #keep(slot: string, value: Kept): void {
    this.#kept.delete(slot);
    this.#kept.set(slot, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** Takes a new number for each call, and the same ones again in the next attempt. */
function taking(numbers: number[], next: () => Promise<number>): () => Promise<number> {
  let used = 0;
  return async () => {
    const number = numbers[used] ?? (await next());
    numbers[used] = number;
    used += 1;
    return number;
  };
}

async function inTurn<T>(
  turns: Map<string, Promise<unknown>>,
  slot: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = turns.get(slot) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  turns.set(slot, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(slot) === settled) turns.delete(slot);
  }
}

function toKept(found: Versioned<IncidentRecord> | undefined, settings: FoldSettings): Kept | undefined {
  return found && { told: tell(found.value, settings), version: found.version };
}
