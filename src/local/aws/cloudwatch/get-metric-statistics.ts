import {
  type Datapoint,
  type GetMetricStatisticsCommandInput,
  type GetMetricStatisticsOutput,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
} from '@aws-sdk/client-cloudwatch';
import type { Ctx } from '../service.ts';
import { readSeries, unitOf } from './series.ts';

const MAX_DATAPOINTS = 1440;

/** One metric a call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export function getMetricStatistics(
  input: GetMetricStatisticsCommandInput,
  ctx: Ctx,
): GetMetricStatisticsOutput {
  const startMs = input.StartTime?.getTime() ?? Number.NaN;
  const endMs = input.EndTime?.getTime() ?? Number.NaN;
  const periodSeconds = input.Period ?? 60;
  if (!(startMs < endMs)) {
    throw new InvalidParameterValueException({
      message: 'The parameter StartTime must be less than the parameter EndTime.',
      $metadata: {},
    });
  }
  const plain = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  if (plain.length + extended.length === 0) {
    throw new InvalidParameterCombinationException({
      message: 'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
      $metadata: {},
    });
  }
  refuseTooMany((endMs - startMs) / 1000 / periodSeconds);
  const metric = input.MetricName ?? '';
  const read = (stat: string) =>
    readSeries(
      {
        namespace: input.Namespace ?? '',
        metric,
        dimensions: input.Dimensions ?? [],
        stat,
        periodSeconds,
        startMs,
        endMs,
      },
      ctx,
    );
  const points = new Map<number, Datapoint>();
  const at = (atMs: number): Datapoint => {
    const point = points.get(atMs) ?? { Timestamp: new Date(atMs), Unit: unitOf(metric) };
    points.set(atMs, point);
    return point;
  };
  for (const stat of plain) for (const { atMs, value } of read(stat)) at(atMs)[stat] = value;
  for (const stat of extended) {
    for (const { atMs, value } of read(stat)) {
      const point = at(atMs);
      point.ExtendedStatistics = { ...point.ExtendedStatistics, [stat]: value };
    }
  }
  return { Label: metric, Datapoints: [...points.values()] };
}

function refuseTooMany(requested: number): void {
  if (requested <= MAX_DATAPOINTS) return;
  throw new InvalidParameterCombinationException({
    message: `You have requested up to ${Math.ceil(requested)} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    $metadata: {},
  });
}
