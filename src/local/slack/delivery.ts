import type { JsonObject } from '../json.ts';

/** What a payload is; it decides how its request looks. */
export type PayloadKind = 'events_api' | 'slash_commands' | 'interactive';

/** What the app answered, or why Slack counts it as not delivered (the words of X-Slack-Retry-Reason). */
export type Delivery =
  | { readonly ok: true; readonly answer: JsonObject | string | undefined }
  | {
      readonly ok: false;
      readonly reason: 'http_timeout' | 'http_error' | 'connection_failed';
      readonly status?: number;
      /** The app answered `X-Slack-No-Retry`. */
      readonly noRetry?: boolean;
    };

/** That this is not the first attempt. */
export interface Retry {
  readonly number: number;
  readonly reason: string;
}
