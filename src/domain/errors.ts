/**
 * The errors that parts of Deckhand pass to each other. Adapters translate what a vendor throws into one of
 * these, the middle lets it pass, and `chat` (or the command line) turns it into a card once.
 *
 * `message` is a sentence for a person in chat: it names what went wrong and what to do next. What the vendor
 * said goes into `cause` and from there only into the log.
 */
export abstract class DeckhandError extends Error {
  abstract readonly code: ErrorCode;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The stable words that the command line prints in `{ "error": { "code" } }`. */
export type ErrorCode = 'not_found' | 'denied' | 'throttled' | 'unreachable' | 'bad_request' | 'internal';

/** What was named does not exist. */
export class NotFound extends DeckhandError {
  readonly code = 'not_found';
}

/** The caller, or Deckhand itself, lacks a right. The message names the right and how to get it. */
export class Denied extends DeckhandError {
  readonly code = 'denied';
}

/** The other side asks for fewer requests. `retryAfterMs` is its own figure where it gave one. */
export class Throttled extends DeckhandError {
  readonly code = 'throttled';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: { readonly cause?: unknown; readonly retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** No usable answer: connection refused, time-out, 5XX. Whether the request had an effect is not known. */
export class Unreachable extends DeckhandError {
  readonly code = 'unreachable';
}

/** Certain to have had no effect: no connection, a named refusal that passes, a conflict (412). Try again later. */
export class NotSent extends Unreachable {}

/** The channel is there, the thread to reply into is not. */
export class ThreadGone extends NotFound {}

/** The request itself is wrong: an unknown flag, a count out of range, a setting that contradicts another. */
export class BadRequest extends DeckhandError {
  readonly code = 'bad_request';
}

/** The other side could not or would not tell: an answer can go without this part, if it says so. */
export function isUnreadable(error: unknown): error is Denied | Throttled | Unreachable | BadRequest {
  return (
    error instanceof Denied ||
    error instanceof Throttled ||
    error instanceof Unreachable ||
    error instanceof BadRequest
  );
}

/** What to tell a person about any error: its own sentence, or a general one for what nobody foresaw. */
export function sentenceFor(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  if (error instanceof DeckhandError) return { code: error.code, message: error.message };
  return {
    code: 'internal',
    message:
      'Something went wrong on my side. It is in my log; please try again, or tell the people who run me.',
  };
}
