/**
 * What is to happen, by time. Things of one moment happen in the order in which they were put down. There is no
 * timer here: {@link Agenda.runUntil} is called with the time that it has become.
 */
export class Agenda {
  #items: { readonly dueMs: number; readonly act: (atMs: number) => void }[] = [];

  add(dueMs: number, act: (atMs: number) => void): void {
    let index = this.#items.length;
    while (index > 0 && (this.#items[index - 1]?.dueMs ?? 0) > dueMs) index -= 1;
    this.#items.splice(index, 0, { dueMs, act });
  }

  /** Runs everything that is due, each with its own due time, also what that puts down meanwhile. */
  runUntil(nowMs: number): void {
    for (let next = this.#items[0]; next && next.dueMs <= nowMs; next = this.#items[0]) {
      this.#items.shift();
      next.act(next.dueMs);
    }
  }

  nextDueMs(): number | undefined {
    return this.#items[0]?.dueMs;
  }
}
