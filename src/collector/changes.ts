import type { InventoryChange } from '../store/inventory-store.ts';
import type { ServiceName } from './inventory.ts';

/**
 * Other replicas' clocks may be apart; a change that one of them saw counts as this much later, and what was read
 * in between is read once more.
 */
export const CLOCK_SKEW_MS = 10_000;

/**
 * ECS announces a service's steady state every six hours even if nothing happens, so a region that was not heard of
 * for longer either has no services or does not send its events here.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
const HEARD_OF_MS = 7 * 60 * 60 * 1000;

/**
 * What the events of one region say about its inventory: which services have changed and when, and whether silence
 * means that nothing happens.
 */
export class RegionChanges {
  readonly #changed = new Map<string, number>();
  #heardAtMs: number | undefined;

  /** An event of this region arrived. */
  heard(atMs: number): void {
    this.#heardAtMs = Math.max(this.#heardAtMs ?? atMs, atMs);
  }

  changed(name: ServiceName, atMs: number): void {
    const key = nameKey(name);
    this.#changed.set(key, Math.max(this.#changed.get(key) ?? atMs, atMs));
  }

  /** Takes over what other replicas saw. */
  adopt(changes: readonly InventoryChange[]): void {
    for (const { service, atMs } of changes) {
      const [cluster, name, ...rest] = service.split('/');
      if (!cluster || !name || rest.length > 0) continue;
      this.heard(atMs);
      this.changed({ cluster, service: name }, atMs + CLOCK_SKEW_MS);
    }
  }

  /** When the service last changed; undefined when nothing was heard of it. */
  changedAtMs(name: ServiceName): number | undefined {
    return this.#changed.get(nameKey(name));
  }

  /** Every service that changed, with when. */
  list(): readonly { readonly name: ServiceName; readonly atMs: number }[] {
    return [...this.#changed].map(([key, atMs]) => {
      const slash = key.indexOf('/');
      return { name: { cluster: key.slice(0, slash), service: key.slice(slash + 1) }, atMs };
    });
  }

  /** What was read after its change needs no mark any more. */
  settle(name: ServiceName, readAtMs: number): void {
    const key = nameKey(name);
    if ((this.#changed.get(key) ?? Number.POSITIVE_INFINITY) < readAtMs) this.#changed.delete(key);
  }

  get heardAtMs(): number | undefined {
    return this.#heardAtMs;
  }

  /** Whether this region's events arrive here, so that what they do not mention has not changed. */
  isListening(nowMs: number): boolean {
    return this.#heardAtMs !== undefined && nowMs - this.#heardAtMs <= HEARD_OF_MS;
  }
}

/** `cluster/service` */
export function nameKey({ cluster, service }: ServiceName): string {
  return `${cluster}/${service}`;
}
