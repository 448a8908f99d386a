import {
  CloudWatchClient,
  GetMetricDataCommand,
  InvalidParameterValueException,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { describe, expect, test } from 'vitest';
import { handWorld, NOW, valueAt } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

describe.each([
  ['JSON, its own', undefined],
  ['the query protocol of older clients', AwsQueryProtocol],
  ['CBOR', AwsSmithyRpcV2CborProtocol],
])('CloudWatch over %s', (_name, protocol) => {
  async function cloudwatchOver() {
    const settings = await (await startLoopback(handWorld())).asSpoke();
    return new CloudWatchClient(protocol === undefined ? settings : { ...settings, protocol });
  }

  test('numbers, dates and lists arrive whole', async () => {
    const cloudwatch = await cloudwatchOver();
    const Dimensions = [{ Name: 'ServiceName', Value: 'a&b <c>' }];
    const Metric = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions };
    const { MetricDataResults: [result] = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(NOW - 600_000),
        EndTime: new Date(NOW),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          { Id: 'a', Label: 'a&b <c>', MetricStat: { Metric, Period: 300, Stat: 'Average' } },
        ],
      }),
    );
    expect(result).toMatchObject({ Id: 'a', Label: 'a&b <c>', StatusCode: 'Complete' });
    expect(result?.Timestamps).toEqual([new Date(NOW - 600_000), new Date(NOW - 300_000)]);
    expect(result?.Values).toEqual([valueAt(NOW - 600_000), valueAt(NOW - 300_000)]);
  });

  test('an error arrives as the SDK’s class', async () => {
    const cloudwatch = await cloudwatchOver();
    const put = new PutMetricDataCommand({
      Namespace: 'AWS/ECS',
      MetricData: [{ MetricName: 'm', Value: 1 }],
    });
    const error = await refusal(cloudwatch.send(put));
    expect(error).toBeInstanceOf(InvalidParameterValueException);
    expect(error.message).toBe('The value AWS/ for parameter Namespace is invalid.');
  });
});

test('a body that is not what its content type says is malformed, not a crash', async () => {
  const { endpoint } = await startLoopback(handWorld());
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261120/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=00',
    },
    body: '{ not json',
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: 'SerializationException' });
});

test('an unsigned request is told what is missing', async () => {
  const { endpoint } = await startLoopback(handWorld());
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters',
    },
    body: '{}',
  });
  expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
});
