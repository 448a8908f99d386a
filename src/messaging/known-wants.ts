/** What of a wanted message is certain: this revision is durable and its delivery is under way or done. */
export interface KnownWant {
  readonly rev: number;
  readonly order: number;
}

const MOST = 20_000;

/**
 * The wants that this process has seen through. Whoever derives the messages of an incident wants all of them again
 * with every change; what is known here costs no request. The oldest are forgotten first; forgetting costs a read.
 */
export class KnownWants {
  readonly #known = new Map<string, KnownWant>();

  get(dest: string, key: string): KnownWant | undefined {
    return this.#known.get(`${dest} ${key}`);
  }

  set(dest: string, key: string, want: KnownWant): void {
    const id = `${dest} ${key}`;
    this.#known.delete(id);
    this.#known.set(id, want);
    if (this.#known.size <= MOST) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
