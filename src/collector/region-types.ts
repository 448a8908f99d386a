import type { AwsApi } from '../aws/api.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { LoadBalancer, MissingPart, Scope, ServiceSnapshot } from '../domain/fleet.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import type { Log } from '../telemetry/log.ts';

/** How old what is remembered may be before it is read again. Milliseconds. */
export interface CacheTimes {
  /** Lists of clusters and services, and target groups. */
  readonly namesMs: number;
  /** What DescribeServices tells. */
  readonly detailsMs: number;
  /** Scaling bounds, of which no event tells. */
  readonly boundsMs: number;
  readonly metricsMs: number;
  /** A listing that failed is not tried again within this time, so that a region that hangs delays one answer. */
  readonly failuresMs: number;
  /** Metrics that cannot be read again are still shown, with their age, up to this age. */
  readonly lastKnownMs: number;
  /** Names and details while this region's events say what changes; and how long an inventory is shown at most. */
  readonly listeningMs: number;
  /** Target groups and scaling bounds while events say what changes. */
  readonly listeningBoundsMs: number;
}

export interface RegionOptions {
  readonly api: AwsApi;
  readonly account: AccountConfig;
  readonly region: string;
  readonly now: () => number;
  readonly times: Omit<CacheTimes, 'metricsMs'>;
  /** How old metrics may be in an answer, now; see {@link CacheTimes}. */
  readonly metricsMs: () => number;
  /** Hears how many services of an answer had metrics that were young enough, and how many had to be read. */
  readonly onCache?: ((hits: number, misses: number) => void) | undefined;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  /** What outlives the process and is shared between replicas. */
  readonly keep?: { readonly store: InventoryStore; readonly wait: (ms: number) => Promise<void> };
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
  /** Instead of the age that an answer allows: which metrics a regular reading wants anew. */
  readonly isDue?: IsDue;
}

/** Whether a service's metrics are to be read now, for a reading that nobody waits for. */
export type IsDue = (service: {
  /** Somebody asked about it lately, or something happened to it. */
  readonly isWatched: boolean;
  readonly metricsAtMs: number | undefined;
}) => boolean;

/** What is known of one account and region, and since when. */
export interface RegionStatus {
  readonly account: string;
  readonly region: string;
  readonly services: number;
  readonly watched: number;
  /** The oldest of what is known; undefined when nothing is. */
  readonly inventoryAtMs: number | undefined;
  readonly metricsAtMs: number | undefined;
  /** Events of this region arrive, so that its inventory is kept true by them. */
  readonly isListening: boolean;
  /** What could not be read the last time that it was tried. */
  readonly missing: readonly MissingPart[];
  /** The price of reading the metrics of every service once. */
  readonly dollarsPerReading: number;
}
