import { type Logger, WebClient, type WebClientOptions } from '@slack/web-api';

/** The longest a call to Slack may take before its outcome counts as unknown. */
export const SLACK_TIMEOUT_MS = 10_000;

/**
 * Options for a client that makes one request per call: the library's own retries would post twice, and its pause
 * on a 429 stops every channel. The outbox does both, per channel.
 */
export function singleRequestOptions(options: {
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
  readonly timeoutMs?: number;
}): WebClientOptions {
  return {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: withSlash(options.apiUrl) }),
    logger: options.logger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: options.timeoutMs ?? SLACK_TIMEOUT_MS,
  };
}

/** A Web API client with {@link singleRequestOptions}. */
export function makeSlackClient(
  token: string,
  options: Parameters<typeof singleRequestOptions>[0],
): WebClient {
  return new WebClient(token, singleRequestOptions(options));
}

/** Method names are appended to the URL as they are. */
function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
