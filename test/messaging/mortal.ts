import type { Timers } from '../../src/domain/time.ts';
import type { Messenger } from '../../src/messaging/messenger.ts';
import type { Table } from '../../src/store/table.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * A process that may die or freeze at any moment. What it reaches the world with goes through here: after its death
 * nothing of it goes out or comes in any more; while it is frozen, everything waits.
 */
export class Mortal {
  dead = false;
  #frozenUntilMs = 0;
  readonly #time: VirtualTime;
  readonly #latencyMs: () => number;

  constructor(time: VirtualTime, latencyMs: () => number) {
    this.#time = time;
    this.#latencyMs = latencyMs;
  }

  freeze(ms: number): void {
    this.#frozenUntilMs = this.#time.now() + ms;
  }

  timers(): Timers {
    return {
      after: (ms, run) =>
        this.#time.after(ms, () => {
          void this.#alive().then(run);
        }),
    };
  }

  /** The store as this process reaches it: each way takes a while, so that others come in between. */
  table(table: Table): Table {
    return {
      get: (...args) => this.#remote(() => table.get(...args)),
      put: (...args) => this.#remote(() => table.put(...args)),
      update: (...args) => this.#remote(() => table.update(...args)),
      delete: (...args) => this.#remote(() => table.delete(...args)),
      query: (...args) => this.#remote(() => table.query(...args)),
    };
  }

  messenger(messenger: Messenger): Messenger {
    return {
      platform: messenger.platform,
      post: (...args) => this.#through(() => messenger.post(...args)),
      edit: (...args) => this.#through(() => messenger.edit(...args)),
      find: (...args) => this.#through(() => messenger.find(...args)),
      delete: (...args) => this.#through(() => messenger.delete(...args)),
    };
  }

  #remote<T>(call: () => Promise<T>): Promise<T> {
    return this.#through(async () => {
      await this.#time.pause(this.#latencyMs());
      const result = await call();
      await this.#time.pause(this.#latencyMs());
      return result;
    });
  }

  async #through<T>(call: () => Promise<T>): Promise<T> {
    await this.#alive();
    try {
      return await call();
    } finally {
      await this.#alive();
    }
  }

  /** Resolves when the process runs; never, once it is dead. */
  async #alive(): Promise<void> {
    while (!this.dead && this.#time.now() < this.#frozenUntilMs) {
      await this.#time.pause(this.#frozenUntilMs - this.#time.now());
    }
    if (this.dead) await new Promise<never>(() => undefined);
  }
}
