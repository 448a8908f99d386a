import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { HubCalls } from './hub-calls.ts';
import { callAws } from './region-call.ts';

/** One number of Deckhand's own, at one moment. */
export interface OwnMetric {
  readonly name: string;
  /** At most 30. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds' | 'Percent' | 'None';
  readonly atMs: number;
}

/** Custom metrics of Deckhand, in its own account. */
export interface OwnMetrics {
  /**
   * Sends them all, {@link METRICS_A_CALL} at a time. What was sent before a call failed stays sent.
   * @throws Denied, Throttled, Unreachable, BadRequest (a time over two weeks back)
   */
  put(metrics: readonly OwnMetric[]): Promise<void>;
  close(): void;
}

/** Namespaces that begin with `AWS/` are AWS's. */
export const OWN_NAMESPACE = 'Deckhand/ECS';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const METRICS_A_CALL = 1000;

/** A request costs, at list price, whatever it holds. https://aws.amazon.com/cloudwatch/pricing/ */
const DOLLARS_A_REQUEST = 0.01 / 1000;

/** Puts metrics with the credentials that Deckhand runs with, into the region that it runs in. */
export function makeOwnMetrics(hub: HubCalls, namespace: string = OWN_NAMESPACE): OwnMetrics {
  const { region } = hub.path;
  const client = new CloudWatchClient({ region, ...hub.clientSettings });
  const putSome = (metrics: readonly OwnMetric[]) =>
    callAws(
      hub.path,
      'cloudwatch:PutMetricData',
      { metricWrites: 1 },
      async (within) => {
        await client.send(
          new PutMetricDataCommand({
            Namespace: namespace,
            MetricData: metrics.map(({ name, dimensions, value, unit, atMs }) => ({
              MetricName: name,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
              Value: value,
              Unit: unit,
              Timestamp: new Date(atMs),
            })),
          }),
          within,
        );
      },
      DOLLARS_A_REQUEST,
    );
  return {
    async put(metrics) {
      for (let at = 0; at < metrics.length; at += METRICS_A_CALL) {
        await putSome(metrics.slice(at, at + METRICS_A_CALL));
      }
    },
    close: () => client.destroy(),
  };
}
