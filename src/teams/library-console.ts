import type { Log } from '../telemetry/log.ts';

/**
 * The library prints each token that it refuses to the console, with a stack: anybody could fill the log that way.
 * Nothing of ours uses the console, so what is printed there goes to our log at debug.
 */
export function quietLibrary(log: Log): void {
  const lower =
    (level: string) =>
    (...parts: readonly unknown[]): void =>
      log.debug(
        { level, said: parts.map((part) => (part instanceof Error ? part.message : part)) },
        'the library printed',
      );
  Object.assign(globalThis.console, { error: lower('error'), warn: lower('warn') });
}
