import { Component, type ReactNode } from 'react';
import { type Block, Message } from 'slack-blocks-to-jsx';
import type { Json } from '../json.ts';
import { Raw } from './raw.tsx';

/** The blocks that the library draws: charts, standard markdown, plans and task cards. */
export const LIBRARY_BLOCKS: ReadonlySet<string> = new Set([
  'data_visualization',
  'markdown',
  'plan',
  'task_card',
]);

/**
 * A block drawn by slack-blocks-to-jsx. Only blocks without Slack's own mrkdwn go there: the library turns `&lt;`
 * back before it parses, so escaped text would come alive, and it takes any `:word:` for an emoji.
 */
export function LibraryBlock({ block }: { readonly block: Json }): ReactNode {
  return (
    <Guard block={block}>
      <Message blocks={[block as unknown as Block]} name="" logo="" withoutWrapper />
    </Guard>
  );
}

/** A block that the library fails on is shown raw; the rest of the message stays. */
class Guard extends Component<
  { readonly block: Json; readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Raw what="block" json={this.props.block} /> : this.props.children;
  }
}
