import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../telemetry/log.ts';

/** Bolt's and the Web API client's log lines, as fields of ours. Their chatter about retries is ours at debug. */
export function makeSlackLogger(log: Log): Logger {
  const lines = log.child({ part: 'slack' });
  const text = (parts: readonly unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: (...parts) => lines.trace(text(parts)),
    info: (...parts) => lines.debug(text(parts)),
    warn: (...parts) => lines.warn(text(parts)),
    error: (...parts) => lines.error(text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.DEBUG,
    setName: () => {},
  };
}
