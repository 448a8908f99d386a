import { useEffect, useState } from 'react';

/** The server's simulated now, and `performance.now()` at the moment it was told. */
export interface ClockBase {
  readonly nowMs: number;
  readonly loadedAtMs: number;
}

/** The simulated clock in milliseconds, running on from what the server told, looked at every `stepMs`. */
export function useClock(base: ClockBase, stepMs: number): number {
  const [seenAtMs, setSeenAtMs] = useState(base.loadedAtMs);
  useEffect(() => {
    const timer = setInterval(() => setSeenAtMs(performance.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return base.nowMs + Math.max(0, seenAtMs - base.loadedAtMs);
}
