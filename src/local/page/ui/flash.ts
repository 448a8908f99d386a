import { useEffect, useRef, useState } from 'react';

const FLASH_MS = 1_600;

/** A class name for a short while after `mark` changed: an edit in place is seen, the first drawing is not one. */
export function useFlash(mark: string | undefined): string {
  const before = useRef(mark);
  const [flashing, setFlashing] = useState(false);
  useEffect(() => {
    if (before.current === mark) return;
    before.current = mark;
    setFlashing(true);
    const timer = setTimeout(() => setFlashing(false), FLASH_MS);
    return () => clearTimeout(timer);
  }, [mark]);
  return flashing ? 'flash' : '';
}
