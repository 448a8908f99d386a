import type { ScalableTarget, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';

/** One page of a listing; `next` asks for the one after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** The statistics of metrics that one GetMetricData call asks for. */
export interface MetricQuery {
  /** Unique within the call; begins with a lower-case letter. */
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `SampleCount`, `p99` … */
  readonly stat: string;
}

export interface MetricRequest {
  readonly queries: readonly MetricQuery[];
  readonly periodSeconds: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly next?: string;
}

export interface MetricResult {
  readonly id: string;
  /** `PartialData` has more to come on the next page; `complete` also stands for an answer that names no status. */
  readonly status: 'complete' | 'partial' | 'failed';
  /** Starts of periods, and the values at the same places. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/**
 * The calls that the collector makes to one region of one account, each one HTTP call plus the SDK's own retries.
 * Answers are the SDK's shapes; every error is one of `domain/errors.ts`. Batch sizes are the caller's business.
 */
export interface AwsApi {
  listClusters(next?: string): Promise<Page<string>>;
  listServices(cluster: string, next?: string): Promise<Page<string>>;
  /** At most {@link BATCH.services} names. Services that are gone are simply absent from the answer. */
  describeServices(cluster: string, names: readonly string[]): Promise<readonly Service[]>;
  describeTargetGroups(next?: string): Promise<Page<TargetGroup>>;
  /** At most {@link BATCH.scalableTargets} resource ids (`service/CLUSTER/SERVICE`). */
  describeScalableTargets(resourceIds: readonly string[], next?: string): Promise<Page<ScalableTarget>>;
  /** Of one service (`service/CLUSTER/SERVICE`), or of all services of the region. */
  describeScalingPolicies(resourceId: string | undefined, next?: string): Promise<Page<ScalingPolicy>>;
  /** @throws NotFound for a revision that does not exist. */
  describeTaskDefinition(arn: string): Promise<TaskDefinition>;
  /** At most {@link BATCH.metricQueries} queries. */
  getMetricData(
    request: MetricRequest,
  ): Promise<{ readonly results: readonly MetricResult[]; readonly next: string | undefined }>;
}

/** The largest batches and pages that AWS takes; each call uses them, since calls are what is throttled. */
export const BATCH = {
  /** ListClusters and ListServices; the latter defaults to 10. */
  list: 100,
  services: 10,
  targetGroups: 400,
  scalableTargets: 50,
  metricQueries: 500,
} as const;
