import { type Logger, pino } from 'pino';

/** What was logged: parsed lines, as somebody who reads the log would see them. */
export interface KeptLog {
  readonly log: Logger;
  readonly lines: readonly string[];
}

/** A log that keeps its lines in memory, through the real serializers. */
export function keepLog(options: object = {}): KeptLog {
  const lines: string[] = [];
  const log = pino(
    { level: 'trace', base: null, ...options },
    { write: (line: string) => void lines.push(line) },
  );
  return { log, lines };
}
