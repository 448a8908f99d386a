import {
  type DescribeLogGroupsCommandInput,
  type DescribeLogGroupsResponse,
  type DescribeLogStreamsCommandInput,
  type DescribeLogStreamsResponse,
  InvalidParameterException,
  type LogStream,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogEvent } from '../../world/model.ts';
import { DEFAULT_PAGE } from '../limits.ts';
import { pageOf } from '../pages.ts';
import type { Ctx } from '../service.ts';

/** How far back streams and events without a start time are looked for. */
export const OLDEST_MS = 90 * 86_400_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export function describeLogGroups(input: DescribeLogGroupsCommandInput, ctx: Ctx): DescribeLogGroupsResponse {
  const { nextToken, limit, ...filters } = input;
  if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
    throw new InvalidParameterException({
      message: 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      $metadata: {},
    });
  }
  const pattern = input.logGroupNamePattern?.toLowerCase() ?? '';
  const names = ctx.world
    .logGroups(ctx.accountId, ctx.region)
    .filter((name) => name.startsWith(input.logGroupNamePrefix ?? '') && name.toLowerCase().includes(pattern))
    .toSorted();
  const page = pageOf(names, {
    token: nextToken,
    size: limit ?? DEFAULT_PAGE['logs:*'],
    scope: ['DescribeLogGroups', ctx.accountId, ctx.region, filters],
    id: (name) => name,
    refuse: badToken,
  });
  return {
    logGroups: page.items.map((name) => ({
      logGroupName: name,
      arn: logGroupArn(name, ctx),
      logGroupArn: logGroupArn(name, ctx).slice(0, -2),
      metricFilterCount: 0,
      storedBytes: 0,
      logGroupClass: 'STANDARD',
    })),
    nextToken: page.next,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export function describeLogStreams(
  input: DescribeLogStreamsCommandInput,
  ctx: Ctx,
): DescribeLogStreamsResponse {
  const { nextToken, limit, ...filters } = input;
  const group = existingGroup(input, ctx);
  const now = ctx.world.clock.now();
  const streams = new Map<string, LogStream>();
  for (const event of ctx.world.logs(ctx.accountId, ctx.region, group, now - OLDEST_MS, now + 1)) {
    if (!event.stream.startsWith(input.logStreamNamePrefix ?? '')) continue;
    streams.set(event.stream, grown(streams.get(event.stream), event, group, ctx));
  }
  const byTime = input.orderBy === 'LastEventTime';
  const sorted = [...streams.values()].sort((a, b) =>
    byTime
      ? (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0)
      : (a.logStreamName ?? '').localeCompare(b.logStreamName ?? ''),
  );
  const page = pageOf(input.descending ? sorted.toReversed() : sorted, {
    token: nextToken,
    size: limit ?? DEFAULT_PAGE['logs:*'],
    scope: ['DescribeLogStreams', ctx.accountId, ctx.region, filters],
    id: (stream) => stream.logStreamName ?? '',
    refuse: badToken,
  });
  return { logStreams: [...page.items], nextToken: page.next };
}

/** The group that a call names, by name or ARN, which must exist. */
export function existingGroup(
  input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
  ctx: Ctx,
): string {
  const name = nameOfGroup(input);
  if (!ctx.world.logGroups(ctx.accountId, ctx.region).includes(name)) {
    throw new ResourceNotFoundException({
      message: 'The specified log group does not exist.',
      $metadata: {},
    });
  }
  return name;
}

/** A group's name, from its name or its identifier (name or ARN). Throws when both or neither are given. */
export function nameOfGroup(input: {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}): string {
  if ((input.logGroupName === undefined) === (input.logGroupIdentifier === undefined)) {
    throw new InvalidParameterException({
      message: 'Either logGroupName or logGroupIdentifier must be specified, and not both.',
      $metadata: {},
    });
  }
  return (
    input.logGroupName ??
    (input.logGroupIdentifier ?? '').replace(/^arn:.*?:log-group:/, '').replace(/:\*$/, '')
  );
}

/** The ARN that IAM and DescribeLogGroups use for a group. */
export function logGroupArn(name: string, ctx: Ctx): string {
  return `arn:aws:logs:${ctx.region}:${ctx.accountId}:log-group:${name}:*`;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html */
export function badToken(): InvalidParameterException {
  return new InvalidParameterException({ message: 'The specified nextToken is invalid.', $metadata: {} });
}

function grown(stream: LogStream | undefined, event: LogEvent, group: string, ctx: Ctx): LogStream {
  return {
    logStreamName: event.stream,
    arn: logGroupArn(group, ctx).replace(/\*$/, `log-stream:${event.stream}`),
    creationTime: stream?.creationTime ?? event.atMs,
    firstEventTimestamp: stream?.firstEventTimestamp ?? event.atMs,
    lastEventTimestamp: event.atMs,
    lastIngestionTime: event.ingestedAtMs,
    storedBytes: 0,
  };
}
