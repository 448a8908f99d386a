import type { AwsApi } from '../aws/api.ts';
import { type AccountConfig, isWatched } from '../domain/accounts.ts';
import type {
  LoadBalancer,
  MissingPart,
  Scope,
  ServiceInventory,
  ServiceMetrics,
  ServiceSnapshot,
  TargetGroup,
} from '../domain/fleet.ts';
import { TimedCache } from './cache.ts';
import { type DescribedService, describeServices, type ServiceName } from './inventory.ts';
import {
  allSourcesOf,
  hostSources,
  loadBalancerSource,
  type MetricSource,
  serviceSources,
} from './metric-sources.ts';
import { type MetricReadings, readMetrics } from './metrics.ts';
import { Failures } from './missing.ts';
import { type Names, RegionNames } from './names.ts';
import { loadBalancerFacts, loadBalancerSources, serviceMetrics } from './service-metrics.ts';
import { type Bounds, listTargetGroups, readScalingBounds, targetGroupFromArn } from './targets.ts';

/** How old what is kept may be before it is read again. Milliseconds. */
export interface CacheTimes {
  /** Lists of clusters and services, and target groups. */
  readonly namesMs: number;
  /** What DescribeServices tells, and scaling bounds. */
  readonly detailsMs: number;
  readonly metricsMs: number;
  /** A listing that failed is not tried again within this time, so that a region that hangs delays one answer. */
  readonly failuresMs: number;
  /** What cannot be read again is still shown, with its age, up to this age. */
  readonly lastKnownMs: number;
}

export interface RegionOptions {
  readonly api: AwsApi;
  readonly account: AccountConfig;
  readonly region: string;
  readonly now: () => number;
  readonly times: CacheTimes;
}

/** One part of a snapshot: a region's services within a scope. */
export interface RegionRead {
  readonly services: readonly ServiceSnapshot[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly missing: readonly MissingPart[];
}

export interface ReadOptions {
  readonly scope: Scope;
  /** Nothing that was read before this call is good enough. */
  readonly fresh: boolean;
  /** How many services there are, and how many of them are complete. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Reads one region of one account and remembers what it read. Failures are data: nothing here rejects for them. */
export class RegionReader {
  readonly #options: RegionOptions;
  readonly #names: RegionNames;
  readonly #details = new TimedCache<DescribedService>();
  readonly #bounds = new TimedCache<Bounds | undefined>();
  readonly #metrics = new TimedCache<ServiceMetrics>();
  readonly #balancers = new TimedCache<LoadBalancer>();
  #groups: { readonly value: ReadonlyMap<string, TargetGroup>; readonly atMs: number } | undefined;

  constructor(options: RegionOptions) {
    this.#options = options;
    this.#names = new RegionNames(options);
  }

  /** The names of what is watched within a scope. */
  names(scope: Scope, fresh: boolean): Promise<Names> {
    const nowMs = this.#options.now();
    const { namesMs, failuresMs } = this.#options.times;
    return this.#names.read({
      scope,
      sinceMs: fresh ? nowMs : nowMs - namesMs,
      failedSinceMs: fresh ? nowMs : nowMs - failuresMs,
    });
  }

