import { type Logger, pino } from 'pino';

/** A structured log: the message is static, facts are fields (`log.info({ queue }, 'consumer started')`). */
export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'>;

/** Writes JSON lines to standard error, so that standard output stays free for answers of the command line. */
export function makeLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
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
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
