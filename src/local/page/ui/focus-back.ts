import { useEffect, useState } from 'react';

/** Gives the focus back, when a part of the page closes, to what had it before the part opened. */
export function useFocusBack(): void {
  // Read while drawing: an effect would come after the part has taken the focus for itself.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );
}
