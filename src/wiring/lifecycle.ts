import { sentenceFor } from '../domain/errors.ts';
import type { Timers } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';

const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;

/** Starts parts that may not be there yet, tells which are awaited, and ends everything in reverse order. */
export class Lifecycle {
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #waiting = new Map<string, string>();
  readonly #stops: (() => void | Promise<void>)[] = [];
  readonly #firstTries: Promise<void>[] = [];
  #stopped = false;
  #ended: Promise<void> | undefined;

  constructor(log: Log, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  /** Tries until it works, then runs `then`; meanwhile the bot is not ready. */
  begin(name: string, attempt: () => Promise<void>, then: () => void): void {
    this.#waiting.set(name, `${name} is being reached`);
    let retryMs = RETRY_MS;
    const run = async (): Promise<void> => {
      if (this.#stopped) return;
      try {
        await attempt();
      } catch (error) {
        this.#log.warn({ err: error, name }, 'a part does not answer yet; trying again');
        this.#waiting.set(name, `${name}: ${sentenceFor(error).message}`);
        this.#timers.after(retryMs, () => void run());
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
        return;
      }
      if (!this.#stopped) then();
      this.#waiting.delete(name);
    };
    this.#firstTries.push(run());
  }

  /** Resolves when everything has been tried once, whatever came of it. */
  async firstTry(): Promise<void> {
    await Promise.all(this.#firstTries);
  }

  /** Runs again and again, the next time `ms` after the end of the last. */
  every(ms: number, work: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      if (this.#stopped) return;
      try {
        await work();
      } catch (error) {
        this.#log.warn({ err: error }, 'regular work failed; it runs again');
      }
      this.#timers.after(ms, () => void run());
    };
    void run();
  }

  /** Run at the end, the last registered first. */
  onStop(...stops: (() => void | Promise<void>)[]): void {
    this.#stops.push(...stops);
  }

  /** What is not there yet, in sentences. */
  waitingFor(): readonly string[] {
    return [...this.#waiting.values()];
  }

  /** Resolves when everything has ended. Asked again (Ctrl-C, then SIGTERM) it waits for the same end. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        this.#log.warn({ err: error }, 'a part did not end cleanly');
      }
    }
  }
}
