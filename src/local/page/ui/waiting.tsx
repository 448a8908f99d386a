import { type ReactNode, useEffect, useState } from 'react';

const GIVE_UP_MS = 15_000;

/**
 * Whether Deckhand is being waited for: from `start()` until `answers` (a mark of what it said last) changes, at most
 * a quarter of a minute.
 */
export function useWaiting(answers: string): readonly [boolean, () => void] {
  const [waitingSince, setWaitingSince] = useState<string>();
  useEffect(() => {
    if (waitingSince === undefined) return;
    const timer = setTimeout(() => setWaitingSince(undefined), GIVE_UP_MS);
    return () => clearTimeout(timer);
  }, [waitingSince]);
  return [waitingSince !== undefined && waitingSince === answers, () => setWaitingSince(answers)];
}

/** Three moving dots, as chat programs show that somebody is about to answer. */
export function Waiting({ shown }: { readonly shown: boolean }): ReactNode {
  return (
    <p className={`waiting ${shown ? 'shown' : ''}`} role="status">
      {shown ? (
        <>
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          Deckhand is working on it
        </>
      ) : null}
    </p>
  );
}
