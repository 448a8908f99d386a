import { type ReactNode, useCallback, useRef, useState } from 'react';

/** Runs one thing at a time: while it runs, further calls do nothing. What runs must not reject. */
export function useBusy(): readonly [boolean, (run: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const once = useCallback((run: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    void run().finally(() => {
      running.current = false;
      setBusy(false);
    });
  }, []);
  return [busy, once];
}

/** The turning ring on a pressed button. */
export function Spinner(): ReactNode {
  return <span className="spinner" aria-hidden="true" />;
}
