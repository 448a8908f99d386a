import { idOfAccount } from '../domain/accounts.ts';
import type {
  FleetSnapshot,
  MissingPart,
  ScalingBounds,
  Scope,
  ServiceRef,
  TaskDefinition,
} from '../domain/fleet.ts';
import { collectAll, finder, silenceOf, unlessSilent, withKnownDetails } from './collect.ts';
import { Histories, type ServiceHistory } from './history.ts';
import { isPlaceInScope, type Place, Places, type PlacesOptions } from './places.ts';
import { type Measure, type RecentMeasures, readRecent } from './recent.ts';
import type { IsDue, RegionStatus } from './region-types.ts';
import { readScaling } from './service-details.ts';
import { SharedSnapshots } from './shared-snapshots.ts';
import { mergeReads, sortedMissing, sortedRefs } from './snapshot.ts';
import { TaskDefinitions } from './task-definitions.ts';

/** What is known of the fleet, and how to know it now. Reads only. */
export interface Collector {
  /**
   * Services with their metrics. Never rejects because a part of the fleet cannot be read: that part is in
   * `missing`, and what was known of it before comes with its age.
   */
  snapshot(options?: SnapshotOptions): Promise<FleetSnapshot>;
  /** The names of all watched services: what the words of people are matched with. Kept for some minutes. */
  inventory(options?: InventoryOptions): Promise<readonly ServiceRef[]>;
  /** {@link inventory} with what could not be listed, for an answer that says `no such service`. */
  inventoryWithMissing(
    options?: InventoryOptions,
  ): Promise<{ readonly refs: readonly ServiceRef[]; readonly missing: readonly MissingPart[] }>;
  /**
   * One revision of a task definition (ARN, or `family:revision`), kept for ever.
   * @throws NotFound, Denied, Throttled, Unreachable
   */
  taskDefinition(place: Pick<ServiceRef, 'account' | 'region'>, arn: string): Promise<TaskDefinition>;
  /**
   * The live scaling bounds and policies of a service; undefined when it has none. Never from memory.
   * @throws NotFound, Denied, Throttled, Unreachable
   */
  scaling(ref: ServiceRef): Promise<ScalingBounds | undefined>;
  /**
   * The last seven days of a service hour by hour; after the first time only the hours that have ended since are read.
   * @throws NotFound for a service that is not there, or a place that is not watched.
   */
  history(ref: ServiceRef): Promise<ServiceHistory>;
  /**
   * Some measures of a service over the last three hours: one call, nothing is kept.
   * @throws NotFound for a service that is not there, or a place that is not watched.
   */
  recent(ref: ServiceRef, measures: readonly Measure[]): Promise<RecentMeasures>;
  /**
   * Takes note of an ECS event: what it is about is read again before it is next told. Never rejects; resolves when
   * the other replicas can know as well.
   */
  observe(event: FleetEvent): Promise<void>;
  /**
   * Reads what is due of everything that is watched, details included; nobody waits for it. Never rejects for a part
   * that cannot be read.
   */
  refresh(options: { readonly isDue: IsDue }): Promise<void>;
  /** What is remembered of the fleet, as it is. No call. */
  known(): FleetSnapshot;
  /** What is known of each account and region, and since when. No call. */
  status(): readonly RegionStatus[];
  /** Resolves when nothing is being kept any more; for the end of the process. */
  idle(): Promise<void>;
}

/** The part of an ECS event that the collector uses. */
export interface FleetEvent {
  /** The 12-digit id. */
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string | undefined;
  readonly service: string | undefined;
}

