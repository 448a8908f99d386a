/** A number that changes at moments and holds between them. */
export class History {
  readonly #changes: { readonly atMs: number; value: number }[];

  /** `value` counts for all time before the first change. */
  constructor(value: number) {
    this.#changes = [{ atMs: Number.NEGATIVE_INFINITY, value }];
  }

  /** Changes come in ascending order. A change to the same value leaves no trace. */
  set(atMs: number, value: number): void {
    const last = this.#changes.at(-1);
    if (last?.value === value) return;
    if (last?.atMs === atMs) last.value = value;
    else this.#changes.push({ atMs, value });
  }

  at(atMs: number): number {
    let low = 0;
    let high = this.#changes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#changes[middle]?.atMs ?? 0) <= atMs) low = middle;
      else high = middle - 1;
    }
    return this.#changes[low]?.value ?? 0;
  }

  /** When it first moved away from its initial value. */
  get firstChangeMs(): number | undefined {
    return this.#changes[1]?.atMs;
  }
}
