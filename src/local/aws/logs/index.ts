import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  errorTypeRegistries,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { operation, operationsByName, type Service } from '../service.ts';
import { filterLogEvents, getLogEvents } from './events.ts';
import { describeLogGroups, describeLogStreams, logGroupArn, nameOfGroup } from './groups.ts';

/** Amazon CloudWatch Logs. */
export const logs: Service = {
  prefix: 'logs',
  signingName: 'logs',
  xmlNamespace: 'http://logs.amazonaws.com/doc/2014-03-28/',
  validationCode: 'InvalidParameterException',
  errorRegistries: errorTypeRegistries,
  operations: operationsByName([
    operation(DescribeLogGroupsCommand, describeLogGroups, {
      resources: (_input, ctx) => [logGroupArn('', ctx)],
    }),
    operation(DescribeLogStreamsCommand, describeLogStreams, {
      resources: (input, ctx) => [logGroupArn(nameOfGroup(input), ctx)],
    }),
    operation(FilterLogEventsCommand, filterLogEvents, {
      resources: (input, ctx) => [logGroupArn(nameOfGroup(input), ctx)],
    }),
    operation(GetLogEventsCommand, getLogEvents, {
      resources: (input, ctx) => [
        logGroupArn(nameOfGroup(input), ctx).replace(/\*$/, `log-stream:${input.logStreamName}`),
      ],
    }),
  ]),
};
