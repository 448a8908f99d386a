import type { AwsApi } from '../aws/api.ts';
import type { IamAction } from '../aws/permissions.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { NotFound } from '../domain/errors.ts';
import type { Scope, ServiceRef } from '../domain/fleet.ts';
import type { Clock } from '../domain/time.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import type { SeriesStore } from '../store/series-store.ts';
import type { Log } from '../telemetry/log.ts';
import { FleetDetails } from './fleet-details.ts';
import { RegionReader } from './region.ts';
import type { CacheTimes } from './region-types.ts';
import type { TaskDefinitions } from './task-definitions.ts';

export interface PlacesOptions {
  /** Asked for anew by every question: accounts come and go. */
  readonly accounts: readonly AccountConfig[] | (() => readonly AccountConfig[]);
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
  /** Resolves after so many milliseconds. With it, an account that does not answer delays nobody. */
  readonly wait?: (ms: number) => Promise<void>;
  /** Keeps the inventory and task definitions over restarts and shares them between replicas. */
  readonly keep?: {
    readonly store: InventoryStore;
    readonly series?: SeriesStore;
    readonly wait: (ms: number) => Promise<void>;
  };
}

/** One account and region. */
export interface Place {
  readonly account: AccountConfig;
  readonly region: string;
  readonly api: AwsApi;
  readonly reader: RegionReader;
  readonly details: FleetDetails;
  readonly traffic: () => Traffic;
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

/** The watched accounts and regions with what is remembered of each. An account that changes begins anew. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #definitions: TaskDefinitions;
  #made: ReadonlyMap<string, Place> = new Map();

  constructor(options: PlacesOptions, definitions: TaskDefinitions) {
    this.#options = options;
    this.#definitions = definitions;
  }

  /** Those that are watched now. */
  all(): readonly Place[] {
    const { accounts } = this.#options;
    const wanted = typeof accounts === 'function' ? accounts() : accounts;
    const next = new Map<string, Place>();
    for (const account of wanted) {
      for (const region of account.regions) {
        const key = JSON.stringify([region, account]);
        next.set(key, this.#made.get(key) ?? makePlace(this.#options, this.#definitions, account, region));
      }
    }
    this.#made = next;
    return [...next.values()];
  }

  has(place: Place): boolean {
    return this.all().includes(place);
  }

  /** Tells of many places at once whether they are watched now. */
  watched(): (at: Pick<ServiceRef, 'account' | 'region'>) => boolean {
    const keys = new Set(this.all().map((place) => placeKey(place.account.name, place.region)));
    return ({ account, region }) => keys.has(placeKey(account, region));
  }

  /** @throws NotFound for a place that is not watched. */
  find({ account, region }: Pick<ServiceRef, 'account' | 'region'>): Place {
    const found = this.all().find((place) => place.account.name === account && place.region === region);
    if (found) return found;
    throw new NotFound(`${account} in ${region} is not among the accounts and regions that I watch.`);
  }
}

/** Whether a question about a scope concerns this place. */
export function isPlaceInScope({ account, region }: Place, scope: Scope): boolean {
  const accountFits =
    scope.account === undefined || scope.account === account.name || scope.account === account.id;
  return accountFits && (scope.region === undefined || scope.region === region);
}

function makePlace(
  options: PlacesOptions,
  definitions: TaskDefinitions,
  account: AccountConfig,
  region: string,
): Place {
  const { clock, keep, log, logGroupPattern, onCache, slowdown } = options;
  const { api, traffic } = hearing(options.api(account, region));
  const times = { ...DEFAULT_TIMES, ...options.times };
  const reader = new RegionReader({
    api,
    account,
    region,
    now: () => clock.now(),
    times,
    metricsMs: () => Math.min(MOST_METRICS_MS, times.metricsMs * (slowdown?.() ?? 1)),
    onCache,
    log,
    ...(keep ? { keep } : {}),
  });
  const details = new FleetDetails({ account, region, api, clock, definitions, logGroupPattern });
  return { account, region, api, reader, details, traffic };
}

function placeKey(account: string, region: string): string {
  return `${account}/${region}`;
}

/** What goes on between one place and AWS, to tell a long reading from one that gets no answers. */
export interface Traffic {
  /** Calls that have ended, whatever the answer was. */
  readonly answered: number;
  /** An action that waits for its answer. */
  readonly awaited: IamAction | undefined;
}

/** The same calls, and the traffic that they make. */
function hearing(api: AwsApi): { readonly api: AwsApi; readonly traffic: () => Traffic } {
  let answered = 0;
  const pending = new Map<symbol, IamAction>();
  const heard =
    <A extends readonly unknown[], R>(action: IamAction, call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      const id = Symbol(action);
      pending.set(id, action);
      return call(...args).finally(() => {
        answered += 1;
        pending.delete(id);
      });
    };
  return {
    traffic: () => ({ answered, awaited: [...pending.values()][0] }),
    api: {
      listClusters: heard('ecs:ListClusters', (next) => api.listClusters(next)),
      listServices: heard('ecs:ListServices', (cluster, next) => api.listServices(cluster, next)),
      describeServices: heard('ecs:DescribeServices', (cluster, names) =>
        api.describeServices(cluster, names),
      ),
      describeTargetGroups: heard('elasticloadbalancing:DescribeTargetGroups', (next) =>
        api.describeTargetGroups(next),
      ),
      describeScalableTargets: heard('application-autoscaling:DescribeScalableTargets', (ids, next) =>
        api.describeScalableTargets(ids, next),
      ),
      describeScalingPolicies: heard('application-autoscaling:DescribeScalingPolicies', (id, next) =>
        api.describeScalingPolicies(id, next),
      ),
      describeTaskDefinition: heard('ecs:DescribeTaskDefinition', (arn) => api.describeTaskDefinition(arn)),
      getMetricData: heard('cloudwatch:GetMetricData', (request) => api.getMetricData(request)),
    },
  };
}
