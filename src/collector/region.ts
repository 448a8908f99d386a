import { isWatched } from '../domain/accounts.ts';
import { NotFound } from '../domain/errors.ts';
import type { MissingPart, Scope, ServiceInventory, ServiceSnapshot } from '../domain/fleet.ts';
import { CLOCK_SKEW_MS, nameKey, RegionChanges } from './changes.ts';
import { describeServices, type ServiceName } from './inventory.ts';
import { KeptInventory } from './kept-inventory.ts';
import { Failures } from './missing.ts';
import { type Names, RegionNames } from './names.ts';
import { isSettled, RegionMemory } from './region-memory.ts';
import { RegionMetrics } from './region-metrics.ts';
import type { ReadOptions, RegionOptions, RegionRead, RegionStatus } from './region-types.ts';
import { listTargetGroups, readScalingBounds, targetGroupFromArn } from './targets.ts';
import { contradictsTasks } from './task-count.ts';

/** What is kept saves calls; an answer does not wait for it longer than this. */
const STORE_PATIENCE_MS = 1500;
/** Marks of one service that are this close are one: other replicas allow for more than this anyway. */
const MARK_EVERY_MS = 5000;
/** A service that was asked about by name, or of which an event told, counts as watched for so long. */
const WATCHED_MS = 24 * 60 * 60 * 1000;

/**
 * Reads one region of one account and remembers what it read. Failures are data: nothing here rejects for them.
 *
 * How true the inventory is: a service is described again when an event says that it changed; when its tasks are not
 * as it wants them and it was read two minutes ago; when CloudWatch counted other tasks than it has; and when it is
 * a day old. Where no event was heard of for hours, everything is described again after two minutes.
 */
export class RegionReader {
  readonly #options: RegionOptions;
  readonly #memory = new RegionMemory();
  readonly #changes = new RegionChanges();
  readonly #names: RegionNames;
  readonly #metrics: RegionMetrics;
  readonly #kept: KeptInventory | undefined;
  readonly #markedAtMs = new Map<string, number>();
  readonly #watchedAtMs = new Map<string, number>();
  #missing: readonly MissingPart[] = [];

  constructor(options: RegionOptions) {
    const { account, region, now, log, keep } = options;
    this.#options = options;
    const memory = this.#memory;
    this.#names = new RegionNames({ ...options, lists: memory.lists });
    this.#metrics = new RegionMetrics({ ...options, memory, isUsable: (entry) => this.#isUsable(entry) });
    this.#kept =
      keep &&
      new KeptInventory({
        store: keep.store,
        place: `${account.name}/${region}`,
        memory,
        changes: this.#changes,
        now,
        log,
      });
  }