  /** Everything that health needs, of the services within a scope. */
  async read(options: ReadOptions): Promise<RegionRead> {
    const { account, region } = this.#options;
    const failures = new Failures(account.name, region);
    const names = await this.#wanted(options, failures);
    options.onProgress(0, names.length);
    const startedMs = this.#options.now();
    await this.#readDetails(names, this.#since('detailsMs', options, startedMs), failures);
    const known = names.filter((name) => this.#usable(this.#details.get(keyOf(name))));
    await Promise.all([
      this.#readBounds(known, this.#since('detailsMs', options, startedMs), failures),
      this.#readGroupsAndMetrics(known, options, startedMs, failures),
    ]);
    const services = known.flatMap((name) => this.#assemble(name));
    options.onProgress(names.length, names.length);
    return { services, loadBalancers: this.#balancersOf(services), missing: failures.list() };
  }

  /** A service that is named in full needs no listing: describing it tells whether it exists. */
  async #wanted({ scope, fresh }: ReadOptions, failures: Failures): Promise<readonly ServiceName[]> {
    const { cluster, service } = scope;
    if (cluster !== undefined && service !== undefined) {
      const name = { cluster, service };
      return isWatched(this.#options.account, name) ? [name] : [];
    }
    const names = await this.names(scope, fresh);
    failures.merge(names.failures);
    return names.services;
  }

  #since(kind: 'detailsMs' | 'metricsMs' | 'namesMs', { fresh }: ReadOptions, nowMs: number): number {
    return fresh ? nowMs : nowMs - this.#options.times[kind];
  }

  async #readDetails(names: readonly ServiceName[], sinceMs: number, failures: Failures): Promise<void> {
    const { api, account, region, now } = this.#options;
    const stale = names.filter((name) => !this.#details.isFresh(keyOf(name), sinceMs));
    const place = { account: account.name, region };
    await describeServices(api, place, stale, failures, (asked, found) => {
      const byName = new Map(found.map((each) => [each.inventory.ref.service, each]));
      for (const name of asked) {
        const described = byName.get(name.service);
        if (described) this.#details.set(keyOf(name), described, now());
        else this.#forget(name);
      }
    });
  }

  async #readBounds(names: readonly ServiceName[], sinceMs: number, failures: Failures): Promise<void> {
    const { api, now } = this.#options;
    const stale = names.filter((name) => !this.#bounds.isFresh(keyOf(name), sinceMs));
    await readScalingBounds(api, stale, failures, (asked, bounds) => {
      for (const name of asked) this.#bounds.set(keyOf(name), bounds.get(keyOf(name)), now());
    });
  }

  async #readGroupsAndMetrics(
    names: readonly ServiceName[],
    options: ReadOptions,
    startedMs: number,
    failures: Failures,
  ): Promise<void> {
    await this.#readGroups(names, this.#since('namesMs', options, startedMs), startedMs, failures);
    const sinceMs = this.#since('metricsMs', options, startedMs);
    const stale = names.filter((name) => !this.#metrics.isFresh(keyOf(name), sinceMs));
    if (stale.length > 0) await this.#readMetrics(stale, names.length, options, failures);
  }

  /** Read again when old, or when a service names a group that was not there yet. */
  async #readGroups(
    names: readonly ServiceName[],
    sinceMs: number,
    startedMs: number,
    failures: Failures,
  ): Promise<void> {
    const { api, now } = this.#options;
    const arns = names.flatMap((name) => this.#details.get(keyOf(name))?.value.targetGroupArns ?? []);
    if (arns.length === 0) return;
    const groups = this.#groups;
    const complete = groups !== undefined && arns.every((arn) => groups.value.has(arn));
    if (groups && (groups.atMs >= startedMs || (groups.atMs >= sinceMs && complete))) return;
    const read = await failures.attempt('elasticloadbalancing:DescribeTargetGroups', () =>
      listTargetGroups(api),
    );
    if (read) this.#groups = { value: read, atMs: now() };
  }

  async #readMetrics(
    names: readonly ServiceName[],
    total: number,
    options: ReadOptions,
    failures: Failures,
  ): Promise<void> {
    const { api, account, region, now } = this.#options;
    const services = names.flatMap((name) => this.#inventoryOf(name) ?? []);
    const balancers = this.#balancerGroups(services);
    const sources = [
      ...services.flatMap((service) => sourcesOf(service)),
      ...this.#neighbours(balancers, options.scope).flatMap((group) => hostSources(group)?.unhealthy ?? []),
    ];
    const atMs = now();
    const readings = await readMetrics(api, sources, atMs, failures, (done, calls) =>
      options.onProgress(total - Math.ceil(names.length * (1 - done / calls)), total),
    );
    for (const service of services) {
      if (this.#keepsLastKnown(service, readings)) continue;
      this.#metrics.set(keyOf(service.ref), serviceMetrics(service, readings, atMs), atMs);
    }
    for (const [dimension, groups] of balancers) {
      const own5xx = loadBalancerSource(dimension);
      if (own5xx && readings.failed(own5xx) && this.#balancers.get(dimension)) continue;
      const place = { account: account.name, region, dimension };
      this.#balancers.set(dimension, loadBalancerFacts(place, groups, readings), atMs);
    }
  }

  /**
   * A service of which some call failed keeps the metrics it had while they are young enough, else takes what came,
   * provided that its own CPU came.
   */
  #keepsLastKnown(service: ServiceInventory, readings: MetricReadings): boolean {
    const failed = (source: MetricSource) => readings.failed(source);
    if (!sourcesOf(service).some(failed)) return false;
    return this.#usable(this.#metrics.get(keyOf(service.ref))) || failed(serviceSources(service.ref).cpu);
  }

  /**
   * The groups whose unhealthy hosts tell whom a load balancer's own 5XX concern. A narrow question knows nobody
   * else's services, so it asks for every group on these load balancers; a wide one leaves out what nobody watches.
   */
  #neighbours(balancers: ReadonlyMap<string, readonly TargetGroup[]>, scope: Scope): readonly TargetGroup[] {
    const groups = [...balancers.values()].flat();
    if (scope.cluster !== undefined || scope.service !== undefined) return groups;
    const watched = new Set(this.#details.values().flatMap((each) => each.targetGroupArns));
    return groups.filter((group) => watched.has(group.arn));
  }

  /** The application load balancers of services, each with all target groups on it. */
  #balancerGroups(services: readonly ServiceInventory[]): ReadonlyMap<string, readonly TargetGroup[]> {
    const wanted = new Set(
      services.flatMap((service) =>
        service.targetGroups.flatMap((g) => (g.kind === 'application' ? (g.loadBalancer ?? []) : [])),
      ),
    );
    const byBalancer = new Map<string, TargetGroup[]>([...wanted].sort().map((name) => [name, []]));
    for (const group of this.#groups?.value.values() ?? []) {
      if (group.loadBalancer !== undefined) byBalancer.get(group.loadBalancer)?.push(group);
    }
    return byBalancer;
  }

  #balancersOf(services: readonly ServiceInventory[]): readonly LoadBalancer[] {
    return [...this.#balancerGroups(services).keys()].flatMap(
      (dimension) => this.#balancers.get(dimension)?.value ?? [],
    );
  }

  #inventoryOf(name: ServiceName): ServiceInventory | undefined {
    const details = this.#details.get(keyOf(name));
    if (!details) return undefined;
    const bounds = this.#bounds.get(keyOf(name))?.value;
    return {
      ...details.value.inventory,
      targetGroups: details.value.targetGroupArns.map(
        (arn) => this.#groups?.value.get(arn) ?? targetGroupFromArn(arn),
      ),
      ...(bounds ? { scalingBounds: bounds } : {}),
    };
  }

  #assemble(name: ServiceName): ServiceSnapshot[] {
    const details = this.#details.get(keyOf(name));
    const inventory = this.#inventoryOf(name);
    if (!details || !inventory) return [];
    const metrics = this.#metrics.get(keyOf(name));
    const usable = this.#usable(metrics) ? metrics : undefined;
    return [
      {
        ...inventory,
        metrics: usable?.value ?? {},
        inventoryAtMs: details.atMs,
        metricsAtMs: usable?.atMs,
      },
    ];
  }

  #usable(entry: { readonly atMs: number } | undefined): boolean {
    return entry !== undefined && this.#options.now() - entry.atMs <= this.#options.times.lastKnownMs;
  }

  #forget(name: ServiceName): void {
    this.#names.forget(name);
    for (const cache of [this.#details, this.#bounds, this.#metrics]) cache.delete(keyOf(name));
  }
}

function sourcesOf(service: ServiceInventory): readonly MetricSource[] {
  return [...allSourcesOf(service.ref, service.targetGroups), ...loadBalancerSources(service.targetGroups)];
}

function keyOf({ cluster, service }: ServiceName): string {
  return `${cluster}/${service}`;
}
