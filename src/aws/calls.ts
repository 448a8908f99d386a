import type { ErrorCode } from '../domain/errors.ts';
import type { MetricQuery } from './api.ts';

/** One finished call to AWS, as a meter sees it. */
export interface AwsCall {
  readonly account: string;
  readonly region: string;
  /** `cloudwatch:GetMetricData` */
  readonly action: string;
  readonly outcome: 'ok' | ErrorCode;
  /** From its turn under the limiter to its answer, the SDK's own retries included. */
  readonly durationMs: number;
  /** What AWS charges for it, at list price without free tiers. */
  readonly dollars: number;
}

/** Hears of every call. Must not throw. */
export type OnCall = (call: AwsCall) => void;

/** Source: https://aws.amazon.com/cloudwatch/pricing/ (APIs, metrics requested using GetMetricData). */
export const DOLLARS_PER_METRIC = 0.01 / 1000;

/**
 * The price of a GetMetricData call: it counts metrics, not queries; up to five statistics of one metric in one call
 * are one. Everything else that the collector calls is free.
 */
export function dollarsFor(
  queries: readonly Pick<MetricQuery, 'namespace' | 'metric' | 'dimensions'>[],
): number {
  const statistics = new Map<string, number>();
  for (const { namespace, metric, dimensions } of queries) {
    const key = JSON.stringify([namespace, metric, dimensions]);
    statistics.set(key, (statistics.get(key) ?? 0) + 1);
  }
  let metrics = 0;
  for (const count of statistics.values()) metrics += Math.ceil(count / STATISTICS_PER_CHARGE);
  return metrics * DOLLARS_PER_METRIC;
}

const STATISTICS_PER_CHARGE = 5;
