import type { ReactNode } from 'react';

/** The name of what is open; gone where the channels above say it already. */
export function ConversationHead(props: { readonly platform: string; readonly name: string }): ReactNode {
  return (
    <header className="conversation-head of-channel">
      <h2>{props.name}</h2>
      <span className="platform">{props.platform}</span>
    </header>
  );
}
