import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  InvalidNextToken,
  InvalidParameterValueException,
  ListMetricsCommand,
  type MetricDataQuery,
  MissingRequiredParameterException,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { handWorld, NOW, valueAt } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

const HOUR = 3_600_000;

async function cloudwatchOver(world = handWorld()) {
  const loopback = await startLoopback(world);
  return { ...loopback, cloudwatch: new CloudWatchClient(await loopback.asSpoke()) };
}

function query(Id: string, Stat = 'Average', service = 'service-00'): MetricDataQuery {
  const Dimensions = [
    { Name: 'ClusterName', Value: 'prod' },
    { Name: 'ServiceName', Value: service },
  ];
  const Metric = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions };
  return { Id, MetricStat: { Metric, Period: 300, Stat } };
}

function lastHour(MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) {
  const StartTime = new Date(NOW - HOUR);
  return new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime: new Date(NOW), ...more });
}

describe('GetMetricData', () => {
  test('gives the world’s values, newest first unless asked otherwise', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const { MetricDataResults: [down] = [] } = await cloudwatch.send(lastHour([query('a')]));
    const { MetricDataResults: [up] = [] } = await cloudwatch.send(
      lastHour([query('a', 'Maximum')], { ScanBy: 'TimestampAscending' }),
    );
    const times = Array.from({ length: 12 }, (_, i) => NOW - HOUR + i * 300_000);
    expect(up?.Timestamps).toEqual(times.map((atMs) => new Date(atMs)));
    expect(up?.Values).toEqual(times.map((atMs) => valueAt(atMs) + 1000));
    expect(down?.Values).toEqual(times.toReversed().map((atMs) => valueAt(atMs)));
    expect(down?.StatusCode).toBe('Complete');
  });

  test('pages by datapoints: a cut series is PartialData and goes on', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const queries = [query('a'), query('b', 'Maximum'), query('c')];
    const values = new Map<string, number[]>();
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await cloudwatch.send(lastHour(queries, { MaxDatapoints: 10, NextToken }));
      pages.push(
        (page.MetricDataResults ?? []).map((each) => `${each.Id} ${each.Values?.length} ${each.StatusCode}`),
      );
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
        values.set(Id, [...(values.get(Id) ?? []), ...Values]);
      }
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(pages).toEqual([
      ['a 10 PartialData'],
      ['a 2 Complete', 'b 8 PartialData'],
      ['b 4 Complete', 'c 6 PartialData'],
      ['c 6 Complete'],
    ]);
    const whole = await cloudwatch.send(lastHour(queries));
    for (const { Id = '', Values } of whole.MetricDataResults ?? []) expect(values.get(Id)).toEqual(Values);
  });

  test('a metric without data is an empty Complete result', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const absent = query('a');
    if (absent.MetricStat?.Metric) absent.MetricStat.Metric.Namespace = 'AWS/Nothing';
    const { MetricDataResults } = await cloudwatch.send(lastHour([absent]));
    expect(MetricDataResults).toMatchObject([{ Id: 'a', Values: [], StatusCode: 'Complete' }]);
  });

  test('501 queries are refused with CloudWatch’s sentence, 500 are not', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const queries = Array.from({ length: 501 }, (_, i) => query(`q${i}`));
    const error = await refusal(cloudwatch.send(lastHour(queries)));
    expect(error.name).toMatch(/^Validation/);
    expect(error.message).toBe('The collection MetricDataQueries must not have a size greater than 500.');
    expect((await cloudwatch.send(lastHour(queries.slice(1)))).MetricDataResults).toHaveLength(500);
  });

  test.each([
    ['metric math', [{ Id: 'e', Expression: 'SUM(METRICS())' }], 'Metric math'],
    ['two queries of one id', [query('a'), query('a')], 'must be unique'],
    ['an id that begins with a capital', [query('A')], 'expected pattern'],
    ['an unknown statistic', [query('a', 'Median')], 'parameter Stat'],
  ])('refuses %s', async (_name, queries, text) => {
    const { cloudwatch } = await cloudwatchOver();
    const error = await refusal(cloudwatch.send(lastHour(queries)));
    expect(error.message).toContain(text);
  });

  test('a made-up token is InvalidNextToken, an absent start MissingRequiredParameter', async () => {
    const { cloudwatch } = await cloudwatchOver();
    expect(await refusal(cloudwatch.send(lastHour([query('a')], { NextToken: 'x' })))).toBeInstanceOf(
      InvalidNextToken,
    );
    const error = await refusal(cloudwatch.send(lastHour([query('a')], { StartTime: undefined })));
    expect(error).toBeInstanceOf(MissingRequiredParameterException);
    expect(error.message).toBe('The parameter StartTime is required.');
  });
});

