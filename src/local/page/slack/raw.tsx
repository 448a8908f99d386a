import type { ReactNode } from 'react';
import { type Json, string } from '../json.ts';

interface RawProps {
  readonly what: 'block' | 'element' | 'input';
  readonly json: Json;
}

/** What this page cannot draw, said as such: nothing that a bot sends stays invisible. */
export function Raw({ what, json }: RawProps): ReactNode {
  return (
    <details className="raw" data-testid="raw">
      <summary>
        A {what} of type <code>{string(json.type) || 'unknown'}</code>, which this page cannot draw
      </summary>
      <pre tabIndex={0}>{JSON.stringify(json, null, 2)}</pre>
    </details>
  );
}
