import type { AwsApi } from '../aws/api.ts';
import { type AccountConfig, idOfAccount } from '../domain/accounts.ts';
import { NotFound } from '../domain/errors.ts';
import type {
  FleetSnapshot,
  MissingPart,
  ScalingBounds,
  Scope,
  ServiceRef,
  ServiceSnapshot,
  TaskDefinition,
} from '../domain/fleet.ts';
import type { Clock } from '../domain/time.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import type { Log } from '../telemetry/log.ts';
import { InFlight } from './cache.ts';
import { FleetDetails } from './fleet-details.ts';
import { RegionReader } from './region.ts';
import type { CacheTimes, IsDue, RegionRead, RegionStatus } from './region-types.ts';
import { readScaling } from './service-details.ts';
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

export interface CollectorOptions {
  readonly accounts: readonly AccountConfig[];
  /** The calls of one account and region; `connectAws` makes them. */
  readonly api: (account: AccountConfig, region: string) => AwsApi;
  /** The domain's clock. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  readonly times?: Partial<CacheTimes>;
  /** Where log lines are looked for when a task definition names no group; `/ecs/{service}`. */
  readonly logGroupPattern?: string;
  /** How many times less often than configured to read, so that a budget lasts; answers stay within five minutes. */
  readonly slowdown?: () => number;
  /** Hears how many services of an answer had metrics that were young enough, and how many had to be read. */
  readonly onCache?: (hits: number, misses: number) => void;
  /** Keeps the inventory and task definitions over restarts and shares them between replicas. */
  readonly keep?: { readonly store: InventoryStore; readonly wait: (ms: number) => Promise<void> };
}

const MINUTE = 60_000;

/** Metrics come in 5-minute points, so a minute adds little; counts of tasks move faster. */
const DEFAULT_TIMES: CacheTimes = {
  namesMs: 5 * MINUTE,
  detailsMs: 2 * MINUTE,
  boundsMs: 15 * MINUTE,
  metricsMs: MINUTE,
  failuresMs: 20_000,
  lastKnownMs: 60 * MINUTE,
  listeningMs: 24 * 60 * MINUTE,
  listeningBoundsMs: 60 * MINUTE,
};

/** The metrics behind an answer are never older, whatever a budget says; the reading itself takes some of it. */
const MOST_METRICS_MS = 4.5 * MINUTE;

/** A collector that remembers in memory, and in the table where it is given one. It calls nothing before it is asked. */
export function makeCollector(options: CollectorOptions): Collector {
  const { accounts, clock, log } = options;
  const definitions = new TaskDefinitions(options.keep?.store, log);
  const places = accounts.flatMap((account) =>
    account.regions.map((region) => makePlace(options, definitions, account, region)),
  );
  const sharing = new InFlight<FleetSnapshot>();

  const inventoryWithMissing: Collector['inventoryWithMissing'] = async ({ fresh = false } = {}) => {
    const all = await Promise.all(places.map((place) => namesOf(place, fresh)));
    return {
      refs: sortedRefs(all.flatMap((each) => each.refs)),
      missing: sortedMissing(all.flatMap((each) => each.missing)),
    };
  };

  return {
    snapshot: async ({ fresh = false, scope = {}, details = false, onProgress } = {}) => {
      const within = places.filter((place) => isPlaceInScope(place, scope));
      const collect = () => collectAll(within, { scope, fresh }, onProgress, clock, log);
      const running = fresh ? undefined : sharing.running(sharingKey(scope, true));
      const snapshot = await (running ?? sharing.run(sharingKey(scope, fresh), collect));
      return details ? withDetails(snapshot, within) : snapshot;
    },
    inventoryWithMissing,
    inventory: async (inventoryOptions) => (await inventoryWithMissing(inventoryOptions)).refs,
    taskDefinition: async (where, arn) => definitions.read(findPlace(places, where), arn),
    scaling: async (ref) => readScaling(findPlace(places, ref).api, ref),
    observe: async ({ accountId, region, cluster, service }) => {
      const name = cluster === undefined || service === undefined ? undefined : { cluster, service };
      const heard = places.filter(
        (place) => place.region === region && idOfAccount(place.account) === accountId,
      );
      await Promise.all(heard.map((place) => place.reader.observe(name)));
    },
    refresh: async ({ isDue }) => {
      const snapshot = await collectAll(places, { scope: {}, fresh: false, isDue }, undefined, clock, log);
      await withDetails(snapshot, places);
    },
    known: () =>
      withKnownDetails(
        mergeReads(
          places.map(({ reader }) => reader.known()),
          clock.now(),
        ),
        places,
      ),
    status: () => places.map(({ reader }) => reader.status()),
    idle: async () => {
      await Promise.all(places.map((place) => place.reader.idle()));
    },
  };
}

