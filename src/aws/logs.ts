import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { callAws, type RegionConnection } from './region-call.ts';

/** One line that a container wrote. Untrusted. */
export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

/** Which end of which stream. */
export interface Tail {
  readonly group: string;
  readonly stream: string;
  /** At most 10,000 lines. */
  readonly limit: number;
  /** Lines before this moment alone. */
  readonly beforeMs?: number;
}

/** Log streams of one account and region. */
export interface LogReader {
  /**
   * The last lines of one stream, oldest first.
   * @throws NotFound when there is no such group or stream; Denied, Throttled, Unreachable
   */
  tail(of: Tail): Promise<readonly LogLine[]>;
}

/** CloudWatch may answer with an empty page before one that has lines; so many of them are turned. */
const EMPTY_PAGES = 4;

/** Reads with the account's own clients; usually one call. */
export function makeLogReader(to: RegionConnection): LogReader {
  const page = (of: Tail, nextToken: string | undefined) =>
    callAws(to, 'logs:GetLogEvents', { logReads: 1 }, (within) =>
      to.clients.logs().send(
        new GetLogEventsCommand({
          logGroupName: of.group,
          logStreamName: of.stream,
          limit: of.limit,
          startFromHead: false,
          ...(of.beforeMs === undefined ? {} : { endTime: of.beforeMs }),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
        within,
      ),
    );
  return {
    async tail(of) {
      let token: string | undefined;
      for (let turned = 0; turned < EMPTY_PAGES; turned += 1) {
        const { events = [], nextBackwardToken } = await page(of, token);
        const isEnd = nextBackwardToken === undefined || nextBackwardToken === token;
        if (events.length > 0 || isEnd) {
          return events.map(({ timestamp, message }) => ({ atMs: timestamp ?? 0, text: message ?? '' }));
        }
        token = nextBackwardToken;
      }
      return [];
    },
  };
}
