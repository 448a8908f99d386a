/** A clock that moves only when {@link SimulatedTime.run} lets it, and a sleep that wakes by it. */
export class SimulatedTime {
  #nowMs: number;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  constructor(nowMs = Date.UTC(2026, 10, 20, 9)) {
    this.#nowMs = nowMs;
  }

  readonly clock = { now: () => this.#nowMs };

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => this.#sleepers.push({ atMs: this.#nowMs + ms, wake }));

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets everything happen that is waiting, jumping from one sleeper to the next. */
  async run(): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#sleepers.sort((a, b) => a.atMs - b.atMs).shift();
      if (!next) return;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
  }
}

/** Lets promises that are ready go on. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
