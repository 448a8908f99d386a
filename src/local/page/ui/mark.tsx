import type { ReactNode } from 'react';

/** Deckhand's mark: a small laden ship. */
export function Mark({ size = 32 }: { readonly size?: number }): ReactNode {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0f5c6b" />
      <path d="M6 19h20l-3.2 6H9.2z" fill="#fff" />
      <path d="M9.5 17.5v-4.6h5.6v4.6zM16.9 17.5v-4.6h5.6v4.6zM13.2 11.3V6.7h5.6v4.6z" fill="#8fe0d3" />
    </svg>
  );
}