export interface SnapshotOptions {
  /** Nothing that was read before this call is good enough. */
  readonly fresh?: boolean;
  /** Narrows the calls, not only the answer. */
  readonly scope?: Scope;
  /**
   * Also what health does not need: task definitions, scaling policies. Without it a snapshot has those that are
   * known already.
   */
  readonly details?: boolean;
  /** Services that are complete, of how many; both grow while regions answer. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface InventoryOptions {
  readonly fresh?: boolean;
}

/** What a collector needs. */
export type CollectorOptions = PlacesOptions;

/** A collector that remembers in memory, and in the table where it is given one. It calls nothing before it is asked. */
export function makeCollector(options: CollectorOptions): Collector {
  const { clock, log } = options;
  const definitions = new TaskDefinitions(options.keep?.store, log);
  const places = new Places(options, definitions);
  const sharing = new SharedSnapshots();
  const histories = new Histories({ clock, log, store: options.keep?.series });

  const inventoryWithMissing: Collector['inventoryWithMissing'] = async ({ fresh = false } = {}) => {
    const all = await Promise.all(places.all().map((place) => namesOf(place, fresh, options.wait)));
    const still = all.filter(({ place }) => places.has(place));
    return {
      refs: sortedRefs(still.flatMap((each) => each.refs)),
      missing: sortedMissing(still.flatMap((each) => each.missing)),
    };
  };

  return {
    snapshot: async ({ fresh = false, scope = {}, details = false, onProgress } = {}) => {
      const within = places.all().filter((place) => isPlaceInScope(place, scope));
      const snapshot = await sharing.take({ scope, fresh, onProgress }, (heard) =>
        collectAll(within, { scope, fresh, onProgress: heard }, options),
      );
      return withoutGone(details ? await withDetails(snapshot, within) : snapshot, places);
    },
    inventoryWithMissing,
    inventory: async (inventoryOptions) => (await inventoryWithMissing(inventoryOptions)).refs,
    taskDefinition: async (where, arn) => definitions.read(places.find(where), arn),
    scaling: async (ref) => readScaling(places.find(ref).api, ref),
    history: async (ref) => {
      const { api, reader } = places.find(ref);
      return histories.read(api, await reader.inventoryOf(ref));
    },
    recent: async (ref, measures) => {
      const { api, reader } = places.find(ref);
      return readRecent(api, await reader.inventoryOf(ref), measures, clock.now());
    },
    observe: async ({ accountId, region, cluster, service }) => {
      const name = cluster === undefined || service === undefined ? undefined : { cluster, service };
      const heard = places
        .all()
        .filter((place) => place.region === region && idOfAccount(place.account) === accountId);
      await Promise.all(heard.map((place) => place.reader.observe(name)));
    },
    refresh: async ({ isDue }) => {
      const within = places.all();
      const snapshot = await collectAll(within, { scope: {}, fresh: false, isDue }, options);
      await withDetails(snapshot, within);
    },
    known: () => {
      const within = places.all();
      const reads = within.map(({ reader }) => reader.known());
      return withKnownDetails(mergeReads(reads, clock.now()), within);
    },
    status: () => places.all().map(({ reader }) => reader.status()),
    idle: async () => {
      await Promise.all(places.all().map((place) => place.reader.idle()));
    },
  };
}

/** What was collected of an account that is not watched any more is no answer. */
function withoutGone(snapshot: FleetSnapshot, places: Places): FleetSnapshot {
  const isThere = places.watched();
  if (snapshot.services.every(({ ref }) => isThere(ref)) && snapshot.missing.every(isThere)) return snapshot;
  return {
    ...snapshot,
    services: snapshot.services.filter(({ ref }) => isThere(ref)),
    loadBalancers: (snapshot.loadBalancers ?? []).filter(isThere),
    missing: snapshot.missing.filter(isThere),
  };
}

async function withDetails(snapshot: FleetSnapshot, places: readonly Place[]): Promise<FleetSnapshot> {
  const placeOf = finder(places);
  const missing = await Promise.all(
    places.map((place) => place.details.learn(snapshot.services.filter(({ ref }) => placeOf(ref) === place))),
  );
  const all = { ...snapshot, missing: sortedMissing([...snapshot.missing, ...missing.flat()]) };
  return withKnownDetails(all, places);
}

async function namesOf(place: Place, fresh: boolean, wait: CollectorOptions['wait']) {
  const { account, region, reader } = place;
  const listed = async () => {
    const { services, failures } = await reader.names({}, fresh);
    const refs = services.map((name) => ({ account: account.name, region, ...name }));
    return { place, refs, missing: failures.list() };
  };
  const known = () => ({
    place,
    refs: reader.known().services.map(({ ref }) => ref),
    missing: [silenceOf(place)],
  });
  return unlessSilent(place, listed(), known, wait);
}
