import type { FleetSnapshot, Scope } from '../domain/fleet.ts';

type OnProgress = (done: number, total: number) => void;

interface Running {
  readonly snapshot: Promise<FleetSnapshot>;
  readonly listeners: Set<OnProgress>;
}

/** Lets everybody who asks for the same scope at the same time share one collection and hear how far it is. */
export class SharedSnapshots {
  readonly #running = new Map<string, Running>();

  /** A fresh collection is good for everybody; one that is not is no good for who wants it fresh. */
  async take(
    asked: { readonly scope: Scope; readonly fresh: boolean; readonly onProgress: OnProgress | undefined },
    collect: (onProgress: OnProgress) => Promise<FleetSnapshot>,
  ): Promise<FleetSnapshot> {
    const key = keyOf(asked.scope, asked.fresh);
    const running =
      this.#running.get(keyOf(asked.scope, true)) ?? this.#running.get(key) ?? this.#start(key, collect);
    if (asked.onProgress) running.listeners.add(asked.onProgress);
    return running.snapshot;
  }

  #start(key: string, collect: (onProgress: OnProgress) => Promise<FleetSnapshot>): Running {
    const listeners = new Set<OnProgress>();
    const started = collect((done, total) => {
      for (const listener of listeners) listener(done, total);
    });
    const running = { snapshot: started.finally(() => this.#running.delete(key)), listeners };
    this.#running.set(key, running);
    return running;
  }
}

function keyOf({ account, region, cluster, service }: Scope, fresh: boolean): string {
  return JSON.stringify([account, region, cluster, service, fresh]);
}
