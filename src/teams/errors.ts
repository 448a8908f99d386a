import {
  BadRequest,
  DeckhandError,
  Denied,
  NotFound,
  NotSent,
  Throttled,
  Unreachable,
} from '../domain/errors.ts';

/** The parts of the library's errors that are read: RestError of the pipeline, AuthError of the token client. */
interface RawError {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly errorCode?: unknown;
  readonly message?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
  readonly details?: { readonly error?: { readonly code?: unknown } };
}

/** The connection was never made, so nothing can have happened. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** The app registration itself is wrong: no later try helps. */
const BAD_APP = new Set(['invalid_client', 'unauthorized_client', 'invalid_request']);

/** What a failed call to the connector means to the rest of Deckhand. */
export function translateTeamsError(error: unknown, what: string): DeckhandError {
  if (error instanceof DeckhandError) return error;
  const cause = { cause: error };
  const raw: RawError = typeof error === 'object' && error !== null ? error : {};
  if (typeof raw.statusCode === 'number') return fromStatus(raw.statusCode, raw, what, cause);
  if (typeof raw.code === 'string' && NEVER_SENT.has(raw.code)) {
    return new NotSent(`Teams cannot be reached at the moment (${what}).`, cause);
  }
  if (typeof raw.errorCode === 'string') {
    return BAD_APP.has(raw.errorCode)
      ? new Denied(
          'Microsoft refuses the app id or its secret: check MicrosoftAppId, MicrosoftAppPassword and the tenant.',
          cause,
        )
      : new NotSent('Microsoft gave me no token to talk to Teams with.', cause);
  }
  return new Unreachable(`Teams gave no answer to ${what}.`, cause);
}

function fromStatus(status: number, raw: RawError, what: string, cause: { cause: unknown }): DeckhandError {
  const word = errorWord(raw);
  if (status === 429) {
    return new Throttled(`Teams asks me to wait before the next ${what}.`, {
      ...cause,
      retryAfterMs: retryAfterMs(raw),
    });
  }
  if (status === 412) return new NotSent(`Teams was busy with that conversation (${what}).`, cause);
  if (status === 401)
    return new Denied(
      'Teams refuses my token: check MicrosoftAppId, MicrosoftAppPassword and the tenant.',
      cause,
    );
  if (status === 403)
    return new Denied(`Teams refuses ${what} there (${word}): add the app to that team.`, cause);
  if (status === 404)
    return new NotFound(
      `Teams says that the conversation or message is not there (any more) (${what}).`,
      cause,
    );
  // An answer of success that cannot be read says nothing of where the message is.
  if (status >= 500 || status === 408 || status < 300)
    return new Unreachable(`Teams answered ${what} with status ${status}.`, cause);
  return new BadRequest(`Teams refuses ${what}: ${word}.`, cause);
}

/** Seconds in the header, as HTTP has it; two seconds where there is none. */
function retryAfterMs(raw: RawError): number {
  const seconds = Number(raw.response?.headers?.get?.('retry-after') ?? 2);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 2000;
}

function errorWord(raw: RawError): string {
  const word = raw.details?.error?.code ?? raw.code;
  return typeof word === 'string' ? word : 'no reason given';
}
