import { type Logger, type LoggerOptions, pino } from 'pino';

/** A structured log: the message is static, facts are fields (`log.info({ queue }, 'consumer started')`). */
export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'>;

/** Writes JSON lines to standard error, so that standard output stays free for answers of the command line. */
export function makeLog(level: string): Log {
  return pino({ level, ...LOG_FORMAT }, pino.destination({ dest: 2, sync: true }));
}

/** How lines look, and what never stands in them. */
export const LOG_FORMAT = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label: string) => ({ level: label }) },
  serializers: { err: (error: unknown) => describeError(error, 0) },
  redact: {
    paths: [
      '*.token',
      '*.authorization',
      '*.Authorization',
      '*.secretAccessKey',
      '*.sessionToken',
      'headers.authorization',
    ],
    censor: '[redacted]',
  },
} satisfies LoggerOptions;

const DEEPEST_CAUSE = 4;

/**
 * What helps to find an error, and nothing else that a vendor's error drags along: requests with their headers,
 * clients, whole answers.
 */
function describeError(error: unknown, depth: number): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutSecrets(error) : typeof error;
  const { code, status, statusCode, retryAfterMs } = error as ErrorFacts;
  const { cause } = error;
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    ...plain({ code, status, statusCode, retryAfterMs }),
    ...(error.stack === undefined ? {} : { stack: withoutSecrets(error.stack) }),
    ...(cause === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

interface ErrorFacts {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly retryAfterMs?: unknown;
}

function plain(facts: ErrorFacts): object {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  );
}

/** Slack's tokens, bearer tokens and signed queries, wherever a library put them into its words. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\bx(?:ox[a-z]|app)-[\w-]+/g, '[redacted]')
    .replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [redacted]')
    .replace(/\b(X-Amz-Signature|X-Amz-Security-Token|client_secret)=[^&\s"']+/gi, '$1=[redacted]');
}
