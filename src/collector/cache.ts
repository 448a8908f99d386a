/** Values with the time they were read at. Nothing is dropped by age: what is old is still better than nothing. */
export class TimedCache<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly atMs: number }>();

  set(key: string, value: T, atMs: number): void {
    this.#entries.set(key, { value, atMs });
  }

  get(key: string): { readonly value: T; readonly atMs: number } | undefined {
    return this.#entries.get(key);
  }

  /** Whether there is a value that was read at or after `sinceMs`, and not by a clock that was ahead of `untilMs`. */
  isFresh(key: string, sinceMs: number, untilMs: number = Number.POSITIVE_INFINITY): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.atMs >= sinceMs && entry.atMs <= untilMs;
  }

  /** Keeps the value unless one that was read later is there. */
  setNewer(key: string, value: T, atMs: number): void {
    if (!this.isFresh(key, atMs)) this.set(key, value, atMs);
  }

  entries(): IterableIterator<[string, { readonly value: T; readonly atMs: number }]> {
    return this.#entries.entries();
  }

  values(): readonly T[] {
    return [...this.#entries.values()].map((entry) => entry.value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets every key that `keep` refuses. */
  retain(keep: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (!keep(key)) this.#entries.delete(key);
  }
}

/** Lets everybody who asks for the same thing at the same time share one piece of work. */
export class InFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  running(key: string): Promise<T> | undefined {
    return this.#running.get(key);
  }

  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
