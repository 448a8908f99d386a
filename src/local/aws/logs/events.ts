import {
  type FilterLogEventsCommandInput,
  type FilterLogEventsResponse,
  type GetLogEventsCommandInput,
  type GetLogEventsResponse,
  InvalidParameterException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogEvent } from '../../world/model.ts';
import { DEFAULT_PAGE } from '../limits.ts';
import { readToken, writeToken } from '../pages.ts';
import type { Ctx } from '../service.ts';
import { compileFilter } from './filter.ts';
import { badToken, existingGroup, OLDEST_MS } from './groups.ts';

const PAGE_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;

/**
 * Up to 10,000 events or 1 MB a page, oldest first.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function filterLogEvents(input: FilterLogEventsCommandInput, ctx: Ctx): FilterLogEventsResponse {
  const { nextToken, limit, ...asked } = input;
  const group = existingGroup(input, ctx);
  if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined) {
    throw new InvalidParameterException({
      message: 'You can specify either logStreamNames or logStreamNamePrefix, not both.',
      $metadata: {},
    });
  }
  const isWanted = compileFilter(input.filterPattern ?? '');
  const found = eventsBetween(group, input.startTime, inclusive(input.endTime), ctx).filter(
    (event) =>
      (input.logStreamNames?.includes(event.stream) ?? true) &&
      event.stream.startsWith(input.logStreamNamePrefix ?? '') &&
      isWanted(event.message),
  );
  const scope = JSON.stringify(['FilterLogEvents', ctx.accountId, ctx.region, asked]);
  const start = nextToken === undefined ? 0 : resumeAt(found, readToken(nextToken, scope, badToken));
  const page = fitting(found, start, limit ?? DEFAULT_PAGE['logs:events']);
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < found.length;
  return {
    events: page.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.atMs,
      message: event.message,
      ingestionTime: event.ingestedAtMs,
      eventId: event.id,
    })),
    searchedLogStreams: [],
    ...(more ? { nextToken: writeToken({ after: last.id, offset: start + page.length }, scope) } : {}),
  };
}

/**
 * One stream, the newest page first unless `startFromHead`. At either end the token that was given comes back.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function getLogEvents(input: GetLogEventsCommandInput, ctx: Ctx): GetLogEventsResponse {
  const group = existingGroup(input, ctx);
  const stream = eventsBetween(group, undefined, undefined, ctx).filter(
    (event) => event.stream === input.logStreamName,
  );
  if (stream.length === 0) {
    throw new ResourceNotFoundException({
      message: 'The specified log stream does not exist.',
      $metadata: {},
    });
  }
  const from = input.startTime ?? 0;
  const until = input.endTime ?? Number.MAX_SAFE_INTEGER;
  const found = stream.filter((event) => event.atMs >= from && event.atMs < until);
  const size = input.limit ?? DEFAULT_PAGE['logs:events'];
  const scope = JSON.stringify(['GetLogEvents', ctx.accountId, ctx.region, group, input.logStreamName]);
  const [start, end] = windowOf(found, input, size, scope);
  const token = (direction: 'f' | 'b', index: number) =>
    `${direction}/${writeToken({ after: direction, offset: index }, scope)}`;
  return {
    events: found.slice(start, end).map((event) => ({
      timestamp: event.atMs,
      message: event.message,
      ingestionTime: event.ingestedAtMs,
    })),
    nextForwardToken: token('f', end),
    nextBackwardToken: token('b', start),
  };
}

function windowOf(
  found: readonly LogEvent[],
  input: GetLogEventsCommandInput,
  size: number,
  scope: string,
): readonly [number, number] {
  if (input.nextToken !== undefined) {
    const { after, offset } = readToken(input.nextToken.slice(2), scope, badToken);
    return after === 'f'
      ? [offset, Math.min(found.length, offset + size)]
      : [Math.max(0, offset - size), offset];
  }
  return input.startFromHead
    ? [0, Math.min(found.length, size)]
    : [Math.max(0, found.length - size), found.length];
}

function eventsBetween(
  group: string,
  startMs: number | undefined,
  endMs: number | undefined,
  ctx: Ctx,
): readonly LogEvent[] {
  const now = ctx.world.clock.now();
  const start = Math.max(startMs ?? 0, now - OLDEST_MS);
  return ctx.world.logs(ctx.accountId, ctx.region, group, start, Math.min(endMs ?? now + 1, now + 1));
}

/** FilterLogEvents leaves out only events later than endTime. */
function inclusive(endMs: number | undefined): number | undefined {
  return endMs === undefined ? undefined : endMs + 1;
}

function resumeAt(
  found: readonly LogEvent[],
  position: { readonly after: string; readonly offset: number },
): number {
  const index = found.findIndex((event) => event.id === position.after);
  return index < 0 ? position.offset : index + 1;
}

function fitting(found: readonly LogEvent[], start: number, limit: number): readonly LogEvent[] {
  const page: LogEvent[] = [];
  let bytes = 0;
  for (const event of found.slice(start, start + limit)) {
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push(event);
  }
  return page;
}
