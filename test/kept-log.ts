import { type Logger, pino } from 'pino';
import { LOG_FORMAT } from '../src/telemetry/log.ts';

/** What was logged: parsed lines, as somebody who reads the log would see them. */
export interface KeptLog {
  readonly log: Logger;
  readonly lines: readonly string[];
}

/** A log that keeps its lines in memory, written as the product writes them. */
export function keepLog(): KeptLog {
  const lines: string[] = [];
  const log = pino({ level: 'trace', ...LOG_FORMAT }, { write: (line: string) => void lines.push(line) });
  return { log, lines };
}
