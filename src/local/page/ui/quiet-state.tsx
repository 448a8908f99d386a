import type { ReactNode } from 'react';
import { Mark } from './mark.tsx';

/** What an empty channel says: that it is not broken, and what to do. */
export function QuietState({
  command,
  isDm,
}: {
  readonly command: string;
  readonly isDm: boolean;
}): ReactNode {
  return (
    <div className="quiet" data-testid="quiet">
      <Mark size={44} />
      <h3>{isDm ? 'Just you and Deckhand' : 'All quiet, for now'}</h3>
      <p>
        {isDm ? (
          'Ask anything about the fleet here; nobody else reads along.'
        ) : (
          <>
            Something is about to break in the fleet; watch the alerts channel. Meanwhile, ask with{' '}
            <code>{command} health</code>.
          </>
        )}
      </p>
    </div>
  );
}