  /** An event of this region arrived; where it names a service, that service is not as it was read. */
  async observe(name: ServiceName | undefined): Promise<void> {
    const nowMs = this.#options.now();
    this.#changes.heard(nowMs);
    if (name === undefined || !isWatched(this.#options.account, name)) return;
    this.#changes.changed(name, nowMs);
    const key = nameKey(name);
    this.#watchedAtMs.set(key, nowMs);
    if (nowMs - (this.#markedAtMs.get(key) ?? 0) < MARK_EVERY_MS) return;
    this.#markedAtMs.set(key, nowMs);
    await this.#kept?.markChanged(name, nowMs);
  }

  /** The names of what is watched within a scope. */
  async names(scope: Scope, fresh: boolean): Promise<Names> {
    if (!fresh) await this.#sync();
    const nowMs = this.#options.now();
    const { namesMs, listeningMs, failuresMs } = this.#options.times;
    this.#relistUnknown();
    const ageMs = this.#changes.isListening(nowMs) ? Math.max(listeningMs, namesMs) : namesMs;
    return this.#names.read({
      scope,
      sinceMs: fresh ? nowMs : nowMs - ageMs,
      failedSinceMs: fresh ? nowMs : nowMs - failuresMs,
    });
  }

  /** Everything that health needs, of the services within a scope. */
  async read(options: ReadOptions): Promise<RegionRead> {
    const { account, region, now } = this.#options;
    const failures = new Failures(account.name, region);
    if (!options.fresh) await this.#sync();
    const names = await this.#wanted(options, failures);
    options.onProgress(0, names.length);
    const startedMs = now();
    if (options.scope.service !== undefined) this.#watch(names, startedMs);
    const stale = names.filter((name) => !this.#isTrue(name, options, startedMs));
    await this.#readDetails(stale, failures);
    const known = names.filter((name) => this.#isShown(name));
    await Promise.all([
      this.#readBounds(known, options, startedMs, failures),
      this.#readGroupsAndMetrics(known, options, startedMs, failures),
    ]);
    await this.#readDetails(this.#contradicted(known), failures);
    const services = known.flatMap((name) => this.#assemble(name));
    options.onProgress(names.length, names.length);
    this.#kept?.saveIfOld();
    this.#missing = failures.list();
    return { services, loadBalancers: this.#metrics.balancersOf(services), missing: this.#missing };
  }

  /** One service without its metrics, described now unless that is known. @throws NotFound when it is not there. */
  async inventoryOf(name: ServiceName): Promise<ServiceInventory> {
    const options = { scope: name, fresh: false, onProgress: () => undefined, isDue: () => false };
    if (!this.#memory.details.get(nameKey(name))) await this.read(options);
    const known = this.#inventoryOf(name);
    if (known) return known;
    throw new NotFound(`There is no service ${name.service} in ${name.cluster}, or it cannot be read.`);
  }

  /** What is remembered, as it is. No call. */
  known(): RegionRead {
    const services = this.#knownNames().flatMap((name) => this.#assemble(name));
    return { services, loadBalancers: this.#metrics.balancersOf(services), missing: this.#missing };
  }

  status(): RegionStatus {
    const { account, region, now } = this.#options;
    const names = this.#knownNames();
    const services = names.flatMap((name) => this.#inventoryOf(name) ?? []);
    return {
      account: account.name,
      region,
      services: names.length,
      watched: names.filter((name) => this.#isWatched(name, now())).length,
      inventoryAtMs: oldest(this.#memory.details),
      metricsAtMs: oldest(this.#memory.metrics),
      isListening: this.#changes.isListening(now()),
      missing: this.#missing,
      dollarsPerReading: this.#metrics.dollarsFor(services),
    };
  }

  #knownNames(): readonly ServiceName[] {
    return this.#memory.details
      .values()
      .map(({ inventory }) => ({ cluster: inventory.ref.cluster, service: inventory.ref.service }));
  }

  #watch(names: readonly ServiceName[], nowMs: number): void {
    for (const name of names) this.#watchedAtMs.set(nameKey(name), nowMs);
  }

  #isWatched(name: ServiceName, nowMs: number): boolean {
    const atMs = this.#watchedAtMs.get(nameKey(name));
    return atMs !== undefined && nowMs - atMs <= WATCHED_MS;
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    await this.#kept?.idle();
  }

  async #sync(): Promise<void> {
    const { keep } = this.#options;
    if (keep && this.#kept) await Promise.race([this.#kept.sync(), keep.wait(STORE_PATIENCE_MS)]);
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

  /** An event about a service that no list knows tells that the list is old, or that the service is gone. */
  #relistUnknown(): void {
    for (const { name, atMs } of this.#changes.list()) {
      if (this.#memory.details.get(nameKey(name))) continue;
      if (this.#names.knowsSince(name, atMs)) this.#changes.settle(name, Number.POSITIVE_INFINITY);
    }
  }

  /** Whether what DescribeServices told of a service still holds. */
  #isTrue(name: ServiceName, { fresh }: ReadOptions, nowMs: number): boolean {
    const entry = this.#memory.details.get(nameKey(name));
    if (!entry || fresh || (this.#changes.changedAtMs(name) ?? 0) >= entry.atMs) return false;
    const { detailsMs, listeningMs } = this.#options.times;
    const ageMs = nowMs - entry.atMs;
    // Read by a clock that has been set back since.
    if (ageMs < -CLOCK_SKEW_MS) return false;
    if (ageMs <= detailsMs) return true;
    return ageMs <= listeningMs && this.#changes.isListening(nowMs) && isSettled(entry.value.inventory);
  }

  #contradicted(names: readonly ServiceName[]): readonly ServiceName[] {
    const nowMs = this.#options.now();
    return names.filter((name) => {
      const entry = this.#memory.details.get(nameKey(name));
      const metrics = this.#memory.metrics.get(nameKey(name));
      if (!entry || !metrics || nowMs - entry.atMs <= this.#options.times.detailsMs) return false;
      return contradictsTasks(entry.value.inventory.running, entry.atMs, metrics.value, metrics.atMs);
    });
  }

  async #readDetails(names: readonly ServiceName[], failures: Failures): Promise<void> {
    const { api, account, region, now } = this.#options;
    const place = { account: account.name, region };
    await describeServices(api, place, names, failures, now, (asked, found, askedAtMs) => {
      const byName = new Map(found.map((each) => [each.inventory.ref.service, each]));
      for (const name of asked) {
        const described = byName.get(name.service);
        if (described) this.#memory.details.set(nameKey(name), described, askedAtMs);
        else this.#forget(name);
        this.#changes.settle(name, askedAtMs);
      }
    });
  }

  async #readBounds(
    names: readonly ServiceName[],
    options: ReadOptions,
    startedMs: number,
    failures: Failures,
  ): Promise<void> {
    const { api, now } = this.#options;
    const sinceMs = this.#boundsSince(options, startedMs, this.#options.times.boundsMs);
    const stale = names.filter((name) => !this.#memory.bounds.isFresh(nameKey(name), sinceMs));
    await readScalingBounds(api, stale, failures, (asked, bounds) => {
      for (const name of asked) this.#memory.bounds.set(nameKey(name), bounds.get(nameKey(name)), now());
    });
  }

  #boundsSince({ fresh }: ReadOptions, nowMs: number, ageMs: number): number {
    if (fresh) return nowMs;
    const { listeningBoundsMs } = this.#options.times;
    return nowMs - (this.#changes.isListening(nowMs) ? Math.max(listeningBoundsMs, ageMs) : ageMs);
  }

  async #readGroupsAndMetrics(
    names: readonly ServiceName[],
    options: ReadOptions,
    startedMs: number,
    failures: Failures,
  ): Promise<void> {
    const { metricsMs, times } = this.#options;
    await this.#readGroups(names, this.#boundsSince(options, startedMs, times.namesMs), startedMs, failures);
    const sinceMs = options.fresh ? startedMs : startedMs - metricsMs();
    const stale = names.filter((name) => {
      if (!options.isDue) return !this.#memory.metrics.isFresh(nameKey(name), sinceMs, startedMs);
      const metricsAtMs = this.#memory.metrics.get(nameKey(name))?.atMs;
      return options.isDue({ isWatched: this.#isWatched(name, startedMs), metricsAtMs });
    });
    if (!options.isDue) this.#options.onCache?.(names.length - stale.length, stale.length);
    if (stale.length === 0) return;
    const services = stale.flatMap((name) => this.#inventoryOf(name) ?? []);
    await this.#metrics.read(services, options.scope, failures, (done, calls) =>
      options.onProgress(names.length - Math.ceil(stale.length * (1 - done / calls)), names.length),
    );
  }

  /** Read again when old, or when a service names a group that was not there yet. */
  async #readGroups(
    names: readonly ServiceName[],
    sinceMs: number,
    startedMs: number,
    failures: Failures,
  ): Promise<void> {
    const { api, now } = this.#options;
    const memory = this.#memory;
    const arns = names.flatMap((name) => memory.details.get(nameKey(name))?.value.targetGroupArns ?? []);
    if (arns.length === 0) return;
    const { groups } = memory;
    const complete = groups !== undefined && arns.every((arn) => groups.value.has(arn));
    if (groups && (groups.atMs >= startedMs || (groups.atMs >= sinceMs && complete))) return;
    const read = await failures.attempt('elasticloadbalancing:DescribeTargetGroups', () =>
      listTargetGroups(api),
    );
    if (read) memory.groups = { value: read, atMs: now() };
  }

  #inventoryOf(name: ServiceName): ServiceInventory | undefined {
    const details = this.#memory.details.get(nameKey(name));
    if (!details) return undefined;
    const bounds = this.#memory.bounds.get(nameKey(name))?.value;
    return {
      ...details.value.inventory,
      targetGroups: details.value.targetGroupArns.map(
        (arn) => this.#memory.groups?.value.get(arn) ?? targetGroupFromArn(arn),
      ),
      ...(bounds ? { scalingBounds: bounds } : {}),
    };
  }

  #assemble(name: ServiceName): ServiceSnapshot[] {
    const details = this.#memory.details.get(nameKey(name));
    const inventory = this.#inventoryOf(name);
    if (!details || !inventory) return [];
    const metrics = this.#memory.metrics.get(nameKey(name));
    const usable = this.#isUsable(metrics) ? metrics : undefined;
    const nowMs = this.#options.now();
    const isTrue = this.#isTrue(name, { scope: {}, fresh: false, onProgress: () => undefined }, nowMs);
    return [
      {
        ...inventory,
        metrics: usable?.value ?? {},
        inventoryAtMs: details.atMs,
        ...(isTrue && this.#changes.isListening(nowMs) ? { inventoryTrueAtMs: nowMs } : {}),
        metricsAtMs: usable?.atMs,
      },
    ];
  }

  #isUsable(entry: { readonly atMs: number } | undefined): boolean {
    return entry !== undefined && this.#options.now() - entry.atMs <= this.#options.times.lastKnownMs;
  }

  /** An inventory that cannot be read again is shown for a day: the service is there, whatever else is unknown. */
  #isShown(name: ServiceName): boolean {
    const { lastKnownMs, listeningMs } = this.#options.times;
    const entry = this.#memory.details.get(nameKey(name));
    return entry !== undefined && this.#options.now() - entry.atMs <= Math.max(lastKnownMs, listeningMs);
  }

  #forget(name: ServiceName): void {
    this.#names.forget(name);
    this.#memory.forget(nameKey(name));
  }
}

function oldest(cache: {
  entries(): Iterable<readonly [string, { readonly atMs: number }]>;
}): number | undefined {
  let atMs: number | undefined;
  for (const [, entry] of cache.entries()) atMs = Math.min(atMs ?? entry.atMs, entry.atMs);
  return atMs;
}
