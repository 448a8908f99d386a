import type { Clock, Timers } from '../../src/domain/time.ts';

interface Timer {
  readonly atMs: number;
  readonly seq: number;
  readonly run: () => void;
  off: boolean;
}

/** A clock and timers that run as fast as the code under them: time jumps to the next timer when all is quiet. */
export class VirtualTime implements Clock, Timers {
  #nowMs: number;
  #seq = 0;
  #heap: Timer[] = [];
  readonly #quiet: () => Promise<void>;

  /** `quiet` resolves when nothing but a timer can move the code; by default when all promises are settled. */
  constructor(startMs = Date.UTC(2026, 10, 20, 9), quiet: () => Promise<void> = promisesSettled) {
    this.#nowMs = startMs;
    this.#quiet = quiet;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), seq: this.#seq++, run, off: false };
    this.#push(timer);
    return () => {
      timer.off = true;
    };
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets `ms` pass, with everything that happens in it. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.#quiet();
    for (let timer = this.#next(endMs); timer; timer = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.run();
      await this.#quiet();
    }
    this.#nowMs = endMs;
  }

  #next(endMs: number): Timer | undefined {
    while (this.#heap[0] && this.#heap[0].atMs <= endMs) {
      const timer = this.#pop();
      if (timer && !timer.off) return timer;
    }
    return undefined;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(heap[at], heap[up])) break;
      swap(heap, at, up);
      at = up;
    }
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last && heap.length > 0) heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (before(heap[left], heap[least])) least = left;
      if (before(heap[right], heap[least])) least = right;
      if (least === at) return first;
      swap(heap, at, least);
      at = least;
    }
  }
}

/** Counts what is under way outside of virtual time (requests over a socket), so that time waits for it. */
export class Outside {
  #pending = 0;

  async wait<T>(work: Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await work;
    } finally {
      this.#pending -= 1;
    }
  }

  /** Resolves when nothing is under way and what came in has had its effect. */
  async quiet(): Promise<void> {
    do await promisesSettled();
    while (this.#pending > 0);
    await promisesSettled();
    if (this.#pending > 0) await this.quiet();
  }
}

async function promisesSettled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function before(a: Timer | undefined, b: Timer | undefined): boolean {
  if (!a) return false;
  return !b || a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
}

function swap(heap: Timer[], a: number, b: number): void {
  const [x, y] = [heap[a], heap[b]];
  if (x && y) [heap[a], heap[b]] = [y, x];
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
