import {
  DescribeAlarmsCommand,
  errorTypeRegistries,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  MissingRequiredParameterException,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { operation, operationsByName, type Service } from '../service.ts';
import { getMetricData, metricsCharged } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { describeAlarms, listMetrics, putMetricData } from './metrics.ts';

/** Amazon CloudWatch metrics. */
export const cloudwatch: Service = {
  prefix: 'cloudwatch',
  signingName: 'monitoring',
  xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  queryCompatible: true,
  missingMember: (member) =>
    new MissingRequiredParameterException({ message: `The parameter ${member} is required.`, $metadata: {} }),
  errorRegistries: errorTypeRegistries,
  operations: operationsByName([
    operation(GetMetricDataCommand, getMetricData, {
      charge: (input) => ({ unit: 'metric by GetMetricData', count: metricsCharged(input) }),
    }),
    operation(GetMetricStatisticsCommand, getMetricStatistics, {
      charge: () => ({ unit: 'CloudWatch request', count: 1 }),
    }),
    operation(ListMetricsCommand, listMetrics, {
      charge: () => ({ unit: 'CloudWatch request', count: 1 }),
    }),
    operation(PutMetricDataCommand, putMetricData, {
      charge: () => ({ unit: 'PutMetricData request', count: 1 }),
    }),
    operation(DescribeAlarmsCommand, describeAlarms, {
      charge: () => ({ unit: 'CloudWatch request', count: 1 }),
    }),
  ]),
};
