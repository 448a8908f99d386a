import type { Clock } from '../domain/time.ts';

/** Platforms repeat what was not acknowledged for some minutes (Slack: three times within five). */
const KEEP_MS = 15 * 60_000;
const MOST = 10_000;

/**
 * Tells the first time that a request comes from its repetitions. What is public is answered once by its key in the
 * outbox; this keeps the private answers, and the work, from being done again. Forgotten at a restart, when a
 * repetition is welcome.
 */
export function makeOnce(clock: Clock): (id: string) => boolean {
  const seen = new Map<string, number>();
  return (id) => {
    const now = clock.now();
    for (const [old, atMs] of seen) {
      if (now - atMs < KEEP_MS && seen.size < MOST) break;
      seen.delete(old);
    }
    if (seen.has(id)) return false;
    seen.set(id, now);
    return true;
  };
}
