import type { AwsApi } from '../aws/api.ts';
import { type AccountConfig, isClusterWatched, isWatched } from '../domain/accounts.ts';
import type { Scope } from '../domain/fleet.ts';
import { InFlight, TimedCache } from './cache.ts';
import { listClusters, listServices, type ServiceName } from './inventory.ts';
import { Failures } from './missing.ts';
import { forEachLimited } from './paging.ts';
import type { NameLists } from './region-memory.ts';

export interface NamesOptions {
  readonly api: AwsApi;
  readonly account: AccountConfig;
  readonly region: string;
  readonly now: () => number;
  /** Where the lists are remembered. */
  readonly lists: NameLists;
}

/** Which names are wanted, and since when they count as known. */
export interface NamesRequest {
  readonly scope: Pick<Scope, 'cluster' | 'service'>;
  /** Names read at or after this moment are good enough. */
  readonly sinceMs: number;
  /** A failure at or after this moment is not tried again. */
  readonly failedSinceMs: number;
}

export interface Names {
  /** Only what the account's patterns let be watched, sorted by cluster and service. */
  readonly services: readonly ServiceName[];
  readonly failures: Failures;
}

const CLUSTERS = '*';

/** The names of one region's clusters and services: one listing, then one a cluster. */
export class RegionNames {
  readonly #options: NamesOptions;
  readonly #lists: NameLists;
  readonly #expiredAtMs = new Map<string, number>();
  readonly #failed = new TimedCache<Failures>();
  readonly #reading = new InFlight<void>();

  constructor(options: NamesOptions) {
    this.#options = options;
    this.#lists = options.lists;
  }

  /**
   * The names within a scope. A failed listing leaves the names that were known before, and says so in `failures`.
   */
  async read(request: NamesRequest): Promise<Names> {
    const failures = new Failures(this.#options.account.name, this.#options.region);
    const clusters = await this.#clusters(request, failures);
    await forEachLimited(clusters, 8, (cluster) => this.#services(cluster, request, failures));
    const services = clusters.flatMap((cluster) => this.#known(cluster, request.scope.service));
    return { services, failures };
  }

  /** A service that is gone is not asked for again before the next listing. */
  forget({ cluster, service }: ServiceName): void {
    const list = this.#lists.get(servicesKey(cluster));
    if (list) {
      const rest = list.value.filter((name) => name !== service);
      this.#lists.set(servicesKey(cluster), rest, list.atMs);
    }
  }

  /**
   * Whether the lists that would name a service were read after this moment; if not, and it is in none, those are
   * read again next time.
   */
  knowsSince({ cluster, service }: ServiceName, atMs: number): boolean {
    const list = this.#lists.get(servicesKey(cluster));
    if (list?.value.includes(service)) return true;
    const key = list ? servicesKey(cluster) : CLUSTERS;
    if (this.#lists.isFresh(key, atMs + 1)) return true;
    this.#expiredAtMs.set(key, Math.max(this.#expiredAtMs.get(key) ?? 0, atMs));
    return false;
  }

  #known(cluster: string, only: string | undefined): ServiceName[] {
    const names = this.#lists.get(servicesKey(cluster))?.value ?? [];
    return names
      .filter((service) => only === undefined || service === only)
      .map((service) => ({ cluster, service }))
      .filter((name) => isWatched(this.#options.account, name));
  }

  async #clusters(request: NamesRequest, failures: Failures): Promise<readonly string[]> {
    const { account, api } = this.#options;
    const named = request.scope.cluster;
    if (named !== undefined) return isClusterWatched(account, named) ? [named] : [];
    await this.#refresh(CLUSTERS, request, failures, async (own) => {
      const askedAtMs = this.#options.now();
      const clusters = await own.attempt('ecs:ListClusters', () => listClusters(api));
      if (clusters) {
        this.#lists.set(CLUSTERS, clusters, askedAtMs);
        this.#lists.retain((key) => key === CLUSTERS || clusters.some((name) => key === servicesKey(name)));
      }
    });
    const known = this.#lists.get(CLUSTERS)?.value ?? [];
    return known.filter((cluster) => isClusterWatched(account, cluster));
  }

  async #services(cluster: string, request: NamesRequest, failures: Failures): Promise<void> {
    if (failures.hopeless('ecs:ListServices')) return;
    const { api } = this.#options;
    await this.#refresh(servicesKey(cluster), request, failures, async (own) => {
      const askedAtMs = this.#options.now();
      const services = await own.attempt('ecs:ListServices', () => listServices(api, cluster), cluster);
      if (services) this.#lists.set(servicesKey(cluster), services, askedAtMs);
      else if (own.list().length === 0) this.#lists.delete(servicesKey(cluster));
    });
  }

  /** Reads a list unless it is known or has just failed; a listing that is under way is shared. */
  async #refresh(
    key: string,
    request: NamesRequest,
    failures: Failures,
    read: (own: Failures) => Promise<void>,
  ): Promise<void> {
    const expiredAtMs = this.#expiredAtMs.get(key) ?? -1;
    if (this.#lists.isFresh(key, Math.max(request.sinceMs, expiredAtMs + 1))) return;
    if (!this.#failed.isFresh(key, request.failedSinceMs)) {
      await this.#reading.run(key, async () => {
        const own = new Failures(this.#options.account.name, this.#options.region);
        await read(own);
        if (own.list().length > 0) this.#failed.set(key, own, this.#options.now());
        else this.#failed.delete(key);
      });
    }
    const failed = this.#failed.get(key);
    if (failed) failures.merge(failed.value);
  }
}

function servicesKey(cluster: string): string {
  return `/${cluster}`;
}
