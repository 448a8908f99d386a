import type { AwsApi } from '../aws/api.ts';
import { DOLLARS_PER_METRIC } from '../aws/calls.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { LoadBalancer, Scope, ServiceInventory, TargetGroup } from '../domain/fleet.ts';
import { nameKey } from './changes.ts';
import {
  allSourcesOf,
  hostSources,
  loadBalancerSource,
  type MetricSource,
  serviceSources,
} from './metric-sources.ts';
import { type MetricReadings, readMetrics } from './metrics.ts';
import type { Failures } from './missing.ts';
import type { RegionMemory } from './region-memory.ts';
import { loadBalancerFacts, loadBalancerSources, serviceMetrics } from './service-metrics.ts';

export interface RegionMetricsOptions {
  readonly api: AwsApi;
  readonly account: AccountConfig;
  readonly region: string;
  readonly now: () => number;
  readonly memory: RegionMemory;
  /** Whether remembered metrics are still good enough to show when they cannot be read again. */
  readonly isUsable: (entry: { readonly atMs: number } | undefined) => boolean;
}

/** Reads the metrics of one region's services and of their load balancers into its memory. */
export class RegionMetrics {
  readonly #options: RegionMetricsOptions;

  constructor(options: RegionMetricsOptions) {
    this.#options = options;
  }

  /** @param onCall hears how many of how many calls are done. */
  async read(
    services: readonly ServiceInventory[],
    scope: Scope,
    failures: Failures,
    onCall: (done: number, calls: number) => void,
  ): Promise<void> {
    const { api, account, region, now, memory } = this.#options;
    const balancers = this.#balancerGroups(services);
    const sources = [
      ...services.flatMap((service) => sourcesOf(service)),
      ...this.#neighbours(balancers, scope).flatMap((group) => hostSources(group)?.unhealthy ?? []),
    ];
    const atMs = now();
    const readings = await readMetrics(api, sources, atMs, failures, onCall);
    for (const service of services) {
      if (this.#keepsLastKnown(service, readings)) continue;
      memory.metrics.set(nameKey(service.ref), serviceMetrics(service, readings, atMs), atMs);
    }
    for (const [dimension, groups] of balancers) {
      const own5xx = loadBalancerSource(dimension);
      if (own5xx && readings.failed(own5xx) && memory.balancers.get(dimension)) continue;
      const place = { account: account.name, region, dimension };
      memory.balancers.set(dimension, loadBalancerFacts(place, groups, readings), atMs);
    }
  }

  /** What it costs to read the metrics of services once. */
  dollarsFor(services: readonly ServiceInventory[]): number {
    return new Set(services.flatMap(sourcesOf).map((source) => source.key)).size * DOLLARS_PER_METRIC;
  }

  /** The load balancers of services, as they were last read. */
  balancersOf(services: readonly ServiceInventory[]): readonly LoadBalancer[] {
    return [...this.#balancerGroups(services).keys()].flatMap(
      (dimension) => this.#options.memory.balancers.get(dimension)?.value ?? [],
    );
  }

  /**
   * A service of which some call failed keeps the metrics it had while they are young enough, else takes what came,
   * provided that its own CPU came.
   */
  #keepsLastKnown(service: ServiceInventory, readings: MetricReadings): boolean {
    const failed = (source: MetricSource) => readings.failed(source);
    if (!sourcesOf(service).some(failed)) return false;
    const known = this.#options.memory.metrics.get(nameKey(service.ref));
    return this.#options.isUsable(known) || failed(serviceSources(service.ref).cpu);
  }

  /**
   * The groups whose unhealthy hosts tell whom a load balancer's own 5XX concern. A narrow question knows nobody
   * else's services, so it asks for every group on these load balancers; a wide one leaves out what nobody watches.
   */
  #neighbours(balancers: ReadonlyMap<string, readonly TargetGroup[]>, scope: Scope): readonly TargetGroup[] {
    const groups = [...balancers.values()].flat();
    if (scope.cluster !== undefined || scope.service !== undefined) return groups;
    const watched = new Set(this.#options.memory.details.values().flatMap((each) => each.targetGroupArns));
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
    for (const group of this.#options.memory.groups?.value.values() ?? []) {
      if (group.loadBalancer !== undefined) byBalancer.get(group.loadBalancer)?.push(group);
    }
    return byBalancer;
  }
}

function sourcesOf(service: ServiceInventory): readonly MetricSource[] {
  return [...allSourcesOf(service.ref, service.targetGroups), ...loadBalancerSources(service.targetGroups)];
}
