import {
  type DescribeAlarmsCommandInput,
  type DescribeAlarmsOutput,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  type ListMetricsCommandInput,
  type ListMetricsOutput,
  type MetricDatum,
  type PutMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { DEFAULT_PAGE } from '../limits.ts';
import { pageOf } from '../pages.ts';
import type { Ctx } from '../service.ts';
import { dimensionMap } from './series.ts';

/** 500 a page. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export function listMetrics(input: ListMetricsCommandInput, ctx: Ctx): ListMetricsOutput {
  const { NextToken, ...filters } = input;
  const found = ctx.world
    .metrics(ctx.accountId, ctx.region)
    .filter(
      (each) =>
        (input.Namespace === undefined || each.namespace === input.Namespace) &&
        (input.MetricName === undefined || each.metric === input.MetricName) &&
        (input.Dimensions ?? []).every(({ Name = '', Value }) =>
          Value === undefined ? Name in each.dimensions : each.dimensions[Name] === Value,
        ),
    );
  const page = pageOf(found, {
    token: NextToken,
    size: DEFAULT_PAGE['cloudwatch:ListMetrics'],
    scope: ['ListMetrics', ctx.accountId, ctx.region, filters],
    id: (each) => JSON.stringify(each),
    refuse: () => new InvalidParameterValueException({ message: 'Invalid nextToken', $metadata: {} }),
  });
  return {
    Metrics: page.items.map((each) => ({
      Namespace: each.namespace,
      MetricName: each.metric,
      Dimensions: Object.entries(each.dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    NextToken: page.next,
  };
}

/** Custom metrics only. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export function putMetricData(input: PutMetricDataCommandInput, ctx: Ctx): object {
  const namespace = input.Namespace ?? '';
  if (namespace.startsWith('AWS/')) {
    throw new InvalidParameterValueException({
      message: 'The value AWS/ for parameter Namespace is invalid.',
      $metadata: {},
    });
  }
  const samples = (input.MetricData ?? []).map((datum) => ({ datum, values: valuesOf(datum) }));
  for (const { datum, values } of samples) {
    const atMs = datum.Timestamp?.getTime() ?? ctx.world.clock.now();
    checkTime(atMs, ctx.world.clock.now());
    const dimensions = dimensionMap(datum.Dimensions ?? []);
    for (const value of values) {
      ctx.world.putMetric(
        ctx.accountId,
        ctx.region,
        namespace,
        datum.MetricName ?? '',
        dimensions,
        value,
        atMs,
      );
    }
  }
  return {};
}

/** The simulated fleet has no alarms. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export function describeAlarms(_input: DescribeAlarmsCommandInput, _ctx: Ctx): DescribeAlarmsOutput {
  return { MetricAlarms: [], CompositeAlarms: [] };
}

const MAX_SAMPLES = 1000;

/** The samples that a datum stands for; a statistic set becomes its minimum, maximum and an even rest. */
function valuesOf(datum: MetricDatum): readonly number[] {
  if (datum.Value !== undefined) return [finite(datum.Value)];
  if (datum.Values !== undefined) {
    return datum.Values.flatMap((value, i) =>
      Array<number>(Math.min(MAX_SAMPLES, datum.Counts?.[i] ?? 1)).fill(finite(value)),
    );
  }
  const set = datum.StatisticValues;
  if (set === undefined) {
    throw new InvalidParameterCombinationException({
      message:
        'At least one of the parameters must be specified: MetricData.member.1.Value, MetricData.member.1.Values, MetricData.member.1.StatisticValues.',
      $metadata: {},
    });
  }
  const { SampleCount = 1, Sum = 0, Minimum = 0, Maximum = 0 } = set;
  if (SampleCount <= 1) return [finite(Sum)];
  const rest = Math.min(MAX_SAMPLES, Math.round(SampleCount) - 2);
  const restMean = rest <= 0 ? 0 : (Sum - Minimum - Maximum) / (SampleCount - 2);
  return [finite(Minimum), ...Array<number>(Math.max(0, rest)).fill(restMean), finite(Maximum)];
}

/** Two weeks back, two hours ahead (PutMetricData, API reference). */
function checkTime(atMs: number, nowMs: number): void {
  if (atMs >= nowMs - 14 * 86_400_000 && atMs <= nowMs + 2 * 3_600_000) return;
  throw new InvalidParameterValueException({
    message: `The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks or the next two hours: ${new Date(atMs).toISOString()}.`,
    $metadata: {},
  });
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new InvalidParameterValueException({
    message: `The value ${value} for parameter MetricData.member.1.Value is invalid.`,
    $metadata: {},
  });
}
