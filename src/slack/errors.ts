import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import {
  BadRequest,
  type DeckhandError,
  Denied,
  NotFound,
  NotSent,
  ThreadGone,
  Throttled,
  Unreachable,
} from '../domain/errors.ts';

/**
 * Error words of the Web API by what they mean to us (docs.slack.dev/reference/methods, each method's table). A word
 * that is not here refuses this one message (`cant_update_message`, `edit_window_closed`, `msg_too_long`): the channel
 * goes on.
 */
const GONE = new Set(['channel_not_found', 'message_not_found', 'is_archived', 'user_not_found']);
const THREAD_GONE = new Set(['thread_not_found', 'cannot_reply_to_message']);
const DENIED = new Set([
  'not_in_channel',
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'no_permission',
  'missing_scope',
  'restricted_action',
  'restricted_action_read_only_channel',
  'ekm_access_denied',
  'access_denied',
  'org_login_required',
  'team_access_not_granted',
  'accesslimited',
  'enterprise_is_restricted',
  'not_allowed_token_type',
  'channel_is_limited_access',
]);
const BUSY = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
/** Slack itself does not know whether it did what was asked. */
const UNSURE = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
/** The connection was never made, so nothing can have happened. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/** What a failed Web API call means to the rest of Deckhand. */
export function translateSlackError(error: unknown, method: string): DeckhandError {
  const cause = { cause: error };
  if (error instanceof WebAPIRateLimitedError) {
    return new Throttled(`Slack asks me to wait ${error.retryAfter} s before the next ${method}.`, {
      ...cause,
      retryAfterMs: error.retryAfter * 1000,
    });
  }
  if (error instanceof WebAPIPlatformError) return fromWord(error.data.error, method, error);
  if (error instanceof WebAPIHTTPError && error.statusCode === 429) return fromTooMany(error, method);
  if (error instanceof WebAPIHTTPError)
    return new Unreachable(`Slack answered ${method} with status ${error.statusCode}.`, cause);
  if (error instanceof WebAPIRequestError && NEVER_SENT.test(describe(error.original))) {
    return new NotSent(`Slack cannot be reached at the moment (${method}).`, cause);
  }
  // The library refuses a 429 without Retry-After with an error of its own kind.
  if (error instanceof Error && /retry header/i.test(error.message)) {
    return new Throttled(`Slack asks me to wait before the next ${method}.`, cause);
  }
  return new Unreachable(`Slack gave no answer to ${method}.`, cause);
}

/** The error word of Slack's answer, where it gave one. */
export function slackErrorWord(error: unknown): string | undefined {
  const source =
    error instanceof WebAPIPlatformError ? error : (error as { cause?: unknown } | undefined)?.cause;
  return source instanceof WebAPIPlatformError ? source.data.error : undefined;
}

function fromWord(word: string, method: string, error: unknown): DeckhandError {
  const cause = { cause: error };
  if (GONE.has(word))
    return new NotFound(
      `Slack says ${word} to ${method}: the channel or message is not there (any more).`,
      cause,
    );
  if (THREAD_GONE.has(word)) return new ThreadGone('The thread to reply to is gone.', cause);
  if (word === 'missing_scope')
    return new Denied(
      `The Slack app lacks a permission for ${method}: reinstall it with the scopes of manifest.yml.`,
      cause,
    );
  if (word === 'not_in_channel')
    return new Denied('I am not in that channel: invite me with /invite @Deckhand.', cause);
  if (DENIED.has(word))
    return new Denied(
      `Slack refuses ${method} (${word}): check the bot token and the app's installation.`,
      cause,
    );
  if (BUSY.has(word)) return new Throttled(`Slack asks me to wait before the next ${method}.`, cause);
  if (UNSURE.has(word))
    return new Unreachable(`Slack could not say whether ${method} worked (${word}).`, cause);
  return new BadRequest(`Slack refuses ${method}: ${word}.`, cause);
}

function fromTooMany(error: WebAPIHTTPError, method: string): DeckhandError {
  const seconds = Number(error.headers['retry-after'] ?? 1);
  return new Throttled(`Slack asks me to wait ${seconds} s before the next ${method}.`, {
    cause: error,
    retryAfterMs: seconds * 1000,
  });
}

/** A network error hides its code some levels down: fetch failed → ECONNREFUSED. */
function describe(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth++) {
    const { code } = current as { readonly code?: unknown };
    parts.push(current.message, typeof code === 'string' ? code : '');
    current = current.cause;
  }
  return parts.join(' ');
}