/** One account and region. */
interface Place {
  readonly account: AccountConfig;
  readonly region: string;
  readonly api: AwsApi;
  readonly reader: RegionReader;
  readonly details: FleetDetails;
}

function makePlace(
  options: CollectorOptions,
  definitions: TaskDefinitions,
  account: AccountConfig,
  region: string,
): Place {
  const api = options.api(account, region);
  const times = { ...DEFAULT_TIMES, ...options.times };
  const reader = new RegionReader({
    api,
    account,
    region,
    now: () => options.clock.now(),
    times,
    metricsMs: () => Math.min(MOST_METRICS_MS, times.metricsMs * (options.slowdown?.() ?? 1)),
    onCache: options.onCache,
    log: options.log,
    ...(options.keep ? { keep: options.keep } : {}),
  });
  const { clock, logGroupPattern } = options;
  const details = new FleetDetails({ account, region, api, clock, definitions, logGroupPattern });
  return { account, region, api, reader, details };
}

function placeOf(places: readonly Place[], { ref }: ServiceSnapshot): Place | undefined {
  return places.find((place) => place.region === ref.region && place.account.name === ref.account);
}

function withKnownDetails(snapshot: FleetSnapshot, places: readonly Place[]): FleetSnapshot {
  const services = snapshot.services.map(
    (service) => placeOf(places, service)?.details.addKnown(service) ?? service,
  );
  return { ...snapshot, services };
}

async function withDetails(snapshot: FleetSnapshot, places: readonly Place[]): Promise<FleetSnapshot> {
  const missing = await Promise.all(
    places.map((place) =>
      place.details.learn(snapshot.services.filter((service) => placeOf([place], service) !== undefined)),
    ),
  );
  const all = { ...snapshot, missing: sortedMissing([...snapshot.missing, ...missing.flat()]) };
  return withKnownDetails(all, places);
}

function isPlaceInScope({ account, region }: Place, scope: Scope): boolean {
  const accountFits =
    scope.account === undefined || scope.account === account.name || scope.account === account.id;
  return accountFits && (scope.region === undefined || scope.region === region);
}

function findPlace(
  places: readonly Place[],
  { account, region }: Pick<ServiceRef, 'account' | 'region'>,
): Place {
  const found = places.find((place) => place.account.name === account && place.region === region);
  if (!found)
    throw new NotFound(`${account} in ${region} is not among the accounts and regions that I watch.`);
  return found;
}

async function namesOf({ account, region, reader }: Place, fresh: boolean) {
  const { services, failures } = await reader.names({}, fresh);
  const refs = services.map((name) => ({ account: account.name, region, ...name }));
  return { refs, missing: failures.list() };
}

async function collectAll(
  places: readonly Place[],
  asked: { readonly scope: Scope; readonly fresh: boolean; readonly isDue?: IsDue },
  onProgress: SnapshotOptions['onProgress'],
  clock: Clock,
  log: CollectorOptions['log'],
): Promise<FleetSnapshot> {
  const { scope, fresh } = asked;
  const progress = new Map<Place, { readonly done: number; readonly total: number }>();
  const reads = await Promise.all(
    places.map((place) =>
      place.reader.read({
        ...asked,
        onProgress: (done, total) => {
          progress.set(place, { done, total });
          const all = [...progress.values()];
          onProgress?.(
            all.reduce((count, each) => count + each.done, 0),
            all.reduce((count, each) => count + each.total, 0),
          );
        },
      }),
    ),
  );
  const snapshot = withKnownDetails(mergeReads(relevant(reads, scope), clock.now()), places);
  for (const part of snapshot.missing) log.warn({ ...part }, 'part of the fleet could not be read');
  log.debug({ services: snapshot.services.length, scope, fresh }, 'snapshot collected');
  return snapshot;
}

/** A service that was found is the whole of its scope: what cannot be read elsewhere is no part of the answer. */
function relevant(reads: readonly RegionRead[], scope: Scope): readonly RegionRead[] {
  if (scope.service === undefined) return reads;
  const found = reads.filter((read) => read.services.length > 0);
  return found.length > 0 ? found : reads;
}

function sharingKey({ account, region, cluster, service }: Scope, fresh: boolean): string {
  return JSON.stringify([account, region, cluster, service, fresh]);
}