describe('GetMetricStatistics', () => {
  test('merges statistics of one metric by time', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/ECS',
        MetricName: 'CPUUtilization',
        StartTime: new Date(NOW - HOUR),
        EndTime: new Date(NOW),
        Period: 300,
        Statistics: ['Average', 'Maximum'],
        ExtendedStatistics: ['p95'],
      }),
    );
    const average = valueAt(NOW - HOUR);
    expect(Datapoints).toHaveLength(12);
    expect(Datapoints?.[0]).toEqual({
      Timestamp: new Date(NOW - HOUR),
      Average: average,
      Maximum: average + 1000,
      ExtendedStatistics: { p95: average },
      Unit: 'Percent',
    });
  });

  test('more than 1,440 points are refused', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const command = new GetMetricStatisticsCommand({
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      StartTime: new Date(NOW - 25 * HOUR),
      EndTime: new Date(NOW),
      Period: 60,
      Statistics: ['Average'],
    });
    const error = await refusal(cloudwatch.send(command));
    expect(error.message).toContain('exceeds the limit of 1,440');
  });
});

describe('metrics', () => {
  test('are listed 500 a page and filtered', async () => {
    const { cloudwatch } = await cloudwatchOver(handWorld({ services: 501 }));
    const first = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/ECS' }));
    expect(first.Metrics).toHaveLength(500);
    const second = await cloudwatch.send(
      new ListMetricsCommand({ Namespace: 'AWS/ECS', NextToken: first.NextToken }),
    );
    expect(second.Metrics).toHaveLength(1);
    const Dimensions = [{ Name: 'ServiceName', Value: 'service-07' }];
    expect((await cloudwatch.send(new ListMetricsCommand({ Dimensions }))).Metrics).toHaveLength(1);
  });

  test('of our own can be put, a large request gzipped, and read back', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const MetricData = Array.from({ length: 1000 }, (_, i) => ({
      MetricName: `m${i}`,
      Dimensions: [{ Name: 'Service', Value: 'checkout' }],
      Value: i,
      Timestamp: new Date(NOW - 60_000),
    }));
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Deckhand/ECS', MetricData }));
    const Metric = {
      Namespace: 'Deckhand/ECS',
      MetricName: 'm7',
      Dimensions: [{ Name: 'Service', Value: 'checkout' }],
    };
    const read = await cloudwatch.send(
      lastHour([{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }]),
    );
    expect(read.MetricDataResults?.[0]?.Values).toEqual([7]);
  });

  test('a time of three weeks ago is refused', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const MetricData = [{ MetricName: 'm', Value: 1, Timestamp: new Date(NOW - 21 * 24 * HOUR) }];
    const error = await refusal(
      cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Deckhand', MetricData })),
    );
    expect(error).toBeInstanceOf(InvalidParameterValueException);
  });

  test('a namespace of AWS is refused', async () => {
    const { cloudwatch } = await cloudwatchOver();
    const MetricData = [{ MetricName: 'm', Value: 1 }];
    const error = await refusal(
      cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/ECS', MetricData })),
    );
    expect(error).toBeInstanceOf(InvalidParameterValueException);
  });

  test('there are no alarms', async () => {
    const { cloudwatch } = await cloudwatchOver();
    expect((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
  });
});
